/** The list of saved runs at every width. */
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { type RunRow, runLines } from '../../src/lib/view/run-list.ts';
import { anError, aReport, aTest, someTimings } from '../support/builders.ts';

function aRow(runId: string, p95: number, overrides: Partial<RunRow> = {}): RunRow {
  const errors = overrides.cause === undefined ? [] : [anError('match', 'no')];
  const results = [aTest({ errors, timings: someTimings({ totalMs: p95 }) })];
  const target = 'https://hooks.example.com/services/webhook';
  return { ...aReport({ results, target }), runId, cause: null, ...overrides };
}

const CAUSE = 'CHOP is broken at data-enrichment: fetch-gex-data: the provider answered 503';
const ROWS = [
  aRow('20260801-120000-bbbbb', 1_240, { cause: CAUSE }),
  aRow('20260801-110000-aaaaa', 44.1, { startedAt: '2026-08-01T11:00:00.000Z' }),
];

it('has one unit per column, and the cause below a broken run', () => {
  expect(runLines(ROWS, { unicode: true, columns: 200 })).toEqual([
    'RUN                    STARTED (UTC)     STATUS   WORKING       P95  TARGET',
    '20260801-120000-bbbbb  2026-08-01 12:00  broken       0/1  1,240 ms  https://hooks.example.com/services/webhook',
    `  ${CAUSE}`,
    '20260801-110000-aaaaa  2026-08-01 11:00  healthy      1/1     44 ms  https://hooks.example.com/services/webhook',
  ]);
});

it('fits 80 and 60 columns: the start time is dropped, the target shortened in the middle', () => {
  expect(runLines(ROWS, { unicode: true, columns: 80 })).toEqual([
    'RUN                    STATUS   WORKING       P95  TARGET',
    '20260801-120000-bbbbb  broken       0/1  1,240 ms  hooks.example.…rvices/webhook',
    `  ${CAUSE}`,
    '20260801-110000-aaaaa  healthy      1/1     44 ms  hooks.example.…rvices/webhook',
  ]);
  for (const unicode of [true, false])
    for (const columns of [60, 40]) {
      const lines = runLines(ROWS, { unicode, columns });
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
      expect(lines[2]).toMatch(/^ {2}CHOP is broken at data-enrichment: /);
    }
});

it('is in seconds once a run is slow, and in ASCII if Unicode cannot be shown', () => {
  const lines = runLines([aRow('b', 12_340), aRow('a', 40)], { unicode: false, columns: 200 });
  expect(lines[1]).toContain('12.3 s');
  expect(lines[2]).toContain(' 0.0 s');
  expect(runLines(ROWS, { unicode: false, columns: 70 })[1]).toMatch(/hooks.*\.\.\..*hook$/);
});
