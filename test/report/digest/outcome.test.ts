import { describe, expect, it } from 'vitest';
import type { RunStatus, Summary } from '../../../src/lib/model/report.ts';
import { exitCode, type FailOn, runStatus, type StoppedBy } from '../../../src/lib/report/digest/outcome.ts';

const HEALTHY: Summary = {
  total: 5,
  successful: 5,
  failed: 0,
  warnings: 0,
  missing: 0,
  unverified: 0,
  flaky: 0,
  skipped: 0,
  acceptance: 5,
  accepted: 5,
  duplicates: 0,
  unchecked: 0,
};
const ALL_DUPLICATES = { warnings: 5, duplicates: 5 };

describe('a run is', () => {
  it.each<[RunStatus, string, Partial<Summary>, boolean]>([
    ['healthy', 'with all working, no warning, nothing missing', {}, false],
    ['healthy', 'with a test that passed after a retry', { flaky: 1 }, false],
    ['healthy', 'with traces that could not be judged', { unverified: 5 }, false],
    ['degraded', 'with one broken test', { successful: 4, accepted: 4, failed: 1 }, false],
    ['degraded', 'with only one working test', { successful: 1, accepted: 1, failed: 4 }, false],
    ['degraded', 'with a warning', { warnings: 1 }, false],
    ['degraded', 'with a missing field', { missing: 1 }, false],
    ['degraded', 'with a webhook that was not sent', { total: 4, successful: 4, skipped: 1 }, false],
    ['broken', 'with none working', { successful: 0, accepted: 0, failed: 5 }, false],
    [
      'broken',
      'where only the expected refusals work, none of the webhooks that should be accepted',
      { successful: 2, failed: 3, acceptance: 3, accepted: 0 },
      false,
    ],
    [
      'degraded',
      'where one webhook that should be accepted works, and no expected refusal',
      { successful: 1, failed: 4, acceptance: 3, accepted: 1 },
      false,
    ],
    ['healthy', 'of expected refusals alone, all working', { acceptance: 0, accepted: 0 }, false],
    [
      'degraded',
      'of expected refusals alone, one working',
      { successful: 1, failed: 4, acceptance: 0, accepted: 0 },
      false,
    ],
    [
      'broken',
      'of expected refusals alone, none working',
      { successful: 0, failed: 5, acceptance: 0, accepted: 0 },
      false,
    ],
    ['degraded', 'of duplicates alone', ALL_DUPLICATES, false],
    ['healthy', 'with required stages that could not be checked and are no warning', { unchecked: 5 }, false],
    [
      'degraded',
      'with as many warnings as broken tests',
      { successful: 4, accepted: 4, failed: 1, warnings: 1 },
      false,
    ],
    ['degraded', 'with as many missing fields as warnings', { warnings: 1, missing: 1 }, false],
    ['degraded', 'with as many webhooks skipped as warnings', { warnings: 1, skipped: 1 }, false],
    ['broken', 'with none sent', { total: 0, successful: 0, acceptance: 0, accepted: 0, skipped: 5 }, false],
    ['interrupted', 'when it was stopped, however good it looked', {}, true],
    [
      'interrupted',
      'when it was stopped, however bad it looked',
      { successful: 0, accepted: 0, failed: 5 },
      true,
    ],
  ])('%s %s', (expected, _, summary, stopped) => {
    expect(runStatus({ ...HEALTHY, ...summary }, stopped)).toBe(expected);
  });
});

