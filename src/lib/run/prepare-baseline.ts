/** What a run is compared with at its end (`--baseline`): found before anything is sent. */
import { messageOf } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { ReportHead, ReportSource } from '../model/report.ts';
import { findBaseline } from '../report/compare/baseline.ts';
import { compareRuns, toldChanges } from '../report/compare/compare.ts';
import type { Comparison } from '../report/compare/comparison.ts';
import { placeOf, worseThan } from '../report/compare/places.ts';
import type { Target } from '../same-target.ts';
import { numberText } from '../terminal/quantities.ts';
import type { BaselinePort } from './ports.ts';

/** Findings about the run; the comparison itself tells all. */
const REGRESSIONS_TOLD = 10;

/** @throws ProdE2eError where the baseline that is asked for does not exist or cannot be read */
export async function prepareBaseline(options: {
  readonly reference: string;
  readonly dataDir: string;
  readonly target: Target;
}): Promise<{ readonly port: BaselinePort | null; readonly findings: readonly Finding[] }> {
  const base = await findBaseline({ ...options, before: null });
  return base === null
    ? { port: null, findings: [NO_BASELINE] }
    : { port: (run) => against(base, run), findings: [] };
}

const NO_BASELINE: Finding = {
  severity: 'warning',
  code: 'no-baseline',
  message: 'No kept run against this target was green yet: there is nothing to compare with',
  hint: 'From the first run with exit code 0 on, there is',
};

async function against(
  base: ReportSource,
  run: { readonly head: ReportHead; readonly results: ReportSource['results'] },
): ReturnType<BaselinePort> {
  try {
    const comparison = await compareRuns(base, run);
    return { regression: comparison.regression, findings: findingsOf(comparison) };
  } catch (thrown) {
    const message = `The run could not be compared with ${base.head.runId}: ${messageOf(thrown)}`;
    return {
      regression: false,
      findings: [{ severity: 'warning', code: 'not-compared', message, hint: null }],
    };
  }
}

function findingsOf(comparison: Comparison): readonly Finding[] {
  const { base, head, notes } = comparison;
  const { worse } = toldChanges(comparison);
  const told = worse.slice(0, REGRESSIONS_TOLD).map((change) => `${placeOf(change)} ${change.message}`);
  const hidden = worse.length - told.length;
  const hint = `See all that has changed: prod-e2e report compare ${base.runId} ${head.runId}`;
  const all = [...told, ...(hidden > 0 ? [`${numberText(hidden)} more regressions`] : [])];
  return [
    ...all.map((what, at) => ({
      ...{ severity: 'error' as const, code: 'regression', hint: at === 0 ? hint : null },
      message: `${worseThan(base.runId)}: ${what}`,
      baseline: base.runId,
    })),
    ...(worse.length === 0 ? [] : notes).map((note) => ({
      ...{ severity: 'warning' as const, code: 'baseline-differs', message: note, hint: null },
    })),
  ];
}
