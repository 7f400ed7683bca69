/** Reads fields of JSON written by somebody else: a field of another type than expected counts as absent. */
import type { PlainScalar } from '../../model/json.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value's fields; none for anything but an object. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** A text that is not empty, or null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A finite number, or null: `1e999` is valid JSON and reads as infinity. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** As {@link numberOf}, also where the number is written as text. */
export function decimalOf(value: unknown): number | null {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : numberOf(value);
}

/** Ids come as numbers from some versions and as text from others. */
export function idOf(value: unknown): string | null {
  return textOf(value) ?? (Number.isSafeInteger(value) ? String(value) : null);
}

/** A whole number from 0, or null. Sentry's counts are floats (`195.0`). */
export function countOf(value: unknown): number | null {
  const number = numberOf(value);
  return number === null || number < 0 ? null : Math.round(number);
}

export function scalarOf(value: unknown): PlainScalar | null {
  return typeof value === 'boolean' ? value : typeof value === 'string' ? value : numberOf(value);
}

/** 16 lower-case hex characters, or null. */
export function spanIdOf(value: unknown): string | null {
  if (typeof value !== 'string' || !/^[0-9a-f]{16}(?:[0-9a-f]{16})?$/i.test(value)) return null;
  // Sentry keeps a span under an id of 32 characters whose latter half is the span's; its API examples show that one.
  const id = value.slice(-16).toLowerCase();
  return /^0+$/.test(id) ? null : id;
}

/** 32 lower-case hex characters, or null. */
export function traceIdOf(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value) && !/^0+$/.test(value)
    ? value.toLowerCase()
    : null;
}
