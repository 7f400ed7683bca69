/**
 * Kills the program with SIGKILL at random moments of its life and looks at what is left. What it had told as done must be
 * in the store, whole. The seed is printed; PROD_E2E_KILL_SEED repeats the draws, PROD_E2E_KILL_TRIALS asks for more.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ReportHead } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { keptRuns, readHeads, readRun } from '../../src/lib/report/history.ts';
import { runsFolder } from '../../src/lib/report/store.ts';
import { resultsOf } from '../report/kept-run.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { type Draw, drawFrom } from '../support/draw.ts';
import { sentryEnv, withSandboxSentry } from '../support/trace-run.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const SEED = process.env.PROD_E2E_KILL_SEED ?? String(Date.now());
const TRIALS = Number(process.env.PROD_E2E_KILL_TRIALS ?? 210);
const VERIFICATION_TRIALS = 20;
/** Programs side by side. */
const LANES = 3;
const WEBHOOKS = 12;
/** Every so many trials the CLI has a look, too: starting it takes longer than a trial. */
const CLI_LOOKS_EVERY = 15;
const LIMIT_MS = 900_000;

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

/**
 * Runs the program and kills it: as many milliseconds after it began, or after the line that matches.
 * Lines are counted on the stream that tells results.
 */
async function killed(
  { run }: Cli,
  args: readonly string[],
  when: {
    readonly stream: 'stdout' | 'stderr';
    /** So many whole lines first. */
    readonly lines: number;
    readonly delayMs: number;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Killed> {
  return run(args, {
    ...(when.env === undefined ? {} : { env: when.env }),
    running: (child) => {
      const kill = () => setTimeout(() => child.kill('SIGKILL'), when.delayMs);
      if (when.lines === 0) return kill();
      let lines = 0;
      const count = (chunk: Buffer) => {
        lines += chunk.toString('latin1').split('\n').length - 1;
        if (lines < when.lines) return;
        child[when.stream]?.off('data', count);
        kill();
      };
      return child[when.stream]?.on('data', count);
    },
  });
}

/** At any time; close behind a line, as files change; and around the final write, close behind one of the last lines. */
function momentDrawn(draw: Draw, lifeMs: number): { readonly lines: number; readonly delayMs: number } {
  switch (draw.below(3)) {
    case 0:
      return { lines: 0, delayMs: draw.below(Math.round(lifeMs * 1.1)) };
    case 1:
      return { lines: 1 + draw.below(WEBHOOKS), delayMs: draw.below(12) };
    default:
      return { lines: WEBHOOKS + 1 + draw.below(2), delayMs: draw.below(8) };
  }
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

/** What the program had told of on its stdout: whole lines only. */
function told(stdout: string): readonly TestResult[] {
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
  const [id = null, ...others] = (await keptRuns(dataDir)).filter((each) => !before.includes(each));
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
  const [latest = ''] = await keptRuns(dataDir);
  const source = await readRun(path.join(runsFolder(dataDir), latest));
  expect(source.head).toMatchObject({ status: 'healthy', summary: { total: 3 } });
  expect(await resultsOf(source)).toHaveLength(3);
  const after = contentOf(dataDir);
  for (const [file, content] of before) expect(after.get(file) === content, file).toBe(true);
  const listed: string[] = [];
  const unreadable: unknown[] = [];
  for await (const { runId } of readHeads(dataDir, (each) => unreadable.push(each))) listed.push(runId);
  expect(listed).toEqual(await keptRuns(dataDir));
  expect(unreadable).toEqual([]);
}

const KEEP_ALL = { PROD_E2E_KEEP: '10000' };

/** Runs the same work in several lanes, each with a home and draws of its own. */
async function inLanes(work: (cli: Cli, draw: Draw, lane: number) => Promise<void>): Promise<void> {
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    withCli((cli) => work(cli, drawFrom(`${SEED}/${lane}`), lane)),
  );
  await Promise.all(lanes);
}

function say(what: string, moments: ReadonlyMap<Moment, number>): void {
  const total = [...moments.values()].reduce((sum, each) => sum + each, 0);
  const each = [...moments].map(([moment, count]) => `${moment} ${count}`).join(', ');
  process.stdout.write(`${total} kills ${what} (PROD_E2E_KILL_SEED=${SEED}): ${each}\n`);
}

describe('a run that is killed at any moment', () => {
  it(
    'has kept every result it had told of, and leaves the next run alone',
    async ({ signal }) => {
      const moments = new Map<Moment, number>();
      await withWebhookTarget({ answer: GOOD, delayMs: 3 }, async ({ url }) => {
        const args = ['run', '--url', url, '-n', String(WEBHOOKS), '-r', 'ndjson'];
        await inLanes(async (cli, draw, lane) => {
          const dataDir = path.join(cli.home, 'data', 'prod-e2e');
          const began = performance.now();
          await cli.run(args, { env: KEEP_ALL });
          const lifeMs = performance.now() - began;
          for (let trial = lane; trial < TRIALS && !signal.aborted; trial += LANES) {
            const before = await keptRuns(dataDir);
            const when = momentDrawn(draw, lifeMs);
            const end = await killed(cli, args, { stream: 'stdout', env: KEEP_ALL, ...when });
            const kept = await left(dataDir, before);
            const about = `trial ${trial} of seed ${SEED}, killed after ${when.lines} lines and ${when.delayMs} ms`;
            const byId = new Map(kept.results.map((result) => [result.testId, result]));
            for (const result of told(end.stdout))
              expect(byId.get(result.testId), `${about}: ${result.testId}`).toEqual(result);
            if (kept.head !== null && kept.head.endedAt === null) {
              expect(kept.head, about).toMatchObject({
                status: 'interrupted',
                findings: [],
                summary: { total: kept.results.length, skipped: WEBHOOKS - kept.results.length },
              });
            }
            const moment = momentOf(end, kept, WEBHOOKS);
            moments.set(moment, (moments.get(moment) ?? 0) + 1);
            if (trial % CLI_LOOKS_EVERY >= LANES || kept.id === null) continue;
            const [list, shown] = await Promise.all([
              cli.run(['report', 'list', '--json']),
              cli.run(['report', 'show', kept.id, '--json']),
            ]);
            expect([list.exitCode, shown.exitCode], about).toEqual([0, 0]);
            expect(JSON.parse(list.stdout).runs[0].runId).toBe(kept.id);
            expect(JSON.parse(shown.stdout)).toEqual({ ...kept.head, results: kept.results });
          }
          await expectNextRunUntouched(cli, url);
        });
      });
      say('of runs that send', moments);
      // By time alone a busy machine may miss some of it; the kills behind lines do not.
      for (const moment of ['start-up', 'sending', 'the end'] as const)
        expect(moments.get(moment) ?? 0, moment).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );

  it(
    'has kept them while traces are read, too, and what those said once it told of it',
    async ({ signal }) => {
      const moments = new Map<Moment, number>();
      const count = 4;
      await withSandboxSentry(async (info) => {
        await inLanes(async (cli, draw, lane) => {
          const dataDir = path.join(cli.home, 'data', 'prod-e2e');
          // Results are told on stderr as they come, on stdout once their traces are read.
          await writeFile(
            path.join(cli.home, 'prod-e2e.config.json'),
            JSON.stringify({ trace: { interval: '100ms', settle: '300ms', timeout: '15s' } }),
          );
          const env = { ...sentryEnv(info), ...KEEP_ALL };
          const args = ['run', '--url', info.url, '-n', String(count), '-r', 'ndjson'];
          const linesBefore = 2 + count;
          const readingMs = await timeAfterLine(cli, args, { lines: linesBefore + 1, env });
          for (let trial = lane; trial < VERIFICATION_TRIALS && !signal.aborted; trial += LANES) {
            const before = await keptRuns(dataDir);
            const when =
              draw.below(4) === 0
                ? { lines: 3 + draw.below(count), delayMs: draw.below(30) }
                : { lines: linesBefore + 1, delayMs: draw.below(readingMs) };
            const end = await killed(cli, args, { stream: 'stderr', env, ...when });
            const kept = await left(dataDir, before);
            const about = `trial ${trial} of seed ${SEED}, killed after ${when.lines} lines and ${when.delayMs} ms`;
            const traces = new Set(kept.results.map(({ trace }) => trace.traceId));
            const lines = end.stderr.split('\n').slice(0, -1);
            const toldOf = lines.flatMap((line) => /^\d\/\d .* trace ([0-9a-f]{32})$/.exec(line)?.[1] ?? []);
            for (const traceId of toldOf) expect(traces, about).toContain(traceId);
            const byId = new Map(kept.results.map((result) => [result.testId, result]));
            for (const result of told(end.stdout)) expect(byId.get(result.testId), about).toEqual(result);
            if (kept.head?.endedAt === null) {
              expect(kept.head, about).toMatchObject({ status: 'interrupted', findings: [] });
            }
            const reading = lines.some((line) => line.startsWith('Reading '));
            const moment = momentOf(end, kept, count);
            const precise = moment === 'the end' && kept.head?.endedAt === null && reading;
            const named = precise ? 'verification' : moment;
            moments.set(named, (moments.get(named) ?? 0) + 1);
          }
        });
      });
      say('of runs that read traces', moments);
      expect(moments.get('verification') ?? 0).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});
