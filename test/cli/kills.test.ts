/**
 * Kills the program with SIGKILL at random moments of its life and looks at what is left. What it had told as done must be
 * in the store, whole. The seed is printed; PROD_E2E_KILL_SEED repeats the draws, PROD_E2E_KILL_TRIALS and
 * PROD_E2E_KILL_VERIFICATION_TRIALS ask for more: `npm run soak` does.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReportHead } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { readHeads, readRun, savedRuns } from '../../src/lib/report/history/history.ts';
import { runsFolder } from '../../src/lib/report/store/store.ts';
import { resultsOf } from '../report/saved-run.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { type Draw, drawFrom } from '../support/draw.ts';
import { withGatedTarget } from '../support/gated-target.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { sentryEnv, withSandboxSentry } from '../support/trace-run.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const SEED = process.env.PROD_E2E_KILL_SEED ?? String(Date.now());
const TRIALS = Number(process.env.PROD_E2E_KILL_TRIALS ?? 45);
const VERIFICATION_TRIALS = Number(process.env.PROD_E2E_KILL_VERIFICATION_TRIALS ?? 8);
/** Programs side by side. */
const LANES = 3;
const WEBHOOKS = 12;
/** Webhooks of a run that reads traces. */
const TRACED = 4;
/** After every so many trials the CLI reads the store, too: starting it takes longer than a trial. */
const CLI_LOOKS_EVERY = 5;
/** Ends what hangs; enough for thousands of trials when they are asked for. */
const LIMIT_MS = Math.max(300_000, 5_000 * (TRIALS + VERIFICATION_TRIALS));

/** Long enough that a line does not fit into one page, or one buffer of a stream. */
const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: 'é'.repeat(9_000), variant: 'A' };

/** Where in its life a program was when it was killed, by what it left. */
type Moment =
  | 'start-up'
  | 'before the first result'
  | 'sending'
  | 'verification'
  | 'the end'
  | 'over already';

interface Killed {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where it was killed. */
  readonly exitCode: number | null;
}

/** When a program is killed, and what holds it until then. */
interface Kill {
  /** So many whole lines on this stream first; 0 counts from the start of the program. */
  readonly stream: 'stdout' | 'stderr';
  readonly lines: number;
  /** After the last of them. */
  readonly delayMs: number;
  /** The only moments possible, however fast the machine is; null where that depends on the clock. */
  readonly moments: readonly Moment[] | null;
  readonly config?: string;
  readonly stopsAtExit?: boolean;
  /** The target responds to so many webhooks and holds the others. */
  readonly responses?: number;
}

/** For Node: the program stops itself with SIGSTOP as its last act, so that a late kill still ends it. */
const STOPS_AT_EXIT = [
  '--import',
  "data:text/javascript,process.once('exit',()=>process.kill(process.pid,'SIGSTOP'))",
];

/** A config that prints a line and never finishes loading. */
const WAITS = 'waits.mjs';
const WAITING = `process.stderr.write('starting\\n'); await new Promise(() => setInterval(() => {}, 60_000)); export default {};\n`;

/** Runs the program and kills it. */
async function killed(
  { run }: Cli,
  args: readonly string[],
  kill: Kill,
  env: Readonly<Record<string, string>>,
): Promise<Killed> {
  const { stream, lines, delayMs, config, stopsAtExit = false } = kill;
  return run([...args, ...(config === undefined ? [] : ['--config', config])], {
    env,
    nodeArgs: stopsAtExit ? STOPS_AT_EXIT : [],
    running: (child) => {
      const killSoon = () => setTimeout(() => child.kill('SIGKILL'), delayMs);
      if (lines === 0) return killSoon();
      let seen = 0;
      const count = (chunk: Buffer) => {
        seen += chunk.toString('latin1').split('\n').length - 1;
        if (seen < lines) return;
        child[stream]?.off('data', count);
        killSoon();
      };
      return child[stream]?.on('data', count);
    },
  });
}

/** One of so many trials is killed while it starts. */
const START_UP_EVERY = 15;

/**
 * In turn: at any time; close behind a line, each line in turn, as files change; and around the final write, close behind
 * one of the last lines. Behind lines something holds the program, so that every moment occurs on any machine.
 */
