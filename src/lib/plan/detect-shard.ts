/**
 * Detects the shard from the variables of CI systems. Some count from 0 and some from 1, which the names of the variables do not
 * show, so the system is identified first.
 */
import { ProdE2eError } from '../errors.ts';
import { checkedShard, type Shard } from './shard.ts';

export interface DetectedShard extends Shard {
  /** The system whose variables were used. */
  readonly by: string;
  /** The same for all shards of a run and different for the next run; null if the system sets none. */
  readonly group: string | null;
}

interface System {
  readonly name: string;
  /** Set only by this system; null if the name of the index is unique. */
  readonly mark: string | null;
  readonly index: string;
  readonly total: string;
  readonly countsFrom: 0 | 1;
  /** Variables whose values together identify a build. */
  readonly group: readonly string[];
}

/** Source: each system's documentation of predefined variables. Ours comes first, since users set it on purpose. */
const SYSTEMS: readonly System[] = [
  {
    ...{ name: 'PROD_E2E_SHARD_INDEX', mark: null },
    ...{ index: 'PROD_E2E_SHARD_INDEX', total: 'PROD_E2E_SHARD_TOTAL', countsFrom: 0 },
    group: ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'],
  },
  {
    ...{ name: 'GitLab', mark: 'GITLAB_CI', index: 'CI_NODE_INDEX', total: 'CI_NODE_TOTAL', countsFrom: 1 },
    group: ['CI_PIPELINE_ID'],
  },
  {
    ...{ name: 'CircleCI', mark: 'CIRCLECI' },
    ...{ index: 'CIRCLE_NODE_INDEX', total: 'CIRCLE_NODE_TOTAL', countsFrom: 0 },
    group: ['CIRCLE_WORKFLOW_ID'],
  },
  {
    ...{ name: 'Buildkite', mark: 'BUILDKITE' },
    ...{ index: 'BUILDKITE_PARALLEL_JOB', total: 'BUILDKITE_PARALLEL_JOB_COUNT', countsFrom: 0 },
    group: ['BUILDKITE_BUILD_ID'],
  },
  {
    ...{ name: 'Bitbucket', mark: 'BITBUCKET_BUILD_NUMBER' },
    ...{ index: 'BITBUCKET_PARALLEL_STEP', total: 'BITBUCKET_PARALLEL_STEP_COUNT', countsFrom: 0 },
    group: ['BITBUCKET_BUILD_NUMBER'],
  },
  {
    ...{ name: 'Kubernetes', mark: null },
    ...{ index: 'JOB_COMPLETION_INDEX', total: 'PROD_E2E_SHARD_TOTAL', countsFrom: 0 },
    group: [],
  },
];

/**
 * Null without shards, or with only one.
 * @throws ProdE2eError `SHARD_INVALID` where an index comes without a total, or a total without an index: every shard would send
 * everything
 */
export function detectShard(env: Readonly<Record<string, string | undefined>>): DetectedShard | null {
  for (const { name, mark, index, total, countsFrom, group } of SYSTEMS) {
    const [position, of] = [env[index] ?? '', env[total] ?? ''];
    const isHere = mark === null || (env[mark] ?? '') !== '';
    if (position === '') {
      // Kubernetes sets no total: the user sets ours. Other systems may use GitLab's variable name as GitLab does.
      const isIncomplete =
        (isHere || name === 'GitLab') &&
        of !== '' &&
        of !== '1' &&
        (name === 'Kubernetes' || !isShared(total));
      if (isIncomplete) throw withoutIndex(total, index);
      continue;
    }
    if (!isHere) continue;
    // GitLab sets a total of 1 for jobs that are not parallel.
    if (of === '1') return null;
    if (of === '') throw withoutTotal(index, total);
    const shard = { index: toNumber(position) + (1 - countsFrom), total: toNumber(of) };
    const parts = group.map((variable) => env[variable] ?? '');
    const known = parts.length > 0 && parts[0] !== '';
    return {
      ...checkedShard(shard, `${index}=${position} with ${total}=${of}`),
      by: name,
      group: known ? parts.filter((part) => part !== '').join('-') : null,
    };
  }
  return null;
}

/** Whether another system has the same variable for its total. */
function isShared(total: string): boolean {
  return SYSTEMS.filter((system) => system.total === total).length > 1;
}

function toNumber(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}

function withoutIndex(total: string, index: string): ProdE2eError {
  return new ProdE2eError(`${total} sets the number of shards, but the index of this shard is not set.`, {
    code: 'SHARD_INVALID',
    hints: [`Set ${indexes(total, index)} to the index of this shard.`, 'Or disable sharding: --shard off'],
  });
}

/** All variables that may hold the index. */
function indexes(total: string, index: string): string {
  const all = SYSTEMS.filter((system) => system.total === total).map((system) => system.index);
  return (all.length === 0 ? [index] : all).join(' or ');
}

function withoutTotal(index: string, total: string): ProdE2eError {
  return new ProdE2eError(`${index} sets the index of this shard, but the number of shards is not set.`, {
    code: 'SHARD_INVALID',
    hints: [`Set ${total} to the number of shards.`, 'Or disable sharding: --shard off'],
  });
}
