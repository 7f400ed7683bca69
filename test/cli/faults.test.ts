/** Faults as a user meets them: through the built program. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { savedRuns } from '../../src/lib/report/history/history.ts';
import { runsFolder } from '../../src/lib/report/store/store.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { type Cli, type CliOptions, type CliResult, ROOT, withCli } from '../support/cli.ts';
import type { WireFault } from '../support/faults/fault.ts';
import { withFaultServer } from '../support/faults/fault-server.ts';
import { saidOf } from '../support/faults/judged.ts';
import { WIRE_FAULTS } from '../support/faults/matrix.ts';
import { closedPort, withFullBacklog } from '../support/faulty-server.ts';
import { withProxy } from '../support/proxy.ts';
import { accept, withTarget } from '../support/target.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.remove());

/** With it no timeout runs out until the program gets SIGUSR2. */
const PATIENT_CLOCK = path.join(ROOT, 'test', 'support', 'patient-clock.mjs');
const TIMEOUT = '10m';

/** Keeps both sides busy until the timeout. */
const BUSY = 'endless-informational';

/** Faults that only a timeout ends. */
const WITHOUT_END = WIRE_FAULTS.filter(({ sender }) => sender?.timeoutMs !== undefined).map(
  ({ name }) => name,
);

/** A scenario for each name, each sent once. Timeouts run out when only webhooks are left that nothing else ends. */
async function runScenarios(
  { home, run }: Cli,
  url: string,
  {
    names,
    concurrency,
    env = {},
    timeoutsRunOut = () => true,
  }: {
    readonly names: readonly Scenario[];
    readonly concurrency: number;
    readonly env?: Readonly<Record<string, string>>;
    /** Also has to hold before they run out. */
    readonly timeoutsRunOut?: () => boolean;
  },
): Promise<CliResult> {
  const scenarios = names.map(({ name, bodyBytes }) => ({
    name,
    path: `/${name}`,
    ...(bodyBytes === undefined ? {} : { payload: { filler: 'x'.repeat(bodyBytes) } }),
  }));
  const config = {
    ...{ url, scenarios, count: names.length, bail: false, concurrency },
    ...{ timeout: TIMEOUT, connectTimeout: TIMEOUT },
  };
  await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
  const ending = names.filter(({ name }) => !WITHOUT_END.includes(name)).length;
  let over = false;
  let watching: Promise<void> = Promise.resolve();
  const watch = async (child: Running) => {
    for (; !over; await pause(25)) {
      if ((await resultCount(home)) < ending || !timeoutsRunOut()) continue;
      child.kill('SIGUSR2');
      return;
    }
  };
  const result = await run(['run', '--json'], {
    env,
    nodeArgs: ['--import', PATIENT_CLOCK],
    running: (child) => {
      child.once('close', () => {
        over = true;
      });
      watching = watch(child);
    },
  });
  await watching;
  return result;
}

/** Results of the run so far. */
async function resultCount(home: string): Promise<number> {
  const dataDir = path.join(home, 'data', 'prod-e2e');
  const [runId] = await savedRuns(dataDir);
  if (runId === undefined) return 0;
  const results = path.join(runsFolder(dataDir), runId, 'results.ndjson');
  return (await readFile(results, 'latin1').catch(() => '')).split('\n').length - 1;
}

type Running = Parameters<NonNullable<CliOptions['running']>>[0];
type Scenario = Pick<WireFault, 'name' | 'bodyBytes'>;

describe('every HTTP-level fault in one run', () => {
  /** Those without an end come first, so that all of them wait when the others are done; the busy one takes time from none. */
  const place = ({ name }: WireFault) => (name === BUSY ? 2 : Number(!WITHOUT_END.includes(name)));
  const inOrder = WIRE_FAULTS.toSorted((a, b) => place(a) - place(b));
  const concurrency = WITHOUT_END.length + 3;

  it('is reported by its own webhook, and the healthy ones between them work', () =>
    withFaultServer(WIRE_FAULTS, ({ url }) =>
      withCli(async (cli) => {
        const names = inOrder.flatMap(({ name, bodyBytes }): Scenario[] => [
          bodyBytes === undefined ? { name } : { name, bodyBytes },
          { name: `after-${name}` },
        ]);
        const { stdout, exitCode } = await runScenarios(cli, url, { names, concurrency });
        const report: Report = JSON.parse(stdout);
        expect(exitCode).toBe(1);
        expect(report.status).toBe('degraded');
        expect(report.summary).toMatchObject({ total: names.length, skipped: 0 });
        const said = new Map(report.results.map((result) => [result.scenario, saidOf(result)]));
        for (const { name, reported } of WIRE_FAULTS) {
          const findings = said.get(name)?.map(({ code, hint }) => ({ code, helps: hint !== null }));
          expect(findings, name).toEqual(
            reported === 'working' ? [] : [{ code: reported.code, helps: true }],
          );
          const after = said.get(`after-${name}`) ?? [];
          // Its close may cross the next request on the wire: that one is reset then, and is not sent twice.
          if (name === 'closed-on-reuse' && after[0]?.code === 'reset') continue;
          expect(after, `after ${name}`).toEqual([]);
        }
      }),
    ));
});

