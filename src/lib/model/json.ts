/** JSON as data, and the values of payload dimensions. Plain readonly data. */

/** A number as written, if a JavaScript number would lose a digit or its notation: `9007199254740993`, `98765.10`. */
export class ExactNumber {
  readonly text: string;

  /** @param text a number in JSON syntax */
  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  /** For `JSON.stringify`, which cannot write these digits as a number; `writeJson` can. */
  toJSON(): string {
    return this.text;
  }
}

/** JSON that consists of JavaScript values only. */
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

/** Neither a list nor an object nor null. */
export function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value) || value instanceof ExactNumber;
}
