/** The generators of templates, fed by the plan's seed: the same seed gives the same values, but for `newUuid`. */
import type { Json } from '../model/json.ts';
import type { Random } from './random.ts';

export const GENERATORS = ['int', 'float', 'pick', 'bool', 'hex', 'digits', 'letters', 'newUuid'] as const;
export type GeneratorName = (typeof GENERATORS)[number];

type Generator = (draw: { readonly random: Random; readonly newUuid: () => string }) => Json;

/** Maximum digits after the decimal point of `{{float}}`: a double has no more. */
const FLOAT_DIGITS_LIMIT = 15;
/** Maximum length of an id. */
const LENGTH_LIMIT = 1_000;

/** A generator for these arguments, or a sentence on which arguments it takes. */
export function generatorOf(name: GeneratorName, args: readonly string[]): Generator | string {
  switch (name) {
    case 'int':
      return int(args);
    case 'float':
      return float(args);
    case 'pick':
      return pick(args);
    case 'bool':
      return args.length > 0 ? 'bool takes no arguments: {{bool}}' : ({ random }) => random.int(0, 1) === 1;
    case 'newUuid':
      return args.length > 0 ? 'newUuid takes no arguments: {{newUuid}}' : ({ newUuid }) => newUuid();
    case 'hex':
      return characters(name, { args, from: '0123456789abcdef' });
    case 'digits':
      return characters(name, { args, from: '0123456789' });
    case 'letters':
      return characters(name, { args, from: 'abcdefghijklmnopqrstuvwxyz' });
  }
}

function int(args: readonly string[]): Generator | string {
  const [from, to] = args.map(Number);
  const valid =
    args.length === 2 &&
    from !== undefined &&
    to !== undefined &&
    inRange(from, to) &&
    Number.isSafeInteger(from) &&
    Number.isSafeInteger(to);
  if (!valid) return 'int takes two integers, the smaller first: {{int 1 100}}';
  return ({ random }) => random.int(from, to);
}

/** The width has to be finite as well: from -1e308 to 1e308 it is not. */
function inRange(from: number, to: number): boolean {
  return Number.isFinite(to - from) && from <= to;
}

function float(args: readonly string[]): Generator | string {
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
  if (!valid)
    return `float takes a minimum, a maximum and a number of digits (0 to ${FLOAT_DIGITS_LIMIT}): {{float 1 2 2}}`;
  // Plus 0: rounding a small negative number gives -0, which no payload means.
  return ({ random }) => Number((from + random.fraction() * (to - from)).toFixed(digits)) + 0;
}

function pick(args: readonly string[]): Generator | string {
  if (args.length === 0) return 'pick takes the values to choose from: {{pick a b}}';
  return ({ random }) => args[random.int(0, args.length - 1)] ?? null;
}

function characters(
  name: GeneratorName,
  { args, from }: { readonly args: readonly string[]; readonly from: string },
): Generator | string {
  const length = Number(args[0]);
  const valid = args.length === 1 && Number.isInteger(length) && length >= 1 && length <= LENGTH_LIMIT;
  if (!valid) return `${name} takes a length (1 to ${LENGTH_LIMIT}): {{${name} 16}}`;
  return ({ random }) => Array.from({ length }, () => from[random.int(0, from.length - 1)]).join('');
}
