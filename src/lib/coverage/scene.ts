/** The evidence of one good test, as a run would gather it: response, traces, rows. Faults change it; nothing else does. */
import { tryParseJson } from '../json/text.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { StoredResponse, TestResult } from '../model/result.ts';
import type { Specimen, SpecimenTrace } from '../model/specimen.ts';
import type { Trace } from '../model/trace.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { rowOf } from './row.ts';

/** What a probe finds. */
export type Stored =
  /** As in the good test: the probe confirmed. */
  | { readonly kind: 'as-saved' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'rows'; readonly count: number; readonly first: JsonObject }
  | { readonly kind: 'unreachable' };

export interface StoredOfStage {
  readonly http: Stored | null;
  readonly sql: Stored | null;
  /** What the probe read in the good test; null if the saved text does not show it. */
  readonly row: JsonObject | null;
}

export interface FollowedWork {
  readonly searched: string;
  readonly always: boolean;
  readonly problem: string | null;
  readonly traces: readonly Trace[];
}

export interface Scene {
  /** The saved test. */
  readonly saved: TestResult;
  readonly response: HttpResponse;
  /** Null if Sentry cannot be reached. */
  readonly own: Trace | null;
  readonly followed: readonly FollowedWork[];
  /** Stage name → what its probes find; stages without a probe are not in it. */
  readonly stored: ReadonlyMap<string, StoredOfStage>;
  /** How much longer the response takes than in the good test, in milliseconds. */
  readonly delayMs: number;
  /** The response to the resent webhook; null if it is not resent, or the target behaves as it should. */
  readonly repeated: HttpResponse | null;
}

/** A working test with a specimen. */
export interface GoodTest {
  readonly result: TestResult;
  readonly response: StoredResponse;
  readonly specimen: Specimen;
}

/** Null for a test that shows nothing: it is broken, has warnings, or has no specimen. */
export function goodTest(result: TestResult): GoodTest | null {
  const { specimen, response, verdict, warnings, missingData } = result;
  const isGood = verdict === 'working' && warnings.length === 0 && missingData.length === 0;
  if (!isGood || specimen === undefined || response === null || !result.expectsAcceptance) return null;
  return { result, response, specimen };
}

export function sceneOf(
  { result, response, specimen }: GoodTest,
  stages: readonly StageExpectation[],
): Scene {
  const rows = new Map(specimen.probes.map(({ stage, row }) => [stage, rowOf(row)] as const));
  return {
    saved: result,
    response: responseOf(response),
    own: traceOf(specimen.own),
    followed: specimen.followed.map((work) => ({ ...work, traces: work.traces.map(traceOf) })),
    stored: new Map(
      stages
        .filter(({ http, sql }) => http !== null || sql !== null)
        .map(({ name, http, sql }) => [
          name,
          { http: http && AS_SAVED, sql: sql && AS_SAVED, row: rows.get(name) ?? null },
        ]),
    ),
    delayMs: 0,
    repeated: null,
  };
}

const AS_SAVED: Stored = { kind: 'as-saved' };

function traceOf({ traceId, spans, issues }: SpecimenTrace): Trace {
  return { traceId, issues, spans: spans.map((span) => ({ ...span, traceId })) };
}

function responseOf({ status, statusText, headers, body, bodyBytes }: StoredResponse): HttpResponse {
  const value = tryParseJson(body);
  return {
    ...{ status, statusText, headers, body, bodyBytes, httpVersion: '1.1' },
    json:
      value !== undefined
        ? { ok: true, value }
        : { ok: false, kind: body === '' ? 'empty' : 'not-json', reason: 'the body is not JSON' },
  };
}

/** The same response with another body. */
export function withBody(response: HttpResponse, value: Json): HttpResponse {
  const body = JSON.stringify(value);
  return { ...response, body, bodyBytes: Buffer.byteLength(body), json: { ok: true, value } };
}

/** The span id that went out in the headers of the test; empty if they were not saved. */
export function sentSpanId({ request }: TestResult): string {
  return request.headers['sentry-trace']?.split('-')[1] ?? '';
}
