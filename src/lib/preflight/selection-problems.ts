/** Errors in what selects webhooks: scenarios, tags, pinned dimensions, shards. */
import type { ConfigProblem } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError, unknownName } from '../errors.ts';
import { usedDimensions } from '../plan/payload-factory.ts';
import { shardFor } from '../plan/prepare-shard.ts';
import { selectionErrors } from '../plan/selection.ts';
import { shardPlanError } from '../plan/shard.ts';
import { problemsFrom, problemWithSubject, type RunChecks } from './found.ts';

export function selectionProblems(
  checked: Checked,
  { env }: Pick<RunChecks, 'env'>,
): readonly ConfigProblem[] {
  const { settings } = checked;
  const isReplay = settings.replay.from !== null;
  return [
    ...(isReplay ? replayedPins(checked) : [...scenarioProblems(checked), ...pinProblems(checked)]),
    ...shardProblems(checked, env),
  ];
}

function scenarioProblems({ settings, broken, problemAt }: Checked): readonly ConfigProblem[] {
  if (broken.some(([key]) => key === 'scenarios')) return [];
  return selectionErrors(settings.scenarios, settings).map(({ key, error }) => problemAt([key], error));
}

function pinProblems({ settings, broken, problemAt }: Checked): readonly ConfigProblem[] {
  const brokenNames = broken.flatMap(([key, name]) => (key === 'dimensions' ? [String(name ?? '')] : []));
  const known = [...Object.keys(settings.dimensions), ...brokenNames];
  const used = [...Object.keys(usedDimensions(settings)), ...brokenNames];
  // A part that was removed as invalid may have used them.
  const isCertain = broken.every(([key]) => !['payload', 'headers', 'scenarios'].includes(String(key)));
  return Object.keys(settings.set).flatMap((typed) => {
    if (!known.includes(typed))
      return [
        problemAt(
          ['set', typed],
          unknownName({ what: 'dimension', typed, known, code: 'UNKNOWN_DIMENSION' }),
        ),
      ];
    return used.includes(typed) || !isCertain ? [] : [problemAt(['set', typed], unusedPin(typed))];
  });
}

/** Replayed payloads are sent unchanged. */
function replayedPins({ settings, problemAt }: Checked): readonly ConfigProblem[] {
  const error = pinError(settings);
  return error === null ? [] : [problemAt(['set'], error)];
}

function unusedPin(name: string): ProdE2eError {
  return new ProdE2eError(`The dimension "${name}" is pinned, but no payload or header uses it.`, {
    code: 'DIMENSION_UNUSED',
    hints: [`Use {{${name}}} in a payload or header, or omit --set ${name}.`],
  });
}

function shardProblems({ settings, problemAt }: Checked, env: RunChecks['env']): readonly ConfigProblem[] {
  const of =
    settings.shard === null
      ? problemWithSubject('shard')
      : (error: Parameters<typeof problemAt>[1]) => problemAt(['shard'], error);
  return problemsFrom(of, () => {
    const shard = shardFor(settings, env);
    const problem =
      shard === null || settings.replay.from !== null ? null : shardPlanError(settings.count, shard.total);
    if (problem !== null) throw problem;
  });
}

/** Replayed payloads have no dimensions that `--set` could pin. Null if nothing is pinned. */
export function pinError({ set }: Pick<Settings, 'set'>): ProdE2eError | null {
  const [first] = Object.keys(set);
  if (first === undefined) return null;
  return new ProdE2eError(`--set ${first} has no effect: replayed payloads are sent unchanged.`, {
    code: 'REPLAY_SET',
    hints: [
      'Omit --set, or change the file: jq -c \'.symbol = "SPY"\' payloads.ndjson | prod-e2e run --from -',
    ],
  });
}
