/** What can be sent, and what is expected of the response. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { JsonObject, PlainScalar, Scalar } from './json.ts';
import type { CleanupCall } from './probe.ts';
import type { SenderName, Signing } from './signing.ts';
import type { StatusPattern } from './status-pattern.ts';

/** What a response has to look like. Empty lists, empty records and null check nothing. */
export interface Expectation {
  readonly status: readonly StatusPattern[];
  /** Dotted paths; absent, null or empty is missing data. */
  readonly required: readonly string[];
  /** Dotted paths; absent, null or empty is a warning and missing data. */
  readonly recommended: readonly string[];
  /** The response has to contain this (objects: subset; lists: same length; scalars: equal). */
  readonly match: JsonObject | null;
  /** A JSON Schema (draft 2020-12, 2019-09 or 07, by its `$schema`; 2020-12 without). */
  readonly schema: JsonObject | boolean | null;
  /** Header name → exact value, or `/regular expression/`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Media type without parameters, e.g. `application/json`. */
  readonly contentType: string | null;
  /** Slower is a warning. */
  readonly degradedDurationMs: number | null;
  /** Slower is an error. */
  readonly maxDurationMs: number | null;
  /** Dotted path → values (any case) which mean "refused" although the status is right. */
  readonly refuse: Readonly<Record<string, readonly string[]>>;
  /** Dotted path → values (any case) which deserve a warning, such as a duplicate. */
  readonly suspect: Readonly<Record<string, readonly string[]>>;
}

interface ContextNames {
  readonly testId: string;
  readonly runId: string;
  readonly scenario: string;
  /** 1 for the first webhook of the run. */
  readonly index: number;
  readonly timestamp: string;
  readonly timestampMs: number;
  /** Whole seconds since the epoch. */
  readonly timestampSeconds: number;
  /** The day in UTC: `2026-08-01`. */
  readonly today: string;
  readonly uuid: string;
}

/** What a payload template may use. Dimensions are in it by name, too. */
export interface TemplateContext extends ContextNames {
  readonly [dimension: string]: Scalar;
}

/** What a payload function may use: an integer that a JavaScript number would round is a bigint. */
export interface PayloadContext extends ContextNames {
  readonly [dimension: string]: PlainScalar | bigint;
}

/** JSON in which a bigint stands for an integer of any length. */
export type PayloadValue =
  | null
  | PlainScalar
  | bigint
  | readonly PayloadValue[]
  | { readonly [key: string]: PayloadValue };

/** A JSON Schema, or where one lies: an absolute path. */
export type PayloadSchema =
  | { readonly kind: 'schema'; readonly schema: JsonObject | boolean }
  | { readonly kind: 'file'; readonly path: string };

/** The same webhook resent: what does the target make of it? */
export interface Repeat {
  /** How often it is sent again; from 1. */
  readonly times: number;
  /** How long after the response before. */
  readonly afterMs: number;
  /** Dotted path of the responses' field that is the same for one event. */
  readonly idPath: string;
  /** What it is when the target made a second event of it. */
  readonly secondEvent: 'error' | 'warn' | 'off';
  /** Of each further response. */
  readonly expect: Expectation;
}

export type PayloadFunction = (context: PayloadContext) => { readonly [key: string]: PayloadValue };

/** A named kind of webhook; every default of the config is already in it. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The part of the payload that is this scenario's own; laid over the config's `payload`. */
  readonly payload: JsonObject | PayloadFunction;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  /** Appended to the target's URL; empty for none. */
  readonly path: string;
  /** Whose manner it takes on; null for our own. */
  readonly sender: SenderName | null;
  /** Null for no signature. */
  readonly signing: Signing | null;
  readonly expect: Expectation;
  /** What its payloads have to look like before they are sent; null checks nothing. */
  readonly payloadSchema: PayloadSchema | null;
  /** Null: sent once. */
  readonly repeat: Repeat | null;
  /** How often it comes up in one turn through the scenarios; an integer from 1. */
  readonly weight: number;
  /** Made in this order once the test is judged. */
  readonly cleanup: readonly CleanupCall[];
}
