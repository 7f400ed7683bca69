import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/lib/model/event.ts';
import { ndjson } from '../../../src/lib/report/formatters/ndjson.ts';
import { sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

test('a degraded run: run, tests, summary, one line each', async () => {
  const report = degraded();
  const text = await rendered(sourceOf(report), 'ndjson');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const { results, ...head } = report;
  expect(lines.slice(1, -1)).toEqual(results.map((result) => ({ type: 'test', ...result })));
  expect(lines.at(-1)).toEqual({ type: 'summary', ...head });
  expect(lines[0]).toMatchObject({ type: 'run', runId: report.runId, planned: 5 });
  expect(lines[0]).not.toHaveProperty('summary');
  expectGolden('ndjson-degraded.ndjson', text);
});

test('a live run writes the same lines as they arrive', async () => {
  const report = degraded();
  const { results, ...head } = report;
  const events: readonly RunEvent[] = [
    {
      type: 'runStarted',
      facts: head,
      scenarios: [],
      sends: head.planned,
      proxy: null,
      tracesTo: null,
      contacts: { probes: [], cleanup: [] },
    },
    ...results.flatMap((result): readonly RunEvent[] => [
      { type: 'testSent', index: result.index, name: result.name, scenario: result.scenario },
      { type: 'testJudged', result },
    ]),
    { type: 'sendingEnded', sent: 5, skippedBecause: null },
    { type: 'runFinished', head },
  ];
  const live = events.map((event) => ndjson.live?.(event) ?? '').join('');
  expect(live).toBe(await rendered(sourceOf(report), 'ndjson'));
});
