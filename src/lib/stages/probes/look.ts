/** One look of a probe, and what it needs for it. */
import type { Answer, Failure } from '../../model/delivery.ts';
import type { Finding } from '../../model/finding.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { WebhookRequest } from '../../model/plan.ts';
import type { StageState } from '../../model/stage.ts';

/** What one look saw. */
export interface Look {
  /** `unverified`: it could not look. */
  readonly state: Exclude<StageState, 'slow'>;
  readonly detail: string | null;
  /** Another look would see the same. */
  readonly final: boolean;
  /** Not before so many milliseconds, says who was asked. */
  readonly waitMs?: number;
}

export interface Patience {
  /** How long this look may take. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/** What was found in a database, or why nothing could be looked up. */
export type SqlOutcome =
  | {
      readonly ok: true;
      /** Counted up to the limit asked for. */
      readonly rows: number;
      readonly first: JsonObject | null;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** Asking again would end the same way. */
      readonly final: boolean;
    };

export interface SqlQuestion extends Patience {
  readonly url: string;
  readonly query: string;
  readonly params: readonly Json[];
  /** Rows beyond this need not be counted. */
  readonly countUpTo: number;
}

export interface ProbePorts {
  /** Never rejects for what a server does. */
  readonly call: (
    request: WebhookRequest,
    patience: Patience,
  ) => Promise<{ readonly answer: Answer | null; readonly failure: Failure | null }>;
  /** Never rejects for what a database does. */
  readonly query: (question: SqlQuestion) => Promise<SqlOutcome>;
  readonly checkSchema: (body: Json, schema: JsonObject | boolean) => readonly Finding[];
  /** Sent with every call. */
  readonly userAgent: string;
}

export function unverified(detail: string, { final = false } = {}): Look {
  return { state: 'unverified', detail, final };
}