function killOf(trial: number, draw: Draw, lifeMs: number): Kill {
  const turn = Math.floor(trial / 3);
  if (trial % START_UP_EVERY === 3)
    return { stream: 'stderr', lines: 1, delayMs: draw.below(12), moments: ['start-up'], config: WAITS };
  switch (trial % 3) {
    case 0: {
      const delayMs = draw.below(Math.round(lifeMs * 1.1));
      return { stream: 'stdout', lines: 0, delayMs, moments: null };
    }
    case 1: {
      // The first line is the head of the run, every further one a result.
      const results = turn % WEBHOOKS;
      const responses = results + 2;
      const delayMs = draw.below(12);
      return {
        stream: 'stdout',
        lines: results + 1,
        delayMs,
        responses,
        moments: momentsWithin(results, responses),
      };
    }
    default: {
      const delayMs = draw.below(8);
      const lines = WEBHOOKS + 1 + (turn % 2);
      return { stream: 'stdout', lines, delayMs, moments: ['the end'], stopsAtExit: true };
    }
  }
}

/** With `least` results reported, while the target responds to `most` webhooks. */
function momentsWithin(least: number, most: number): readonly Moment[] {
  return [
    ...(least === 0 ? (['before the first result'] as const) : []),
    'sending',
    // If all webhooks got a response, nothing holds the program.
    ...(most >= WEBHOOKS ? (['the end', 'over already'] as const) : []),
  ];
}

/** A config that requires a span that never comes, so that the reading goes on. */
const READS_ON = 'reads-on.json';

/** On stderr: two lines about the run, one for each result, and `Reading …`. */
const LINES_UNTIL_READING = 3 + TRACED;

/** In turn: while sending; while reading that cannot end; at any time of the reading; close behind a result on stdout. */
function killWhileReading(trial: number, draw: Draw, readingMs: number): Kill {
  const turn = Math.floor(trial / 4);
  switch (trial % 4) {
    case 0: {
      const lines = 3 + (turn % TRACED);
      return { stream: 'stderr', lines, delayMs: draw.below(30), moments: null };
    }
    case 1: {
      const delayMs = draw.below(readingMs);
      return {
        stream: 'stderr',
        lines: LINES_UNTIL_READING,
        delayMs,
        moments: ['verification'],
        config: READS_ON,
      };
    }
    case 2: {
      const delayMs = draw.below(readingMs);
      const moments = ['verification', 'the end'] as const;
      return { stream: 'stderr', lines: LINES_UNTIL_READING, delayMs, moments, stopsAtExit: true };
    }
    default: {
      const lines = 2 + (turn % TRACED);
      return { stream: 'stdout', lines, delayMs: draw.below(8), moments: ['the end'], stopsAtExit: true };
    }
  }
}

/** How long a program takes while as many run beside it as in the trials, in milliseconds. */
function lifeOf(args: readonly string[]): Promise<number> {
  return withCli(async ({ run }) => {
    const began = performance.now();
    await Promise.all(Array.from({ length: LANES }, () => run(args, { env: KEEP_ALL })));
    return performance.now() - began;
  });
}

/** How long a program goes on after so many lines on stderr, in milliseconds. */
async function timeAfterLine(
  { run }: Cli,
  args: readonly string[],
  { lines, env }: { readonly lines: number; readonly env: Readonly<Record<string, string>> },
): Promise<number> {
  let seen = 0;
  let atMs = performance.now();
  await run(args, {
    env,
    running: (child) =>
      child.stderr?.on('data', (chunk: Buffer) => {
        if (seen >= lines) return;
        seen += chunk.toString('latin1').split('\n').length - 1;
        atMs = performance.now();
      }),
  });
  return Math.round(performance.now() - atMs);
}

/** The results that the program printed to stdout: complete lines only. */
function printedResults(stdout: string): readonly TestResult[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'test')
    .map(({ type, ...result }) => result);
}

interface Left {
  readonly id: string | null;
  readonly head: ReportHead | null;
  readonly results: readonly TestResult[];
}

/** The run that is in the store now and was not before. */
async function left(dataDir: string, before: readonly string[]): Promise<Left> {
  const [id = null, ...others] = (await savedRuns(dataDir)).filter((each) => !before.includes(each));
  expect(others).toEqual([]);
  if (id === null) return { id, head: null, results: [] };
  const source = await readRun(path.join(runsFolder(dataDir), id));
  return { id, head: source.head, results: await resultsOf(source) };
}

function momentOf({ exitCode }: Killed, { head, results }: Left, planned: number): Moment {
  if (exitCode !== null) return 'over already';
  if (head === null) return 'start-up';
  if (head.endedAt !== null || results.length === planned) return 'the end';
  return results.length === 0 ? 'before the first result' : 'sending';
}

