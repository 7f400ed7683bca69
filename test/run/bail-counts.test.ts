import { describe, expect, it } from 'vitest';
import { createBail } from '../../src/lib/safety/bail.ts';
import { anError, aTest } from '../support/builders.ts';

const NOT_CONNECTED = aTest({ errors: [anError('refused', 'Request failed: Connection refused')] });
/** The webhook had no connection, and more was found. */
const BOTH = aTest({ errors: [anError('http-5xx', 'HTTP 500'), anError('refused', 'Connection refused')] });
const BROKEN = aTest({ errors: [anError('http-5xx', 'HTTP 500')] });

function afterAll(
  results: readonly (typeof BROKEN)[],
  options: { enabled?: boolean; maxFailures?: number | null } = {},
) {
  const bail = createBail({ enabled: true, maxFailures: null, quiet: null, nowMs: () => 0, ...options });
  for (const result of results) bail.judged(result);
  return { reason: bail.reason() === null ? 'goes on' : 'stops', finding: bail.finding(2)?.code ?? null };
}

describe('sending', () => {
  it.each<[string, Parameters<typeof afterAll>, ReturnType<typeof afterAll>]>([
    ['nothing sent', [[]], { reason: 'goes on', finding: null }],
    [
      'three without a connection',
      [[NOT_CONNECTED, BOTH, NOT_CONNECTED]],
      { reason: 'stops', finding: 'no-connection' },
    ],
    ['one fewer', [[BROKEN, NOT_CONNECTED, NOT_CONNECTED]], { reason: 'goes on', finding: null }],
    [
      'two, a response, and one',
      [[NOT_CONNECTED, NOT_CONNECTED, BROKEN, NOT_CONNECTED]],
      { reason: 'goes on', finding: null },
    ],
    [
      'three broken of three allowed',
      [[BROKEN, BROKEN, BROKEN], { maxFailures: 3 }],
      { reason: 'stops', finding: null },
    ],
    ['more broken than allowed', [[BROKEN, BROKEN], { maxFailures: 1 }], { reason: 'stops', finding: null }],
    [
      'fewer broken than allowed',
      [[BROKEN, BROKEN], { maxFailures: 3 }],
      { reason: 'goes on', finding: null },
    ],
    [
      'unconnected ones count as broken',
      [[NOT_CONNECTED, BROKEN], { enabled: false, maxFailures: 2 }],
      { reason: 'stops', finding: null },
    ],
    [
      'without a connection where that is no reason to stop',
      [[NOT_CONNECTED, NOT_CONNECTED, NOT_CONNECTED, NOT_CONNECTED], { enabled: false }],
      { reason: 'goes on', finding: null },
    ],
  ])('%s', (_, given, expected) => {
    expect(afterAll(...given)).toEqual(expected);
  });
});
