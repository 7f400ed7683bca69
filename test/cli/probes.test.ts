/** Probes and clean-up as a user meets them: the built program, the sandbox's target, a real PostgreSQL and a real HTTP API. */
import { type ChildProcess, execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Sandbox, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import { entryFolder } from '../sandbox/support.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { isInstalled } from '../support/machine.ts';
import { freePort, PASSWORD, type Postgres, startPostgres } from '../support/postgres.ts';
import { accept, type Handler, withTarget } from '../support/target.ts';
import { sentryEnv } from '../support/trace-run.ts';

let database: Postgres;
let sandbox: Sandbox;

beforeAll(async () => {
  database = await startPostgres();
  sandbox = await startSandbox({
    entryFolder: entryFolder(),
    faults: ['CHOP=unsaved', 'ORB_FAKEOUT=status:500', 'VOL_EXPANSION=timeout'],
    database: database.url,
  });
});

afterAll(async () => {
  await sandbox.stop();
  await database.stop();
});

interface RunOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A run against the sandbox, without Sentry, with a configuration of its own. */
async function runWith({ run, home }: Cli, config: unknown, { args = [], env = {} }: RunOptions = {}) {
  await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
  return run(['run', '--url', sandbox.info.url, ...args], { env: { DATABASE_URL: database.url, ...env } });
}

async function reportOf(cli: Cli, config: unknown, { args = [], env = {} }: RunOptions = {}) {
  const { stdout, ...rest } = await runWith(cli, config, { args: [...args, '--json'], env });
  const report: Report = JSON.parse(stdout);
  return { report, ...rest };
}

const SAVED = {
  name: 'data-enrichment',
  response: 'enrichment',
  sql: {
    url: '${env:DATABASE_URL}',
    query: 'SELECT symbol, variant FROM prod_e2e_sandbox.signals WHERE signal_id = $1;',
    params: ['{{response.signal_id}}'],
    rows: 1,
    match: { symbol: '{{symbol}}', variant: '{{response.variant}}' },
    // As long as a busy machine may need to write the row.
    within: '1m',
  },
};
const INGESTED = { name: 'webhook-ingestion', response: 'signal_id' };
/** Scenario and its stages with their evidence. */
const stagesOf = ({ results }: Report) =>
  results.map(({ scenario, stages }) => {
    const shown = stages.map(({ name, state, evidence: { response, http, sql } }) => ({
      name,
      state,
      response,
      http,
      sql,
    }));
    return [scenario, shown] as const;
  });

/** The lines of a section of the pretty report. */
function section(text: string, title: string): readonly string[] {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.endsWith(` ${title}`) && !line.startsWith(' '));
  return lines.slice(from + 1, lines.indexOf('', from)).map((line) => line.trim().replaceAll(/ {2,}/g, '  '));
}

