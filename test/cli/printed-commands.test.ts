/** Every command that the program prints works when it is pasted, in the very folder and environment that printed it. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/lib/errors.ts';
import type { ReportSource } from '../../src/lib/model/report-source.ts';
import { recorded, thousand, twoOfThreeShards } from '../report/formatters/pretty/recorded.ts';
import { keepRun, resultsOf } from '../report/saved-run.ts';
import { sourceOf } from '../support/builders.ts';
import { type Cli, ROOT, withCli } from '../support/cli.ts';
import { commandsIn, type PrintedCommand } from '../support/printed-commands.ts';
import { large, oneBroken } from '../support/reports.ts';
import { sentryEnv, withSandbox } from '../support/trace-run.ts';

type Env = Readonly<Record<string, string>>;
type Said = readonly string[];

const MANIFEST = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  readonly commands: Readonly<Record<string, unknown>>;
};
const COMMANDS = Object.keys(MANIFEST.commands).map((id) => id.replaceAll(':', ' '));

/** Wide, so that no command is wrapped. */
const WIDE = { COLUMNS: '200' };

/** How it is run here: nothing is sent to another host, and nothing serves for ever. */
function harmless({ args }: PrintedCommand): readonly string[] {
  const isElsewhere = args.some((arg) => arg.includes('your-production-url.com'));
  if (args[0] === 'sandbox') return [...args, '--help'];
  if (args[0] === 'init') return [...args, '--output', `pasted-${Math.random()}.yaml`];
  if (args[0] === 'doctor' && isElsewhere) return [...args, '--help'];
  return isElsewhere && !args.includes('--dry-run') ? [...args, '--dry-run'] : args;
}

/** Runs each command and gives those that do not work: usage errors and internal errors. */
async function notWorking(
  { run }: Cli,
  { texts, env = {} }: { readonly texts: Said; readonly env?: Env },
): Promise<{ readonly pasted: readonly string[]; readonly failing: readonly string[] }> {
  const printed = new Map(
    texts.flatMap((text) => commandsIn(text, COMMANDS)).map((each) => [each.text, each]),
  );
  const failing: string[] = [];
  for (const command of printed.values()) {
    const { exitCode, stderr } = await run(harmless(command), { env: { ...WIDE, ...env } });
    const fails = exitCode === null || exitCode === EXIT.usage || exitCode === EXIT.bug;
    if (fails) failing.push(`${command.text}: exit ${exitCode}: ${stderr.trim()}`);
  }
  return { pasted: [...printed.keys()], failing };
}

/** What these commands print, on both streams. */
async function said({ run }: Cli, commands: readonly string[], env: Env = {}): Promise<Said> {
  const texts: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await run(command.split(' '), { env: { ...WIDE, ...env } });
    texts.push(stdout, stderr);
  }
  return texts;
}

const FAULTS = ['CHOP=status:500', 'ORB_FAKEOUT=missing:variant', 'VOL_EXPANSION=span-missing:ab-routing'];
const AFTERWARDS = [
  ...[
    'report list',
    'report show',
    'report show 1',
    'report show 5',
    'report show nowhere',
    'report show 77',
  ],
  ...['trace show 1', 'trace show --failed', 'trace show', 'trace show 99', 'trace open 5', 'trace learn'],
  ...['report compare last-green', 'cleanup', 'config show', 'scenarios list', 'scenarios show CHOPP'],
  ...['report shwo', 'run --scenario CHOPP', 'run --sandbx', 'report merge latest', 'autocomplete init sh'],
];

describe.concurrent('what is printed can be pasted', () => {
  it('around run --sandbox, after the sandbox has ended', async () => {
    await withCli(async (cli) => {
      const faults = FAULTS.map((fault) => `--fault ${fault}`).join(' ');
      const texts = await said(cli, [
        'run',
        'report list',
        'run --sandbox',
        `run --sandbox ${faults}`,
        'doctor',
        'doctor --sandbox',
        ...AFTERWARDS,
      ]);
      const { pasted, failing } = await notWorking(cli, { texts });
      expect(failing).toEqual([]);
      expect(pasted.length).toBeGreaterThan(10);
      for (const text of texts.filter((each) => !each.includes('Sent in trace')))
        expect(text, 'a link into a sandbox that has ended').not.toMatch(/127\.0\.0\.1:\d+\/organizations/);
    });
  });

  it('around runs with traces in Sentry', async () => {
    await withSandbox({ faults: FAULTS }, async (info) =>
      withCli(async (cli) => {
        const env = sentryEnv(info);
        const file = path.join(cli.home, 'prod-e2e.config.yaml');
        await writeFile(file, `url: ${info.url}\ntrace: { interval: 250ms, settle: 2s, timeout: 60s }\n`);
        const texts = await said(cli, ['run', 'doctor', ...AFTERWARDS, 'rnu', 'init'], env);
        const { pasted, failing } = await notWorking(cli, { texts, env });
        expect(failing).toEqual([]);
        expect(pasted.length).toBeGreaterThan(8);
      }),
    );
  });

  const RECORDED = [
    ...(['healthy', 'degraded', 'warnings', 'broken', 'duplicates'] as const),
    ...(['unreachable', 'interrupted', 'unverified', 'replay'] as const),
  ];
  /** The builders' reports share a run id; the largest has the tests of all of them. */
  const SOURCES: readonly (readonly [name: string, files: RegExp, source: ReportSource])[] = [
    ...RECORDED.map((name) => [name, /^(?!pretty-(thousand|shards))/, sourceOf(recorded(name))] as const),
    ['builders', /^(?!pretty-shards|.*-one-broken)/, sourceOf(large())],
    ['one-broken', /^(markdown|github)-one-broken/, sourceOf(oneBroken())],
    ['shards', /^pretty-shards/, twoOfThreeShards()],
    ['thousand', /^pretty-thousand/, thousand()],
  ];

  it('in golden files of reports, each beside the run that it shows', async () => {
    const folder = path.join(ROOT, 'test', 'golden');
    const files = readdirSync(folder).filter((file) => /^(pretty|markdown|github)-.*\.(txt|md)$/.test(file));
    const found: string[] = [];
    await withSandbox({}, async (info) => {
      for (const [name, ofSource, source] of SOURCES) {
        const { runId } = source.head;
        const texts = files
          .filter((file) => ofSource.test(file))
          .map((file) =>
            readFileSync(path.join(folder, file), 'utf8')
              .replaceAll('%0A', '\n')
              .replaceAll(/<\/?code>/g, '`'),
          )
          .filter((text) => text.includes(runId));
        if (texts.length > 0) found.push(name);
        await withCli(async (cli) => {
          const dataDir = path.join(cli.home, 'data', 'prod-e2e');
          keepRun(dataDir, { runId, results: await resultsOf(source), head: source.head });
          const { failing } = await notWorking(cli, { texts, env: sentryEnv(info) });
          expect(failing, name).toEqual([]);
        });
      }
    });
    expect(found).toEqual(SOURCES.map(([name]) => name));
  });
});
