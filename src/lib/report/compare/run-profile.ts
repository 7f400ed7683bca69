/** What a comparison needs to know about a run, gathered in one pass with memory that does not grow with the run. */
import type { MissingField } from '../../model/finding.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import type { StageResult } from '../../model/stage.ts';
import { mainMessage } from '../cause-text.ts';
import { kindOf } from '../formatters/pretty/groups.ts';
import type { Sample } from './sample.ts';

/** Limits on scenarios, stages per scenario and fields per scenario; further ones are not compared. */
const SCENARIOS_HELD = 200;
const STAGES_HELD = 50;
const FIELDS_HELD = 200;
/** Significant digits kept of each duration: about 900 values per power of ten. */
const DIGITS = 3;

export interface StageProfile {
  /** Tests in which it is known whether the stage was reached. */
  readonly judged: number;
  readonly failed: number;
  readonly missing: number;
  /** Tests that got stuck earlier or could not connect. */
  readonly notReached: number;
  /** Working tests that did not reach it. */
  readonly lostWorking: number;
  /** In milliseconds, of the tests that reached it. */
  readonly durations: Sample;
  /** The first problem; null if none. */
  readonly detail: string | null;
}

export interface ScenarioProfile {
  readonly tests: number;
  readonly broken: number;
  /** The first error; null if none. */
  readonly error: string | null;
  /** The same for errors that differ only in numbers and ids; null if none. */
  readonly errorKind: string | null;
  /** In milliseconds, of working tests only: an immediate failure is not a fast response. */
  readonly latencies: Sample;
  readonly missing: ReadonlyMap<string, MissingField['level']>;
  /** The fields that were missing in at least one working test. */
  readonly missingWorking: ReadonlySet<string>;
  readonly stages: ReadonlyMap<string, StageProfile>;
}

export type RunProfile = ReadonlyMap<string, ScenarioProfile>;

type Writable<Of> = { -readonly [Key in keyof Of]: Of[Key] };
type Held = Writable<ScenarioProfile> & {
  readonly latencies: Map<number, number>;
  readonly missing: Map<string, MissingField['level']>;
  readonly missingWorking: Set<string>;
  readonly stages: Map<string, HeldStage>;
};
type HeldStage = Writable<StageProfile> & { readonly durations: Map<number, number> };

export async function profileOf({ results }: Pick<ReportSource, 'results'>): Promise<RunProfile> {
  const scenarios = new Map<string, Held>();
  for await (const result of results()) {
    const held = scenarios.get(result.scenario) ?? {
      ...{ tests: 0, broken: 0, error: null, errorKind: null, latencies: new Map() },
      ...{ missing: new Map(), missingWorking: new Set<string>(), stages: new Map() },
    };
    if (!scenarios.has(result.scenario)) {
      if (scenarios.size === SCENARIOS_HELD) continue;
      scenarios.set(result.scenario, held);
    }
    add(held, result);
  }
  return scenarios;
}

function add(held: Held, result: TestResult): void {
  const { verdict, timings, missingData, stages } = result;
  held.tests += 1;
  if (verdict === 'broken') {
    held.broken += 1;
    held.error ??= mainMessage(result);
    held.errorKind ??= kindOf(result);
  } else count(held.latencies, timings.totalMs);
  for (const { field, level } of missingData) {
    if (held.missing.size === FIELDS_HELD && !held.missing.has(field)) continue;
    held.missing.set(field, level);
    if (verdict === 'working') held.missingWorking.add(field);
  }
  for (const stage of stages) addStage(held.stages, stage, verdict);
}

function addStage(
  stages: Map<string, HeldStage>,
  { name, state, durationMs, detail }: StageResult,
  verdict: TestResult['verdict'],
): void {
  // An unverified stage shows nothing, so it counts as unchanged.
  if (state === 'unverified') return;
  const held = stages.get(name) ?? {
    ...{ judged: 0, failed: 0, missing: 0, notReached: 0 },
    ...{ lostWorking: 0, durations: new Map(), detail: null },
  };
  if (!stages.has(name)) {
    if (stages.size === STAGES_HELD) return;
    stages.set(name, held);
  }
  held.judged += 1;
  if (state === 'failed' || state === 'missing' || state === 'not-reached') {
    held[state === 'not-reached' ? 'notReached' : state] += 1;
    held.detail ??= detail;
    if (verdict === 'working') held.lostWorking += 1;
  } else if (durationMs !== null) count(held.durations, durationMs);
}

function count(sample: Map<number, number>, ms: number): void {
  const value = Number(ms.toPrecision(DIGITS));
  sample.set(value, (sample.get(value) ?? 0) + 1);
}
