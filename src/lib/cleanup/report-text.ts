/** What `prod-e2e cleanup` prints at its end, for people and for programs. */
import type { CleanupSummary } from '../model/report.ts';
import { cleanupCommandOf } from '../report/store/cleanup/leftover-text.ts';
import { countOf } from '../terminal/quantities.ts';
import { terminalText } from '../terminal/text.ts';

export interface CleanedRun {
  readonly runId: string;
  /** Credentials masked. */
  readonly target: string;
  readonly profile: string | null;
  /** Webhooks that had, or may have had, something to remove before. */
  readonly webhooks: number;
  /** Webhooks that still have, or may have. */
  readonly open: number;
}

/** Counts are calls. */
export interface CleanupOutcome extends Pick<CleanupSummary, 'done' | 'failed' | 'unknown' | 'leftOvers'> {
  /** How many of the finished calls found nothing. */
  readonly notFound: number;
  /** Calls that could not be made with the current configuration. */
  readonly changed: number;
  readonly gaveUp: boolean;
}

/** The JSON document lists more. */
const SHOWN = 20;

export function cleanupDocument({ runId, target, webhooks, open }: CleanedRun, outcome: CleanupOutcome) {
  const { done, notFound, failed, unknown, changed, gaveUp, leftOvers } = outcome;
  return {
    ...{ runId, target, dryRun: false, webhooks, open },
    ...{ done, notFound, failed, unknown, changed, gaveUp, leftOvers },
  };
}

export function nothingText({ runId }: Pick<CleanedRun, 'runId'>): string {
  return `Nothing to clean up: run ${runId} has left nothing behind.\n`;
}

export function* cleanupText(run: CleanedRun, outcome: CleanupOutcome): Iterable<string> {
  const { done, notFound, failed, unknown, changed, gaveUp, leftOvers } = outcome;
  const found = notFound === 0 ? '' : ` (${notFound} found nothing: already gone, or never created)`;
  const counts = [
    `${countOf(done, 'call')} succeeded${found}`,
    ...(failed === 0 ? [] : [`${countOf(failed, 'call')} failed`]),
    ...(unknown + changed === 0 ? [] : [`${countOf(unknown + changed, 'call')} could not be made`]),
  ];
  yield `${counts.join(', ')}.\n`;
  for (const { name, testId, call, reason, certain } of leftOvers.slice(0, SHOWN)) {
    yield `  ${terminalText(name)}: ${terminalText(reason)}${certain ? '' : '; it may have left something'}\n`;
    yield `    ${terminalText(call)}, test ${testId}\n`;
  }
  if (leftOvers.length > SHOWN) yield `  and more: --json lists up to 1,000\n`;
  if (gaveUp) yield 'The target stopped responding; the remaining calls were skipped.\n';
  if (changed > 0)
    yield 'Some calls need values that this config does not have: use the config of the run (--config, --profile).\n';
  if (unknown > 0)
    yield 'Without the value, search the target for the test id, or add a clean-up call with {{testId}} and run this again.\n';
  yield run.open === 0
    ? `Run ${run.runId} has left nothing behind.\n`
    : `Still open: ${countOf(run.open, 'webhook')}. Try again: ${terminalText(cleanupCommandOf(run))}\n`;
}
