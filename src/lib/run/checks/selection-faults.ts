/** Names and numbers that choose what is sent: scenarios, tags, pinned dimensions, shards. */
import type { Fault } from '../../config/faults.ts';
import type { Checked } from '../../config/resolve.ts';
import { unknownName } from '../../errors.ts';
import { selectionErrors } from '../../plan/selection.ts';
import { shardPlanError } from '../../plan/shard.ts';
import { shardFor } from '../prepare-shard.ts';
import { faultsFrom, plainFault, type RunChecks } from './found.ts';

export function selectionFaults(checked: Checked, { env }: Pick<RunChecks, 'env'>): readonly Fault[] {
  const { settings } = checked;
  const isReplay = settings.replay.from !== null;
  return [
    ...(isReplay ? [] : [...scenarioFaults(checked), ...pinFaults(checked)]),
    ...shardFaults(checked, env),
  ];
}

function scenarioFaults({ settings, broken, fault }: Checked): readonly Fault[] {
  if (broken.some(([key]) => key === 'scenarios')) return [];
  return selectionErrors(settings.scenarios, settings).map(({ key, error }) => fault([key], error));
}

function pinFaults({ settings, broken, fault }: Checked): readonly Fault[] {
  const known = [
    ...Object.keys(settings.dimensions),
    ...broken.flatMap(([key, name]) => (key === 'dimensions' ? [String(name ?? '')] : [])),
  ];
  return Object.keys(settings.set)
    .filter((typed) => !known.includes(typed))
    .map((typed) =>
      fault(['set', typed], unknownName({ what: 'dimension', typed, known, code: 'UNKNOWN_DIMENSION' })),
    );
}

function shardFaults({ settings, fault }: Checked, env: RunChecks['env']): readonly Fault[] {
  const of =
    settings.shard === null
      ? plainFault('shard')
      : (error: Parameters<typeof fault>[1]) => fault(['shard'], error);
  return faultsFrom(of, () => {
    const shard = shardFor(settings, env);
    const problem =
      shard === null || settings.replay.from !== null ? null : shardPlanError(settings.count, shard.total);
    if (problem !== null) throw problem;
  });
}
