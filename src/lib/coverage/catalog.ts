/** The catalog of faults: what can go wrong in production although every webhook gets its response. */

/** Changes when a fault is added, removed, or applied in another way, so that percentages can be compared. */
export const CATALOG_VERSION = 1;

export type FaultId =
  | 'refused-in-body'
  | 'id-missing'
  | 'outcome-changed'
  | 'field-missing'
  | 'worker-stopped'
  | 'row-missing'
  | 'row-outcome'
  | 'second-row'
  | 'foreign-row'
  | 'span-failed'
  | 'span-missing'
  | 'stage-slow'
  | 'bad-accepted'
  | 'signature-accepted'
  | 'processed-twice'
  | 'database-unreachable'
  | 'sentry-unreachable';

/** In the order of the table: as the fault reads in it. */
export const FAULTS: Readonly<Record<FaultId, string>> = {
  'refused-in-body': 'HTTP 200, but the body refuses',
  'id-missing': 'The id is missing from the response',
  'outcome-changed': 'The outcome in the response changes',
  'field-missing': 'A field is missing from the response',
  'worker-stopped': 'Processing stops before a stage',
  'row-missing': 'The row is not saved',
  'row-outcome': 'The row has another outcome',
  'second-row': 'A second row is saved',
  'foreign-row': 'Only the row of another webhook is saved',
  'span-failed': 'A span fails, the response is unchanged',
  'span-missing': 'A span and all inside it are missing',
  'stage-slow': 'A stage is 10 × slower',
  'bad-accepted': 'A bad webhook is accepted',
  'signature-accepted': 'A wrong signature is accepted',
  'processed-twice': 'A duplicate is processed again',
  'database-unreachable': 'The probes cannot reach their source',
  'sentry-unreachable': 'Sentry cannot be reached',
};

/** A stage 10 × slower is at least this much slower: less is within the noise of a network. In milliseconds. */
export const SLOW_FACTOR = 10;
export const SLOW_MIN_MS = 500;

/** Where a fault happens, and where it has to be noticed. */
export interface Place {
  /** In the table: a field, a stage, a span, or a scenario. */
  readonly name: string;
  readonly kind: 'response' | 'stage' | 'span' | 'source';
  /** The field of a response that has the fault; null for none. */
  readonly field: string | null;
  /** Names of the spans that have it. */
  readonly spans: readonly string[];
}

export function atResponse(name: string, field: string | null = null): Place {
  return { name, kind: 'response', field, spans: [] };
}
