/** Which runs of a list have left something behind, with the commands that remove it. */
import type { ReportHead } from '../model/report.ts';
import { leftoverText } from '../report/store/cleanup/leftover-text.ts';
import { numberText } from '../terminal/quantities.ts';

/** The newest; the others are counted. */
const SHOWN = 5;

export function leftoverLines(
  heads: readonly (Pick<ReportHead, 'runId' | 'profile'> & Partial<Pick<ReportHead, 'cleanup'>>)[],
): readonly string[] {
  const left = heads.flatMap((head) => leftoverText({ ...head, cleanup: head.cleanup ?? null }) ?? []);
  if (left.length === 0) return [];
  const hidden = left.length - SHOWN;
  return [
    '',
    ...left.slice(0, SHOWN).map(({ text, command }) => `${text}: ${command}`),
    ...(hidden > 0 ? [`and ${numberText(hidden)} more runs (--json names them)`] : []),
  ];
}
