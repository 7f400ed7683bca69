/** `run`, `doctor`, `config show` and the library find the same faults: on spoiled configurations, through the built program. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Check } from '../../src/lib/doctor/check.ts';
import { type Cli, cliEnvironment, ROOT, withCli } from '../support/cli.ts';
import { mutated } from '../support/mutated-configs.ts';

/** Each is five starts of the program: MUTATED_CONFIGS=200 is for a longer look. */
const CONFIGS = Number(process.env.MUTATED_CONFIGS ?? 8);

/** A message as the set of its lines, however it is wrapped. */
function problemsIn(message: string): readonly string[] {
  return message
    .replaceAll(/:\n\s*/g, ': ')
    .replaceAll('; ', '\n')
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^Invalid config( \(\d+ errors\))?: /, '')
        .replace(/\.$/, ''),
    )
    .filter((line) => line !== '' && !line.startsWith('Invalid config'))
    .sort();
}

interface Start {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

async function errorOf(cli: Cli, { args, ...start }: Start & { readonly args: readonly string[] }) {
  const { stdout, exitCode } = await cli.run([...args, '--json'], start);
  const { error } = JSON.parse(stdout) as {
    readonly error?: { readonly code: string; readonly message: string };
  };
  return { exitCode, code: error?.code, problems: problemsIn(error?.message ?? '') };
}

const LIBRARY = pathToFileURL(path.join(ROOT, 'dist', 'index.mjs')).href;

/** Of a program that reads the same configuration and starts the same run. */
const PROGRAM = `
  import { loadConfig, run } from ${JSON.stringify(LIBRARY)};
  const { code, message } = await loadConfig().then(run).catch((error) => error);
  process.stdout.write(JSON.stringify({ code, message }));`;

async function libraryError(cli: Cli, { cwd, env }: Start) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd,
    env: { ...cliEnvironment(cli.home), ...env },
  });
  const { code, message } = JSON.parse(stdout) as { readonly code: string; readonly message: string };
  return { exitCode: 2, code, problems: problemsIn(message) };
}

async function doctorProblems(cli: Cli, start: Start) {
  const { stdout, exitCode } = await cli.run(['doctor', '--no-send', '--json'], start);
  const { checks } = JSON.parse(stdout) as {
    readonly checks: readonly Check[];
  };
  // A missing endpoint and a DSN that is none are checks of their own.
  const names = ['config', 'url', 'dsn'];
  const failed = checks.filter(({ name, state }) => names.includes(name) && state === 'fail');
  const lines = failed.map(({ message, problems = [] }) => [message, ...problems].join('\n'));
  return { exitCode, problems: lines.flatMap(problemsIn) };
}

/** What all of them find. */
async function findSame(
  cli: Cli,
  {
    config,
    what,
    files = {},
    env = {},
  }: {
    readonly config: unknown;
    readonly what: string;
    readonly files?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<readonly string[]> {
  const cwd = path.join(cli.home, 'project');
  await mkdir(cwd);
  const all = { ...files, 'package.json': '{}', 'prod-e2e.config.json': JSON.stringify(config, null, 1) };
  for (const [name, content] of Object.entries(all)) await writeFile(path.join(cwd, name), content);
  const [run, dry, shown, doctor, library] = await Promise.all([
    errorOf(cli, { cwd, env, args: ['run'] }),
    errorOf(cli, { cwd, env, args: ['run', '--dry-run'] }),
    errorOf(cli, { cwd, env, args: ['config', 'show'] }),
    doctorProblems(cli, { cwd, env }),
    libraryError(cli, { cwd, env }),
  ]);
  expect(run.problems.length, what).toBeGreaterThan(0);
  expect(dry, what).toEqual(run);
  expect(library, what).toEqual(run);
  // Values are worth to be seen before the endpoint is known.
  expect(shown, what).toEqual({ ...run, exitCode: run.code === 'NO_URL' ? 0 : 2 });
  expect(doctor.problems, what).toEqual(run.problems);
  expect([run.exitCode, doctor.exitCode]).toEqual([2, 1]);
  return run.problems;
}

it.each(Array.from({ length: CONFIGS }, (_, at) => at + 1))('spoiled config %i', async (seed) => {
  const { config, mutations } = mutated(seed);
  const what = mutations.map(({ name }) => name).join(', ');
  await withCli((cli) => findSame(cli, { config, what }));
});

const url = 'http://127.0.0.1:9/hook';
const payloads = '{"symbol":"SPY"}\n{"symbol":\n';
const token = { SENTRY_AUTH_TOKEN: 'a-token-of-nobody', SENTRY_ORG: 'acme' };

it.each<[string, Omit<Parameters<typeof findSame>[1], 'what'>, string]>([
  ['an empty configuration', { config: {} }, 'No webhook URL configured'],
  [
    'a DSN of the file that is none',
    { config: { url, sentry: { dsn: 'https://key@sentry.example.com/none' } } },
    'sentry.dsn: The Sentry DSN cannot be used',
  ],
  ['no endpoint, and something else', { config: { threshold: ['p95<'] } }, 'No webhook URL configured'],
  [
    'a DSN that is none',
    { config: { url }, env: { SENTRY_DSN: 'nonsense' } },
    'The Sentry DSN cannot be used',
  ],
  [
    'a file to be replayed that is not there',
    { config: { url, replay: { from: 'nowhere.ndjson' } } },
    'nowhere.ndjson does not exist',
  ],
  [
    'a file to be replayed, named by a variable',
    { config: { url }, env: { PROD_E2E_FROM: 'payloads.ndjson' }, files: { 'payloads.ndjson': payloads } },
    'payloads.ndjson, line 2, column ',
  ],
  [
    'a file to be replayed, and something else',
    {
      config: { url, replay: { from: 'payloads.ndjson' }, conut: 3 },
      files: { 'payloads.ndjson': payloads },
    },
    'payloads.ndjson, line 2, column ',
  ],
  [
    "a proxy of Sentry's API that is none",
    { config: { url }, env: { ...token, HTTPS_PROXY: 'socks5://127.0.0.1:1' } },
    'The proxy in HTTPS_PROXY uses socks5://',
  ],
])('%s', async (what, given, told) => {
  await withCli(async (cli) => {
    const problems = await findSame(cli, { ...given, what });
    expect(
      problems.some((line) => line.includes(told)),
      problems.join('\n'),
    ).toBe(true);
  });
});
