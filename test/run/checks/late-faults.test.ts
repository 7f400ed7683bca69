/** What only a run would notice is told with all else, and each fault by its place. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/lib/config/resolve.ts';
import { ProdE2eError } from '../../../src/lib/errors.ts';
import { lateFaults } from '../../../src/lib/run/checks/late-faults.ts';
import { aProject } from '../../config/project.ts';
import { goodConfig, MUTATIONS, mutated } from '../../support/mutated-configs.ts';

const CONFIGS = 200;

interface Found {
  readonly code: string | null;
  readonly lines: readonly string[];
}

async function found(config: unknown, env: Readonly<Record<string, string>> = {}): Promise<Found> {
  const text = JSON.stringify(config, null, 1);
  const { root, input } = await aProject({ 'prod-e2e.config.json': text }, { env });
  const check = lateFaults({ env, sandbox: false, dataDir: () => path.join(root, 'data') });
  const thrown: unknown = await resolveConfig({ ...input, check }).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown === null) return { code: null, lines: [] };
  if (!(thrown instanceof ProdE2eError)) throw thrown;
  return { code: thrown.code, lines: thrown.message.replaceAll(root, '').split('\n') };
}

/** The hint of a fault that is alone is no part of its message. */
const isTold = (lines: readonly string[], told: string): boolean =>
  lines.some((line) => line.includes(told.split('. Did you mean')[0] ?? told));

it('a good configuration has none', async () => {
  expect(await found(goodConfig())).toEqual({ code: null, lines: [] });
});

it.each(MUTATIONS)('$name is told', async ({ apply, told }) => {
  const config = goodConfig();
  apply(config);
  const { lines } = await found(config);
  expect(isTold(lines, told), lines.join('\n')).toBe(true);
});

it('several faults are told at once, each with its line', async () => {
  const missed: string[] = [];
  for (let seed = 1; seed <= CONFIGS; seed++) {
    const { config, mutations } = mutated(seed);
    const { lines } = await found(config);
    for (const { name, told } of mutations) {
      if (!isTold(lines, told)) missed.push(`${seed} ${name}:\n${lines.join('\n')}`);
    }
  }
  expect(missed).toEqual([]);
});

describe('a fault', () => {
  it('that is alone keeps its code, its hints and its place', async () => {
    const config = { ...goodConfig(), threshold: ['p95<1s', 'fail_rat<1%'] };
    expect(await found(config)).toEqual({
      code: 'THRESHOLD_INVALID',
      lines: ['prod-e2e.config.json:7: threshold[1]: There is no threshold metric "fail_rat".'],
    });
  });

  it('does not make others of what it hides', async () => {
    const { lines } = await found({ ...goodConfig(), dimensions: { symbol: [], side: 5 }, scenarios: 7 });
    expect(lines).toEqual([
      'The configuration has 3 faults:',
      '  prod-e2e.config.json:15: dimensions.symbol: found an empty list; allowed: a list of texts or numbers with at least one',
      '  prod-e2e.config.json:16: dimensions.side: found 5; allowed: a list of texts or numbers with at least one',
      '  prod-e2e.config.json:32: scenarios: found 7; allowed: a list of scenarios',
    ]);
  });

  it('of a variable that says how many shards there are, and not which one', async () => {
    const { code } = await found({ ...goodConfig(), seed: 'x' }, { CI_NODE_TOTAL: '2' });
    expect(code).toBe('SHARD_INVALID');
  });

  it('of a payload that its schema refuses', async () => {
    const config = { ...goodConfig(), payloadSchema: { type: 'object', required: ['price'] } };
    const { code, lines } = await found(config);
    expect([code, ...lines]).toEqual([
      'CONFIG_INVALID',
      'The configuration has 2 faults:',
      '  prod-e2e.config.json:39: scenarios[0]: A payload of OPEN breaks its payloadSchema: price: not there; it is required. Correct the payload or the schema; the payload was not sent.',
      '  prod-e2e.config.json:48: scenarios[1]: A payload of CLOSE breaks its payloadSchema: price: not there; it is required. Correct the payload or the schema; the payload was not sent.',
    ]);
  });
});

it('writes nothing, and makes no folder for a report', async () => {
  const { root, input } = await aProject({}, {});
  await writeFile(
    path.join(root, 'work', 'prod-e2e.config.json'),
    JSON.stringify({ ...goodConfig(), reporter: ['json=reports/run.json'] }),
  );
  const { readdir } = await import('node:fs/promises');
  const check = lateFaults({ env: {}, sandbox: false, dataDir: () => path.join(root, 'data') });
  await resolveConfig({ ...input, check });
  expect((await readdir(path.join(root, 'work'))).sort()).toEqual(['package.json', 'prod-e2e.config.json']);
});

describe('nothing is ignored without a word', () => {
  it.each<[string, object, string]>([
    [
      'a pinned dimension that nothing uses',
      { set: { side: 'buy' }, payload: { symbol: '{{symbol}}' } },
      'set.side: The dimension "side" is pinned, but no payload and no header uses it.',
    ],
    [
      'a span inside of one that nobody expects',
      { trace: { expect: [{ span: 'a' }, { span: 'b', inside: 'saveed' }] } },
      'trace.expect[1].inside: found "saveed"; did you mean saved?; allowed: a, saved',
    ],
    [
      'a span that may come less often than it has to',
      { trace: { expect: [{ span: 'a', minCount: 2, maxCount: 1 }] } },
      'trace.expect[0].maxCount: found 1, less than minCount (2); allowed: at least as many',
    ],
    [
      'two stages of one name',
      {
        stages: [
          { name: 'saved', span: 'a' },
          { name: 'saved', span: 'b' },
        ],
      },
      'stages[1].name: found "saved", the name of stages[0] too; allowed: a name of its own',
    ],
    [
      'a certificate without its key',
      { tls: { cert: 'cert.pem' } },
      'tls.cert: has no effect without tls.key; allowed: both together',
    ],
    [
      'expectRepeat of a scenario that is sent once',
      { scenarios: [{ name: 'OPEN', expectRepeat: { status: 200 } }, { name: 'CLOSE' }] },
      'scenarios[0].expectRepeat: has no effect without repeat; allowed: together with repeat',
    ],
  ])('%s', async (_, over, told) => {
    const { lines } = await found({ ...goodConfig(), stages: [{ name: 'saved', span: 'x' }], ...over });
    expect(
      lines.some((line) => line.includes(told)),
      lines.join('\n'),
    ).toBe(true);
  });
});
