/** Status and exit code of a run: pure functions of its totals. */
import { EXIT, type ExitCode } from '../../errors.ts';
import type { RunStatus, Summary, ThresholdResult } from '../../model/report.ts';
import type { Totals } from './fold.ts';

/** What fails a run besides thresholds. Anything but `never` implies `failed`. */
export type FailOn = 'failed' | 'missing' | 'warning' | 'flaky' | 'never';

/** What ended a run early: a signal, or the program that called the library; null if nothing did. */
export type StoppedBy = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'abort' | null;

export function runStatus(summary: Summary, stopped: boolean): RunStatus {
  if (stopped) return 'interrupted';
  // An expected refusal shows nothing about the webhooks that should be accepted.
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
  /** An unverified trace fails the run. */
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
  if (totals.responded === 0) return EXIT.unreachable;
  return broken || matches(totals.summary, failOn) ? EXIT.failed : held;
}

/** The requested test did not take place. */
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

/** Every test that should be accepted was treated as a duplicate, so nothing new was tested. */
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
