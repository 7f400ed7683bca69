/** Notes on a comparison: what to bear in mind, and what could not be compared. */

import { isSameTarget } from '../../http/same-target.ts';
import type { ReportHead } from '../../model/report.ts';
import { countOf, numberText } from '../../terminal/quantities.ts';
import type { LatencyChange } from './comparison.ts';
import { named } from './draft.ts';
import type { RunProfile } from './run-profile.ts';
import { MIN_SAVED_TESTS } from './slow-limit.ts';

export interface ReadProfile {
  readonly profile: RunProfile;
  /** Number of readable results. */
  readonly read: number;
}

type Head = Pick<ReportHead, 'runId' | 'status' | 'target' | 'sandbox' | 'summary' | 'profile'>;

export function notesOf(options: {
  readonly base: Head;
  readonly head: Head;
  readonly before: ReadProfile;
  readonly after: ReadProfile;
}): readonly string[] {
  const { base, head, before, after } = options;
  const only = (one: RunProfile, other: RunProfile) =>
    [...one.keys()].filter((scenario) => !other.has(scenario));
  const [gone, added] = [only(before.profile, after.profile), only(after.profile, before.profile)];
  return [
    ...(isSameTarget(base, head)
      ? []
      : [`The runs have different targets: ${base.target} and ${head.target}.`]),
    ...(base.profile === head.profile ? [] : ['The runs have different profiles.']),
    ...[base, head]
      .filter(({ status }) => status === 'interrupted')
      .map(({ runId }) => `Run ${runId} was interrupted: only its finished tests are compared.`),
    ...[
      { run: base, ...before },
      { run: head, ...after },
    ]
      .filter(({ run, read }) => read < run.summary.total)
      .map(
        ({ run, read }) =>
          `Only ${numberText(read)} of ${countOf(run.summary.total, 'result')} of run ${run.runId} could be read.`,
      ),
    ...(gone.length === 0 ? [] : [`No longer sent: ${named(gone)}.`]),
    ...(added.length === 0 ? [] : [`Not sent before: ${named(added)}.`]),
  ];
}

/** Why latency was not compared, for all or some scenarios, without a period; null if it was compared for all, or if no test of the head works. */
export function notJudged(options: {
  readonly latency: readonly LatencyChange[];
  readonly runs: number;
  readonly profile: RunProfile;
}): string | null {
  const { latency, runs, profile } = options;
  const working = [...profile].filter(([, { latencies }]) => latencies.size > 0).map(([name]) => name);
  const scenarios = latency.filter(({ scenario }) => scenario !== null);
  const few = working.filter((name) => {
    const verdict = scenarios.find(({ scenario }) => scenario === name)?.verdict ?? 'too-few';
    return verdict === 'too-few';
  });
  const varied = scenarios.filter(({ verdict }) => verdict === 'too-varied');
  const saved = scenarios.reduce((sum, { base }) => sum + base.count, 0);
  const have = `${countOf(saved, 'working test')} in ${countOf(runs, 'saved run')}`;
  const reasons = [
    ...(few.length === 0
      ? []
      : [
          few.length === working.length
            ? `${have} (minimum ${MIN_SAVED_TESTS})`
            : `too few saved tests of ${named(few)}`,
        ]),
    ...(varied.length === 0
      ? []
      : [
          `saved latencies vary too much to judge one test of ${named(varied.map(({ scenario }) => scenario ?? ''))} (send more: --count)`,
        ]),
  ];
  return reasons.length === 0 ? null : `Latency was not compared: ${reasons.join('; ')}`;
}
