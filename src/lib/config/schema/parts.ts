/** Building blocks of the config schema. A part's error message describes the allowed values. */

import * as z from 'zod';
import { HEADER_NAME, HEADER_VALUE } from '../../http/header-syntax.ts';
import { canParseUrl, urlProblem } from '../../http/url.ts';
import { isNumber } from '../../json/decimal.ts';
import { pathProblem } from '../../json/path.ts';
import { type ExactNumber, isScalar, type Json, type JsonObject, type Scalar } from '../../model/json.ts';
import type { PayloadFunction } from '../../model/scenario.ts';
import { numberText } from '../../terminal/quantities.ts';
import { METHODS } from '../keys/request-keys.ts';
import { MAX_BODY_BYTES, MAX_DURATION_MS, MAX_NAME_LENGTH } from '../limits.ts';
import { BYTES_PATTERN, DURATION_PATTERN, parseBytes, parseDuration } from '../settings/units.ts';

const AN_OBJECT = 'an object (key: value)';

/** An object with known keys; unknown ones are reported by schema-problems.ts. */
export function object<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: AN_OBJECT });
}

export function recordOf<Value extends z.ZodType>(value: Value) {
  return z.record(z.string(), value, { error: AN_OBJECT });
}

export function integer(range: { readonly min: number; readonly max: number }) {
  const error = `an integer from ${numberText(range.min)} to ${numberText(range.max)}`;
  return z.int({ error }).min(range.min, { error }).max(range.max, { error });
}

/** Half a character cannot be written into a URL, a header or a file name. */
const LONE_SURROGATE = /\p{Surrogate}/u;

export function text(error = 'a string') {
  return z
    .string({ error })
    .min(1, { error })
    .refine((value) => !LONE_SURROGATE.test(value), { error });
}

/** A path into JSON. @param options.each whether it may name each item of a list */
export function jsonPath(options: { readonly each?: boolean } = {}) {
  return text('a path such as data.signal_id').refine((value) => pathProblem(value, options) === null, {
    error: ({ input }) => pathProblem(String(input), options) ?? '',
  });
}

export function flag() {
  return z.boolean({ error: 'true or false' });
}

/** A list, or a single item in place of a list of one. */
export function listOf<Item extends z.ZodType>(item: Item, error: string) {
  return z.union([item, z.array(item, { error })], { error });
}

const DURATION = 'a duration such as 500ms, 10s, 2m or 1h';
const durationError = (input: unknown) =>
  typeof input === 'number' || (typeof input === 'string' && /^\d+(\.\d+)?$/.test(input))
    ? `${DURATION}; add a unit: ${input}s or ${input}ms`
    : `${DURATION}, from 1ms to ${MAX_DURATION_MS / 3_600_000}h`;

export function duration() {
  return z
    .string({ error: ({ input }) => durationError(input) })
    .regex(DURATION_PATTERN, { error: ({ input }) => durationError(input) })
    .refine((value) => inRange(parseDuration(value), MAX_DURATION_MS), {
      error: ({ input }) => durationError(input),
    });
}

export function bytes() {
  const error = `a size such as 64KiB or 1MiB, or a number of bytes, up to ${MAX_BODY_BYTES / 1024 ** 2}MiB`;
  return z.union(
    [
      z.int({ error }).min(1, { error }).max(MAX_BODY_BYTES, { error }),
      z
        .string({ error })
        .regex(BYTES_PATTERN, { error })
        .refine((value) => inRange(parseBytes(value), MAX_BODY_BYTES), { error }),
    ],
    { error },
  );
}

function inRange(value: number | null, max: number): boolean {
  return value !== null && value >= 1 && value <= max;
}

export function httpUrl() {
  const error = 'an http:// or https:// URL';
  return z
    .string({ error })
    .regex(/^[hH][tT][tT][pP][sS]?:\/\/\S+$/, { error })
    .refine((value) => canParseUrl(value), { error })
    .superRefine((value, context) => {
      const problem = canParseUrl(value) ? urlProblem(value) : null;
      if (problem !== null) context.addIssue({ code: 'custom', message: `${error}; this one ${problem}` });
    });
}

const isUsableNumber = (value: unknown) =>
  isNumber(value) && value !== Infinity && value !== -Infinity && !Number.isNaN(value);
/** In the schema for editors, an exact number is a number. */
const number = z.custom<number | ExactNumber>(isUsableNumber).meta({ type: 'number' });

export const scalar = z
  .custom<Scalar>((value) => isScalar(value) && (!isNumber(value) || isUsableNumber(value)), {
    error: 'a string, a number, true or false',
  })
  .meta({ type: ['string', 'number', 'boolean'] });

/** Letters that are safe in file names, in `--scenario` without quotes, and in span attributes. */
export function safeName() {
  const error = `a name of letters, digits, dots, dashes and underscores, up to ${MAX_NAME_LENGTH} characters`;
  return z
    .string({ error })
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error })
    .max(MAX_NAME_LENGTH, { error });
}

export const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), number, z.boolean(), z.null(), z.array(json), z.record(z.string(), json)], {
    error: 'a JSON value',
  }),
);

export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), json, { error: AN_OBJECT });

const payloadFunction = z.custom<PayloadFunction>((value) => typeof value === 'function', {
  error: AN_OBJECT,
});

/** A template; in a JavaScript config, also a function of the payload context. */
export const payload = z.union([jsonObject, payloadFunction], {
  error: 'an object, or in a JavaScript config a function that returns one',
});

/** A JSON Schema for payloads; a string is the name of a file. */
export const payloadSchema = z.union([jsonObject, z.boolean(), text('a JSON Schema or a file name')], {
  error: 'a JSON Schema or a file name',
});

export const headerName = z.string({ error: 'a header name' }).regex(HEADER_NAME, { error: 'a header name' });

/** How severe a failed check is. */
export const severity = z.enum(['error', 'warn', 'off'], { error: 'error, warn or off' });

/** True accepts everything, false nothing. */
export const jsonSchemaOrBoolean = z.union([jsonObject, z.boolean()], { error: 'a JSON Schema' });

const A_HEADER_VALUE = 'a single line of Latin-1 characters, as HTTP requires';

/** A header's value, or a part of one. */
export function headerText() {
  return z.string({ error: A_HEADER_VALUE }).regex(HEADER_VALUE, { error: A_HEADER_VALUE });
}

export const headers = z.record(headerName, headerText(), { error: AN_OBJECT });

export const method = z.enum(METHODS, { error: METHODS.join(', ') });
