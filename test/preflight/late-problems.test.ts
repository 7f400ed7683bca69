/** What only a run would notice is reported with all else, and each fault by its place. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { lateProblems } from '../../src/lib/preflight/late-problems.ts';
import { aProject } from '../config/project.ts';
import { goodConfig, MUTATIONS, mutated } from '../support/mutated-configs.ts';

const CONFIGS = 200;

interface Found {
  readonly code: string | null;
  readonly lines: readonly string[];
}

async function found(
  config: unknown,
  {
    env = {},
    files = {},
    replay = 'read',
  }: {
    readonly env?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
    readonly replay?: 'read' | 'read-if-invalid';
  } = {},
): Promise<Found> {
  const text = JSON.stringify(config, null, 1);
  const { root, input } = await aProject({ ...files, 'prod-e2e.config.json': text }, { env });
  const check = lateProblems({ env, sandbox: false, replay, dataDir: () => path.join(root, 'data') });
  const thrown: unknown = await resolveConfig({ ...input, check }).then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown === null) return { code: null, lines: [] };
  if (!(thrown instanceof ProdE2eError)) throw thrown;
  return { code: thrown.code, lines: thrown.message.replaceAll(root, '').split('\n') };
}

/** The hint of a fault that is alone is no part of its message. */
const isReported = (lines: readonly string[], reported: string): boolean =>
  lines.some((line) => line.includes(reported.split('. Did you mean')[0] ?? reported));

it('a valid config has no problems', async () => {
  expect(await found(goodConfig())).toEqual({ code: null, lines: [] });
});

it.each(MUTATIONS)('$name is reported', async ({ apply, reported }) => {
  const config = goodConfig();
  apply(config);
  const { lines } = await found(config);
  expect(isReported(lines, reported), lines.join('\n')).toBe(true);
});

it('several problems are reported at once, each with its line', async () => {
  const missed: string[] = [];
  for (let seed = 1; seed <= CONFIGS; seed++) {
    const { config, mutations } = mutated(seed);
    const { lines } = await found(config);
    for (const { name, reported } of mutations) {
      if (!isReported(lines, reported)) missed.push(`${seed} ${name}:\n${lines.join('\n')}`);
    }
  }
  expect(missed).toEqual([]);
});

describe('a problem', () => {
  it('that is the only one keeps its code, its hints and its place', async () => {
    const config = { ...goodConfig(), threshold: ['p95<1s', 'fail_rat<1%'] };
    expect(await found(config)).toEqual({
      code: 'THRESHOLD_INVALID',
      lines: ['prod-e2e.config.json:7: threshold[1]: There is no threshold metric "fail_rat".'],
    });
  });

  it('does not cause others by what it hides', async () => {
    const { lines } = await found({ ...goodConfig(), dimensions: { symbol: [], side: 5 }, scenarios: 7 });
    expect(lines).toEqual([
      'Invalid config (3 errors):',
      '  prod-e2e.config.json:15: dimensions.symbol: expected a non-empty list of strings or numbers (got an empty list)',
      '  prod-e2e.config.json:16: dimensions.side: expected a non-empty list of strings or numbers (got 5)',
      '  prod-e2e.config.json:32: scenarios: expected a list of scenarios (got 7)',
    ]);
  });

  it('of a variable that sets the number of shards, but not the index, is reported', async () => {
    const { code } = await found({ ...goodConfig(), seed: 'x' }, { env: { CI_NODE_TOTAL: '2' } });
    expect(code).toBe('SHARD_INVALID');
  });

  it('of a payload that does not match its schema is reported', async () => {
    const config = { ...goodConfig(), payloadSchema: { type: 'object', required: ['price'] } };
    const { code, lines } = await found(config);
    expect([code, ...lines]).toEqual([
      'CONFIG_INVALID',
      'Invalid config (2 errors):',
      '  prod-e2e.config.json:39: scenarios[0]: A payload of OPEN does not match its payloadSchema: price: required. Fix the payload or the schema; the payload was not sent.',
      '  prod-e2e.config.json:48: scenarios[1]: A payload of CLOSE does not match its payloadSchema: price: required. Fix the payload or the schema; the payload was not sent.',
    ]);
  });
});

