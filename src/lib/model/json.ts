/** JSON as data, and the values a payload dimension takes. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */

/** A number as it was written, where a JavaScript number would lose a digit or the spelling: `9007199254740993`, `98765.10`. */
export class ExactNumber {
  readonly text: string;

  /** @param text a number in JSON's spelling */
  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  /** For `JSON.stringify`, which has no way to write these digits as a number; `writeJson` has. */
  toJSON(): string {
    return this.text;
  }
}

/** What JavaScript's own types hold. */
export type PlainScalar = string | number | boolean;

export type Scalar = PlainScalar | ExactNumber;

export type Json = null | Scalar | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** Whether it is neither a list nor an object nor null. */
export function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value) || value instanceof ExactNumber;
}
