import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { anError, aReport, aTest, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded, oneBroken, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

interface Point {
  readonly ok: boolean;
  readonly number: number;
  readonly description: string;
  readonly directive: string | null;
  readonly facts: Readonly<Record<string, unknown>> | null;
}

/** A strict reader of what TAP 14 allows here: no line may be anything else. */
function parseTap(text: string): readonly Point[] {
  const lines = text.split('\n');
  expect(lines.shift()).toBe('TAP version 14');
  expect(lines.shift()).toMatch(/^# (HEALTHY|DEGRADED|BROKEN|INTERRUPTED)/);
  expect(lines.pop()).toBe('');
  const plan = /^1\.\.(\d+)$/.exec(lines.pop() ?? '');
  const points: Point[] = [];
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    const match = /^(not )?ok (\d+) - ((?:[^\\#]|\\[\\#])*?)(?: # (SKIP .*))?$/.exec(line);
    if (match === null) throw new Error(`not a test point: ${line}`);
    const [, not, number, description = '', directive = null] = match;
    const end = lines[0] === '  ---' ? lines.indexOf('  ...') : -1;
    const block = end === -1 ? [] : lines.splice(0, end + 1).slice(1, -1);
    points.push({
      ok: not === undefined,
      number: Number(number),
      description: description.replace(/\\([\\#])/g, '$1'),
      directive,
      facts: block.length === 0 ? null : parse(block.join('\n')),
    });
  }
  expect(points.map(({ number }) => number)).toEqual(points.map((_, at) => at + 1));
  expect(Number(plan?.[1])).toBe(points.length);
  return points;
}

test('a degraded run', async () => {
  const text = await rendered(sourceOf(degraded()), 'tap');
  expect(parseTap(text).map(({ ok }) => ok)).toEqual([true, true, false, true, true]);
  expect(parseTap(text)[2]?.facts).toMatchObject({
    message: 'VOL_EXPANSION is broken: HTTP 500: Internal server error',
    severity: 'fail',
    http_status: 500,
  });
  expectGolden('tap-degraded.tap', text);
});

test('one broken of five: the diagnostics begin with what broke, at which stage, and why', async () => {
  const text = await rendered(sourceOf(oneBroken()), 'tap');
  const facts = parseTap(text)[4]?.facts ?? {};
  expect(Object.keys(facts).slice(0, 7)).toEqual([
    ...['message', 'severity', 'symptom', 'since', 'changed', 'issue', 'open'],
  ]);
  expect(facts).toMatchObject({
    message: 'CHOP is broken at data-enrichment: fetch-gex-data: the provider answered 503',
    changed: 'fetch-gex-data now fails; release of signals 1.4.2 → 1.4.3',
    issue: 'https://acme.sentry.io/issues/42/',
  });
  expectGolden('tap-one-broken.tap', text);
});

test('webhooks that were not sent are skipped, with the reason', async () => {
  const points = parseTap(await rendered(sourceOf(unreachable()), 'tap'));
  expect(points.at(-1)).toMatchObject({
    ok: true,
    directive: expect.stringContaining('SKIP 7 planned webhooks were not sent: 3 tests in a row'),
  });
});

test('the text of a response or a name is never a directive, a line or YAML', async () => {
  const said = 'x # SKIP \\ \n  ...\nok 2 - forged\n---\n- a: {b}';
  const report = aReport({ results: [aTest({ name: said, errors: [anError('match', said)] })] });
  const [point, ...others] = parseTap(await rendered(sourceOf(report), 'tap'));
  expect(others).toEqual([]);
  expect(point).toMatchObject({
    ok: false,
    directive: null,
    facts: { message: `ORB_BREAKOUT is broken: ${said}` },
  });
  expect(point?.description).toBe(said.replaceAll(/\s+/g, ' '));
});
