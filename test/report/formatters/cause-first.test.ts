/** The cause of a test is what each report shows first, before the findings of the test. */
import { describe, expect, it, test } from 'vitest';
import type { Cause, TestResult } from '../../../src/lib/model/result.ts';
import { causeBehind, causeText, mainMessage } from '../../../src/lib/report/cause-text.ts';
import { anError, aReport, aTest, aWarning, sourceOf } from '../../support/builders.ts';
import { rendered } from './rendered.ts';

/** Without characters that a format escapes. */
const CAUSE: Cause = {
  stage: 'decided',
  source: 'sql',
  message: 'status rejected, expected approved',
  because: 'max exposure exceeded',
  span: ['risk-check'],
  issue: { shortId: 'SIGNALS-42', url: 'https://acme.sentry.io/issues/42/' },
  row: 'status rejected',
};
const TEXT = 'decided: status rejected, expected approved, because risk-check: max exposure exceeded';
/** Where the place is named already. */
const WORDS = TEXT.replace('decided: ', '');
const STUCK = { stage: 'decided', after: null };

const BROKEN = aTest({
  errors: [anError('http-5xx', 'HTTP 500: boom'), anError('stage-failed', 'decided failed: SQL')],
  warnings: [aWarning('slow', 'a slow response')],
  ...{ cause: CAUSE, stuckAt: STUCK },
});
const WARNED = aTest({
  warnings: [aWarning('slow', 'a slow response'), aWarning('stage-failed', 'decided failed: SQL')],
  cause: CAUSE,
});

const shown = (result: TestResult, format: string) =>
  rendered(sourceOf(aReport({ results: [result] })), format, { columns: 200 });

/** Where each format shows the main message of a broken test. */
const LINE = `ORB_BREAKOUT is broken at decided: ${WORDS}`;

const PLACES: readonly (readonly [format: string, expected: string])[] = [
  ['pretty', `    Cause    ${TEXT}\n`],
  ['junit', `<failure type="http-5xx" message="${LINE}">${LINE}\n`],
  ['tap', `  message: "${LINE}"\n  severity: "fail"`],
  ['ctrf', `"message":"${LINE}","trace":"${LINE}\\n`],
  ['github', `::error title=${LINE.replaceAll(':', '%3A').replaceAll(',', '%2C')}::ORB_BREAKOUT: ${TEXT}%0A`],
  ['markdown', `- **${LINE.replace('_', '\\_')}**\n`],
  ['html', `<span class="anywhere">${TEXT}</span></h3>`],
  ['html', `<span class="said">${TEXT}</span>`],
];

test.each(PLACES)('%s shows the cause of a broken test first: %s', async (format, expected) => {
  const text = await shown(BROKEN, format);
  expect(text).toContain(expected);
  const at = text.indexOf(WORDS);
  for (const { message } of [...BROKEN.errors, ...BROKEN.warnings]) {
    const other = text.indexOf(message);
    expect(other === -1 || other > at, message).toBe(true);
  }
});

test.each([
  ['pretty', `  ⚠ ORB_BREAKOUT (SPY) 182 ms\n    ${TEXT}\n    a slow response (+1 more)\n`],
  [
    'github',
    `title=ORB_BREAKOUT has a warning%3A ${TEXT.replaceAll(':', '%3A').replaceAll(',', '%2C')}::ORB_BREAKOUT: ${TEXT}%0A`,
  ],
  ['markdown', `- **ORB\\_BREAKOUT has a warning: ${TEXT}**\n`],
  ['html', `<span class="anywhere">${TEXT}</span></h3>`],
  ['html', `<span class="said">${TEXT}</span>`],
])('%s shows the cause of a test with warnings first', async (format, expected) => {
  const text = await shown(WARNED, format);
  expect(text).toContain(expected);
  for (const { message } of WARNED.warnings) {
    const other = text.indexOf(message);
    expect(other === -1 || other > text.indexOf(TEXT), message).toBe(true);
  }
});

test.each(['junit', 'tap', 'ctrf'])('%s does not fail a test for a cause', async (format) => {
  expect(await shown(WARNED, format)).not.toMatch(/<failure|^not ok|"status":"failed"/m);
});

