/** The statement of one source about a stage, and that of the response. */
import type { Delivery } from '../model/delivery.ts';
import type { Statement } from '../model/stage.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { isMissingAt } from '../validate/missing.ts';

/** Why a source was not able to see a stage. */
export type UnknownReason =
  | 'no-response'
  | 'response-error'
  | 'probe-failed'
  | 'trace-unread'
  | 'trace-not-found'
  | 'trace-partial'
  | 'no-followed-trace'
  | 'search-refused'
  | 'service-not-seen';

/** The statement of one source about a stage. */
export interface SourceEvidence {
  readonly statement: Statement;
  /** In a few words; null where there is nothing to add to the statement. */
  readonly detail: string | null;
  /** Of `unknown`; null for any other statement. */
  readonly reason: UnknownReason | null;
  /** The span that is not there, as the config names it. */
  readonly missingSpan?: string;
}

export function confirms(detail: string | null = null): SourceEvidence {
  return { statement: 'confirms', detail, reason: null };
}

export function contradicts(detail: string): SourceEvidence {
  return { statement: 'contradicts', detail, reason: null };
}

export function absent(detail: string): SourceEvidence {
  return { statement: 'absent', detail, reason: null };
}

export function unknown(reason: UnknownReason, detail: string): SourceEvidence {
  return { statement: 'unknown', detail, reason };
}

/**
 * What the response says; null where the stage names no field of the response.
 * @param delivery.refused the response refuses the webhook: an unexpected 4xx, or a value of `refuse`
 */
export function responseEvidence(
  { response: path }: Pick<StageExpectation, 'response'>,
  { response, failure, refused }: Pick<Delivery, 'response' | 'failure'> & { readonly refused: boolean },
): SourceEvidence | null {
  if (path === null) return null;
  // The webhook may have been processed all the same.
  if (response === null) return unknown('no-response', failure?.message ?? 'no response');
  const { json, status } = response;
  if (json.ok && !isMissingAt(json.value, path)) return confirms();
  const missing = `${path} not in response`;
  if (refused) return contradicts(`${missing} (HTTP ${status})`);
  if (status < 200 || status >= 300) return unknown('response-error', `HTTP ${status}`);
  return json.ok ? absent(missing) : unknown('response-error', 'the response is not JSON');
}