it('writes nothing, and creates no folder for a report', async () => {
  const { root, input } = await aProject({}, {});
  await writeFile(
    path.join(root, 'work', 'prod-e2e.config.json'),
    JSON.stringify({ ...goodConfig(), reporter: ['json=reports/run.json'] }),
  );
  const { readdir } = await import('node:fs/promises');
  const check = lateProblems({
    env: {},
    sandbox: false,
    replay: 'read',
    dataDir: () => path.join(root, 'data'),
  });
  await resolveConfig({ ...input, check });
  expect((await readdir(path.join(root, 'work'))).sort()).toEqual(['package.json', 'prod-e2e.config.json']);
});

describe('payloads are rendered', () => {
  const one = { ...goodConfig(), scenarios: [{ name: 'OPEN' }], scenario: ['OPEN'], count: 1 };
  const onlyBuy = { payloadSchema: { properties: { side: { const: 'buy' } } } };
  const broken = 'A payload of OPEN does not match its payloadSchema: side: ';
  const alone = [
    'prod-e2e.config.json:39: scenarios[0]: A payload of OPEN does not match its payloadSchema:',
    '  side: expected "buy" (got "sell")',
  ];

  it('with all combinations of dimensions, any of which may be the next one', async () => {
    const { lines } = await found({ ...one, ...onlyBuy });
    expect(lines).toEqual(alone);
  });

  it('with those of the run only, if a seed determines them', async () => {
    const first = await found({ ...one, ...onlyBuy, seed: 'x+0' });
    expect(first).toEqual({ code: null, lines: [] });
    const { lines } = await found({ ...one, ...onlyBuy, seed: 'x+1' });
    expect(lines).toEqual(alone);
    const both = await found({ ...one, ...onlyBuy, count: 2, seed: 'x+0' });
    expect(both.lines).toEqual(lines);
  });

  it('even if something else is invalid', async () => {
    const { lines } = await found({
      ...one,
      ...onlyBuy,
      timeout: 2,
      threshold: ['p95<'],
      set: { sid: 'buy' },
    });
    for (const reported of ['timeout: ', 'threshold[0]: ', 'set.sid: ', broken])
      expect(
        lines.filter((line) => line.includes(reported)),
        lines.join('\n'),
      ).toHaveLength(1);
  });

  it('but a scenario whose own schema is invalid is not checked with the shared one', async () => {
    const scenarios = [{ name: 'OPEN', payloadSchema: 5 }];
    const { lines } = await found({ ...one, scenarios, payloadSchema: { required: ['price'] } });
    expect(lines.filter((line) => line.includes('breaks its payloadSchema'))).toEqual([]);
    expect(lines.some((line) => line.includes('scenarios[0].payloadSchema: '))).toBe(true);
  });
});

