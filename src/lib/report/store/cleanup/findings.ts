/** Findings about clean-up: warnings that change neither verdicts nor the exit code. */
import { messageOf } from '../../../errors.ts';
import type { Finding } from '../../../model/finding.ts';
import type { CleanupSummary } from '../../../model/report.ts';
import { countOf } from '../../../terminal/quantities.ts';
import { hintFor } from '../../advice/advice.ts';

const FAILED = 'cleanup-failed';
const UNKNOWN = 'cleanup-unknown';
export const NOT_SAVED = 'cleanup-not-saved';

/** Reasons named in a finding. */
const REASONS_NAMED = 3;

export function isCleanupFinding({ code }: Finding): boolean {
  return code === FAILED || code === UNKNOWN;
}

export function cleanupFindings({
  failed,
  unknown,
  leftOvers,
}: Pick<CleanupSummary, 'failed' | 'unknown' | 'leftOvers'>): readonly Finding[] {
  const because = (certain: boolean) => {
    const reasons = leftOvers.filter((each) => each.certain === certain).map(({ reason }) => reason);
    const distinct = [...new Set(reasons)];
    return `${distinct.slice(0, REASONS_NAMED).join(', ')}${distinct.length > REASONS_NAMED ? ' and others' : ''}`;
  };
  return [
    ...(failed === 0
      ? []
      : [warning(FAILED, `${countOf(failed, 'clean-up call')} failed: ${because(true)}`)]),
    ...(unknown === 0
      ? []
      : [
          warning(
            UNKNOWN,
            `${countOf(unknown, 'webhook')} may have left something behind: ${because(false)}`,
          ),
        ]),
  ];
}

/** `prod-e2e cleanup` would miss the calls that are not saved. */
export function notSavedFinding(problem: unknown): Finding {
  return warning(
    NOT_SAVED,
    `The data for clean-up could not be saved (${messageOf(problem)}): prod-e2e cleanup cannot complete what this run could not`,
  );
}

function warning(code: string, message: string): Finding {
  return { severity: 'warning', code, message, hint: hintFor(code) };
}
