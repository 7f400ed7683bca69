/** What runs after the sending: probes, which show whether a stage happened, and clean-up calls. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Json, JsonObject, Scalar } from './json.ts';
import type { StatusPattern } from './status-pattern.ts';

/** A call whose texts may hold `{{response.signal_id}}` and the like. */
export interface CallTemplate {
  readonly method: string;
  /** Begins with `{{origin}}` or a literal origin: no response decides which host is called. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON; null for no body. */
  readonly body: Json;
}

/** Field or column → values, of which one ends the polling. */
export type StopValues = Readonly<Record<string, readonly Scalar[]>>;

/** A request to an HTTP API that shows whether a stage happened. Empty lists and null check nothing. */
export interface HttpProbe extends CallTemplate {
  readonly status: readonly StatusPattern[];
  /** Dotted paths of the response; absent, null or empty is missing. */
  readonly required: readonly string[];
  /** The response has to contain this; may hold placeholders. */
  readonly match: JsonObject | null;
  /** Dotted path → final values that mean that the stage failed. */
  readonly stop: StopValues | null;
  /** JSON Schema of the response. */
  readonly schema: JsonObject | boolean | null;
  /** How long it may take until the probe holds. */
  readonly withinMs: number;
}

/** A query to PostgreSQL. */
export interface SqlProbe {
  /** `postgres://…`; holds credentials. */
  readonly url: string;
  /** One SELECT, without placeholders: values are bound as `$1`, `$2`. */
  readonly query: string;
  readonly params: readonly Json[];
  /** How many rows are right. */
  readonly rows: { readonly min: number; readonly max: number | null };
  /** The first row has to contain this; may hold placeholders. */
  readonly match: JsonObject | null;
  /** Column → final values that mean that the stage failed. */
  readonly stop: StopValues | null;
  readonly withinMs: number;
}

/** A call that removes what a test left at the target. */
export interface CleanupCall extends CallTemplate {
  /** Responses that mean that nothing is left. */
  readonly status: readonly StatusPattern[];
}