describe.concurrent('a SQL probe', () => {
  it('confirms a stage, and is shown as the evidence', async () => {
    await withCli(async (cli) => {
      const args = ['-s', 'ORB_BREAKOUT', '-n', '2', '--full'];
      const { stdout, stderr, exitCode } = await runWith(cli, { stages: [INGESTED, SAVED] }, { args });
      expect(exitCode, stderr).toBe(0);
      expect(section(stdout, 'STAGES')).toEqual([
        'stage  ok  confirmed by',
        'webhook-ingestion  ✓ 2  response 2',
        'data-enrichment  ✓ 2  response 2, SQL 2',
      ]);
      expect(stderr).toContain(`Probes will query 127.0.0.1:${database.port}\n`);
    });
  });

  it('reports a row that never appears, even if the response reports success', async () => {
    await withCli(async (cli) => {
      const file = path.join(cli.home, 'report.json');
      const args = ['-s', 'CHOP', '-s', 'ORB_BREAKOUT', '-n', '2', '-r', `json=${file}`, '--full'];
      const saved = { ...SAVED, sql: { ...SAVED.sql, within: '3s' } };
      // A warning, but where the stage is required.
      const stages = [INGESTED, saved, { ...saved, name: 'trading', required: true }];
      const { stdout, exitCode } = await runWith(cli, { stages }, { args });
      expect(exitCode).toBe(1);
      expect(section(stdout, 'STAGES')).toEqual([
        'webhook-ingestion: 2 ok (confirmed by response 2)',
        'data-enrichment: 1 ok, 1 missing, 1 test stuck here (confirmed by response 2,',
        'SQL 1)',
        'trading: 1 ok, 1 not reached (confirmed by response 2, SQL 1)',
      ]);
      // The stage that is required comes after the one that is missing, and lacks its row as well.
      const words = stdout.replaceAll(/\s+/g, ' ');
      expect(words).toMatch(
        /Stuck at: data-enrichment \(SQL probe: 0 rows \(expected 1\) \(signal_id [0-9a-f-]{36},/,
      );
      expect(words).toMatch(
        /✗ data-enrichment not confirmed: SQL probe: 0 rows \(expected 1\) .*; not reached: trading/,
      );
      const report: Report = JSON.parse(await readFile(file, 'utf8'));
      const stage = (name: string, state: string, sql: string | null) => ({
        name,
        state,
        response: 'confirms',
        http: null,
        sql,
      });
      expect(new Map(stagesOf(report))).toEqual(
        new Map([
          [
            'ORB_BREAKOUT',
            [
              stage('webhook-ingestion', 'ok', null),
              stage('data-enrichment', 'ok', 'confirms'),
              stage('trading', 'ok', 'confirms'),
            ],
          ],
          [
            'CHOP',
            [
              stage('webhook-ingestion', 'ok', null),
              stage('data-enrichment', 'missing', 'absent'),
              stage('trading', 'not-reached', 'absent'),
            ],
          ],
        ]),
      );
      const verdicts = new Map(report.results.map(({ scenario, verdict }) => [scenario, verdict]));
      expect(verdicts).toEqual(
        new Map([
          ['ORB_BREAKOUT', 'working'],
          ['CHOP', 'broken'],
        ]),
      );
    });
  });

  it('that could not run is unverified with its reason, and never shows the password', async () => {
    const nobody = await freePort();
    const probe = (name: string, sql: object) => ({ name, sql: { ...SAVED.sql, ...sql } });
    const stages = [
      // The only one that is worth another query.
      probe('refused', { url: `postgres://e2e:${PASSWORD}@127.0.0.1:${nobody}/x`, within: '300ms' }),
      probe('password', { url: '${env:WRONG_URL}' }),
      probe('syntax', { query: 'SELEKT $1' }),
      probe('table', { query: 'SELECT * FROM no_such_table WHERE id = $1' }),
      probe('writing', { query: 'DELETE FROM prod_e2e_sandbox.signals WHERE signal_id = $1' }),
      probe('value', { params: ['{{response.order_id}}'] }),
    ];
    const wrong = `postgres://postgres:wrong-${PASSWORD}@127.0.0.1:${database.port}/postgres`;
    await withCli(async (cli) => {
      const env = { WRONG_URL: wrong, DEBUG: 'prod-e2e*' };
      const args = ['-s', 'ORB_BREAKOUT', '-n', '1'];
      const { report, stderr, exitCode } = await reportOf(cli, { stages }, { args, env });
      expect(exitCode, stderr).toBe(0);
      const said = report.results[0]?.stages.map(({ name, state, detail }) => `${name} ${state}: ${detail}`);
      const id = /\(signal_id [0-9a-f-]{36}(, \d+ quer(?:y|ies) in [\d.]+ m?s)?\)/;
      expect(said?.map((line) => line.replace(id, '(id)'))).toEqual([
        'refused unverified: SQL probe: connection refused (id)',
        'password unverified: SQL probe: wrong password: password authentication failed for user "postgres" (28P01) (id)',
        'syntax unverified: SQL probe: syntax error at or near "SELEKT" (42601) (id)',
        'table unverified: SQL probe: table missing: relation "no_such_table" does not exist (42P01) (id)',
        'writing unverified: SQL probe: syntax error at or near "DELETE" (42601) (id)',
        'value unverified: SQL probe: there is no response.order_id',
      ]);
      expect(report.findings.filter(({ code }) => code === 'probe-unverified')).toHaveLength(6);
      // What could not be checked breaks no test, and is not healthy.
      expect(report.status).toBe('degraded');
      expect(report.results[0]).toMatchObject({ verdict: 'working', errors: [], stuckAt: null });
      const warnings = report.results[0]?.warnings.map(({ code, stage }) => [code, stage]);
      expect(warnings).toEqual(stages.map(({ name }) => ['stage-unverified', name]));
      const pretty = await cli.run(['report', 'show']);
      const shown = await cli.run(['config', 'show'], { env: { ...env, DATABASE_URL: database.url } });
      const dry = await cli.run(['run', '--url', sandbox.info.url, '--dry-run'], {
        env: { ...env, DATABASE_URL: database.url },
      });
      expect(dry.stdout).toContain(
        `Probes will query 127.0.0.1:${nobody} and 127.0.0.1:${database.port}, after all webhooks are sent.`,
      );
      const kept = await keptFiles(cli.home);
      for (const text of [JSON.stringify(report), stderr, pretty.stdout, shown.stdout, dry.stdout, kept]) {
        expect(text).not.toContain(PASSWORD);
      }
      expect(shown.stdout).toContain('127.0.0.1');
    });
  });
});

async function keptFiles(home: string): Promise<string> {
  const files = await readdir(home, { recursive: true, withFileTypes: true });
  const kept = files.filter((file) => file.isFile() && file.parentPath.includes('runs'));
  expect(kept.length).toBeGreaterThan(0);
  const texts = await Promise.all(
    kept.map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
  );
  return texts.join('\n');
}

describe.concurrent('the sandbox with a database', () => {
  it('saves its signals there, returns them and removes them', async () => {
    const { origin } = new URL(sandbox.info.url);
    const body = JSON.stringify({
      symbol: 'IWM',
      direction: 'short',
      timeframe: '15m',
      test_id: 't-1',
      scenario: 'X',
    });
    const ingested = await fetch(sandbox.info.url, { method: 'POST', body });
    const { signal_id: id, request_id: request, variant } = (await ingested.json()) as Record<string, string>;
    const row = await eventually(async () => {
      const { rows } = await database.query('SELECT * FROM prod_e2e_sandbox.signals WHERE signal_id = $1', [
        id,
      ]);
      return rows[0] ?? null;
    });
    const { created_at: at, ...saved } = row;
    expect(at).toBeInstanceOf(Date);
    expect(saved).toEqual({
      ...{ signal_id: id, request_id: request, variant, symbol: 'IWM', direction: 'short', timeframe: '15m' },
      ...{ scenario: 'X', test_id: 't-1', session: null, decision: expect.stringMatching(/^(ENTER|SKIP)$/) },
    });
    const there = `${origin}/api/signals/${id}`;
    expect(await (await fetch(there)).json()).toEqual(saved);
    const statuses = [
      await fetch(there, { method: 'DELETE' }),
      await fetch(there, { method: 'DELETE' }),
      await fetch(there),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([204, 404, 404]);
  });

  it('reports a problem with it, without its password', async () => {
    await withCli(async ({ run }) => {
      const url = new URL(database.url);
      url.pathname = '/nowhere';
      const env = { PROD_E2E_SANDBOX_DATABASE: url.href };
      const { stderr, exitCode } = await run(['sandbox'], { env });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('The sandbox cannot use its database: database "nowhere" does not exist.');
      const wrong = await run(['sandbox', '--database', 'mysql://u:secret-pw@db/x']);
      expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('postgres://')]);
      expect(stderr + wrong.stderr).not.toMatch(new RegExp(`secret-pw|${PASSWORD}`));
    });
  });
});

describe.concurrent('an HTTP probe', () => {
  it('decides the last stage of the demo, whatever its trace shows', async () => {
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run([
        'run',
        '--sandbox',
        '-n',
        '2',
        '--fault',
        'TREND_CONTINUATION=unsaved',
        '--json',
      ]);
      expect(exitCode).toBe(0);
      const report: Report = JSON.parse(stdout);
      expect(report.durationMs).toBeGreaterThanOrEqual(2_000);
      const last = report.results.map(({ scenario, stages }) => [scenario, stages.at(-1)]);
      expect(last).toEqual([
        [
          'ORB_BREAKOUT',
          expect.objectContaining({
            state: 'ok',
            evidence: { response: null, trace: 'confirms', http: 'confirms', sql: null },
          }),
        ],
        [
          'TREND_CONTINUATION',
          expect.objectContaining({
            state: 'missing',
            evidence: { response: null, trace: 'confirms', http: 'absent', sql: null },
            // Until 2 s after its response.
            detail: expect.stringMatching(
              /^HTTP probe: HTTP 404 \(signal_id [0-9a-f-]{36}, \d+ quer(?:y|ies) in [\d.]+ m?s\)$/,
            ),
          }),
        ],
      ]);
    });
  });

  it('is reported together with a missing span, once in each report', async () => {
    const http = { url: '{{origin}}/api/nothing/{{response.signal_id}}', within: '300ms' };
    const stages = [{ name: 'save', span: 'no-such-span', required: true, http }];
    await withCli(async ({ run, home }) => {
      // The required span never comes, so the whole timeout is waited for.
      const config = { stages, trace: { settle: '1s', timeout: '8s' } };
      await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
      const formats = ['json', 'pretty', 'html', 'junit', 'markdown', 'tap', 'ctrf', 'github'];
      const { exitCode } = await run([
        ...['run', '--full', '--sandbox', '-n', '1', '--fault', '*=span-missing:ab-routing'],
        ...formats.flatMap((format) => ['--reporter', `${format}=${path.join(home, format)}`]),
      ]);
      expect(exitCode).toBe(1);
      const texts = await Promise.all(formats.map((format) => readFile(path.join(home, format), 'utf8')));
      const report: Report = JSON.parse(texts[0] ?? '');
      const finding = {
        severity: 'error',
        code: 'stage-missing',
        stage: 'save',
        message: expect.stringMatching(
          /^save not confirmed: HTTP probe: HTTP 404 \(signal_id .*\); span no-such-span is missing$/,
        ),
        hint: 'Look up the test id, or the id in its response, in the system that does this stage',
      };
      expect(report.results).toMatchObject([
        {
          verdict: 'broken',
          errors: [finding],
          warnings: [],
          trace: { state: 'verified', findings: [] },
          stages: [{ state: 'missing', evidence: { trace: 'absent', http: 'absent' } }],
          stuckAt: { stage: 'save', after: null },
          // What the probe says decides.
          cause: { stage: 'save', source: 'http', message: 'HTTP 404' },
        },
      ]);
      for (const [at, text] of texts.entries()) {
        // Markdown escapes the brackets.
        const words = text.replaceAll(/\s+/g, ' ').replaceAll('\\', '');
        // An annotation has room for the cause alone.
        if (formats[at] !== 'github')
          expect(words, formats[at]).toContain('save not confirmed: HTTP probe: HTTP 404');
        // No finding of its own.
        expect(words, formats[at]).not.toContain('save: span no-such-span is missing');
        if (formats[at] !== 'json') expect(words, formats[at]).toContain('save: its probe got HTTP 404');
      }
    });
  });

  it('that fails does not mean that the webhook got no further', async () => {
    const http = { url: '{{origin}}/api/nothing/{{response.signal_id}}', within: '300ms' };
    const config = {
      stages: [{ name: 'save', required: true, http }],
      trace: { expect: [{ span: 'no-such-span' }], interval: '250ms', settle: '2s' },
    };
    await withCli(async ({ run, home }) => {
      await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
      const env = sentryEnv(sandbox.info);
      const sent = await run(['run', '--url', sandbox.info.url, '-n', '1', '--json'], { env });
      const [result] = (JSON.parse(sent.stdout) as Report).results;
      expect(result?.errors.map(({ code }) => code)).toEqual(['stage-missing']);
      const missing = [expect.objectContaining({ message: expect.stringContaining('no-such-span') })];
      expect(result?.warnings).toEqual(missing);
      const shown = JSON.parse((await run(['trace', 'show', '1', '--json'], { env })).stdout);
      expect(shown.findings).toEqual(missing);
    });
  });

  it('reaches no host that is not allowed, and is skipped in the sandbox if it is for another host', async () => {
    const stages = [
      { name: 'saved', http: { url: 'https://api.example.com/{{response.signal_id}}' } },
      SAVED,
    ];
    await withCli(async (cli) => {
      const refused = await runWith(cli, { stages, allowHosts: ['127.0.0.1'] });
      expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toContain('api.example.com is not an allowed host');
      const { stderr, stdout, exitCode } = await cli.run(['run', '--sandbox', '-n', '1', '--json'], {
        env: { DATABASE_URL: 'postgres://db.example.com/x' },
      });
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toContain('probes and clean-up calls to other hosts are skipped');
      expect(stderr).not.toContain('Probes will query');
      expect(JSON.parse(stdout).results[0].stages).toHaveLength(1);
    });
  });
});

