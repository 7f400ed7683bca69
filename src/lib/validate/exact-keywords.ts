/** The keywords of JSON Schema that compare numbers, exact in every digit. What ajv itself gets are JavaScript numbers. */
import type { AnySchemaObject, FuncKeywordDefinition } from 'ajv';
import { compareNumbers, isInteger, isMultipleOf, isNumber } from '../json/decimal.ts';
import { canonicalJson } from '../json/text.ts';
import { ExactNumber, isJsonObject, type Json } from '../model/json.ts';

/** What an object or a list without exact numbers was made of. */
const originals = new WeakMap<object, object>();

/** A copy with JavaScript numbers; the keywords below find what the numbers were. */
export function inNumbers(value: Json): Json {
  if (value instanceof ExactNumber) return standIn(value);
  if (Array.isArray(value)) return remembered(value.map(inNumbers), value);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, inNumbers(item)] as const);
  return remembered(Object.fromEntries(entries), value);
}

function remembered<Copy extends object>(copy: Copy, original: object): Copy {
  originals.set(copy, original);
  return copy;
}

/** Finite, and whole where the number is: ajv checks types. */
function standIn(value: ExactNumber): number {
  const near = Number(value.text);
  if (!isInteger(value)) return Number.isInteger(near) ? 0.5 : near;
  return Number.isFinite(near) ? near : Math.sign(near) * Number.MAX_VALUE;
}

/** The place of a value. */
interface Place {
  readonly parentData?: unknown;
  readonly parentDataProperty?: string | number;
}

function originalOf(value: unknown, { parentData, parentDataProperty = '' }: Place): unknown {
  if (typeof value === 'object' && value !== null) return originals.get(value) ?? value;
  if (typeof value !== 'number' || typeof parentData !== 'object' || parentData === null) return value;
  const parent = originals.get(parentData);
  const original: unknown = parent === undefined ? undefined : Reflect.get(parent, parentDataProperty);
  return original instanceof ExactNumber ? original : value;
}

type Check = (value: unknown) => boolean;

function keyword(
  name: string,
  options: {
    readonly type?: 'number' | 'array';
    readonly schemaType?: 'number' | 'boolean' | 'array';
    readonly compile: (wanted: unknown) => Check;
    readonly error: (wanted: unknown) => {
      readonly message: string;
      readonly params: Record<string, unknown>;
    };
  },
): FuncKeywordDefinition {
  const { type, schemaType, compile, error } = options;
  return {
    keyword: name,
    ...(type === undefined ? {} : { type }),
    ...(schemaType === undefined ? {} : { schemaType }),
    errors: true,
    compile: (schema: unknown, parent: AnySchemaObject) => {
      const wanted = originalOf(schema, { parentData: parent, parentDataProperty: name });
      const check = compile(wanted);
      const validate = (data: unknown, place?: Place): boolean => {
        const ok = check(originalOf(data, place ?? {}));
        validate.errors = ok ? [] : [{ keyword: name, ...error(wanted) }];
        return ok;
      };
      validate.errors = [] as object[];
      return validate;
    },
  };
}

/** A limit, and the sign that the difference to it may have. */
function limit(
  name: string,
  comparison: string,
  fits: (difference: number) => boolean,
): FuncKeywordDefinition {
  return keyword(name, {
    ...{ type: 'number', schemaType: 'number' },
    compile: (wanted) => (value) =>
      !isNumber(value) || !isNumber(wanted) || fits(compareNumbers(value, wanted)),
    error: (wanted) => ({
      message: `must be ${comparison} ${wanted}`,
      params: { comparison, limit: wanted },
    }),
  });
}

export const EXACT_KEYWORDS: readonly FuncKeywordDefinition[] = [
  keyword('const', {
    compile: (wanted) => {
      const text = canonicalJson(wanted);
      return (value) => canonicalJson(value) === text;
    },
    error: (wanted) => ({ message: 'must be equal to constant', params: { allowedValue: wanted } }),
  }),
  keyword('enum', {
    schemaType: 'array',
    compile: (wanted) => {
      const texts = new Set((Array.isArray(wanted) ? wanted : []).map(canonicalJson));
      return (value) => texts.has(canonicalJson(value));
    },
    error: (wanted) => ({
      message: 'must be equal to one of the allowed values',
      params: { allowedValues: wanted },
    }),
  }),
  keyword('multipleOf', {
    ...{ type: 'number', schemaType: 'number' },
    compile: (wanted) => (value) => !isNumber(value) || !isNumber(wanted) || isMultipleOf(value, wanted),
    error: (wanted) => ({ message: `must be multiple of ${wanted}`, params: { multipleOf: wanted } }),
  }),
  limit('minimum', '>=', (difference) => difference >= 0),
  limit('maximum', '<=', (difference) => difference <= 0),
  limit('exclusiveMinimum', '>', (difference) => difference > 0),
  limit('exclusiveMaximum', '<', (difference) => difference < 0),
  // In time that grows with the list: ajv's own compares each pair, which makes a long list a matter of hours.
  keyword('uniqueItems', {
    ...{ type: 'array', schemaType: 'boolean' },
    compile: (wanted) => (items) =>
      wanted !== true || !Array.isArray(items) || new Set(items.map(canonicalJson)).size === items.length,
    error: () => ({ message: 'must NOT have duplicate items', params: {} }),
  }),
];
