import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTraceId } from '../../src/lib/trace/trace-id.ts';

const ID = '1234567890abcdef1234567890abcdef';
const SPAN = 'fedcba0987654321';

it.each([
  ID,
  ` ${ID.toUpperCase()}\n`,
  `${ID}-${SPAN}`,
  `${ID}-${SPAN}-1`,
  `${ID}-${SPAN}-0`,
  `sentry-trace: ${ID}-${SPAN}-1`,
  `Sentry-Trace:${ID}-${SPAN}`,
  `00-${ID}-${SPAN}-01`,
  `traceparent: 00-${ID}-${SPAN}-00`,
  `https://acme.sentry.io/explore/traces/trace/${ID}/?statsPeriod=24h`,
  `https://sentry.io/organizations/acme/performance/trace/${ID}`,
  `https://sentry.example.com/sub/organizations/acme/traces/${ID}#span`,
  `http://127.0.0.1:9000/organizations/e2e/explore/traces/trace/${ID}/`,
])('finds the id in %j', (text) => {
  expect(readTraceId(text)).toBe(ID);
});

it.each([
  '',
  '3',
  '20260801-120000-k3f9z-1',
  ID.slice(1),
  `${ID}0`,
  '0'.repeat(32),
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `${ID}-${SPAN}-2`,
  `${ID}-xyz`,
  `baggage: sentry-trace_id=${ID}`,
  `https://acme.sentry.io/issues/${ID}/`,
  `ftp://acme.sentry.io/trace/${ID}/`,
])('finds none in %j', (text) => {
  expect(readTraceId(text)).toBeNull();
});

it('finds only 32 lowercase hex characters in the text', () => {
  const texts = fc.string({
    unit: fc.constantFrom(...'0123456789abcdefABCDEF-:/ ', 'https://', 'trace/', ID),
    maxLength: 8,
  });
  fc.assert(
    fc.property(texts, (text) => {
      const id = readTraceId(text);
      if (id === null) return;
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect(text.toLowerCase()).toContain(id);
    }),
  );
});
