/** `{{…}}` in payloads: names of the context, and a few generators fed by the plan's seed. */
import { nearestName, ProdE2eError } from '../errors.ts';
import type { Json, JsonObject, Scalar } from '../model/json.ts';
import type { PayloadContext } from '../model/scenario.ts';
import { setOwn } from './merge-payload.ts';
import type { Random } from './random.ts';

interface Draw {
  readonly context: PayloadContext;
  readonly random: Random;
}
type Renderer = (draw: Draw) => Json;

// White space is trimmed afterwards: beside a class that holds it as well, matching would take cubic time.
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const WHOLE_PLACEHOLDER = /^\{\{([^{}]*)\}\}$/;

/** Names a template can use besides the dimensions. */
export const CONTEXT_NAMES = [
  'testId',
  'runId',
  'scenario',
  'index',
  'timestamp',
  'timestampMs',
  'uuid',
] as const;
const GENERATORS = ['int', 'float', 'pick'] as const;

/** Digits after the point that `{{float}}` may ask for: beyond this a double has none to give. */
const FLOAT_DIGITS_LIMIT = 15;

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
}): Renderer {
  const known = [...CONTEXT_NAMES, ...options.names];
  const compile = (template: Json, path: string): Renderer => {
    if (typeof template === 'string')
      return compileString(template, { known, where: `${options.where}, ${path}` });
    if (Array.isArray(template)) {
      const items = template.map((item, at) => compile(item, `${path}[${at}]`));
      return (draw) => items.map((render) => render(draw));
    }
    if (template !== null && typeof template === 'object') {
      const entries = Object.entries(template as JsonObject).map(
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
  return compile(options.template, 'payload');
}

interface Place {
  readonly known: readonly string[];
  readonly where: string;
}

function compileString(text: string, place: Place): Renderer {
  const whole = WHOLE_PLACEHOLDER.exec(text);
  if (whole) return compileExpression(whole[1] ?? '', place);
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
  const [name = '', ...args] = expression.split(/\s+/);
  if (place.known.includes(name)) {
    if (args.length > 0) throw invalid(expression, place, `${name} stands alone: {{${name}}}`);
    return ({ context }) => context[name] ?? null;
  }
  switch (name) {
    case 'int':
      return compileInt(args, expression, place);
    case 'float':
      return compileFloat(args, expression, place);
    case 'pick':
      return compilePick(args, expression, place);
    default:
      throw unknownName(name, expression, place);
  }
}

function compileInt(args: readonly string[], expression: string, place: Place): Renderer {
  const [from, to] = args.map(Number);
  if (
    args.length !== 2 ||
    from === undefined ||
    to === undefined ||
    !inRange(from, to) ||
    !isWhole(from, to)
  ) {
    throw invalid(expression, place, 'int takes two whole numbers, the smaller first: {{int 1 100}}');
  }
  return ({ random }) => random.int(from, to);
}

function isWhole(...numbers: readonly number[]): boolean {
  return numbers.every((number) => Number.isSafeInteger(number));
}

/** The width has to be finite as well: from -1e308 to 1e308 it is not. */
function inRange(from: number, to: number): boolean {
  return Number.isFinite(to - from) && from <= to;
}

function compileFloat(args: readonly string[], expression: string, place: Place): Renderer {
  const [from, to, digits] = args.map(Number);
  const valid =
    args.length === 3 &&
    from !== undefined &&
    to !== undefined &&
    inRange(from, to) &&
    digits !== undefined &&
    Number.isInteger(digits) &&
    digits >= 0 &&
    digits <= FLOAT_DIGITS_LIMIT;
  if (!valid) {
    throw invalid(
      expression,
      place,
      `float takes from, to and digits (0 to ${FLOAT_DIGITS_LIMIT}): {{float 1 2 2}}`,
    );
  }
  // Plus 0: rounding a small negative number gives -0, which no payload means.
  return ({ random }) => Number((from + random.fraction() * (to - from)).toFixed(digits)) + 0;
}

function compilePick(args: readonly string[], expression: string, place: Place): Renderer {
  if (args.length === 0)
    throw invalid(expression, place, 'pick takes the values to choose from: {{pick a b}}');
  const choices: readonly Scalar[] = args;
  return ({ random }) => choices[random.int(0, choices.length - 1)] ?? null;
}

function invalid(expression: string, place: Place, hint: string): ProdE2eError {
  return new ProdE2eError(`Template {{${expression}}} cannot be used (${place.where}).`, {
    code: 'TEMPLATE_INVALID',
    hints: [hint],
  });
}

function unknownName(name: string, expression: string, place: Place): ProdE2eError {
  const names = [...place.known, ...GENERATORS];
  return new ProdE2eError(`Template {{${expression}}} uses the unknown name "${name}" (${place.where}).`, {
    code: 'TEMPLATE_INVALID',
    hints: [`Did you mean {{${nearestName(name, names)}}}?`, `Known names: ${names.join(', ')}.`],
  });
}

/** The names that the placeholders of templates begin with. */
export function namesIn(templates: unknown): ReadonlySet<string> {
  const text = JSON.stringify(templates);
  return new Set(
    [...text.matchAll(PLACEHOLDER)].map(([, expression = '']) => expression.trim().split(/\s+/)[0] ?? ''),
  );
}