/** Every byte of the store, by file. */
function contentOf(dataDir: string): ReadonlyMap<string, string> {
  if (!existsSync(runsFolder(dataDir))) return new Map();
  const files = readdirSync(runsFolder(dataDir), { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [file, readFileSync(file, 'base64')]),
  );
}

/** A run after all those that were killed: it is whole, and they are as they were. */
async function expectNextRunUntouched({ run, home }: Cli, url: string): Promise<void> {
  const dataDir = path.join(home, 'data', 'prod-e2e');
  const before = contentOf(dataDir);
  const { exitCode, stderr } = await run(['run', '--url', url, '-n', '3'], { env: KEEP_ALL });
  expect(exitCode, stderr).toBe(0);
  const [latest = ''] = await savedRuns(dataDir);
  const source = await readRun(path.join(runsFolder(dataDir), latest));
  expect(source.head).toMatchObject({ status: 'healthy', summary: { total: 3 } });
  expect(await resultsOf(source)).toHaveLength(3);
  const after = contentOf(dataDir);
  for (const [file, content] of before) expect(after.get(file) === content, file).toBe(true);
  const listed: string[] = [];
  const unreadable: unknown[] = [];
  for await (const { runId } of readHeads(dataDir, (each) => unreadable.push(each))) listed.push(runId);
  expect(listed).toEqual(await savedRuns(dataDir));
  expect(unreadable).toEqual([]);
}

const KEEP_ALL = { PROD_E2E_KEEP: '10000' };

interface Trials {
  readonly count: number;
  readonly signal: AbortSignal;
  readonly prepare: (cli: Cli) => Promise<void>;
  readonly each: (cli: Cli, trial: number, draw: Draw) => Promise<void>;
  readonly afterwards?: (cli: Cli) => Promise<void>;
}

/** Makes the trials in several lanes, each with a home of its own; each trial has draws of its own. */
async function inLanes({ count, signal, prepare, each, afterwards }: Trials): Promise<void> {
  // One iterator for all lanes, so that each trial is made once.
  const trials = Array.from({ length: count }, (_, trial) => trial).values();
  const lane = () =>
    withCli(async (cli) => {
      await prepare(cli);
      for (const trial of trials) {
        if (signal.aborted) return;
        await each(cli, trial, drawFrom(`${SEED}/${trial}`));
      }
      await afterwards?.(cli);
    });
  await sideBySide(Array(LANES).fill(lane), (start) => start(), LANES);
}

function say(what: string, moments: ReadonlyMap<Moment, number>): void {
  const total = [...moments.values()].reduce((sum, each) => sum + each, 0);
  const each = [...moments].map(([moment, count]) => `${moment} ${count}`).join(', ');
  process.stdout.write(`${total} kills ${what} (PROD_E2E_KILL_SEED=${SEED}): ${each}\n`);
}

/** A target of its own for a kill whose webhooks are held; the usual one otherwise. */
async function withTargetFor(
  { responses }: Kill,
  usual: string,
  use: (url: string) => Promise<void>,
): Promise<void> {
  if (responses === undefined) return use(usual);
  await withGatedTarget({ first: responses, body: GOOD }, ({ url }) => use(url));
}

function aboutKill(trial: number, { lines, stream, delayMs }: Kill): string {
  return `trial ${trial} of seed ${SEED}, killed after ${lines} lines of ${stream} and ${delayMs} ms`;
}

function createMoments() {
  const moments = new Map<Moment, number>();
  return {
    moments,
    add: (moment: Moment, possible: Kill['moments'], about: string) => {
      moments.set(moment, (moments.get(moment) ?? 0) + 1);
      if (possible !== null) expect(possible, about).toContain(moment);
    },
  };
}

