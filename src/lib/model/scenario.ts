/** What can be sent and which response is expected. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { JsonObject, PlainScalar, Scalar } from './json.ts';
import type { CleanupCall } from './probe.ts';
import type { SenderName, Signing } from './signing.ts';
import type { StatusPattern } from './status-pattern.ts';

/** Expectations for a response. Empty lists, empty objects and null check nothing. */
export interface Expectation {
  readonly status: readonly StatusPattern[];
  /** Dotted paths; absent, null and empty count as missing data. */
  readonly required: readonly string[];
  /** Dotted paths; absent, null and empty give a warning and count as missing data. */
  readonly recommended: readonly string[];
  /** The response must contain this (objects: subset; lists: same length; scalars: equal). */
  readonly match: JsonObject | null;
  /** A JSON Schema (draft 2020-12, 2019-09 or 07, by its `$schema`; 2020-12 without). */
  readonly schema: JsonObject | boolean | null;
  /** Header name → exact value, or `/regular expression/`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Media type without parameters, e.g. `application/json`. */
  readonly contentType: string | null;
  /** Slower gives a warning. */
  readonly degradedDurationMs: number | null;
  /** Slower is an error. */
  readonly maxDurationMs: number | null;
  /** Dotted path → values (any case) that mean "refused" although the status is right. */
  readonly refuse: Readonly<Record<string, readonly string[]>>;
  /** Dotted path → values (any case) that deserve a warning, such as a duplicate. */
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
  /** In seconds since the epoch. */
  readonly timestampSeconds: number;
  /** The date in UTC: `2026-08-01`. */
  readonly today: string;
  readonly uuid: string;
}

/** The values available in a payload template, which also include the dimensions by name. */
export interface TemplateContext extends ContextNames {
  readonly [dimension: string]: Scalar;
}

/** The values available in a payload function: integers that a JavaScript number would round are bigints. */
export interface PayloadContext extends ContextNames {
  readonly [dimension: string]: PlainScalar | bigint;
}

/** JSON in which a bigint represents an integer of any size. */
export type PayloadValue =
  | null
  | PlainScalar
  | bigint
  | readonly PayloadValue[]
  | { readonly [key: string]: PayloadValue };

/** A JSON Schema, or the absolute path of one. */
export type PayloadSchema =
  | { readonly kind: 'schema'; readonly schema: JsonObject | boolean }
  | { readonly kind: 'file'; readonly path: string };

/** How to resend the same webhook, to see whether the target creates a second event. */
export interface Repeat {
  /** Number of resends, at least 1. */
  readonly times: number;
  /** Delay after the previous response. */
  readonly afterMs: number;
  /** Dotted path of the response field that identifies the event. */
  readonly idPath: string;
  /** How severe it is if the target creates a second event. */
  readonly secondEvent: 'error' | 'warn' | 'off';
  /** For each further response. */
  readonly expect: Expectation;
}

export type PayloadFunction = (context: PayloadContext) => { readonly [key: string]: PayloadValue };

/** A named kind of webhook, with all defaults of the config applied. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** The scenario's own part of the payload; merged over the config's `payload`. */
  readonly payload: JsonObject | PayloadFunction;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  /** Appended to the target's URL; may be empty. */
  readonly path: string;
  /** The provider to imitate; null for none. */
  readonly sender: SenderName | null;
  /** Null for no signature. */
  readonly signing: Signing | null;
  readonly expect: Expectation;
  /** The schema that payloads must match before they are sent; null checks nothing. */
  readonly payloadSchema: PayloadSchema | null;
  /** Null to send it once. */
  readonly repeat: Repeat | null;
  /** How often it occurs in one turn through the scenarios; an integer, at least 1. */
  readonly weight: number;
  /** Made in this order after the test is judged. */
  readonly cleanup: readonly CleanupCall[];
}
