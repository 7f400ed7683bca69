import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/lib/model/json.ts';
import { type Sandbox, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { isAlive } from '../support/processes.ts';
import { attributes, flat, getJson, shape, traceWith } from './reading.ts';
import { aSignal, entryFolder, SPAN_ID, TRACE_ID, traceHeaders } from './support.ts';

let sandbox: Sandbox | null = null;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-sandbox-'));
});

afterEach(async () => {
  await sandbox?.stop();
  sandbox = null;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function started(
  more: { faults?: string[]; port?: number; sentryPort?: number } = {},
): Promise<Sandbox> {
  const { faults = [], ...ports } = more;
  sandbox = await startSandbox({ entryFolder: entryFolder(), faults, ...ports });
  return sandbox;
}

async function post(url: string, payload: JsonObject, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(payload), headers });
  return response.status;
}

describe('the sandbox', () => {
  it('prints what is needed to use it', async () => {
    const { info } = await started();
    expect(info).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/webhook$/),
      dsn: expect.stringMatching(/^http:\/\/[0-9a-f]{32}@127\.0\.0\.1:\d+\/1$/),
      sentryUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      org: 'sandbox',
      project: 'prod-e2e',
      token: expect.stringMatching(/^sntryu_[0-9a-f]{64}$/),
      backendDsn: expect.stringMatching(/^http:\/\/[0-9a-f]{32}@127\.0\.0\.1:\d+\/4$/),
      backendProject: 'backend',
    });
  });

  it('continues exactly the incoming trace, with the spans of the guide, background work included', async () => {
    const running = await started();
    expect(await post(running.info.url, aSignal(), traceHeaders(TRACE_ID))).toBe(200);
    const [root, ...others] = await traceWith(running, TRACE_ID, 'database-save');
    expect(others).toEqual([]);
    expect(root && shape(root)).toBe(
      'POST /webhook(webhook-ingestion(validate-payload), ' +
        'data-enrichment(fetch-market-data, fetch-gex-data, build-snapshot), ab-routing(assign-variant), ' +
        'engine-execution(engine-a-decision, engine-b-decision), database-save)',
    );
    expect(root).toMatchObject({
      parent_span_id: SPAN_ID,
      op: 'http.server',
      is_transaction: true,
      project_slug: 'sandbox-target',
    });
    const spans = new Map(flat(root ? [root] : []).map((span) => [span.name, span]));
    expect(spans.get('fetch-gex-data')?.op).toBe('http.client');
    expect(spans.get('database-save')?.op).toBe('db.query');
    expect(attributes(spans.get('database-save'))).toMatchObject({
      'db.system': 'memory',
      'service.name': 'sandbox-target',
      scenario: 'CHOP',
      variant: attributes(spans.get('ab-routing')).variant,
    });
    expect(Number(spans.get('engine-execution')?.start_timestamp)).toBeGreaterThan(
      Number(spans.get('ab-routing')?.end_timestamp),
    );
  });

  it('never lets two webhooks share a trace, with and without headers', async () => {
    const running = await started();
    const ids = Array.from({ length: 8 }, (_, index) => `${index + 1}`.repeat(32));
    const timeframes = ids.map((_, index) => `${index + 1}m`);
    await Promise.all(
      ids.map((id, index) =>
        post(running.info.url, aSignal({ timeframe: timeframes[index] ?? '' }), traceHeaders(id)),
      ),
    );
    await Promise.all(['QQQ', 'IWM'].map((symbol) => post(running.info.url, aSignal({ symbol }))));
    for (const id of ids) {
      const spans = flat(await traceWith(running, id, 'database-save'));
      expect(spans.filter((span) => span.name === 'webhook-ingestion')).toHaveLength(1);
      expect(
        new Set(spans.map((span) => attributes(span).signalId).filter((value) => value !== undefined)).size,
      ).toBe(1);
    }
    const counts = await eventually(async () => {
      const received = await getJson<{ traces: number; spans: number; duplicateSpans: number }>(
        running,
        '/api/0/sandbox/received',
      );
      return received.spans === 130 ? received : null;
    });
    expect(counts).toMatchObject({ traces: 10, duplicateSpans: 0 });
  });

  it('marks the failed step of a 5xx and attaches an issue to it', async () => {
    const running = await started({ faults: ['CHOP=status:500'] });
    expect(await post(running.info.url, aSignal(), traceHeaders(TRACE_ID))).toBe(500);
    const spans = flat(await traceWith(running, TRACE_ID, 'POST /webhook'));
    const failed = spans.filter((span) => attributes(span)['span.status'] !== 'ok').map((span) => span.name);
    expect(failed).toEqual(['POST /webhook', 'data-enrichment', 'fetch-gex-data']);
    expect(spans.map((span) => span.name)).not.toContain('ab-routing');
    const issue = await eventually(async () => {
      const found = flat(await traceWith(running, TRACE_ID, 'fetch-gex-data')).find(
        (span) => span.errors.length > 0,
      );
      return found ?? null;
    });
    expect(issue).toMatchObject({
      name: 'fetch-gex-data',
      errors: [{ description: expect.stringContaining('the provider answered 503') }],
    });
  });

  it("does not pass the user's environment to its processes", async () => {
    process.env.SENTRY_TRACES_SAMPLE_RATE = '0';
    process.env.http_proxy = 'http://127.0.0.1:9';
    try {
      const running = await started();
      await post(running.info.url, aSignal(), traceHeaders(TRACE_ID));
      expect(await traceWith(running, TRACE_ID, 'database-save')).toHaveLength(1);
    } finally {
      delete process.env.SENTRY_TRACES_SAMPLE_RATE;
      delete process.env.http_proxy;
    }
  });

  it.each(['stream', 'static'])(
    'accepts what the real SDK sends with the %s lifecycle',
    async (traceLifecycle) => {
      const running = await started();
      const script = `
      import * as Sentry from '@sentry/node';
      Sentry.init({ dsn: process.argv[1], tracesSampleRate: 1, defaultIntegrations: false, traceLifecycle: process.argv[2] });
      Sentry.startSpan({ name: 'webhook test', op: 'test.webhook' }, (root) => {
        Sentry.startSpan({ name: 'POST', op: 'http.client', attributes: { variant: 'B' } }, (span) => span.setStatus({ code: 2, message: 'internal_error' }));
        Sentry.captureException(new TypeError('no price'));
        Sentry.startSpan({ name: 'big', attributes: { text: 'x'.repeat(50_000) } }, () => {});
        process.stdout.write(root.spanContext().traceId);
      });
      Sentry.captureCheckIn({ monitorSlug: 'prod-e2e', status: 'ok' });
      await Sentry.flush(120_000);
      process.exit(0);`;
      const cwd = fileURLToPath(new URL('../..', import.meta.url));
      const run = spawn(
        process.execPath,
        ['--input-type=module', '-e', script, running.info.dsn, traceLifecycle],
        { cwd, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const [[traceId]] = await Promise.all([
        once(run.stdout.setEncoding('utf8'), 'data'),
        once(run, 'close'),
      ]);
      const [root, ...others] = await traceWith(running, String(traceId), 'webhook test');
      expect(others).toEqual([]);
      expect(root && shape(root)).toBe('webhook test(POST, big)');
      expect(root).toMatchObject({
        op: 'test.webhook',
        is_transaction: true,
        project_slug: 'prod-e2e',
        errors: [{ description: 'TypeError: no price' }],
      });
      expect(attributes(root?.children[0])).toMatchObject({ 'span.status': 'internal_error', variant: 'B' });
      const received = await getJson<Json>(running, '/api/0/sandbox/received');
      expect(received).toMatchObject({ spans: 3, errors: 1, checkIns: 1, duplicateSpans: 0 });
    },
  );
});