describe('a run that is killed at any moment', () => {
  it(
    'has saved every result it reported, and does not affect the next run',
    async ({ signal }) => {
      const { moments, add } = createMoments();
      let looks = 0;
      await withWebhookTarget({ body: GOOD, delayMs: 3 }, async ({ url: usual }) => {
        // A held webhook must not time out before its kill.
        const flags = ['-n', String(WEBHOOKS), '-r', 'ndjson', '--timeout', '5m'];
        const argsFor = (url: string) => ['run', '--url', url, ...flags];
        const lifeMs = await lifeOf(argsFor(usual));
        await inLanes({
          count: TRIALS,
          signal,
          prepare: ({ home }) => writeFile(path.join(home, WAITS), WAITING),
          each: async (cli, trial, draw) => {
            const dataDir = path.join(cli.home, 'data', 'prod-e2e');
            const before = await savedRuns(dataDir);
            const kill = killOf(trial, draw, lifeMs);
            const about = aboutKill(trial, kill);
            await withTargetFor(kill, usual, async (url) => {
              const end = await killed(cli, argsFor(url), kill, KEEP_ALL);
              const kept = await left(dataDir, before);
              const byId = new Map(kept.results.map((result) => [result.testId, result]));
              for (const result of printedResults(end.stdout))
                expect(byId.get(result.testId), `${about}: ${result.testId}`).toEqual(result);
              if (kept.head !== null && kept.head.endedAt === null) {
                expect(kept.head, about).toMatchObject({
                  status: 'interrupted',
                  findings: [],
                  summary: { total: kept.results.length, skipped: WEBHOOKS - kept.results.length },
                });
              }
              add(momentOf(end, kept, WEBHOOKS), kill.moments, about);
              if (trial % CLI_LOOKS_EVERY > 0 || kept.id === null) return;
              looks++;
              const [list, shown] = await Promise.all([
                cli.run(['report', 'list', '--json']),
                cli.run(['report', 'show', kept.id, '--json']),
              ]);
              expect([list.exitCode, shown.exitCode], about).toEqual([0, 0]);
              expect(JSON.parse(list.stdout).runs[0].runId).toBe(kept.id);
              expect(JSON.parse(shown.stdout)).toEqual({ ...kept.head, results: kept.results });
            });
          },
          afterwards: (cli) => expectNextRunUntouched(cli, usual),
        });
      });
      say('of runs that send', moments);
      for (const moment of ['start-up', 'sending', 'the end'] as const)
        expect(moments.get(moment) ?? 0, moment).toBeGreaterThan(0);
      expect(looks).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'has saved them while traces are read, too, with the traces it reported',
    async ({ signal }) => {
      const { moments, add } = createMoments();
      await withSandboxSentry(async (info) => {
        // Results come on stderr as they are known, on stdout once their traces are read.
        const trace = { interval: '100ms', settle: '300ms', timeout: '2m' };
        const config = { trace };
        const readsOn = { trace, stages: [{ name: 'never', span: 'never', required: true }] };
        const prepare = async ({ home }: Cli) => {
          await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
          await writeFile(path.join(home, READS_ON), JSON.stringify(readsOn));
        };
        const env = { ...sentryEnv(info), ...KEEP_ALL };
        const args = ['run', '--url', info.url, '-n', String(TRACED), '-r', 'ndjson'];
        const readingMs = await withCli(async (cli) => {
          await prepare(cli);
          return timeAfterLine(cli, args, { lines: LINES_UNTIL_READING, env });
        });
        await inLanes({
          count: VERIFICATION_TRIALS,
          signal,
          prepare,
          each: async (cli, trial, draw) => {
            const dataDir = path.join(cli.home, 'data', 'prod-e2e');
            const before = await savedRuns(dataDir);
            const kill = killWhileReading(trial, draw, readingMs);
            const about = aboutKill(trial, kill);
            const end = await killed(cli, args, kill, env);
            const kept = await left(dataDir, before);
            const traces = new Set(kept.results.map(({ trace }) => trace.traceId));
            const lines = end.stderr.split('\n').slice(0, -1);
            const toldOf = lines.flatMap((line) => /^\d\/\d .* trace ([0-9a-f]{32})$/.exec(line)?.[1] ?? []);
            for (const traceId of toldOf) expect(traces, about).toContain(traceId);
            const byId = new Map(kept.results.map((result) => [result.testId, result]));
            for (const result of printedResults(end.stdout))
              expect(byId.get(result.testId), about).toEqual(result);
            if (kill.stream === 'stdout') expect(printedResults(end.stdout).length, about).toBeGreaterThan(0);
            if (kept.head?.endedAt === null) {
              expect(kept.head, about).toMatchObject({ status: 'interrupted', findings: [] });
            }
            const reading = lines.some((line) => line.startsWith('Reading '));
            const moment = momentOf(end, kept, TRACED);
            const precise = moment === 'the end' && kept.head?.endedAt === null && reading;
            add(precise ? 'verification' : moment, kill.moments, about);
          },
        });
      });
      say('of runs that read traces', moments);
      expect(moments.get('verification') ?? 0).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
