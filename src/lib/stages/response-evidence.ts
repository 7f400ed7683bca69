/** What the answer says about a stage. */
import type { Delivery } from '../model/delivery.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { isMissing, valueAt } from '../validate/json-path.ts';
import type { Evidence } from './evidence-type.ts';

/** Failures after which nothing can have reached the target. */
export const NEVER_ARRIVED: readonly string[] = [
  'dns',
  'refused',
  'unreachable',
  'connect-timeout',
  'tls',
  'proxy',
];

/**
 * Null where the answer is not asked, or cannot say: an answer that reports a failure, or is not JSON (and none at all, once the
 * request may have arrived) lacks the fields of stages that did happen. Without another kind of evidence it counts all the same.
 * `hasOther`: the trace or a probe says something of this stage as well
 */
export function responseEvidence(
  stage: StageExpectation,
  { answer, failure, hasOther }: Pick<Delivery, 'answer' | 'failure'> & { readonly hasOther: boolean },
): Evidence | null {
  const path = stage.response;
  if (path === null) return null;
  if (answer === null) {
    const arrived = failure === null || !NEVER_ARRIVED.includes(failure.kind);
    return arrived && hasOther ? null : { state: 'missing', detail: 'no answer' };
  }
  if (answer.json.ok && !isMissing(valueAt(answer.json.value, path))) return { state: 'ok', detail: null };
  if (answer.status < 400 && answer.json.ok) return { state: 'missing', detail: `${path} not in response` };
  if (hasOther) return null;
  return {
    state: 'missing',
    detail: answer.status < 400 ? 'the answer is not JSON' : `HTTP ${answer.status}`,
  };
}
