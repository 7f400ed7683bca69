/** The webhook's payload as the target understands it. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import { objectAt, parseJson, textAt } from '../json-fields.ts';

export interface Signal {
  readonly symbol: string;
  readonly direction: 'long' | 'short';
  readonly timeframe: string;
  readonly scenario: string | null;
  readonly testId: string | null;
  /** `metadata.test_session_id`; null for traffic outside of a test session. */
  readonly session: string | null;
}

export type ValidatedSignal =
  | { readonly ok: true; readonly signal: Signal }
  | { readonly ok: false; readonly error: string };

/** What is quoted of a wrong value in the response. */
const QUOTED_CHARACTERS = 40;

function quoted(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text;
}

/** The payload's scenario, also of a payload that is not valid: faults are chosen by it. */
export function scenarioOf(body: string): string | null {
  const payload = parseJson(body);
  return isJsonObject(payload) ? textAt(payload, 'scenario') : null;
}

function fieldError(payload: JsonObject): string | null {
  const { symbol, direction, timeframe, timestamp } = payload;
  if (symbol === undefined || symbol === null || symbol === '') return 'symbol is missing';
  if (typeof symbol !== 'string' || !/^[\w.:/-]{1,32}$/.test(symbol))
    return `symbol ${quoted(symbol)} is not a ticker symbol`;
  if (direction !== 'long' && direction !== 'short')
    return `direction must be long or short, not ${quoted(direction)}`;
  if (timeframe === undefined || timeframe === null || timeframe === '') return 'timeframe is missing';
  if (typeof timeframe !== 'string' || !/^\d{1,4}[a-z]{0,3}$/i.test(timeframe))
    return `timeframe ${quoted(timeframe)} is not one like 5m`;
  if (timestamp === undefined || timestamp === null) return null;
  const isTime =
    typeof timestamp === 'string' ? !Number.isNaN(Date.parse(timestamp)) : typeof timestamp === 'number';
  return isTime ? null : `timestamp ${quoted(timestamp)} is not a point in time`;
}

/** Checks a request body and reads the signal from it. */
export function validateSignal(body: string): ValidatedSignal {
  const payload = parseJson(body);
  if (!isJsonObject(payload)) return { ok: false, error: 'the body is not a JSON object' };
  const error = fieldError(payload);
  if (error !== null) return { ok: false, error };
  return {
    ok: true,
    signal: {
      symbol: textAt(payload, 'symbol') ?? '',
      direction: payload.direction === 'short' ? 'short' : 'long',
      timeframe: textAt(payload, 'timeframe') ?? '',
      scenario: textAt(payload, 'scenario'),
      testId: textAt(payload, 'test_id'),
      session: textAt(objectAt(payload, 'metadata'), 'test_session_id'),
    },
  };
}
