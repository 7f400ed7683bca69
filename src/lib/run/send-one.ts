/** One webhook in its own trace, judged, and the trace ended with what came of it. */
import type { Delivery } from '../model/delivery.ts';
import type { Judgement } from '../model/finding.ts';
import type { PlannedTest } from '../model/plan.ts';
import { redactDimensions } from '../report/redact.ts';
import { maskingOf, type PathMasking } from '../report/redact-paths.ts';
import { withSenderFindings } from '../validate/sender-findings.ts';
import type { RunPorts } from './ports.ts';

export interface SentOne {
  readonly delivery: Delivery;
  readonly judgement: Judgement;
  /** For all that is told of it. */
  readonly masking: PathMasking;
}

/** @param lateMs how much later than planned it is sent */
export async function sendOne(
  test: PlannedTest,
  { lateMs, isResend }: { readonly lateMs: number; readonly isResend: boolean },
  ports: Pick<RunPorts, 'tracer' | 'sender' | 'judge' | 'redact' | 'redactPaths' | 'duplicates'>,
): Promise<SentOne> {
  const { tracer, sender, judge } = ports;
  const beforehand = maskingOf([test.request.body], ports);
  const dimensions = redactDimensions(test.dimensions, beforehand.text);
  const trace = tracer.startTest({ ...test, dimensions });
  const delivery = await sender.send(test, trace, lateMs);
  const { answer } = delivery;
  // What is sent again on purpose is expected to have the same id.
  const earlierOwner = answer === null || isResend ? null : ports.duplicates.earlierOwner(test, answer);
  const judged = afterRetry(judge(delivery, test.expect, earlierOwner), delivery);
  const judgement = withSenderFindings(judged, { test, delivery });
  const masking = maskingOf([delivery.request.body, delivery.answer?.body ?? ''], ports);
  const [error] = judgement.errors;
  const problem = error === undefined ? null : masking.text(error.message);
  const status = delivery.answer?.status ?? null;
  trace.finish({ verdict: problem === null ? 'working' : 'broken', status, problem });
  return { delivery, judgement, masking };
}

/** A duplicate after a retry means that the first delivery arrived: it was processed, and its probes can run. */
function afterRetry(judgement: Judgement, { attempts }: Delivery): Judgement {
  const retried = attempts.some(({ failure, staleConnection }) => failure !== null && !staleConnection);
  if (!retried) return judgement;
  const warnings = judgement.warnings.map((warning) =>
    warning.code === 'duplicate'
      ? {
          ...warning,
          code: 'flaky',
          hint: 'Check why the first response was lost: a proxy, a load balancer or a crash after the work was done',
          message:
            'The first delivery arrived although its response did not: the retry was treated as a duplicate',
        }
      : warning,
  );
  return { ...judgement, warnings };
}
