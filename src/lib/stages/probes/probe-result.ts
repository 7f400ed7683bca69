/** One query of a probe, and what it needs for it. */
import { valueAt } from '../../json/path.ts';
import { sameAsWritten, sameJson } from '../../json/text.ts';
import type { HttpResponse } from '../../model/delivery.ts';
import type { Finding } from '../../model/finding.ts';
import { isJsonObject, type Json, type JsonObject, type Scalar } from '../../model/json.ts';
import type { StopValues } from '../../model/probe.ts';
import type { Failure, WebhookRequest } from '../../model/result.ts';
import type { Statement } from '../../model/stage.ts';

/** What one query found. `unknown`: it could not run, or its result shows nothing. */
export interface ProbeResult {
  readonly statement: Statement;
  readonly detail: string | null;
  /** Another query would see the same. */
  readonly final: boolean;
  /** Minimum wait in milliseconds that the server requested. */
  readonly waitMs?: number;
  /** What was read, with the values that were expected; null where nothing was. */
  readonly row?: string | null;
  /** What to do about it, where that is known for exactly this failure. */
  readonly hint?: string;
  /** The HTTP status that the detail is about. */
  readonly status?: number;
}

export interface ProbeTiming {
  /** How long this query may take. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

/** What was found in a database, or why nothing could be. */
export type SqlOutcome =
  | {
      readonly ok: true;
      /** Counted up to the limit asked for. */
      readonly rows: number;
      readonly first: JsonObject | null;
    }
  | SqlProblem;

export interface SqlProblem {
  readonly ok: false;
  readonly reason: string;
  /** Of PostgreSQL, appendix A; absent where the server said nothing. */
  readonly sqlState?: string;
  /** Another query would end the same way. */
  readonly final: boolean;
  /** For exactly this failure; not there where nothing better than the general advice is known. */
  readonly hint?: string;
}

export interface SqlQuery extends ProbeTiming {
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
    timing: ProbeTiming,
  ) => Promise<{ readonly response: HttpResponse | null; readonly failure: Failure | null }>;
  /** Never rejects for what a database does. */
  readonly query: (question: SqlQuery) => Promise<SqlOutcome>;
  readonly checkSchema: (body: Json, schema: JsonObject | boolean) => readonly Finding[];
  /** Sent with every call. */
  readonly userAgent: string;
}

export function couldNotRun(
  detail: string,
  { final = false, hint }: { final?: boolean; hint?: string } = {},
): ProbeResult {
  return { statement: 'unknown', detail, final, ...(hint === undefined ? {} : { hint }) };
}

/** Fields are absent from what was read, rather than having another value than expected. */
export function isMissingOnly(actual: Json | undefined, expected: Json): boolean {
  if (actual === undefined || actual === null) return expected !== null;
  if (isJsonObject(expected) && isJsonObject(actual))
    return Object.entries(expected).every(([key, value]) =>
      isMissingOnly(Object.hasOwn(actual, key) ? actual[key] : undefined, value),
    );
  return sameJson(actual, expected);
}

/**
 * The row has a final value that means that the stage failed. Compared as text: a number of the config equals that of the
 * database.
 */
export function isStopped(row: JsonObject, stop: StopValues | null): boolean {
  return Object.entries(stop ?? {}).some(([path, values]) => {
    const value = valueAt(row, path);
    return value !== undefined && value !== null && values.some((each: Scalar) => sameAsWritten(each, value));
  });
}
