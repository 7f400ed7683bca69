/** How reports describe what a run left behind, with the command that removes it. */
import type { ReportHead } from '../../../model/report.ts';
import { countOf } from '../../../terminal/quantities.ts';

/** `3 webhooks left something behind`, and the command; null if nothing can be removed later. */
export function leftoverText(
  head: Pick<ReportHead, 'runId' | 'profile' | 'cleanup'>,
): { readonly text: string; readonly command: string } | null {
  const { open = 0, failed = 0, unknown = 0 } = head.cleanup ?? {};
  if (open === 0) return null;
  const webhooks = countOf(open, 'webhook');
  const text =
    unknown === 0 && failed > 0
      ? `${webhooks} left something behind`
      : failed === 0
        ? `${webhooks} may have left something behind`
        : `${webhooks} left something behind, or may have`;
  return { text, command: cleanupCommandOf(head) };
}

/** A command that can be pasted. */
export function cleanupCommandOf({ runId, profile }: Pick<ReportHead, 'runId' | 'profile'>): string {
  return `prod-e2e cleanup ${runId}${profile === null ? '' : ` --profile ${quoted(profile)}`}`;
}

function quoted(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
