import type { Statement } from '../model/stage.ts';

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

/** What one source says about a stage. */
export interface SourceEvidence {
  readonly says: Statement;
  /** In a few words; null where there is nothing to add to the statement. */
  readonly detail: string | null;
  /** Of `unknown`; null for any other statement. */
  readonly reason: UnknownReason | null;
}

export function confirms(detail: string | null = null): SourceEvidence {
  return { says: 'confirms', detail, reason: null };
}

export function contradicts(detail: string): SourceEvidence {
  return { says: 'contradicts', detail, reason: null };
}

export function absent(detail: string): SourceEvidence {
  return { says: 'absent', detail, reason: null };
}

export function unknown(reason: UnknownReason, detail: string): SourceEvidence {
  return { says: 'unknown', detail, reason };
}