describe('problems of a replayed file', () => {
  const { set: _, scenario: __, ...config } = goodConfig();
  const replayed = { ...config, replay: { from: 'payloads.ndjson' } };
  const files = { 'payloads.ndjson': '{"symbol":"SPY"}\n{"symbol":\n' };
  const problem = 'payloads.ndjson, line 2, column 11: ';

  it('include a payload that cannot be sent', async () => {
    const { code, lines } = await found(replayed, { files });
    expect(code).toBe('REPLAY_INVALID');
    expect(lines.join('\n')).toContain(problem);
  });

  it('are found by the run itself, unless something else is invalid', async () => {
    const replay = 'read-if-invalid';
    expect(await found(replayed, { files, replay })).toEqual({ code: null, lines: [] });
    const wrong = [{ threshold: ['p95<'] }, { conut: 3 }, { expectRepeat: { status: 200 } }];
    for (const each of wrong) {
      const [shown, ran] = [
        await found({ ...replayed, ...each }, { files }),
        await found({ ...replayed, ...each }, { files, replay }),
      ];
      expect(shown).toEqual(ran);
      expect(shown.lines).toHaveLength(3);
      expect(shown.lines.join('\n')).toContain(`replay.from: payloads.ndjson has 1 payload`);
    }
  });

  it.each<[string, object, string]>([
    [
      'that is not there',
      { replay: { from: 'nowhere.ndjson' } },
      'The file /work/nowhere.ndjson does not exist',
    ],
    ['with a pinned dimension', { set: { symbol: 'SPY' } }, '--set symbol has no effect'],
    [
      'without the scenario that is asked for',
      { scenario: ['OPNE'], replay: { from: 'good.ndjson' } },
      'There is no scenario "OPNE"',
    ],
    [
      'with payloads that break the schema of those of no scenario',
      { replay: { from: 'good.ndjson', mark: false }, payloadSchema: { required: ['price'] } },
      'good.ndjson, line 1: price: required',
    ],
    [
      'with a schema that only those of no scenario have',
      {
        scenarios: [{ name: 'OPEN', payloadSchema: true }],
        replay: { from: 'good.ndjson' },
        payloadSchema: 'nowhere.json',
      },
      'payloadSchema: The payloadSchema /work/nowhere.json',
    ],
    [
      'with fewer payloads than shards',
      { replay: { from: 'good.ndjson' }, shard: '2/2', seed: 'x' },
      'shard',
    ],
  ])('include %s', async (_name, over, reported) => {
    const good = { 'good.ndjson': '{"symbol":"SPY"}\n' };
    const { lines } = await found({ ...replayed, ...over }, { files: { ...files, ...good } });
    expect(
      lines.some((line) => line.includes(reported)),
      lines.join('\n'),
    ).toBe(true);
  });

  it('are not checked for stdin', async () => {
    expect(await found({ ...replayed, replay: { from: '-' } })).toEqual({ code: null, lines: [] });
  });
});

describe('hosts that a run connects to', () => {
  it('are checked for probes and clean-up even without an endpoint', async () => {
    const { url: _, ...config } = goodConfig();
    const { lines } = await found({
      ...config,
      allowHosts: ['hooks.example.com'],
      stages: [{ name: 'saved', http: { url: 'https://api.example.com/{{testId}}' } }],
      cleanup: [{ method: 'DELETE', url: '{{origin}}/orders/{{testId}}' }],
    });
    expect(lines).toHaveLength(3);
    expect(lines.join('\n')).toContain('url: No webhook URL configured');
    expect(lines.join('\n')).toContain('stages[0].http.url: ');
  });

  it('do not include a missing endpoint if it is only invalid', async () => {
    const { lines } = await found({ ...goodConfig(), url: 'ftp://x' });
    expect(lines.join('\n')).not.toContain('No webhook URL');
  });
});

describe('no setting is ignored silently', () => {
  it.each<[string, object, string]>([
    [
      'a pinned dimension that nothing uses',
      { set: { side: 'buy' }, payload: { symbol: '{{symbol}}' } },
      'set.side: The dimension "side" is pinned, but no payload or header uses it.',
    ],
    [
      'a span inside of one that nobody expects',
      { trace: { expect: [{ span: 'a' }, { span: 'b', inside: 'saveed' }] } },
      'trace.expect[1].inside: unknown label "saveed"; did you mean saved? (known: a, saved)',
    ],
    [
      'a span that may come less often than it has to',
      { trace: { expect: [{ span: 'a', minCount: 2, maxCount: 1 }] } },
      'trace.expect[0].maxCount: expected at least minCount, 2 (got 1)',
    ],
    [
      'two stages of one name',
      {
        stages: [
          { name: 'saved', span: 'a' },
          { name: 'saved', span: 'b' },
        ],
      },
      'stages[1].name: duplicate name "saved": stages[0] has it too',
    ],
    [
      'a certificate without its key',
      { tls: { cert: 'cert.pem' } },
      'tls.cert: has no effect without tls.key; set both',
    ],
    [
      'expectRepeat of a scenario that is sent once',
      { scenarios: [{ name: 'OPEN', expectRepeat: { status: 200 } }, { name: 'CLOSE' }] },
      'scenarios[0].expectRepeat: has no effect without repeat',
    ],
  ])('%s', async (_, over, reported) => {
    const { lines } = await found({ ...goodConfig(), stages: [{ name: 'saved', span: 'x' }], ...over });
    expect(
      lines.some((line) => line.includes(reported)),
      lines.join('\n'),
    ).toBe(true);
  });
});
