/** Folds results into the totals of a report, one at a time. */
import type { Latency, MissingDataEntry, Summary } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { type BrokenScenario, createBrokenFold } from './broken-fold.ts';
import { recordLatency } from './latency.ts';

/** The totals of a report that depend only on its results. */
export interface Totals {
  readonly summary: Summary;
  readonly latency: Latency;
  readonly missingData: readonly MissingDataEntry[];
  /** Tests that got a response, even an incomplete one. */
  readonly responded: number;
}

export interface Fold {
  readonly add: (result: TestResult) => void;
  /** Replaces a result by the same one with its trace; response, latency and missing data are unchanged. */
  readonly replace: (added: TestResult, verified: TestResult) => void;
  /** Scenarios with a broken test. */
  readonly broken: () => ReadonlyMap<string, BrokenScenario>;
  /** @param skipped planned tests that were not sent */
  readonly totals: (skipped: number) => Totals;
}

export function createFold(): Fold {
  const latency = recordLatency();
  const missing = createMissingFold();
  const { count: countBroken, broken } = createBrokenFold();
  const counts = {
    ...{ total: 0, successful: 0, failed: 0, warnings: 0, unverified: 0, flaky: 0, responded: 0 },
    ...{ acceptance: 0, accepted: 0, duplicates: 0, unchecked: 0 },
  };
  const count = (result: TestResult, by: 1 | -1) => {
    counts.total += by;
    counts[result.verdict === 'working' ? 'successful' : 'failed'] += by;
    if (result.warnings.length > 0) counts.warnings += by;
    if (result.trace.state === 'unverified') counts.unverified += by;
    if (result.flaky) counts.flaky += by;
    if (result.expectsAcceptance) counts.acceptance += by;
    if (result.expectsAcceptance && result.verdict === 'working') counts.accepted += by;
    if (result.expectsAcceptance && result.warnings.some(({ code }) => code === 'duplicate'))
      counts.duplicates += by;
    if (result.stages.some(({ required, state }) => required && state === 'unverified'))
      counts.unchecked += by;
    if (hasResponse(result)) counts.responded += by;
    countBroken(result, by);
  };
  return {
    broken,
    replace: (added, verified) => {
      count(added, -1);
      count(verified, 1);
    },
    add: (result) => {
      count(result, 1);
      missing.add(result);
      latency.add(result);
    },
    totals: (skipped) => {
      const { responded, ...summary } = counts;
      const missingData = missing.entries();
      return {
        summary: { ...summary, missing: missingData.length, skipped },
        latency: latency.latency(),
        missingData,
        responded,
      };
    },
  };
}

function hasResponse({ response, attempts }: TestResult): boolean {
  return response !== null || attempts.some(({ status }) => status !== null);
}

function createMissingFold() {
  const fields = new Map<
    string,
    { level: MissingDataEntry['level']; tests: number; scenarios: Set<string> }
  >();
  return {
    add: ({ missingData, scenario }: TestResult) => {
      for (const { field, level } of missingData) {
        const entry = fields.get(field) ?? { level, tests: 0, scenarios: new Set<string>() };
        entry.tests++;
        if (level === 'required') entry.level = 'required';
        entry.scenarios.add(scenario);
        fields.set(field, entry);
      }
    },
    /** Required fields first, then by the number of tests in which they are missing. */
    entries: (): readonly MissingDataEntry[] =>
      [...fields]
        .map(([field, { level, tests, scenarios }]) => ({ field, level, tests, scenarios: [...scenarios] }))
        .sort((a, b) => rank(a) - rank(b) || b.tests - a.tests),
  };
}

function rank({ level }: MissingDataEntry): number {
  return level === 'required' ? 0 : 1;
}
