/**
 * Builds schemas from the rows of the key table. Separate from schema.ts: a run without a config file needs only what flags and
 * variables set, and building the schemas of scenarios, traces and probes takes longer than sending ten webhooks.
 */
import * as z from 'zod';
import type { Scalar } from '../../model/json.ts';
import { numberText } from '../../terminal/quantities.ts';
import type { ConfigKey } from '../keys/key.ts';
import { CONFIG_KEYS, type Row, splitKey } from '../keys/table.ts';
import { bytes, duration, flag, headers, httpUrl, integer, listOf, object, scalar, text } from './parts.ts';

// zod's generated code pays off from some hundred values on; a configuration is one.
z.config({ jitless: true });

/** The type of value that a row of the table accepts. */
type ValueOf<R> = R extends { readonly kind: 'integer' | 'number' }
  ? number
  : R extends { readonly kind: 'boolean' }
    ? boolean
    : R extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : R extends { readonly kind: 'list'; readonly choices: readonly (infer Choice)[] }
        ? Choice | Choice[]
        : R extends { readonly kind: 'list' }
          ? string | string[]
          : R extends { readonly kind: 'text-or-integer' | 'bytes' }
            ? string | number
            : R extends { readonly kind: 'headers' }
              ? Record<string, string>
              : R extends { readonly kind: 'pins' }
                ? Record<string, Scalar>
                : string;

type OwnSchemas = Readonly<Record<string, z.ZodType>>;

type SchemaOf<R extends Row, Own extends OwnSchemas> = R extends { readonly kind: 'own' }
  ? Own[R['key']]
  : R extends { readonly kind: 'group' }
    ? z.ZodObject<GroupShape<R['key'], Own>, z.core.$strict>
    : z.ZodType<ValueOf<R>>;

type GroupShape<Group extends string, Own extends OwnSchemas> = {
  [R in Row as R['key'] extends `${Group}.${infer Name}` ? Name : never]: z.ZodOptional<SchemaOf<R, Own>>;
};

/** The top-level keys, as an object schema has them. */
export type TopShape<Own extends OwnSchemas> = {
  [R in Row as R['key'] extends `${string}.${string}` ? never : R['key']]: z.ZodOptional<SchemaOf<R, Own>>;
};

/** Keys with a schema of their own; the table describes all others. */
export type OwnKey = Extract<Row, { readonly kind: 'own' }>['key'];

/** Every top-level key, optional, in the order of the table. @param own schemas of the rows of kind `own`, by key */
export function shapeOf<Own extends Readonly<Record<OwnKey, z.ZodType>>>(own: Own): TopShape<Own> {
  return shapeIn(null, own) as TopShape<Own>;
}

/** The options set by flags or variables, as one layer of the configuration. */
export const optionLayerSchema = object(shapeIn(null, {}));

function shapeIn(group: string | null, own: OwnSchemas): Record<string, z.ZodType> {
  const shape: Record<string, z.ZodType> = {};
  for (const row of CONFIG_KEYS) {
    const { group: itsGroup, name } = splitKey(row.key);
    if (itsGroup !== group) continue;
    const schema = row.kind === 'own' ? own[row.key] : schemaOf(row, own);
    if (schema !== undefined) shape[name] = described(schema, row).optional();
  }
  return shape;
}

function described(schema: z.ZodType, row: ConfigKey): z.ZodType {
  const { summary, default: inEffect, usual = inEffect } = row;
  const description = summary.replace(/; repeatable\./, '.');
  return schema.meta({ description, ...(usual === undefined ? {} : { default: usual }) });
}

function schemaOf(row: Exclude<ConfigKey, { readonly kind: 'own' }>, own: OwnSchemas): z.ZodType {
  switch (row.kind) {
    case 'group':
      return object(shapeIn(row.key, own));
    case 'url':
      return httpUrl();
    case 'boolean':
      return flag();
    case 'duration':
      return duration();
    case 'bytes':
      return bytes();
    case 'headers':
      return headers;
    case 'pins':
      return z.record(text(), scalar, { error: 'an object (dimension: value)' });
    case 'integer':
      return integer(row);
    case 'number': {
      const error = `a number above 0, up to ${numberText(row.max)}`;
      return z.number({ error }).gt(0, { error }).max(row.max, { error });
    }
    case 'text':
      return row.pattern === undefined ? text(row.allowed) : matching({ ...row, pattern: row.pattern });
    case 'text-or-integer':
      return z.union([text(), z.int()], { error: row.allowed });
    case 'choice':
      return choice(row.choices, row.allowed);
    case 'list':
      return listOf(itemOf(row), row.allowed);
  }
}

function itemOf({ choices, item }: Extract<ConfigKey, { readonly kind: 'list' }>): z.ZodType {
  if (choices !== undefined) return choice(choices);
  return item === undefined ? text() : matching(item);
}

function choice(choices: readonly string[], error = choices.join(', ')) {
  return z.enum(choices, { error });
}

function matching({ pattern, allowed }: { readonly pattern: RegExp; readonly allowed?: string }) {
  const error = allowed ?? 'a string';
  return z.string({ error }).regex(pattern, { error });
}
