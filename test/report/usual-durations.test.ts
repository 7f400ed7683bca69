import { expect, it } from 'vitest';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { StageResult } from '../../src/lib/model/stage.ts';
import { startRun } from '../../src/lib/report/store.ts';
import { usualDurations } from '../../src/lib/report/usual-durations.ts';
import { aReport, aStageResult, aTest, aTraceResult } from '../support/builders.ts';
import { tempFolder } from '../support/temp-folder.ts';

const stage = (durationMs: number | null, state: StageResult['state'] = 'ok'): StageResult =>
  aStageResult('enrich', { state, durationMs });
const verified = (stages: readonly StageResult[]): TestResult =>
  aTest({ trace: aTraceResult({ state: 'verified' }), stages });

function keep(dataDir: string, options: { run: number; target: string; results: readonly TestResult[] }) {
  const report = aReport({ target: options.target, results: options.results });
  const runId = `20260801-12000${options.run}-k3f9z`;
  const { results, ...head } = { ...report, runId };
  const writer = startRun({ dataDir, started: { ...head, endedAt: null } });
  for (const result of results) writer.append(result);
  writer.finish(head);
}

it('is the median of good stages of runs against the same target', async () => {
  const dataDir = tempFolder();
  keep(dataDir, {
    run: 1,
    target: 'https://a.example/',
    results: [10, 20, 30].map((ms) => verified([stage(ms)])),
  });
  keep(dataDir, {
    run: 2,
    target: 'https://a.example/',
    results: [40, 50].map((ms) => verified([stage(ms)])),
  });
  keep(dataDir, { run: 3, target: 'https://b.example/', results: [900].map((ms) => verified([stage(ms)])) });
  expect(await usualDurations({ dataDir, target: 'https://a.example/' })).toEqual(new Map([['enrich', 30]]));
});

it('says nothing from too few, slow, failed, or unverified ones', async () => {
  const dataDir = tempFolder();
  const few = [1, 2, 3, 4].map((ms) => verified([stage(ms)]));
  const bad = [
    verified([stage(5, 'slow')]),
    verified([stage(5, 'failed')]),
    aTest({ stages: [stage(5)] }),
    verified([stage(null)]),
  ];
  keep(dataDir, { run: 1, target: 'https://a.example/', results: [...few, ...bad] });
  expect(await usualDurations({ dataDir, target: 'https://a.example/' })).toEqual(new Map());
  expect(await usualDurations({ dataDir: tempFolder(), target: 'https://a.example/' })).toEqual(new Map());
});
