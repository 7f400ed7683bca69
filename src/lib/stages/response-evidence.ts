/** What the response says about a stage. */
import type { Delivery } from '../model/delivery.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { isMissingAt } from '../validate/missing.ts';
import { absent, confirms, contradicts, type SourceEvidence, unknown } from './source-evidence.ts';

/**
 * Null where the stage names no field of the response.
 * @param delivery.refused the response refuses the webhook: an unexpected 4xx, or a value of `refuse`
 */
export function responseEvidence(
  { response: path }: Pick<StageExpectation, 'response'>,
  { answer, failure, refused }: Pick<Delivery, 'answer' | 'failure'> & { readonly refused: boolean },
): SourceEvidence | null {
  if (path === null) return null;
  // The webhook may have been processed all the same.
  if (answer === null) return unknown('no-response', failure?.message ?? 'no response');
  const { json, status } = answer;
  if (json.ok && !isMissingAt(json.value, path)) return confirms();
  const missing = `${path} not in response`;
  if (refused) return contradicts(`${missing} (HTTP ${status})`);
  if (status < 200 || status >= 300) return unknown('response-error', `HTTP ${status}`);
  return json.ok ? absent(missing) : unknown('response-error', 'the response is not JSON');
}