describe('start and end', () => {
  it('listens on the requested ports', async () => {
    const [port, sentryPort] = [await freePort(), await freePort()];
    const { info } = await started({ port, sentryPort });
    expect(new URL(info.url).port).toBe(String(port));
    expect([new URL(info.sentryUrl).port, new URL(info.dsn).port]).toEqual([
      String(sentryPort),
      String(sentryPort),
    ]);
  });

  it.each([
    ['port', '--port', 'webhook target'],
    ['sentryPort', '--sentry-port', 'Sentry server'],
  ])('reports that the %s is in use', async (option, flag, name) => {
    const occupied = createServer().listen(0, '127.0.0.1');
    await once(occupied, 'listening');
    const address = occupied.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      await expect(started({ [option]: port })).rejects.toMatchObject({
        code: 'SANDBOX_PORT_IN_USE',
        message: `Port ${port} for the sandbox's ${name} is already in use.`,
        suggestions: [expect.stringContaining(flag)],
      });
    } finally {
      occupied.close();
    }
  });

  it('reports the output of a process that cannot start', async () => {
    await writeFile(
      path.join(folder, 'sentry-server.js'),
      'process.stderr.write("cannot read the moon"); process.exit(7);',
    );
    await writeFile(path.join(folder, 'target.js'), 'process.on("disconnect", () => process.exit());');
    const start = startSandbox({ entryFolder: folder, faults: [] });
    await expect(start).rejects.toMatchObject({
      code: 'SANDBOX_START_FAILED',
      message: "The sandbox's Sentry server could not start: exit code 7\ncannot read the moon",
    });
  });

  it('refuses to run on its own', () => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(entryFolder(), 'target.js')], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'This is a part of the sandbox; start it with: prod-e2e sandbox\n',
    });
  });

  it('stops twice with a response pending, and leaves no server running', async () => {
    const running = await started({ faults: ['timeout'] });
    const hanging = post(running.info.url, aSignal()).catch(() => 'cut');
    await fetch(running.info.url.replace('/webhook', '/health'));
    await Promise.all([running.stop(), running.stop()]);
    expect(await hanging).toBe('cut');
    await expect(fetch(running.info.url)).rejects.toThrow();
    await expect(fetch(running.info.sentryUrl)).rejects.toThrow();
  });

  let library: Promise<string> | undefined;

  async function bundle(): Promise<string> {
    const outfile = path.join(folder, 'sandbox.mjs');
    const entry = fileURLToPath(new URL('../../src/lib/sandbox/sandbox.ts', import.meta.url));
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node' });
    return outfile;
  }

  /** A parent in a process of its own, which prints its children's pids and the sandbox's info. */
  async function startParent(): Promise<{
    parent: ReturnType<typeof spawn>;
    said: { pids: number[]; failed?: string; url: string };
  }> {
    library ??= bundle();
    const script = path.join(folder, 'parent.mjs');
    await writeFile(
      script,
      `import childProcess from 'node:child_process';
       import { syncBuiltinESMExports } from 'node:module';
       const pids = [];
       const { fork } = childProcess;
       childProcess.fork = (...args) => { const child = fork(...args); pids.push(child.pid); return child; };
       syncBuiltinESMExports();
       const { startSandbox } = await import(${JSON.stringify(pathToFileURL(await library).href)});
       const sandbox = await startSandbox({ entryFolder: ${JSON.stringify(entryFolder())}, faults: [] });
       process.stdout.write(JSON.stringify({ pids, url: sandbox.info.url }) + '\\n');
       const error = await sandbox.failed;
       process.stdout.write(error.message + '\\n');
       await sandbox.stop();`,
    );
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
    return { parent, said: JSON.parse(String(line)) };
  }

  it('leaves no process behind if the parent is killed', async () => {
    const { parent, said } = await startParent();
    expect(said.pids).toHaveLength(2);
    expect(said.pids.every(isAlive)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(async () => (said.pids.some(isAlive) ? null : true));
  });

  it('reports when a process dies, and survives a Ctrl-C meant for the parent', async () => {
    const { parent, said } = await startParent();
    const ended = once(parent, 'exit');
    for (const pid of said.pids) process.kill(pid, 'SIGINT');
    expect(await post(said.url, aSignal())).toBe(200);
    const message = parent.stdout ? once(parent.stdout, 'data') : Promise.reject(new Error('no stdout'));
    const [, targetPid] = said.pids;
    process.kill(targetPid ?? 0, 'SIGKILL');
    expect(String((await message)[0])).toBe(
      "The sandbox's webhook target ended by itself (signal SIGKILL).\n",
    );
    expect(await ended).toEqual([0, null]);
    await eventually(async () => (said.pids.some(isAlive) ? null : true));
  });
});
