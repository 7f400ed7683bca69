/** Predicted and injected: every fault of the catalog that the sandbox can inject, through the built program. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { atResponse, type FaultId, type Place } from '../../src/lib/coverage/catalog.ts';
import type { Coverage } from '../../src/lib/coverage/coverage.ts';
import { type Prediction, predict, type RunRules } from '../../src/lib/coverage/predict.ts';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { SANDBOX_STAGES } from '../../src/lib/stages/built-in.ts';
import { type Cli, withCli } from '../support/cli.ts';

const SCENARIOS = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'];
const FIELDS = ['request_id', 'enrichment', 'variant', 'received_at', 'status'];
const CALLS = ['fetch-market-data', 'fetch-gex-data'];
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  'webhook-ingestion': ['validate-payload'],
  'data-enrichment': [...CALLS, 'build-snapshot'],
  'ab-routing': ['assign-variant'],
  'engine-execution': ['engine-a-decision', 'engine-b-decision'],
};
const STAGES = SANDBOX_STAGES.map(({ name }) => name);

interface Injected {
  readonly fault: FaultId;
  readonly place: string;
  /** Of `--fault`, without the scenario. */
  readonly effects: readonly string[];
}

const without = (...stages: readonly string[]) =>
  stages.flatMap((stage) => [stage, ...(INSIDE[stage] ?? [])]).map((span) => `span-missing:${span}`);

const INJECTED: readonly Injected[] = [
  { fault: 'id-missing', place: 'signal_id', effects: ['missing:signal_id'] },
  ...FIELDS.map(
    (field): Injected => ({ fault: 'field-missing', place: field, effects: [`missing:${field}`] }),
  ),
  {
    fault: 'worker-stopped',
    place: 'ab-routing',
    effects: ['missing:variant', 'unsaved', ...without('ab-routing', 'engine-execution', 'database-save')],
  },
  {
    fault: 'worker-stopped',
    place: 'engine-execution',
    effects: ['unsaved', ...without('engine-execution', 'database-save')],
  },
  { fault: 'worker-stopped', place: 'database-save', effects: ['unsaved', ...without('database-save')] },
  { fault: 'row-missing', place: 'database-save', effects: ['unsaved'] },
  ...[...STAGES, ...CALLS].flatMap((span): readonly Injected[] => [
    { fault: 'span-failed', place: span, effects: [`span-error:${span}`] },
    { fault: 'span-missing', place: span, effects: without(span) },
  ]),
  ...STAGES.map(
    (stage): Injected => ({
      fault: 'stage-slow',
      place: stage,
      effects: [`span-slow:${stage}:500ms`],
    }),
  ),
];

function placeOf({ fault, place }: Injected): Place {
  if (fault === 'id-missing' || fault === 'field-missing') return atResponse(place, place);
  const stage = SANDBOX_STAGES.find(({ name }) => name === place);
  return {
    ...{ name: place, spans: [place] },
    kind: stage === undefined ? 'span' : 'stage',
    field: stage?.response ?? null,
  };
}

const RULES: RunRules = {
  ...{ failOn: ['failed'], requireTraces: false, requireStages: false },
  stages: SANDBOX_STAGES,
};

