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
  lateMs: number,
  ports: Pick<RunPorts, 'tracer' | 'sender' | 'judge' | 'redact' | 'redactPaths'>,
): Promise<SentOne> {
  const { tracer, sender, judge } = ports;
  const beforehand = maskingOf([test.request.body], ports);
  const dimensions = redactDimensions(test.dimensions, beforehand.text);
  const trace = tracer.startTest({ ...test, dimensions });
  const delivery = await sender.send(test, trace, lateMs);
  const judgement = withSenderFindings(judge(delivery, test.expect), { test, delivery });
  const masking = maskingOf([delivery.request.body, delivery.answer?.body ?? ''], ports);
  const [error] = judgement.errors;
  const problem = error === undefined ? null : masking.text(error.message);
  const status = delivery.answer?.status ?? null;
  trace.finish({ verdict: problem === null ? 'working' : 'broken', status, problem });
  return { delivery, judgement, masking };
}