describe('a connection fault', () => {
  /** The terminal report of one webhook. */
  const shown = (
    url: string,
    {
      args = [],
      env = {},
    }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
  ) =>
    withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(['run', '--full', '--url', url, '-n', '1', ...args], { env });
      expect(exitCode).toBe(3);
      // The layout breaks long lines.
      return stdout.replace(/\s+/g, ' ');
    });

  it('refused', async () => {
    const text = await shown(`http://127.0.0.1:${await closedPort()}/webhook`);
    expect(text).toContain('✗ Request failed: Connection refused → Check if production server is running');
  });

  it.runIf(process.platform === 'linux')('a black hole, in the words of the guide', () =>
    withFullBacklog(async (port) => {
      const text = await shown(`http://127.0.0.1:${port}/webhook`, { args: ['--connect-timeout', '400ms'] });
      expect(text).toContain('✗ Request failed: Connection timeout → Verify PRODUCTION_URL');
    }),
  );

  it('an expired certificate', () =>
    withTarget(
      accept,
      async ({ url }) => {
        const text = await shown(url, { args: ['--cacert', certificates.caPath] });
        expect(text).toContain("✗ Request failed: Certificate has expired → Renew the server's certificate");
        // The advice for all of its kind comes behind it.
        expect(text).toMatch(
          /1\. TLS errors - Renew the server's certificate[^-]*- Check the server's certificate/,
        );
      },
      { tls: certificates.expired },
    ));

  it('a proxy that requires credentials', () =>
    withProxy(
      async (proxy) => {
        const text = await shown('https://hooks.example.com/webhook', { env: { HTTPS_PROXY: proxy.url } });
        expect(text).toContain(
          `✗ Request failed: Proxy ${proxy.host} requires credentials (HTTP 407) → Put credentials`,
        );
      },
      { status: 407 },
    ));
});

describe('endless faults', () => {
  const ENDLESS = ['gzip-bomb', 'ten-gigabytes', 'endless-body', 'endless-chunks', 'endless-headers', BUSY];
  /** Beyond an ordinary run, in megabytes: what is read of the responses, and buffers on the way, until they are collected. */
  const MORE_MB = 100;
  /** Sent of what only the timeout ends: held, it would be more. */
  const SENT_BYTES = 1.2 * MORE_MB * 1e6;

  it('take no more memory than a few responses', () => {
    const { faults, sentBytes } = counted(BUSY);
    return withFaultServer(faults, ({ url }) =>
      withCli(async (cli) => {
        const healthy = await peakMegabytes(
          cli,
          url,
          ENDLESS.map((name) => `after-${name}`),
        );
        const endless = await peakMegabytes(cli, url, ENDLESS, () => sentBytes() >= SENT_BYTES);
        expect(endless.reported).toEqual(['response-timeout', ...Array(5).fill('too-large')]);
        expect(endless.megabytes).toBeLessThan(healthy.megabytes + MORE_MB);
      }),
    );
  });

  /** The faults, one of which counts what it sends. */
  function counted(name: string) {
    const sockets: Socket[] = [];
    const counting =
      ({ act }: WireFault) =>
      (socket: Socket) => {
        sockets.push(socket);
        act(socket);
      };
    return {
      faults: WIRE_FAULTS.map((fault) => (fault.name === name ? { ...fault, act: counting(fault) } : fault)),
      sentBytes: () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    };
  }

  /** The program says its own peak as it ends; `maxRSS` is in kilobytes. */
  const SAYS_PEAK = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS))`;

  async function peakMegabytes(cli: Cli, url: string, names: readonly string[], timeoutsRunOut = () => true) {
    const env = { NODE_OPTIONS: `--import "${SAYS_PEAK}"` };
    const scenarios = names.map((name) => ({ name }));
    const { stdout, stderr } = await runScenarios(cli, url, {
      ...{ names: scenarios, concurrency: 3, env, timeoutsRunOut },
    });
    const report: Report = JSON.parse(stdout);
    return {
      reported: report.results.flatMap(({ errors }) => errors.map(({ code }) => code)).toSorted(),
      megabytes: Number(/maxRSS=(\d+)/.exec(stderr)?.[1]) / 1024,
    };
  }
});
