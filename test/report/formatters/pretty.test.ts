import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../../src/lib/model/report.ts';
import type { TestResult } from '../../../src/lib/model/result.ts';
import {
  anError,
  aReport,
  aResponse,
  aSource,
  aTest,
  aTraceResult,
  aWarning,
  sourceOf,
} from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { broken, degraded, healthy, interrupted, large, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

const pretty = (report: Report, options = {}) => rendered(sourceOf(report), 'pretty', options);

/** The full report, as with `--full`; its brief form is in pretty/goldens.test.ts. */
test.each([
  ['pretty-full-healthy-80.txt', healthy(), {}],
  ['pretty-full-degraded-80.txt', degraded(), {}],
  ['pretty-full-large-80.txt', large(), {}],
  ['pretty-full-degraded-60.txt', degraded(), { columns: 60 }],
  ['pretty-full-degraded-200.txt', degraded(), { columns: 200 }],
  ['pretty-full-degraded-ascii.txt', degraded(), { unicode: false }],
  ['pretty-full-degraded-color.txt', degraded(), { color: true, hyperlinks: true }],
])('%s', async (name, report, options) => {
  expectGolden(name, await pretty(report, { ...options, full: true }));
});

describe.each([40, 60, 80, 200])('at %i columns', (columns) => {
  test.each([
    ['degraded', degraded()],
    ['broken', broken()],
    ['unreachable', unreachable()],
    ['large', large()],
  ])('%s: nothing but ids and URLs is wider', async (_, report) => {
    for (const unicode of [true, false]) {
      for (const full of [true, false]) {
        const lines = (await pretty(report, { columns, unicode, full })).split('\n');
        const wide = lines.filter(
          (line) => stringWidth(line) > columns && !/https?:|[0-9a-f]{32}|\d{8}-\d{6}/.test(line),
        );
        expect(wide).toEqual([]);
      }
    }
  });
});

test("the guide's own lines", async () => {
  const text = (await pretty(degraded())) + (await pretty(degraded(), { full: true }));
  for (const line of [
    '📊 SUMMARY\n  Total Tests: 5\n  ✓ Successful: 4\n  ✗ Failed: 1\n  ⚠ Warnings: 2\n',
    '✅ WORKING\n  ✓ ORB_BREAKOUT (SPY) ',
    '❌ BROKEN\n  ✗ VOL_EXPANSION (IWM)',
    ' HTTP 500: Internal server error\n',
    '⚠️  MISSING DATA\n  - signal_id',
    '    Sentry Trace: 1234567890abcdef1234567890abcdef\n',
    '    ⚠ variant not in response (A/B routing may not be active)\n',
  ]) {
    expect(text).toContain(line);
  }
});

test('without color and Unicode only printable ASCII is written', async () => {
  expect(await pretty(degraded(), { unicode: false })).toMatch(/^[\n -~]*$/);
});

test('color changes only the looks', async () => {
  const plain = await pretty(degraded());
  const coloured = await pretty(degraded(), { color: true });
  expect(coloured).not.toBe(plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR codes are what is looked for
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});

test('several tests of a scenario differ by their ordinal', async () => {
  const results = [1, 2].map((index) => aTest({ index, name: `ORB_BREAKOUT #${index}` }));
  expect(await pretty(aReport({ results }))).toContain(
    '  ✓ ORB_BREAKOUT #1 (SPY) 182 ms\n  ✓ ORB_BREAKOUT #2 (SPY) 182 ms\n',
  );
});

test('a run that ended early is reported as such', async () => {
  const text = await pretty(interrupted({ endedAt: null, durationMs: null }));
  expect(text).toContain('This run was cut off; what had finished is shown.');
  expect(text).not.toContain('took');
});

test('a response cannot steer the terminal', async () => {
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
    thresholds: [{ expression: evil, actual: 1, unit: 'ms', ok: true }],
    skippedBecause: evil,
    environment: evil,
  });
  for (const full of [true, false]) {
    const text = await pretty(report, { full });
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(text).not.toMatch(/^✅ WORKING/m);
  }
});

test('a long message is cut', async () => {
  const text = await pretty(
    aReport({ results: [aTest({ errors: [anError('match', 'x '.repeat(5_000))] })] }),
  );
  expect(text.length).toBeLessThan(4_000);
});

