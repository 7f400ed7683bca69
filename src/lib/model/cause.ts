/** Why a test is broken, or has a warning. Plain readonly data. */
import type { EvidenceSource } from './stage.ts';

export interface Cause {
  /** The stage it comes from; null where it is not about one. */
  readonly stage: string | null;
  /** What it was read from; `connection` where there was no response. */
  readonly source: EvidenceSource | 'connection';
  /** What happened: `status "rejected" (expected "approved")`, `HTTP 500: Internal server error`. */
  readonly message: string;
  /** What a failed span says about it, where something else shows that it happened. */
  readonly because?: string;
  /** The failed span, from its stage's span on: `data-enrichment > fetch-gex-data`. */
  readonly span?: string;
  readonly issue?: CauseIssue;
  /** What a probe read: top-level scalar values of the first row or of the body. */
  readonly row?: string;
}

export interface CauseIssue {
  /** `API-7`; null where Sentry gave none. */
  readonly shortId: string | null;
  readonly url: string | null;
}
