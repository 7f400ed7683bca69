/**
 * Errors of a configuration that its schema cannot find: everything that a run would refuse while it prepares itself. `run`,
 * `doctor` and `config show` call this one function, so that they report the same errors. It prints nothing and contacts nothing.
 */
import { type ConfigProblem, nearest, problemOf } from '../config/problems/problems.ts';
import type { Checked, LateCheck } from '../config/resolve.ts';
import type { ProdE2eError } from '../errors.ts';
import { findBaseline, LAST_GREEN } from '../report/compare/baseline.ts';
import { parseThreshold } from '../report/digest/threshold.ts';
import { outputErrors } from '../report/output/outputs.ts';
import { createRedactor } from '../secrets/redact.ts';
import { BUILT_IN_STAGES } from '../stages/built-in.ts';
import { spansOfStages } from '../stages/stage-spans.ts';
import { CHECK_RUN_ID, isBroken, problemsFrom, problemsFromAsync, type RunChecks } from './found.ts';
import { headerProblems } from './header-problems.ts';
import { patternProblems } from './pattern-problems.ts';
import { renderProblems } from './render-problems.ts';
import { selectionProblems } from './selection-problems.ts';
import { targetProblems } from './target-problems.ts';
import { templateProblems } from './template-problems.ts';

export function lateProblems(checks: RunChecks): LateCheck {
  return async (checked) => {
    const found: ConfigProblem[] = [
      ...selectionProblems(checked, checks),
      ...(await reportProblems(checked, checks)),
      ...templateProblems(checked),
      ...headerProblems(checked),
      ...spanProblems(checked),
      ...(await patternProblems(checked)),
      ...(await targetProblems(checked, checks)),
      ...((await checks.further?.(checked)) ?? []),
    ];
    found.push(...(await renderProblems(checked, { env: checks.env, found })));
    found.push(...(await replayProblems(checked, { ...checks, found })));
    return found;
  };
}

/** A span whose expected parent is not expected itself would match anywhere. */
export function spanProblems({ settings, broken, problemAt }: Checked): readonly ConfigProblem[] {
  if (broken.some(([key]) => key === 'stages' || key === 'trace')) return [];
  const spans = settings.trace.expect;
  const ofStages = spansOfStages(settings.stages ?? BUILT_IN_STAGES).map(({ label }) => label);
  return spans.flatMap(({ inside, after, minCount, maxCount }, at) => {
    const others = [...spans.filter((_, other) => other !== at).map(({ label }) => label), ...ofStages];
    const lost = Object.entries({ inside, after }).flatMap(([key, label]) => {
      if (label === null || others.includes(label)) return [];
      const meant = nearest(label, others);
      const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
      const problem = `unknown label ${JSON.stringify(label)}${suggestion} (known: ${others.join(', ')})`;
      return [problemAt(['trace', 'expect', at, key], problem)];
    });
    if (maxCount === null || maxCount >= minCount) return lost;
    const problem = `expected at least minCount, ${minCount} (got ${maxCount})`;
    return [...lost, problemAt(['trace', 'expect', at, 'maxCount'], problem)];
  });
}

export async function reportProblems(
  { settings, problemAt }: Checked,
  { dataDir }: Pick<RunChecks, 'dataDir'>,
): Promise<readonly ConfigProblem[]> {
  const { baseline, reporters, thresholds } = settings;
  const folder = dataDir(settings.dataDir);
  return [
    ...(await outputErrors(reporters)).map((error) => problemAt(['reporter'], error)),
    ...thresholds.flatMap((expression, at) =>
      problemsFrom(
        (error) => problemAt(['threshold', at], error),
        () => parseThreshold(expression),
      ),
    ),
    ...(baseline === null || baseline === LAST_GREEN
      ? []
      : await problemsFromAsync(
          (error) => problemAt(['baseline'], error),
          () => findBaseline({ dataDir: folder, reference: baseline, like: null, before: null }),
        )),
  ];
}

/** If one of these was removed as invalid, payloads would be refused because of it. */
const NEEDS = ['replay', 'scenarios', 'payloadSchema', 'expect', 'redact', 'scenario', 'tag', 'exclude'];

/** Reads the replayed file completely, as a run does before it sends. @param options.found by earlier checks */
export async function replayProblems(
  checked: Checked,
  { found, ...checks }: Pick<RunChecks, 'replay' | 'env'> & { readonly found: readonly ConfigProblem[] },
): Promise<readonly ConfigProblem[]> {
  const { settings, secrets, problemAt } = checked;
  const { from } = settings.replay;
  const isAlone = !checked.hasProblems && found.length === 0;
  if (from === null || isBroken(checked, NEEDS) || (isAlone && checks.replay === 'read-if-invalid'))
    return [];
  const { replayError } = await import('../replay/prepare-replay.ts');
  const redact = createRedactor(secrets);
  const error = await replayError({ settings, from, redact, runId: CHECK_RUN_ID, env: checks.env });
  if (error === null || isReported(error, found)) return [];
  // If it is the only error, the run ends with it; it names the file and the line.
  return [isAlone ? problemOf('--from', error) : problemAt(['replay', 'from'], error)];
}

/** An unusable schema is already reported with its place. */
function isReported({ code }: ProdE2eError, found: readonly ConfigProblem[]): boolean {
  return code.startsWith('SCHEMA_') && found.some(({ error }) => error?.code === code);
}
