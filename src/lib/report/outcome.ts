/** Status and exit code of a run: pure functions of its totals. */
import { EXIT, type ExitCode } from '../errors.ts';
import type { RunStatus, Summary, ThresholdResult } from '../model/report.ts';
import type { Totals } from './fold.ts';

/** What may fail a run besides thresholds. Anything but `never` implies `failed`. */
export type FailOn = 'failed' | 'missing' | 'warning' | 'flaky' | 'never';

/** What ended a run early: a signal, or the program that called the library; null for nothing. */
export type StoppedBy = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'abort' | null;

export function runStatus(summary: Summary, stopped: boolean): RunStatus {
  if (stopped) return 'interrupted';
  if (summary.successful === 0) return 'broken';
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
}): ExitCode {
  const { totals, failOn, stoppedBy } = options;
  const held = options.requireTraces && totals.summary.unverified > 0 ? EXIT.unverified : EXIT.ok;
  if (stoppedBy === 'SIGINT' || stoppedBy === 'abort') return EXIT.interrupted;
  if (stoppedBy !== null) return EXIT.terminated;
  const broken = options.thresholds.some(({ ok }) => !ok);
  if (failOn.includes('never')) return broken ? EXIT.failed : held;
  if (totals.answered === 0) return EXIT.unreachable;
  return broken || matches(totals.summary, failOn) ? EXIT.failed : held;
}

function matches(summary: Summary, failOn: readonly FailOn[]): boolean {
  return (
    summary.failed > 0 ||
    (failOn.includes('missing') && summary.missing > 0) ||
    (failOn.includes('warning') && summary.warnings > 0) ||
    (failOn.includes('flaky') && summary.flaky > 0)
  );
}
