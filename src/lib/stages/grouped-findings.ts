/** Stages missing from every test of a run are reported once: the target does not have them. */
import type { Finding } from '../model/finding.ts';
import type { StageSummary } from '../model/stage.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';

/** Names of the stages that are not required and missing in every test in which they could be judged. */
export function stagesNeverFound(
  summaries: readonly StageSummary[],
  stages: readonly StageExpectation[],
): readonly string[] {
  const required = new Set(stages.filter((each) => each.required).map(({ name }) => name));
  return summaries
    .filter(({ ok, slow, failed, missing }) => missing > 0 && ok + slow + failed === 0)
    .map(({ name }) => name)
    .filter((name) => !required.has(name));
}

/** One warning, or none. @param options.total tests of the run that were judged */
export function groupedStageFindings(options: {
  readonly summaries: readonly StageSummary[];
  readonly stages: readonly StageExpectation[];
  readonly total: number;
  /** Background work is searched for, so it is no advice to do so. */
  readonly follows: boolean;
}): readonly Finding[] {
  const { summaries, total } = options;
  const names = stagesNeverFound(summaries, options.stages);
  if (names.length === 0) return [];
  const unseen = new Set(names);
  const tests = Math.max(...summaries.filter(({ name }) => unseen.has(name)).map(({ missing }) => missing));
  const what = names.length === 1 ? '1 stage has' : `${names.length} stages have`;
  const where = `${inAny(tests)}${tests < total ? ' that could be judged' : ''}`;
  return [
    {
      severity: 'warning',
      code: 'stages-missing',
      message: `${what} no span in ${where}: ${names.join(', ')}`,
      hint: hintFor({ all: names.length === summaries.length, follows: options.follows }),
    },
  ];
}

function inAny(total: number): string {
  return total === 1 ? 'the only test' : `any of the ${total} tests`;
}

function hintFor({ all, follows }: { readonly all: boolean; readonly follows: boolean }): string {
  if (all)
    return 'Name the stages of your own system under "stages" in the config, or give its spans these names';
  return follows
    ? 'Check whether the work that trace.follow searches for was done, and where the tests are stuck'
    : 'If they run in the background, set trace.follow; if your system does not have them, define its own under "stages"';
}
