/** `{{…}}` in payloads: names of the context, and a few generators fed by the plan's seed. */
import { nearestName, ProdE2eError } from '../errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { TemplateContext } from '../model/scenario.ts';
import { MS_PER_UNIT } from '../terminal/quantities.ts';
import { GENERATORS, generatorOf } from './generators.ts';
import type { Random } from './random.ts';

/** The source of generated values. */
export interface Draws {
  readonly random: Random;
  /** A new one each time. */
  readonly newUuid: () => string;
}

interface Draw extends Draws {
  readonly context: TemplateContext;
}
type Renderer = (draw: Draw) => Json;

// White space is trimmed afterward: next to a class that also matches it, matching would take cubic time.
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const WHOLE_PLACEHOLDER = /^\{\{([^{}]*)\}\}$/;

/** Stands for `{{`, which otherwise begins a placeholder. */
const OPEN_BRACES = 'openBraces';

/** Names that a template can use in addition to the dimensions. */
export const CONTEXT_NAMES = [
  'testId',
  'runId',
  'scenario',
  'index',
  'timestamp',
  'timestampMs',
  'timestampSeconds',
  'today',
  'uuid',
] as const;

/** The names of the context that are times. */
export function timesOf(
  now: Date,
): Pick<TemplateContext, 'timestamp' | 'timestampMs' | 'timestampSeconds' | 'today'> {
  const timestamp = now.toISOString();
  const timestampMs = now.getTime();
  return {
    timestamp,
    timestampMs,
    timestampSeconds: Math.floor(timestampMs / 1_000),
    today: timestamp.slice(0, timestamp.indexOf('T')),
  };
}

/**
 * Prepares a payload template once for all tests. A string that is one placeholder becomes the value with its type;
 * other strings become text.
 * @throws ProdE2eError `TEMPLATE_INVALID`, naming the place and the nearest known name
 */
export function compileTemplate(options: {
  readonly template: Json;
  /** Names of the dimensions. */
  readonly names: readonly string[];
  /** Where the template comes from, for messages: `scenario CHOP`. */
  readonly where: string;
  /** The first part of each place in messages. */
  readonly root?: string;
}): Renderer {
  const known = [...CONTEXT_NAMES, ...options.names];
  const compile = (template: Json, path: string): Renderer => {
    if (typeof template === 'string')
      return compileString(template, { known, where: `${options.where}, ${path}` });
    if (Array.isArray(template)) {
      const items = template.map((item, at) => compile(item, `${path}[${at}]`));
      return (draw) => items.map((render) => render(draw));
    }
    if (isJsonObject(template)) {
      const entries = Object.entries(template).map(
        ([key, value]) => [key, compile(value, `${path}.${key}`)] as const,
      );
      return (draw) => {
        const object: Record<string, Json> = {};
        for (const [key, render] of entries) setOwn(object, key, render(draw));
        return object;
      };
    }
    return () => template;
  };
  return compile(options.template, options.root ?? 'payload');
}

interface Place {
  readonly known: readonly string[];
  readonly where: string;
}

function compileString(text: string, place: Place): Renderer {
  const placeholder = WHOLE_PLACEHOLDER.exec(text);
  if (placeholder) return compileExpression(placeholder[1] ?? '', place);
  const parts: (string | Renderer)[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    parts.push(text.slice(end, match.index), compileExpression(match[1] ?? '', place));
    end = match.index + match[0].length;
  }
  if (parts.length === 0) return () => text;
  parts.push(text.slice(end));
  return (draw) => parts.map((part) => (typeof part === 'string' ? part : String(part(draw)))).join('');
}

function compileExpression(inside: string, place: Place): Renderer {
  const expression = inside.trim();
  const [name = '', ...args] = wordsOf(expression);
  if (place.known.includes(name)) {
    if (args.length === 0) return ({ context }) => context[name] ?? null;
    if (isTime(name)) return compileTime(name, { args, expression, place });
    throw invalid(expression, place, `${name} takes no arguments: {{${name}}}`);
  }
  if (name === OPEN_BRACES && args.length === 0) return () => '{{';
  if (!isGenerator(name)) throw unknownName(name, expression, place);
  const generator = generatorOf(name, args);
  if (typeof generator === 'string') throw invalid(expression, place, generator);
  return generator;
}

/** Words between spaces; quotes, single or double, keep several together. */
const WORD = /"([^"]*)"|'([^']*)'|\S+/g;

function wordsOf(expression: string): readonly string[] {
  return [...expression.matchAll(WORD)].map(([word, double, single]) => double ?? single ?? word);
}

function isGenerator(name: string): name is (typeof GENERATORS)[number] {
  return (GENERATORS as readonly string[]).includes(name);
}

const TIMES = ['timestamp', 'timestampMs', 'timestampSeconds', 'today'] as const;
type Time = (typeof TIMES)[number];

function isTime(name: string): name is Time {
  return (TIMES as readonly string[]).includes(name);
}

const SHIFT = /^([+-])(\d{1,9})(ms|s|m|h|d)$/;
/** ±273,790 years, within what a date can hold. */
const MAX_SHIFT_MS = 8.64e15 / 2;

/** `{{timestamp -5m}}`: that much before or after. */
function compileTime(
  name: Time,
  {
    args,
    expression,
    place,
  }: { readonly args: readonly string[]; readonly expression: string; readonly place: Place },
): Renderer {
  const [, sign, count, unit = ''] = SHIFT.exec(args.length === 1 ? (args[0] ?? '') : '') ?? [];
  const shiftMs = Number(`${sign}${count}`) * (MS_PER_UNIT[unit] ?? Number.NaN);
  if (!(Math.abs(shiftMs) <= MAX_SHIFT_MS))
    throw invalid(expression, place, `${name} takes at most an offset: {{${name} -5m}}`);
  return ({ context }) => timesOf(new Date(context.timestampMs + shiftMs))[name];
}

function invalid(expression: string, place: Place, hint: string): ProdE2eError {
  return new ProdE2eError(`Invalid template {{${expression}}} (${place.where}).`, {
    code: 'TEMPLATE_INVALID',
    hints: [hint],
  });
}

function unknownName(name: string, expression: string, place: Place): ProdE2eError {
  const names = [...place.known, ...GENERATORS, OPEN_BRACES];
  const meant = nearestName(name, names);
  return new ProdE2eError(`Unknown name "${name}" in the template {{${expression}}} (${place.where}).`, {
    code: 'TEMPLATE_INVALID',
    hints: [...(meant === null ? [] : [`Did you mean {{${meant}}}?`]), `Known names: ${names.join(', ')}.`],
  });
}

/** The names that the placeholders of templates begin with. */
export function namesIn(templates: unknown): ReadonlySet<string> {
  const text = JSON.stringify(templates);
  return new Set(
    [...text.matchAll(PLACEHOLDER)].map(([, expression = '']) => expression.trim().split(/\s+/)[0] ?? ''),
  );
}

/** `over` laid over `base`: objects key by key, everything else replaced. Keys of `base` come first. */
export function mergePayload(base: JsonObject, over: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(result, key) ? result[key] : undefined;
    const merged = isJsonObject(below) && isJsonObject(value) ? mergePayload(below, value) : value;
    setOwn(result, key, merged);
  }
  return result;
}

/** A key named `__proto__` is data like any other, which assignment would take for the prototype. */
export function setOwn(object: Record<string, Json>, key: string, value: Json): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}
