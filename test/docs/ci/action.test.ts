/** action.yml: GitHub's own parser takes it, and its scripts do what its inputs say, whatever is in them. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Report } from '../../../src/lib/model/report.ts';
import type { SandboxInfo } from '../../../src/lib/sandbox/sandbox.ts';
import { type CliResult, ROOT } from '../../support/cli.ts';
import { filled, type Step } from '../../support/manifests/github-job.ts';
import { actionErrors } from '../../support/manifests/github-parser.ts';
import { BASH, type Machine, withMachine } from '../../support/manifests/machine.ts';
import { sentryUrl, store, withSandbox } from '../../support/manifests/recipes.ts';

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const TEXT = readFileSync(path.join(ROOT, 'action.yml'), 'utf8');
const action: Action = parse(TEXT);
const [install, run] = action.runs.steps;

it('is a valid GitHub action', async () => {
  expect(await actionErrors(TEXT)).toEqual([]);
  // The judge is awake.
  expect(await actionErrors(TEXT.replace('inputs.url', 'input.url'))).not.toEqual([]);
  expect(await actionErrors(TEXT.replace('shell: bash', 'shel: bash'))).not.toEqual([]);
});

it('uses every input, and has none for secrets', () => {
  const used = [...TEXT.matchAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g)].map(({ 1: name }) => name);
  expect(used.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
  expect(Object.keys(action.inputs).filter((name) => /token|secret|dsn|key/.test(name))).toEqual([]);
  const script = `${install?.run}${run?.run}`;
  expect(script).not.toContain('${{');
  expect(script).not.toMatch(/\beval\b/);
  // Every output is one that the script writes.
  for (const [name, { value }] of Object.entries(action.outputs)) {
    expect(value).toBe(`\${{ steps.run.outputs.${name} }}`);
    expect(run?.run).toContain(`${name}=`);
  }
});

type Inputs = Readonly<Record<string, string>>;

/** As GitHub runs a composite action: inputs fill the env of its steps, the job's own env is beneath. */
async function act(machine: Machine, inputs: Inputs, jobEnv: Inputs = {}) {
  const [cwd, temp, clone] = ['checkout', 'temp', 'action'].map((name) => path.join(machine.home, name)) as [
    string,
    string,
    string,
  ];
  await Promise.all([cwd, temp, clone].map((folder) => mkdir(folder, { recursive: true })));
  const [outputFile, summary] = [path.join(machine.home, 'output'), path.join(machine.home, 'summary.md')];
  await writeFile(outputFile, '');
  const values = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: usual = '' }]) => [
      `inputs.${name}`,
      inputs[name] ?? String(usual),
    ]),
  );
  const files = { GITHUB_OUTPUT: outputFile, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: temp };
  const results: CliResult[] = [];
  for (const step of action.runs.steps) {
    if (results.some(({ exitCode }) => exitCode !== 0)) continue;
    const env = Object.entries(step.env ?? {}).map(([name, text]) => [name, filled(text, values)]);
    results.push(
      await machine.run(step.run ?? '', {
        cwd,
        shell: BASH,
        env: {
          CI: 'true',
          GITHUB_ACTIONS: 'true',
          GITHUB_ACTION_PATH: clone,
          ...jobEnv,
          ...files,
          ...Object.fromEntries(env),
        },
      }),
    );
  }
  const lines = (await readFile(outputFile, 'utf8')).split('\n').filter((line) => line !== '');
  const outputs: Inputs = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const said = results.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  return { exitCode: results.at(-1)?.exitCode, outputs, said, summary, cwd };
}

/** Without the token: what is read back is not what this is about. */
function jobEnv(info: SandboxInfo): Inputs {
  const { SENTRY_DSN = '' } = store(info);
  return { SENTRY_DSN, ...sentryUrl(info) };
}

