/** Makes payloads: the config's template or function, overridden by the scenario's, and both by the pins of `--set`. */

import { messageOf, ProdE2eError } from '../errors.ts';
import { isInteger, numberOf, sameNumber } from '../json/decimal.ts';
import {
  ExactNumber,
  isJsonObject,
  isScalar,
  type Json,
  type JsonObject,
  type Scalar,
} from '../model/json.ts';
import type { PayloadContext, PayloadFunction, TemplateContext } from '../model/scenario.ts';
import type { Values } from './combinations.ts';
import { compileTemplate, type Draws, mergePayload } from './templates.ts';
import { CallTimeout, withinLimit } from './time-limit.ts';

type Payload = JsonObject | PayloadFunction;
export type PayloadRenderer = (context: TemplateContext, draws: Draws) => JsonObject;

/** A payload and where it comes from, for messages: `scenario CHOP`. */
export interface PayloadLayer {
  readonly payload: Payload;
  readonly where: string;
}

/**
 * @param options.layers later ones override earlier ones
 * @param options.names names of the dimensions
 * @param options.pins top-level values that win over every layer that has the key
 * @throws ProdE2eError `TEMPLATE_INVALID`; the renderer throws `PAYLOAD_FUNCTION`
 */
export function compilePayload(options: {
  readonly layers: readonly PayloadLayer[];
  readonly names: readonly string[];
  readonly pins: Values;
}): PayloadRenderer {
  const renderers = options.layers.map((layer) => compileLayer(layer, options.names));
  return (context, draws) => {
    const payload = renderers
      .map((render) => render(context, draws))
      .reduce((base, over) => mergePayload(base, over), {});
    const pins = Object.entries(options.pins).filter(([key]) => Object.hasOwn(payload, key));
    return mergePayload(payload, Object.fromEntries(pins));
  };
}

/** Dimensions to which the layers give a fixed value: they need no other one. */
export function fixedDimensions(layers: readonly PayloadLayer[], names: readonly string[]): Values {
  const fixed = new Map<string, Scalar>();
  for (const { payload } of layers) {
    if (typeof payload === 'function') continue;
    for (const name of names) {
      if (!Object.hasOwn(payload, name)) continue;
      const value = payload[name];
      if (isFixed(value)) fixed.set(name, value);
      else fixed.delete(name);
    }
  }
  return Object.fromEntries(fixed);
}

function isFixed(value: Json | undefined): value is Scalar {
  return typeof value === 'string' ? !value.includes('{{') : isScalar(value);
}

function compileLayer({ payload, where }: PayloadLayer, names: readonly string[]): PayloadRenderer {
  if (typeof payload === 'function') return (context) => callPayload(payload, forCode(context), where);
  const render = compileTemplate({ template: payload, names, where });
  // The rendering of an object is an object.
  return (context, draws) => render({ context, ...draws }) as JsonObject;
}

function callPayload(payload: PayloadFunction, context: PayloadContext, where: string): JsonObject {
  const problem = (message: string, { cause, hint = SHAPE_HINT }: { cause?: unknown; hint?: string } = {}) =>
    new ProdE2eError(`The payload function of ${where} ${message}.`, {
      code: 'PAYLOAD_FUNCTION',
      hints: [hint],
      cause,
    });
  try {
    return withinLimit(payload, () => calledPayload(payload, context, problem));
  } catch (thrown) {
    if (!(thrown instanceof CallTimeout)) throw thrown;
    throw problem(thrown.message, { cause: thrown, hint: TIMEOUT_HINT });
  }
}

const SHAPE_HINT =
  'It receives {testId, runId, scenario, index, timestamp, timestampMs, timestampSeconds, today, uuid, …dimensions} and must return a plain object.';
const TIMEOUT_HINT = 'It is called for every webhook; check for an endless loop or a blocking call.';

/** Runs the user's code: the function, and getters and toJSON of its result. */
function calledPayload(
  payload: PayloadFunction,
  context: PayloadContext,
  problem: (message: string, options?: { readonly cause: unknown }) => ProdE2eError,
): JsonObject {
  let returned: unknown;
  try {
    returned = payload(context);
  } catch (cause) {
    throw problem(`failed: ${messageOf(cause)}`, { cause });
  }
  // The promise is ignored, but its unhandled rejection would end the program.
  if (returned instanceof Promise) Promise.prototype.then.call(returned, undefined, () => {});
  let result: unknown;
  try {
    if (isThenable(returned)) throw problem('returned a promise; it must return the payload itself');
    if (!isJsonObject(returned)) throw problem('did not return a plain object');
    result = throughJson(returned);
  } catch (cause) {
    if (cause instanceof ProdE2eError) throw cause;
    throw problem(`returned something that is not JSON: ${messageOf(cause)}`, { cause });
  }
  if (!isJsonObject(result)) throw problem('did not return a plain object');
  // JSON.parse returned it, so a record is a JsonObject.
  return result as JsonObject;
}

function throughJson(value: object): unknown {
  return JSON.parse(JSON.stringify(value, withoutBigInt) ?? 'null', withExactNumbers);
}

/** The key of an object that represents a number in JSON. */
const EXACT = '\0exact';

function withoutBigInt(this: unknown, key: string, value: unknown): unknown {
  const before: unknown = Reflect.get(Object(this), key);
  return typeof before === 'bigint' || before instanceof ExactNumber ? { [EXACT]: String(before) } : value;
}

function withExactNumbers(_key: string, value: unknown): unknown {
  return isJsonObject(value) && Object.hasOwn(value, EXACT)
    ? numberOf(String(Reflect.get(value, EXACT)))
    : value;
}

/** JavaScript numbers are not exact: integers that a number cannot hold are passed as bigint. */
function forCode(context: TemplateContext): PayloadContext {
  const entries = Object.entries(context).map(([name, value]) => [name, plain(value)]);
  return Object.fromEntries(entries) as PayloadContext;
}

function plain(value: Scalar): PayloadContext[string] {
  if (!(value instanceof ExactNumber)) return value;
  const isRounded = !sameNumber(value, Number(value.text));
  return isRounded && isInteger(value) && /^-?\d+$/.test(value.text)
    ? BigInt(value.text)
    : Number(value.text);
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