/** A report of so many results that are made when they are read. */
function ofMany(total: number, make: (index: number) => Partial<TestResult>) {
  const { results: _, ...head } = aReport({ planned: total });
  const source = aSource({ ...head, summary: { ...head.summary, total } }, function* () {
    for (let index = 1; index <= total; index += 1) {
      yield aTest({ index, name: `CHOP #${index}`, scenario: 'CHOP', ...make(index) });
    }
  });
  return rendered(source, 'pretty');
}

const HTTP_500 = { errors: [anError('http-5xx', 'HTTP 500: Internal server error')] };

test('100,000 results make a short report with the number of each kind', async () => {
  const text = await ofMany(100_000, (index) => (index % 100 === 0 ? HTTP_500 : {}));
  expect(text.split('\n').length).toBeLessThan(50);
  expect(text).toContain('  ✓ CHOP  99,000 of 100,000\n');
  expect(text).toContain(
    '  ✗ 1,000 × HTTP 500: Internal server error\n    CHOP 1,000\n    first 12:00:00 UTC, #100; last 12:00:00 UTC, #100000\n',
  );
  expect(text).toMatch(/✗ 100. CHOP #100 {2}HTTP 200 {2}test .*\n.* \w{32} \(one of 1,000 like it\)\n/);
  expect(text).toContain('… and 99,999 more: prod-e2e report show 20260801-120000-k3f9z --json\n');
});

test.each([
  [20, 0, 20],
  [21, 1, 20],
  [50, 1, 20],
  [51, 1, 0],
])(
  '%i working tests: scenarios in place of names %i times, %i tests in detail',
  async (total, grouped, detailed) => {
    const text = await ofMany(total, () => ({}));
    expect(text.split(` of ${total}\n`).length - 1).toBe(grouped);
    expect(text.split('Sentry Trace: ').length - 1).toBe(detailed);
  },
);

test('more kinds of failures than fit are counted, and the report stays within 60 lines', async () => {
  const letter = (index: number) => 'abcdefghij'[index % 10] ?? '';
  const text = await ofMany(1_000, (index) =>
    index % 2 === 0
      ? { errors: [anError('match', `no such ${letter(index / 2)}`)], response: aResponse({ status: 500 }) }
      : index % 5 === 0
        ? { warnings: [aWarning('slow', `slow ${letter(index)}`)] }
        : {},
  );
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  expect(text.split('✗ 50 × no such').length - 1).toBe(3);
  expect(text).toContain('… and 7 more causes: prod-e2e report show 20260801-120000-k3f9z --full\n');
  expect(text).toContain('and 7 more causes');
});

test('failures that differ in numbers and ids only are one kind; a status makes another', async () => {
  const text = await ofMany(300, (index) => {
    const said =
      index % 2 === 0 ? `HTTP 500: job ${index} of sig_${index}a failed` : `HTTP 503: node-${index} is down`;
    return {
      errors: [anError('http-5xx', said)],
      response: aResponse({ status: index % 2 === 0 ? 500 : 503 }),
    };
  });
  expect(text).toContain('  ✗ 150 × HTTP 503: node-1 is down (and similar)\n');
  expect(text).toContain('  ✗ 150 × HTTP 500: job 2 of sig_2a failed (and similar)\n');
  expect(text.split(' × ').length - 1).toBe(2);
});

test('if every failure has another message, the report is as short', async () => {
  const letters = (index: number) =>
    index.toString().replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
  const text = await ofMany(5_000, (index) => ({ errors: [anError('match', `no such ${letters(index)}`)] }));
  expect(text.split('\n').length).toBeLessThan(60);
  expect(text).toContain('… and 4,997 more');
});

test('a run that ends in an outage reports when it began', async () => {
  const startedAt = (index: number) => new Date(Date.UTC(2026, 7, 1, 12, 0, index)).toISOString();
  const ending = (from: number) =>
    ofMany(100, (index) => ({ startedAt: startedAt(index), ...(index >= from ? HTTP_500 : {}) }));
  expect(await ending(70)).toContain(
    'BROKEN\n  ✗ Nothing has worked since 12:01:10 UTC: the last 31 tests are all broken.\n',
  );
  expect(await ending(1), 'the head says that already').not.toContain('Nothing has worked since');
});
