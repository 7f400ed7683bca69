/** What is sent and expected by default: the built-in scenarios and the values of unset keys. */
import type { JsonObject, Scalar } from '../../model/json.ts';
import { CONFIG_KEYS, nested } from '../keys/table.ts';
import type { Plain } from '../paths.ts';
import type { ExpectConfig } from '../schema/expect.ts';

export interface BuiltInScenario {
  readonly name: string;
  readonly description: string;
}

export const BUILT_IN_SCENARIOS: readonly BuiltInScenario[] = [
  { name: 'ORB_BREAKOUT', description: 'Opening Range Breakout scenario' },
  { name: 'TREND_CONTINUATION', description: 'Trend continuation pattern' },
  { name: 'VOL_EXPANSION', description: 'Volatility expansion scenario' },
  { name: 'ORB_FAKEOUT', description: 'False breakout scenario' },
  { name: 'CHOP', description: 'Choppy market conditions' },
];

export const DEFAULT_DIMENSIONS: Readonly<Record<string, readonly Scalar[]>> = {
  symbol: ['SPY', 'QQQ', 'IWM'],
  direction: ['long', 'short'],
  timeframe: ['1m', '5m', '15m'],
};

/** Lets the target recognize synthetic traffic; added to replayed payloads, too. */
export const DEFAULT_MARK: JsonObject = {
  is_test: true,
  test_session_id: '{{runId}}',
  test_scenario: '{{scenario}}',
};

export const DEFAULT_PAYLOAD: JsonObject = {
  symbol: '{{symbol}}',
  direction: '{{direction}}',
  timeframe: '{{timeframe}}',
  timestamp: '{{timestamp}}',
  test_id: '{{testId}}',
  scenario: '{{scenario}}',
  metadata: DEFAULT_MARK,
};

/** Response fields expected of the built-in scenarios, if the config sets no `expect`. */
export const DEFAULT_FIELDS: ExpectConfig = {
  required: ['signal_id'],
  recommended: ['enrichment', 'variant'],
};

/** Responses that refuse the webhook although their status reports success; not for scenarios that expect a refusal. */
export const DEFAULT_REFUSALS: ExpectConfig = {
  refuse: { status: ['REJECTED', 'ERROR', 'FAILED'] },
  suspect: { status: ['DUPLICATE'] },
};

export const DEFAULT_STATUS = '2xx';

/** The lowest layer: the defaults of the table of keys, and those that are too long for it. */
export const DEFAULT_CONFIG: Plain = {
  ...nested(CONFIG_KEYS.flatMap((row) => (row.default === undefined ? [] : [[row.key, row.default]]))),
  dimensions: DEFAULT_DIMENSIONS,
  payload: DEFAULT_PAYLOAD,
};

/** The schema and the default layer guarantee these values; a missing one is an internal error. */
export function known<Value>(value: Value | null | undefined): Value {
  if (value === undefined || value === null)
    throw new Error('the default config has no value for a required key');
  return value;
}
