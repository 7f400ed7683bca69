/** Implements `prod-e2e report compare`. */
import { findBaseline, greenBefore, noGreenRun } from '../../report/compare/baseline.ts';
import { compareRuns } from '../../report/compare/compare.ts';
import type { Comparison } from '../../report/compare/comparison.ts';
import { loadComparisonForm } from '../../report/compare/comparison-forms.ts';
import type { Screen } from '../../terminal/capabilities.ts';

/** @throws ProdE2eError `UNKNOWN_REPORTER`, `NO_GREEN_RUN`, and the errors of finding a run */
export async function compareSaved(options: {
  readonly dataDir: string;
  readonly base: string;
  readonly head: string;
  /** A name of COMPARISON_FORMS. */
  readonly reporter: string;
  readonly screen: Screen;
}): Promise<{ readonly comparison: Comparison; readonly text: string }> {
  const { dataDir } = options;
  const form = await loadComparisonForm(options.reporter);
  const head = await findBaseline({ dataDir, reference: options.head, like: null, before: null });
  if (head === null) throw noGreenRun(null);
  const before = head.head.runId;
  const base = await findBaseline({ dataDir, reference: options.base, like: head.head, before });
  if (base === null) throw noGreenRun(head.head.target);
  const comparison = await compareRuns(base, head, await greenBefore(dataDir, base));
  return { comparison, text: form(comparison, options.screen) };
}