async function run(cli: Cli, args: readonly string[] = []): Promise<Report> {
  const { stdout, stderr } = await cli.run(['run', '--sandbox', '--json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

async function coverage(cli: Cli, args: readonly string[] = []): Promise<Coverage> {
  const { stdout, stderr } = await cli.run(['coverage', ...args, '--json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What runs report: a fault per scenario and run. */
async function injected(
  cli: Cli,
  { faults, good }: { readonly faults: readonly Injected[]; readonly good: readonly TestResult[] },
): Promise<ReadonlyMap<Injected, { readonly actual: Prediction; readonly test: TestResult }>> {
  const found = new Map<Injected, { readonly actual: Prediction; readonly test: TestResult }>();
  for (let from = 0; from < faults.length; from += SCENARIOS.length) {
    const batch = faults
      .slice(from, from + SCENARIOS.length)
      .map((each, at) => [each, SCENARIOS[at] ?? ''] as const);
    const args = batch.flatMap(([{ effects }, scenario]) =>
      effects.flatMap((effect) => ['--fault', `${scenario}=${effect}`]),
    );
    const { results } = await run(cli, args);
    for (const [each, scenario] of batch) {
      const of = (tests: readonly TestResult[]) => tests.find((test) => test.scenario === scenario);
      const [before, test] = [of(good), of(results)];
      if (before === undefined || test === undefined) throw new Error(`no test of ${scenario}`);
      found.set(each, { test, actual: predict(before, test, { place: placeOf(each), rules: RULES }) });
    }
  }
  return found;
}

function predicted({ entries }: Coverage, { fault, place }: Injected) {
  const entry = entries.find((each) => each.fault === fault && each.place === place);
  if (entry === undefined) throw new Error(`no prediction of ${fault} at ${place}`);
  return entry;
}

/** Every prediction against what the run reported: severity, code, and place. */
function expectAgreement(
  measured: Coverage,
  found: ReadonlyMap<Injected, { readonly actual: Prediction; readonly test: TestResult }>,
): void {
  for (const [each, { actual, test }] of found) {
    const { noticed, code, failsRun } = predicted(measured, each);
    const name = `${each.fault} at ${each.place}: ${JSON.stringify([test.errors, test.warnings])}`;
    expect.soft({ noticed, code, failsRun }, name).toEqual({
      noticed: actual.level,
      code: actual.code,
      failsRun: actual.fails,
    });
    expect.soft(test.verdict === 'broken', name).toBe(failsRun);
  }
}

/** A machine under load may exceed any limit; no other finding has to do with its speed. */
function exceptSlow({ errors, warnings }: TestResult) {
  return [...errors, ...warnings].filter(({ code }) => !/slow/.test(code));
}

it('predicts what runs report for injected faults, before and after its lines are added', async () => {
  await withCli(async (cli) => {
    await writeFile(path.join(cli.home, 'prod-e2e.config.yaml'), '# ours\ncount: 5\n');
    const { results: good } = await run(cli);
    const before = await coverage(cli);
    expectAgreement(before, await injected(cli, { faults: INJECTED, good }));

    const healthy = await run(cli);
    await cli.run(['coverage', healthy.runId, '--write']);
    expect(await readFile(path.join(cli.home, 'prod-e2e.config.yaml'), 'utf8')).toMatch(/^# ours\n/);
    const after = await coverage(cli, [healthy.runId]);
    const proposed = new Set(
      before.entries
        .filter(({ proposal }) => proposal !== null && proposal.edit !== null)
        .map(({ fault, place }) => `${fault} ${place}`),
    );
    const unnoticed = INJECTED.filter(({ fault, place }) => proposed.has(`${fault} ${place}`));
    expect(unnoticed.length).toBeGreaterThan(5);
    const found = await injected(cli, { faults: unnoticed, good: healthy.results });
    expectAgreement(after, found);
    for (const [{ fault, place }, { actual }] of found)
      expect.soft(actual.level, `${fault} at ${place}`).not.toBe('none');
    for (let count = 0; count < 3; count++) expect((await run(cli)).results.flatMap(exceptSlow)).toEqual([]);
  });
});

it('reports an unreachable Sentry as predicted', async () => {
  await withCli(async (cli) => {
    await run(cli);
    const { entries } = await coverage(cli);
    const entry = entries.find(({ fault }) => fault === 'sentry-unreachable');
    const blind = await run(cli, ['--fault', '*=sentry-status:500']);
    expect(entry).toMatchObject({ noticed: 'shown', failsRun: false });
    expect(blind.findings.map(({ code }) => code)).toContain(entry?.code);
    expect(blind.results.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

it('fails under a percentage, and names the number in text', async () => {
  await withCli(async (cli) => {
    await run(cli);
    const { stdout, exitCode } = await cli.run(['coverage', '--fail-under', '100']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^Would notice \d+ of \d+ faults \(\d+ fail the run, \d+ are only shown\)\n/);
    expect((await cli.run(['coverage', '--fail-under', '10'])).exitCode).toBe(0);
  });
});

it('names what is missing without a good test', async () => {
  await withCli(async (cli) => {
    await run(cli, ['--fault', '*=status:500']);
    const { stderr, exitCode } = await cli.run(['coverage']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('has no good test with its full evidence');
  });
});