test('JSON and NDJSON have the cause as data', async () => {
  const { results } = JSON.parse(await shown(BROKEN, 'json'));
  expect(results[0]).toMatchObject({ cause: CAUSE, stuckAt: STUCK });
  const lines = (await shown(BROKEN, 'ndjson'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.find(({ type }) => type === 'test')).toMatchObject({ cause: CAUSE, stuckAt: STUCK });
});

test.each(['pretty', 'github', 'markdown', 'html'])(
  '%s reports the same cause once, whatever the responses were, with the number of tests',
  async (format) => {
    const results = Array.from({ length: 60 }, (_, at) => {
      const error = at % 2 === 0 ? anError('http-5xx', 'HTTP 500: boom') : anError('stage-failed', 'decided');
      return aTest({ index: at + 1, errors: [error], cause: CAUSE, stuckAt: STUCK });
    });
    const text = await rendered(sourceOf(aReport({ results })), format, { columns: 200 });
    const places = {
      pretty: `✗ 60 × ${TEXT}`,
      github: ` (60 tests)::ORB_BREAKOUT: ${TEXT}`,
      markdown: `- **ORB\\_BREAKOUT is broken at decided: ${WORDS}**\n  - Tests: 60 (ORB\\_BREAKOUT 60)\n`,
      html: `<span class="anywhere">${TEXT}</span></h3>`,
    } as const;
    const place = places[format as keyof typeof places];
    expect(text.split(place)).toHaveLength(2);
  },
);

test.each([
  ['pretty', '    Stuck    between received and decided\n'],
  ['github', 'stuck between received and decided'],
  ['markdown', 'ORB\\_BREAKOUT is broken between received and decided: status rejected'],
  ['html', ', stuck between received and decided.'],
])(
  '%s names the range where a test got stuck, if stages before could not be checked',
  async (format, expected) => {
    const text = await shown({ ...BROKEN, stuckAt: { stage: 'decided', after: 'received' } }, format);
    expect(text).toContain(expected);
  },
);

describe('the text of a cause', () => {
  it.each<[string, Cause, string]>([
    [
      'names the stage',
      { stage: 'saved', source: 'sql', message: 'no row within 10 s' },
      'saved: no row within 10 s',
    ],
    [
      'has no place without a stage',
      { stage: null, source: 'response', message: 'HTTP 500: x' },
      'HTTP 500: x',
    ],
    [
      'does not repeat the stage that the path of the span begins with',
      { stage: 'enrich', source: 'trace', message: 'timeout', span: ['enrich', 'fetch'] },
      'enrich > fetch: timeout',
    ],
    [
      'does not repeat the stage that the failed span is named after',
      { stage: 'enrich', source: 'trace', message: 'timeout', span: ['enrich'], exception: 'FetchError' },
      'enrich: FetchError: timeout',
    ],
    [
      'names the stage before a span with another name',
      { stage: 'enrich', source: 'trace', message: 'timeout', span: ['POST'] },
      'enrich > POST: timeout',
    ],
    [
      'has the exception before its message',
      { stage: null, source: 'trace', message: 'no response in 2 s', span: ['x'], exception: 'TimeoutError' },
      'x: TimeoutError: no response in 2 s',
    ],
    [
      'of a span that gives no reason',
      { stage: 'enrich', source: 'trace', message: null, span: ['enrich', 'fetch'] },
      'enrich > fetch failed',
    ],
    [
      'of a stage whose own span gives no reason',
      { stage: 'enrich', source: 'trace', message: null, span: ['enrich'] },
      'enrich failed',
    ],
    [
      'leaves out the spans in between',
      { stage: 'a', source: 'trace', message: 'boom', span: ['a', 'b', 'c', 'd', 'e'] },
      'a > … > e: boom',
    ],
    [
      'names the span that explains what a probe read',
      { stage: 'saved', source: 'sql', message: '0 rows', because: null, span: ['saved', 'insert'] },
      'saved: 0 rows, because saved > insert failed',
    ],
    [
      'says that the status is that of the probe',
      { stage: 'saved', source: 'http', message: 'HTTP 404', status: 404 },
      'saved: its probe got HTTP 404',
    ],
    [
      'of a failed request',
      { stage: null, source: 'connection', message: 'Connection refused' },
      'Request failed: Connection refused',
    ],
    [
      'of a webhook that was processed without a response',
      {
        ...{ stage: null, source: 'connection', message: 'No response in 3 s' },
        processed: { stage: 'filled', state: 'ok' },
      },
      'No response in 3 s, but processed: filled is ok',
    ],
    [
      'does not repeat the stage that its span is named after',
      { stage: 'routing', source: 'trace', message: 'span routing is missing', missingSpan: 'routing' },
      'span routing is missing',
    ],
    [
      'names the stage before a missing span with another name',
      { stage: 'routing', source: 'trace', message: 'span ab-* is missing', missingSpan: 'ab-*' },
      'routing: span ab-* is missing',
    ],
    ['gives the reason last', CAUSE, TEXT],
  ])('%s', (_, cause, expected) => {
    expect(causeText(cause)).toBe(expected);
  });

  it('is the main message of a test, else its first error or warning', () => {
    expect(mainMessage(BROKEN)).toBe(TEXT);
    expect(mainMessage({ ...BROKEN, cause: null })).toBe('HTTP 500: boom');
    expect(mainMessage(WARNED)).toBe(TEXT);
    expect(mainMessage({ ...WARNED, cause: null })).toBe('a slow response');
    expect(mainMessage(aTest())).toBeNull();
  });

  it('is shown next to the findings only if the first of them differs', () => {
    expect([causeBehind(BROKEN), causeBehind(WARNED), causeBehind(aTest())]).toEqual([TEXT, TEXT, null]);
    const same = { stage: null, source: 'response', message: 'HTTP 500: boom' } as const;
    expect(causeBehind({ ...BROKEN, cause: same })).toBeNull();
    expect(causeBehind({ ...WARNED, cause: { ...same, message: 'a slow response' } })).toBeNull();
  });
});

describe('what changed', () => {
  const changed = 'risk-check now fails';
  const lastWorked = { runId: '20260801-100000-w0rks', at: '2026-08-01T10:00:00.000Z' };
  const entry = { scenario: 'ORB_BREAKOUT', since: BROKEN.startedAt, sinceRun: null, runs: 1, lastWorked };

  it.each([
    ['junit', `\nChanged: ${changed}\n`],
    ['ctrf', `\\nChanged: ${changed}\\n`],
    ['tap', `\n  changed: "${changed}"\n`],
    ['github', `%0AChanged: ${changed}%0A`],
    ['markdown', `\n  - Changed: ${changed}\n`],
    ['html', `<dt>Changed</dt><dd><span class="line">${changed}</span></dd>`],
  ])('is in %s below since when, if it is about this failure', async (format, expected) => {
    const of = (cause: string) =>
      rendered(sourceOf(aReport({ results: [BROKEN], brokenSince: [{ ...entry, cause, changed }] })), format);
    const text = await of(TEXT);
    expect(text).toContain(expected);
    expect(text.indexOf('this run; last worked')).toBeLessThan(text.indexOf(expected));
    const isShown = (await of('Request failed: No response in 3 s')).includes(expected);
    expect(isShown).toBe(false);
  });
});
