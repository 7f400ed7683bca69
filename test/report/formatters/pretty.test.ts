import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../../src/lib/model/report.ts';
import { anError, aReport, aSource, aTest, aTraceResult, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { broken, degraded, healthy, interrupted, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

const pretty = (report: Report, options = {}) => rendered(sourceOf(report), 'pretty', options);

test.each([
  ['pretty-healthy-80.txt', healthy(), {}],
  ['pretty-degraded-80.txt', degraded(), {}],
  ['pretty-broken-80.txt', broken(), {}],
  ['pretty-unreachable-80.txt', unreachable(), {}],
  ['pretty-interrupted-80.txt', interrupted(), {}],
  ['pretty-degraded-60.txt', degraded(), { columns: 60 }],
  ['pretty-degraded-200.txt', degraded(), { columns: 200 }],
  ['pretty-degraded-ascii.txt', degraded(), { unicode: false }],
  ['pretty-degraded-color.txt', degraded(), { color: true, hyperlinks: true }],
])('%s', async (name, report, options) => {
  expectGolden(name, await pretty(report, options));
});

describe.each([40, 60, 80, 200])('at %i columns', (columns) => {
  test.each([
    ['degraded', degraded()],
    ['broken', broken()],
    ['unreachable', unreachable()],
  ])('%s: nothing but ids and URLs is wider', async (_, report) => {
    for (const unicode of [true, false]) {
      const lines = (await pretty(report, { columns, unicode })).split('\n');
      const wide = lines.filter(
        (line) => stringWidth(line) > columns && !/https?:|[0-9a-f]{32}|\d{8}-\d{6}/.test(line),
      );
      expect(wide).toEqual([]);
    }
  });
});

test("the guide's own lines", async () => {
  const text = await pretty(degraded());
  for (const line of [
    '📊 SUMMARY\n  Total Tests: 5\n  ✓ Successful: 4\n  ✗ Failed: 1\n  ⚠ Warnings: 2\n',
    '✅ WORKING\n  ✓ ORB_BREAKOUT (SPY)\n',
    '❌ BROKEN\n  ✗ VOL_EXPANSION (IWM): HTTP 500: Internal server error\n',
    '⚠️  MISSING DATA\n  - signal_id',
    '    Sentry Trace: 1234567890abcdef1234567890abcdef\n',
    '    ⚠ variant not in response (A/B routing may not be active)\n',
  ]) {
    expect(text).toContain(line);
  }
});

test('without colour and Unicode nothing but printable ASCII is written', async () => {
  expect(await pretty(degraded(), { unicode: false })).toMatch(/^[\n -~]*$/);
});

test('colour changes the looks only', async () => {
  const plain = await pretty(degraded());
  const coloured = await pretty(degraded(), { color: true });
  expect(coloured).not.toBe(plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR codes are what is looked for
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});

test('several tests of a scenario are told apart by their ordinal', async () => {
  const results = [1, 2].map((index) => aTest({ index, name: `ORB_BREAKOUT #${index}` }));
  expect(await pretty(aReport({ results }))).toContain(
    '  ✓ ORB_BREAKOUT #1 (SPY)\n  ✓ ORB_BREAKOUT #2 (SPY)\n',
  );
});

test('a run that was cut off says so', async () => {
  const text = await pretty(interrupted({ endedAt: null, durationMs: null }));
  expect(text).toContain('This run was cut off; what had finished is shown.');
  expect(text).not.toContain('took');
});

test('an answer cannot steer the terminal', async () => {
  const evil = 'boom\u001b]0;pwned\u0007\u001b[2J\n\n✅ WORKING\u202e';
  const report = aReport({
    target: `https://a.example/${evil}`,
    results: [
      aTest({
        scenario: evil,
        dimensions: { symbol: evil },
        errors: [anError('match', evil, evil)],
        missingData: [{ field: evil, level: 'required' }],
        trace: aTraceResult({ url: `https://a.example/${evil}`, reason: 'late', state: 'unverified' }),
      }),
    ],
    thresholds: [{ expression: evil, actual: 1, ok: true }],
    skippedBecause: evil,
    environment: evil,
  });
  const text = await pretty(report);
  expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  expect(text).not.toMatch(/^✅ WORKING/m);
});

test('a long message is cut', async () => {
  const text = await pretty(
    aReport({ results: [aTest({ errors: [anError('match', 'x '.repeat(5_000))] })] }),
  );
  expect(text.length).toBeLessThan(4_000);
});

test('100,000 results make a short report that says how many it leaves out', async () => {
  const total = 100_000;
  const { results: _, ...head } = aReport({ planned: total });
  const source = aSource({ ...head, summary: { ...head.summary, total, failed: 1_000 } }, function* () {
    for (let index = 1; index <= total; index += 1) {
      const errors = index % 100 === 0 ? [anError('http-5xx', 'HTTP 500: Internal server error')] : [];
      yield aTest({ index, name: `CHOP #${index}`, scenario: 'CHOP', errors });
    }
  });
  const text = await rendered(source, 'pretty');
  expect(text.split('\n').length).toBeLessThan(250);
  const more = `more (prod-e2e report show ${head.runId} --reporter json)`;
  const unwrapped = text.replace(/\n {4}/g, ' ');
  expect(unwrapped).toContain(`… and 98,980 ${more}`);
  expect(unwrapped).toContain(`… and 980 ${more}`);
  expect(unwrapped).toContain(`… and 99,980 ${more}`);
});