describe('a run exits with', () => {
  interface Case {
    readonly summary?: Partial<Summary>;
    readonly responded?: number;
    readonly failOn?: readonly FailOn[];
    readonly thresholds?: readonly boolean[];
    readonly stoppedBy?: StoppedBy;
    readonly requireTraces?: boolean;
    readonly requireStages?: boolean;
  }
  const codeOf = ({
    summary = {},
    responded = 5,
    failOn = ['failed'],
    thresholds = [],
    stoppedBy = null,
    requireTraces = false,
    requireStages = false,
  }: Case) =>
    exitCode({
      totals: {
        summary: { ...HEALTHY, ...summary },
        responded,
        missingData: [],
        latency: {
          count: 0,
          minMs: null,
          meanMs: null,
          p50Ms: null,
          p90Ms: null,
          p95Ms: null,
          p99Ms: null,
          maxMs: null,
          histogram: null,
        },
      },
      thresholds: thresholds.map((ok) => ({ expression: 'p95<1ms', actual: 0, unit: 'ms', ok })),
      failOn,
      stoppedBy,
      requireTraces,
      requireStages,
    });
  const broken = { successful: 0, accepted: 0, failed: 5 };

  it.each<[number, string, Case]>([
    [0, 'all working', {}],
    [0, 'missing data, warnings and a flaky test', { summary: { missing: 1, warnings: 1, flaky: 1 } }],
    [0, 'thresholds that hold', { thresholds: [true, true] }],
    [1, 'a broken test', { summary: { successful: 4, failed: 1 } }],
    [1, 'a broken test, also with --fail-on missing', { summary: { failed: 1 }, failOn: ['missing'] }],
    [1, 'missing data with --fail-on missing', { summary: { missing: 1 }, failOn: ['missing'] }],
    [1, 'a warning with --fail-on warning', { summary: { warnings: 1 }, failOn: ['failed', 'warning'] }],
    [1, 'a flaky test with --fail-on flaky', { summary: { flaky: 1 }, failOn: ['flaky'] }],
    [0, 'a warning with --fail-on flaky', { summary: { warnings: 1 }, failOn: ['flaky'] }],
    [0, 'no missing data with --fail-on missing', { failOn: ['missing'] }],
    [0, 'no warning with --fail-on warning', { failOn: ['warning'] }],
    [0, 'no flaky test with --fail-on flaky', { failOn: ['flaky'] }],
    [
      0,
      'a flaky test and a warning with --fail-on missing',
      { summary: { warnings: 1, flaky: 1 }, failOn: ['missing'] },
    ],
    [
      0,
      'missing data and a flaky test with --fail-on warning',
      { summary: { missing: 1, flaky: 1 }, failOn: ['warning'] },
    ],
    [1, 'two broken tests of five', { summary: { successful: 3, failed: 2 } }],
    [0, 'one response, and the rest unread', { responded: 1 }],
    [1, 'a threshold that broke', { thresholds: [true, false] }],
    [0, 'broken tests with --fail-on never', { summary: broken, failOn: ['never'] }],
    [0, 'no response at all with --fail-on never', { summary: broken, responded: 0, failOn: ['never'] }],
    [1, 'a threshold that broke with --fail-on never', { thresholds: [false], failOn: ['never'] }],
    [3, 'no response at all', { summary: broken, responded: 0 }],
    [
      3,
      'no response at all and a threshold that broke',
      { summary: broken, responded: 0, thresholds: [false] },
    ],
    [1, 'only wrong responses', { summary: broken, responded: 5 }],
    [0, 'unverified traces', { summary: { unverified: 1 } }],
    [4, 'unverified traces that are required', { summary: { unverified: 1 }, requireTraces: true }],
    [
      4,
      'the same with --fail-on never',
      { summary: { unverified: 1 }, requireTraces: true, failOn: ['never'] },
    ],
    [1, 'a broken test and a required trace', { summary: { failed: 1, unverified: 1 }, requireTraces: true }],
    [0, 'required traces, all verified', { requireTraces: true }],
    [
      4,
      'one unverified trace that is required, and thresholds that hold',
      { summary: { unverified: 1 }, requireTraces: true, thresholds: [true] },
    ],
    [
      1,
      'a threshold that broke and an unverified trace that is required',
      { summary: { unverified: 1 }, requireTraces: true, thresholds: [false] },
    ],
    [
      1,
      'the same with --fail-on never',
      { summary: { unverified: 1 }, requireTraces: true, thresholds: [false], failOn: ['never'] },
    ],
    [
      3,
      'no response at all and a trace that is required',
      { summary: { ...broken, unverified: 5 }, responded: 0, requireTraces: true },
    ],
    [0, 'a required stage that could not be checked', { summary: { unchecked: 1 } }],
    [0, 'required stages, all checked', { requireStages: true }],
    [0, 'the same with traces that are unverified', { summary: { unverified: 5 }, requireStages: true }],
    [0, 'unchecked stages with --require-traces', { summary: { unchecked: 5 }, requireTraces: true }],
    [
      4,
      'a required stage that could not be checked with --require-stages',
      { summary: { unchecked: 1 }, requireStages: true },
    ],
    [
      4,
      'the same with --fail-on never',
      { summary: { unchecked: 1 }, requireStages: true, failOn: ['never'] },
    ],
    [
      1,
      'a broken test and a required stage that could not be checked',
      { summary: { successful: 4, accepted: 4, failed: 1, unchecked: 1 }, requireStages: true },
    ],
    [
      1,
      'a warning for the unchecked stage with --fail-on warning',
      { summary: { warnings: 1, unchecked: 1 }, requireStages: true, failOn: ['warning'] },
    ],
    [
      1,
      'a threshold that broke and a required stage that could not be checked',
      { summary: { unchecked: 1 }, requireStages: true, thresholds: [false] },
    ],
    [4, 'duplicates alone', { summary: ALL_DUPLICATES }],
    [4, 'duplicates alone with --fail-on never', { summary: ALL_DUPLICATES, failOn: ['never'] }],
    [
      4,
      'duplicates and refusals that were expected',
      { summary: { acceptance: 2, accepted: 2, duplicates: 2 } },
    ],
    [0, 'four duplicates of five', { summary: { warnings: 4, duplicates: 4 } }],
    [0, 'expected refusals alone', { summary: { acceptance: 0, accepted: 0 } }],
    [1, 'duplicates alone with --fail-on warning', { summary: ALL_DUPLICATES, failOn: ['warning'] }],
    [
      1,
      'duplicates and an expected refusal that did not come',
      { summary: { successful: 4, failed: 1, acceptance: 4, accepted: 4, warnings: 4, duplicates: 4 } },
    ],
    [130, 'Ctrl-C and duplicates alone', { summary: ALL_DUPLICATES, stoppedBy: 'SIGINT' }],
    [130, 'Ctrl-C', { stoppedBy: 'SIGINT' }],
    [130, 'Ctrl-C before any response', { responded: 0, stoppedBy: 'SIGINT' }],
    [
      130,
      'Ctrl-C, a broken threshold and --fail-on never',
      { stoppedBy: 'SIGINT', thresholds: [false], failOn: ['never'] },
    ],
    [130, 'an abort by the program that called the library', { stoppedBy: 'abort' }],
    [143, 'SIGTERM', { stoppedBy: 'SIGTERM', summary: broken }],
    [143, 'SIGHUP', { stoppedBy: 'SIGHUP' }],
  ])('%i after %s', (expected, _, given) => {
    expect(codeOf(given)).toBe(expected);
  });
});
