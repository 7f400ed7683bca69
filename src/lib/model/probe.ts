/** What runs after a webhook was sent: probes, which show whether a stage happened, and clean-up calls. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Json, JsonObject, Scalar } from './json.ts';
import type { StatusPattern } from './status-pattern.ts';

/** An HTTP call; its texts may contain placeholders such as `{{response.signal_id}}`. */
export interface CallTemplate {
  readonly method: string;
  /** Begins with `{{origin}}` or a literal origin, so that no response decides which host is called. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** A string is sent unchanged, anything else as JSON; null for no body. */
  readonly body: Json;
}

/** Field or column → values; one of them ends polling. */
export type StopValues = Readonly<Record<string, readonly Scalar[]>>;

/** An HTTP request that shows whether a stage happened. Empty lists and null check nothing. */
export interface HttpProbe extends CallTemplate {
  readonly status: readonly StatusPattern[];
  /** Dotted paths in the response; absent, null and empty count as missing. */
  readonly required: readonly string[];
  /** The response must contain this; may contain placeholders. */
  readonly match: JsonObject | null;
  /** Dotted path → final values that mean the stage failed. */
  readonly stop: StopValues | null;
  /** JSON Schema for the response. */
  readonly schema: JsonObject | boolean | null;
  /** Time limit for the probe to succeed. */
  readonly withinMs: number;
}

/** A query to PostgreSQL. */
export interface SqlProbe {
  /** `postgres://…`; holds credentials. */
  readonly url: string;
  /** A single SELECT without placeholders: values are bound as `$1`, `$2`. */
  readonly query: string;
  readonly params: readonly Json[];
  /** Expected number of rows. */
  readonly rows: { readonly min: number; readonly max: number | null };
  /** The first row must contain this; may contain placeholders. */
  readonly match: JsonObject | null;
  /** Column → final values that mean the stage failed. */
  readonly stop: StopValues | null;
  readonly withinMs: number;
}

/** A call that removes what a test left at the target. */
export interface CleanupCall extends CallTemplate {
  /** Responses that mean there is nothing left to remove. */
  readonly status: readonly StatusPattern[];
}
