/** Status and exit code of a run: pure functions of its totals. */
import { EXIT, type ExitCode } from '../../errors.ts';
import type { RunStatus, Summary, ThresholdResult } from '../../model/report.ts';
import type { Totals } from './fold.ts';

/** What may fail a run besides thresholds. Anything but `never` implies `failed`. */
export type FailOn = 'failed' | 'missing' | 'warning' | 'flaky' | 'never';

/** What ended a run early: a signal, or the program that called the library; null for nothing. */
export type StoppedBy = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'abort' | null;

export function runStatus(summary: Summary, stopped: boolean): RunStatus {
  if (stopped) return 'interrupted';
  // An expected refusal proves nothing about the webhooks that are to be accepted.
  const works = summary.acceptance > 0 ? summary.accepted : summary.successful;
  if (works === 0) return 'broken';
  const flawless = summary.failed + summary.warnings + summary.missing + summary.skipped === 0;
  return flawless ? 'healthy' : 'degraded';
}

export function exitCode(options: {
  readonly totals: Totals;
  readonly thresholds: readonly ThresholdResult[];
  readonly failOn: readonly FailOn[];
  readonly stoppedBy: StoppedBy;
  /** A trace that could not be verified fails the run. */
  readonly requireTraces: boolean;
  /** A required stage that could not be checked fails the run. */
  readonly requireStages: boolean;
}): ExitCode {
  const { totals, failOn, stoppedBy } = options;
  const held = isUnverified(totals.summary, options) ? EXIT.unverified : EXIT.ok;
  if (stoppedBy === 'SIGINT' || stoppedBy === 'abort') return EXIT.interrupted;
  if (stoppedBy !== null) return EXIT.terminated;
  const broken = options.thresholds.some(({ ok }) => !ok);
  if (failOn.includes('never')) return broken ? EXIT.failed : held;
  if (totals.answered === 0) return EXIT.unreachable;
  return broken || matches(totals.summary, failOn) ? EXIT.failed : held;
}

/** What was requested was not tested. */
function isUnverified(
  summary: Summary,
  { requireTraces, requireStages }: { readonly requireTraces: boolean; readonly requireStages: boolean },
): boolean {
  return (
    (requireTraces && summary.unverified > 0) ||
    (requireStages && summary.unchecked > 0) ||
    allDuplicates(summary)
  );
}

/** Every test that expects to be accepted was treated as a duplicate: nothing new was tested. */
export function allDuplicates({ acceptance, duplicates }: Summary): boolean {
  return acceptance > 0 && duplicates === acceptance;
}

function matches(summary: Summary, failOn: readonly FailOn[]): boolean {
  return (
    summary.failed > 0 ||
    (failOn.includes('missing') && summary.missing > 0) ||
    (failOn.includes('warning') && summary.warnings > 0) ||
    (failOn.includes('flaky') && summary.flaky > 0)
  );
}