describe('a run', () => {
  it('reports its result with outputs, annotations and a summary', async () => {
    await withSandbox(['CHOP=status:500'], (info) =>
      withMachine(async (machine) => {
        const inputs = {
          ...{
            url: info.url,
            count: '3',
            scenarios: 'ORB_BREAKOUT\nTREND_CONTINUATION\nCHOP\n',
            seed: 'a b',
          },
          ...{
            reporters: 'github\njunit=results/junit report.xml',
            args: '--rate\n5\n--environment=of the test',
          },
        };
        const { exitCode, outputs, said, summary, cwd } = await act(machine, inputs, jobEnv(info));
        expect(exitCode, said).toBe(1);
        expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(action.outputs).toSorted());
        const report: Report = JSON.parse(await readFile(outputs.report ?? '', 'utf8'));
        expect(outputs).toMatchObject({
          ...{ status: 'degraded', 'exit-code': '1', 'run-id': report.runId },
        });
        const broken = report.results.filter(({ verdict }) => verdict === 'broken');
        expect(JSON.parse(outputs['trace-ids'] ?? '')).toEqual(broken.map(({ trace }) => trace.traceId));
        expect(report).toMatchObject({ seed: 'a b', environment: 'of the test', planned: 3 });
        expect(report.sentry.accepted).toBe(3);
        expect(said).toMatch(/^::error title=CHOP/m);
        expect(said).toContain('Total Tests: 3');
        expect(await readFile(summary, 'utf8')).toContain('CHOP');
        expect(await readFile(path.join(cwd, 'results', 'junit report.xml'), 'utf8')).toContain('tests="3"');
        expect(await machine.installs()).toEqual([
          'ci --no-fund --no-audit',
          'run --silent build',
          'install --global --no-fund --no-audit .',
        ]);
      }),
    );
  });

  it('uses the variables of the job if an input is not given, and shards of a matrix', async () => {
    await withSandbox([], (info) =>
      withMachine(async (machine) => {
        const env = { ...jobEnv(info), PRODUCTION_URL: info.url, PROD_E2E_COUNT: '4', GITHUB_RUN_ID: '77' };
        const { exitCode, outputs, said } = await act(
          machine,
          { 'shard-index': '1', 'shard-total': '2' },
          env,
        );
        expect(exitCode, said).toBe(0);
        const report: Report = JSON.parse(await readFile(outputs.report ?? '', 'utf8'));
        expect(report.shard).toMatchObject({ index: 2, total: 2, planned: 4 });
        expect(report.seed).toBe('77');
        expect(outputs.status).toBe('healthy');
      }),
    );
  });

  it('reports wrong usage by its exit code, without a report', async () => {
    await withMachine(async (machine) => {
      const { exitCode, outputs, said } = await act(machine, { count: '0' });
      expect([exitCode, outputs]).toEqual([2, { 'exit-code': '2' }]);
      expect(said).toContain('PROD_E2E_COUNT');
    });
  });
});

describe('hostile inputs', () => {
  const HOSTILE = [
    '"; touch x; "',
    "'; touch x; '",
    '$(touch x)',
    '`touch x`',
    'a\ntouch x\n',
    '; touch x #',
    '--yes\n--url=http://127.0.0.1:9/',
    '${{ secrets.SENTRY_DSN }}',
    'x\nstatus=healthy',
  ];
  const names = Object.keys(action.inputs).filter((name) => !['version', 'working-directory'].includes(name));

  it('of any kind are words of one argument or one variable', async () => {
    await withMachine(async (machine) => {
      for (const hostile of HOSTILE) {
        // Nobody listens there; where the run gets so far, it is told by exit code 3, and never 0.
        const inputs = Object.fromEntries(names.map((name) => [name, hostile]));
        const { exitCode, outputs, cwd } = await act(machine, inputs);
        expect(exitCode, hostile).toBe(2);
        expect(outputs, hostile).toEqual({ 'exit-code': '2' });
        expect(await readdir(cwd)).toEqual([]);
      }
      for (const folder of [machine.home, ROOT]) expect(existsSync(path.join(folder, 'x'))).toBe(false);
    });
  });

  it.concurrent.each(names)('%s alone', async (name) => {
    await withMachine(async (machine) => {
      const { exitCode, outputs, cwd } = await act(machine, {
        ...{ url: 'http://127.0.0.1:9/webhook', count: '1' },
        [name]: '"; touch x; "\n$(touch x)',
      });
      expect(exitCode).not.toBe(0);
      expect(outputs['exit-code']).toBe(String(exitCode));
      expect(outputs.status ?? 'broken').toBe('broken');
      expect((await readdir(cwd)).filter((file) => file === 'x')).toEqual([]);
    });
  });

  it.each([
    ...[
      '1.0.0"; touch x; "',
      '../folder',
      'npm:other@1',
      '1.0.0 other',
      'latest\nother',
      'file:x',
      ' ',
      '..',
      '.',
    ],
    ...[
      './x',
      '/x',
      '~/x',
      'x.tgz',
      'x.TGZ',
      '1.0.0-x.tgz',
      '1.0.0-x.tar.gz',
      '1.0.0+x.tar',
      'a/b',
      'C:\\x',
      '-g',
    ],
    ...[
      'http://h/x.tgz',
      'git+https://h/x',
      'git@h:x',
      'github:a/b',
      'x#y',
      '$(touch x)',
      '`touch x`',
      'x;y',
      'x|y',
    ],
    ...['*', '>1', '1.0', '^1.0.0', ' 1.0.0', '1.0.0\n'],
  ])('version %j is refused before npm runs', async (version) => {
    await withMachine(async (machine) => {
      const { exitCode, said, cwd } = await act(machine, { version });
      expect([exitCode, await machine.installs()]).toEqual([2, []]);
      expect(said).toContain('::error title=prod-e2e::');
      expect(await readdir(cwd)).toEqual([]);
    });
  });

  it.each(['0.1.0', '10.20.30-rc.1', '1.0.0-alpha-2+build.7', 'latest', 'next', 'release-2'])(
    'version %j is requested from the registry',
    async (version) => {
      await withMachine(async (machine) => {
        await act(machine, { version, args: '--help' });
        expect(await machine.installs()).toEqual([
          `install --global --no-fund --no-audit prod-e2e@${version}`,
        ]);
      });
    },
  );
});
