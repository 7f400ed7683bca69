/** Prepares the comparison at the end of a run (`--baseline`): the baseline is found before anything is sent. */
import { EXIT, messageOf } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { numberText } from '../../terminal/quantities.ts';
import { type Comparable, findBaseline, greenBefore, NOTHING_COMPARED } from './baseline.ts';
import { compareRuns, reportedChanges } from './compare.ts';
import { type Comparison, placeOf, worseThan } from './comparison.ts';

/** Compares a finished run with its baseline and returns the regressions as findings. Never throws. */
export type BaselinePort = (run: {
  readonly head: ReportHead;
  readonly results: ReportSource['results'];
}) => Promise<{
  /** False if nothing could be compared. */
  readonly compared: boolean;
  readonly regression: boolean;
  readonly findings: readonly Finding[];
}>;

/** Regressions reported as findings; the comparison itself lists all of them. */
const MAX_REGRESSIONS = 10;

/** @throws ProdE2eError where the requested baseline does not exist or cannot be read */
export async function prepareBaseline(options: {
  readonly reference: string;
  readonly dataDir: string;
  readonly facts: Comparable;
}): Promise<{ readonly port: BaselinePort | null; readonly findings: readonly Finding[] }> {
  const { reference, dataDir, facts } = options;
  const base = await findBaseline({ dataDir, reference, like: facts, before: null });
  if (base === null) return { port: null, findings: [NO_BASELINE] };
  // Read now, before this run is saved itself.
  const earlier = await greenBefore(dataDir, base);
  return { port: (run) => against(base, run, earlier), findings: [] };
}

const NO_BASELINE: Finding = {
  severity: 'warning',
  code: 'no-baseline',
  message: 'No saved run against this target is green yet, so there is nothing to compare with',
  hint: 'The first run with exit code 0 becomes the baseline',
};

async function against(
  base: ReportSource,
  run: { readonly head: ReportHead; readonly results: ReportSource['results'] },
  earlier: readonly ReportSource[],
): ReturnType<BaselinePort> {
  try {
    const comparison = await compareRuns(base, run, earlier);
    const { compared, regression } = comparison;
    if (!compared) return { compared, regression, findings: [nothingCompared(comparison, run.head)] };
    return { compared, regression, findings: findingsOf(comparison) };
  } catch (thrown) {
    const message = `The run could not be compared with ${base.head.runId}: ${messageOf(thrown)}`;
    return { compared: false, regression: false, findings: [nothing('not-compared', message, run.head)] };
  }
}

function nothingCompared({ base }: Comparison, { exitCode }: ReportHead): Finding {
  const message = `Nothing was compared with run ${base.runId}: it has no working test of any scenario of this run`;
  return nothing(NOTHING_COMPARED, message, { exitCode });
}

/** An error if it fails the run, a warning if something else already does. */
function nothing(code: string, message: string, { exitCode }: Pick<ReportHead, 'exitCode'>): Finding {
  const hint = 'Pass a run with the same scenarios: prod-e2e report list';
  return { severity: exitCode === EXIT.ok ? 'error' : 'warning', code, message, hint };
}

function findingsOf(comparison: Comparison): readonly Finding[] {
  const { base, head, notJudged, notes } = comparison;
  const { worse } = reportedChanges(comparison);
  const shown = worse.slice(0, MAX_REGRESSIONS).map((change) => `${placeOf(change)} ${change.message}`);
  const hidden = worse.length - shown.length;
  const hint = `See everything that changed: prod-e2e report compare ${base.runId} ${head.runId}`;
  const all = [...shown, ...(hidden > 0 ? [`${numberText(hidden)} more regressions`] : [])];
  return [
    ...all.map((what, at) => ({
      ...{ severity: 'error' as const, code: 'regression', hint: at === 0 ? hint : null },
      message: `${worseThan(base.runId)}: ${what}`,
      baseline: base.runId,
      change: what,
    })),
    ...(worse.length === 0 ? [] : notes).map((note) => ({
      ...{ severity: 'warning' as const, code: 'baseline-differs', message: note, hint: null },
    })),
    ...(notJudged === null ? [] : [{ ...LATENCY_NOT_COMPARED, message: notJudged }]),
  ];
}

const LATENCY_NOT_COMPARED = {
  severity: 'warning',
  code: 'latency-not-compared',
  hint: 'It needs green runs of the same target and configuration (docs/comparing.md)',
} as const;
