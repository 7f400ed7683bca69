/** One webhook in its own trace, judged, and the trace ended with what came of it. */
import type { Delivery } from '../model/delivery.ts';
import type { Judgement } from '../model/finding.ts';
import type { PlannedTest } from '../model/plan.ts';
import { withSenderFindings } from '../validate/sender-findings.ts';
import type { RunPorts } from './ports.ts';

/** @param lateMs how much later than planned it is sent */
export async function sendOne(
  test: PlannedTest,
  lateMs: number,
  { tracer, sender, judge }: Pick<RunPorts, 'tracer' | 'sender' | 'judge'>,
): Promise<{ readonly delivery: Delivery; readonly judgement: Judgement }> {
  const trace = tracer.startTest(test);
  const delivery = await sender.send(test, trace, lateMs);
  const judgement = withSenderFindings(judge(delivery, test.expect), { test, delivery });
  const problem = judgement.errors[0]?.message ?? null;
  const status = delivery.answer?.status ?? null;
  trace.finish({ verdict: problem === null ? 'working' : 'broken', status, problem });
  return { delivery, judgement };
}