describe.concurrent('clean-up', () => {
  /** What the tests of a run have left in the database. */
  const rowsOf = async ({ runId }: Report) => {
    const query = 'SELECT signal_id FROM prod_e2e_sandbox.signals WHERE starts_with(test_id, $1)';
    const { rows: found } = await database.query(query, [runId]);
    return found.map(({ signal_id: id }: { signal_id: string }) => id);
  };
  const cleanup = { url: '{{origin}}/api/signals/{{response.signal_id}}' };

  it('removes the data of tests, and lists what it could not remove, or does not know about', async () => {
    await withCli(async (cli) => {
      const { report, stderr, exitCode } = await reportOf(
        cli,
        // The row is waited for: it is written after the response.
        { stages: [SAVED], cleanup, timeout: '3s' },
        { args: ['-s', 'ORB_BREAKOUT', '-s', 'VOL_EXPANSION', '-s', 'ORB_FAKEOUT', '-n', '4'] },
      );
      expect(exitCode).toBe(1);
      expect(await rowsOf(report)).toEqual([]);
      expect(report.cleanup).toMatchObject({ done: 2, failed: 0, unknown: 2 });
      const said = report.cleanup?.leftOvers.map(({ name, call, certain, reason }) => ({
        name,
        call,
        certain,
        reason,
      }));
      const unknown = { call: 'DELETE {{origin}}/api/signals/{{response.signal_id}}', certain: false };
      expect(said?.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
        { name: 'ORB_FAKEOUT #1', ...unknown, reason: 'there is no response.signal_id' },
        { name: 'VOL_EXPANSION #1', ...unknown, reason: 'No response in 3 s' },
      ]);
      expect(stderr).toContain('Cleaning up: 2 calls');
      expect(stderr).toContain(`clean-up will call ${new URL(sandbox.info.url).host}`);
      expect(report.findings.map(({ severity, code }) => `${severity} ${code}`)).toContain(
        'warning cleanup-unknown',
      );
    });
  });

  it('that fails is a warning with a command to paste, which contains no secret and works', async ({
    skip,
  }) => {
    const token = 'token-5e2f77c1';
    const deleted: string[] = [];
    const api: Handler = (request, response) => {
      if (request.method === 'POST') return accept(request, response);
      const { method, url, headers, body } = request;
      const allowed =
        headers.authorization === `Bearer ${token}` && headers['user-agent']?.startsWith('curl') === true;
      if (allowed) deleted.push(`${method} ${url} ${body.toString()}`);
      response.writeHead(allowed ? 204 : 503).end();
    };
    await withTarget(api, (target) =>
      withCli(async (cli) => {
        const config = {
          cleanup: {
            url: '{{origin}}/api/signals?id={{response.signal_id}}',
            headers: { authorization: 'Bearer ${env:API_TOKEN}' },
            body: { reason: "it's a test" },
          },
          expect: { required: ['signal_id'] },
        };
        await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(config));
        const env = { API_TOKEN: token };
        const run = await cli.run(['run', '--url', target.url, '-n', '1'], { env });
        expect(run.exitCode, 'failures of clean-up fail nothing').toBe(0);
        const lines = section(run.stdout, 'LEFT OVER');
        expect(lines.slice(0, 4)).toEqual([
          'Clean-up: 0 calls succeeded, 1 left over',
          expect.stringMatching(/^1 webhook left something behind: prod-e2e cleanup \S+$/),
          '⚠ ORB_BREAKOUT #1: HTTP 503',
          'signal_id sig_1',
        ]);
        expect(lines.at(-2)).toBe('To remove it, paste:');
        expect(run.stdout + run.stderr).not.toContain(token);
        const line = run.stdout.split('\n').find((each) => each.startsWith('  curl')) ?? '';
        skip(!isInstalled('curl'), 'curl is not installed');
        const pasted = promisify(execFile)('/bin/sh', ['-c', line], {
          env: { PATH: process.env.PATH, ...env },
        });
        expect((await pasted).stdout).toContain('HTTP/1.1 204');
        expect(deleted).toEqual([`DELETE /api/signals?id=sig_1 {"reason":"it's a test"}`]);
      }),
    );
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'continues after %s while there is time, and lists the rest',
    async (signal) => {
      let child: ChildProcess | null = null;
      let [sent, signaledMs] = [0, 0];
      const calls: number[] = [];
      let stopping = () => {};
      const stopped = new Promise<void>((resolve) => {
        stopping = resolve;
      });
      const api: Handler = async ({ method, url }, response) => {
        if (method === 'POST') {
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ status: 'ACCEPTED', signal_id: `s${++sent}` }));
          return;
        }
        const call = Number(url.replace('/api/signals/s', ''));
        calls.push(call);
        if (calls.length === 5) {
          signaledMs = performance.now();
          child?.kill(signal);
        }
        // The first five get a response once the run is stopping, the next five as they come, and no more.
        await stopped;
        if (call <= 10) response.writeHead(204).end();
      };
      await withTarget(api, (target) =>
        withCli(async (cli) => {
          const config = { cleanup, expect: { required: ['signal_id'] } };
          await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(config));
          const { stdout, exitCode } = await cli.run(['run', '--url', target.url, '-n', '25', '--json'], {
            running: (started) => {
              child = started;
              let told = '';
              started.stderr?.on('data', (chunk: Buffer) => {
                told += chunk.toString();
                if (told.includes('Stopping')) stopping();
              });
            },
          });
          const tookMs = performance.now() - signaledMs;
          const { cleanup: summary, results }: Report = JSON.parse(stdout);
          expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
          expect(results).toHaveLength(25);
          // The time is over while five more wait for a response, so that the last ones are not begun.
          expect(calls.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
          expect(tookMs).toBeGreaterThanOrEqual(1_700);
          expect(summary).toMatchObject({ done: 10, failed: 15, unknown: 0 });
          // In the order of the tests: what is left are the last ones.
          const left = summary?.leftOvers ?? [];
          const ids = left.map(({ ids: { 'response.signal_id': id } }) => id);
          expect(ids).toEqual(Array.from({ length: 15 }, (_, at) => `s${11 + at}`));
          expect(new Set(left.map(({ reason }) => reason))).toEqual(
            new Set(['Not finished: the run was stopped']),
          );
        }),
      );
    },
  );

  it('removes what was sent before Ctrl-C, and lists what may have been sent', async () => {
    const removed: string[] = [];
    let child: ChildProcess | null = null;
    let count = 0;
    const api: Handler = ({ method, url }, response) => {
      if (method !== 'POST') {
        removed.push(url.replace('/api/signals/', ''));
        response.writeHead(204).end();
        return;
      }
      const id = `s${++count}`;
      // The fifth is in flight when the signal comes, and for longer than a stopped run waits.
      if (count === 5) return void child?.kill('SIGINT');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'ACCEPTED', signal_id: id }));
    };
    await withTarget(api, (target) =>
      withCli(async (cli) => {
        const config = { cleanup, expect: { required: ['signal_id'] } };
        await writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(config));
        const { stdout, exitCode } = await cli.run(['run', '--url', target.url, '-n', '9', '--json'], {
          running: (started) => {
            child = started;
          },
        });
        const { cleanup: summary, results }: Report = JSON.parse(stdout);
        expect([exitCode, results.length, removed.toSorted()]).toEqual([130, 4, ['s1', 's2', 's3', 's4']]);
        expect(summary).toMatchObject({
          ...{ done: 4, failed: 0, unknown: 1 },
          leftOvers: [{ testId: expect.stringMatching(/-5$/), certain: false, command: null }],
        });
      }),
    );
  });
});
