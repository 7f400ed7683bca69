/** Checks that a saved value has the expected shape. Further fields are accepted, because a later version may have added them. */
import { isRecord } from './saved-json.ts';

export type Shape = (value: unknown) => boolean;

/** A check for every field of a type; does not compile if one is missing. */
export type ShapesOf<Type> = { readonly [Key in keyof Type]-?: Shape };

export const isText: Shape = (value) => typeof value === 'string';

export const isFlag: Shape = (value) => typeof value === 'boolean';

/** No measurement or count is larger; larger numbers would be written with an exponent. */
export const isNumber: Shape = (value) =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER;

export function orNull(shape: Shape): Shape {
  return (value) => value === null || shape(value);
}

export function oneOf(...allowed: readonly unknown[]): Shape {
  return (value) => allowed.includes(value);
}

export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(shape);
}

/** For an optional field. */
export function orAbsent(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

/** An object with any keys whose values all have this shape. */
export function recordOf(shape: Shape): Shape {
  return (value) => isRecord(value) && Object.values(value).every(shape);
}

export function anyOf(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}

export function fields<Type>(shapes: ShapesOf<Type>): (value: unknown) => value is Type {
  const entries = Object.entries<Shape>(shapes);
  return (value): value is Type =>
    isRecord(value) &&
    entries.every(([key, shape]) => shape(Object.hasOwn(value, key) ? value[key] : undefined));
}
