/** Faults as a user meets them: through the built program. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { type Cli, type CliResult, withCli } from '../support/cli.ts';
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

/** A scenario for each name, each sent once. */
async function runScenarios(
  { home, run }: Cli,
  url: string,
  {
    names,
    timeout,
    env = {},
  }: {
    readonly names: readonly Scenario[];
    /** Long enough for what is to be answered on a busy machine. */
    readonly timeout: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<CliResult> {
  const scenarios = names.map(({ name, bodyBytes }) => ({
    name,
    path: `/${name}`,
    ...(bodyBytes === undefined ? {} : { payload: { filler: 'x'.repeat(bodyBytes) } }),
  }));
  const config = { url, scenarios, count: names.length, bail: false, timeout, concurrency: 3 };
  await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
  return run(['run', '--json'], { env });
}

type Scenario = Pick<WireFault, 'name' | 'bodyBytes'>;

describe('every fault on the wire in one run', () => {
  it('is told by its own webhook, and the healthy ones between them are working', { timeout: 90_000 }, () =>
    withFaultServer(WIRE_FAULTS, ({ url }) =>
      withCli(async (cli) => {
        const names = WIRE_FAULTS.flatMap(({ name, bodyBytes }): Scenario[] => [
          bodyBytes === undefined ? { name } : { name, bodyBytes },
          { name: `after-${name}` },
        ]);
        const { stdout, exitCode } = await runScenarios(cli, url, { names, timeout: '4s' });
        const report: Report = JSON.parse(stdout);
        expect(exitCode).toBe(1);
        expect(report.status).toBe('degraded');
        expect(report.summary).toMatchObject({ total: names.length, skipped: 0 });
        const said = new Map(report.results.map((result) => [result.scenario, saidOf(result)]));
        for (const { name, told } of WIRE_FAULTS) {
          const findings = said.get(name)?.map(({ code, hint }) => ({ code, helps: hint !== null }));
          expect(findings, name).toEqual(told === 'working' ? [] : [{ code: told.code, helps: true }]);
          expect(said.get(`after-${name}`), `after ${name}`).toEqual([]);
        }
      }),
    ),
  );
});

describe('a fault of the place', () => {
  /** The terminal report of one webhook. */
  const shown = (
    url: string,
    {
      args = [],
      env = {},
    }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
  ) =>
    withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(['run', '--url', url, '-n', '1', ...args], { env });
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

  it('a proxy that wants credentials', () =>
    withProxy(
      async (proxy) => {
        const text = await shown('https://hooks.example.com/webhook', { env: { HTTPS_PROXY: proxy.url } });
        expect(text).toContain(
          `✗ Request failed: Proxy ${proxy.host} wants credentials (HTTP 407) → Put credentials`,
        );
      },
      { status: 407 },
    ));
});

describe('faults without an end', () => {
  const ENDLESS = [
    'gzip-bomb',
    'ten-gigabytes',
    'endless-body',
    'endless-chunks',
    'endless-headers',
    'endless-informational',
  ];
  /** Beyond an ordinary run, in megabytes: what is read of the answers, and buffers on the way, until they are collected. */
  const MORE_MB = 100;

  it('take no more memory than a few answers', { timeout: 90_000 }, () =>
    withFaultServer(WIRE_FAULTS, ({ url }) =>
      withCli(async (cli) => {
        const healthy = await peakMegabytes(
          cli,
          url,
          ENDLESS.map((name) => `after-${name}`),
        );
        const endless = await peakMegabytes(cli, url, ENDLESS);
        expect(endless.told).toEqual(['response-timeout', ...Array(5).fill('too-large')]);
        expect(endless.megabytes).toBeLessThan(healthy.megabytes + MORE_MB);
      }),
    ),
  );

  /** The program says its own peak as it ends; `maxRSS` is in kilobytes. */
  const SAYS_PEAK = `data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS='+process.resourceUsage().maxRSS))`;

  async function peakMegabytes(cli: Cli, url: string, names: readonly string[]) {
    const env = { NODE_OPTIONS: `--import "${SAYS_PEAK}"` };
    const scenarios = names.map((name) => ({ name }));
    const { stdout, stderr } = await runScenarios(cli, url, { names: scenarios, timeout: '10s', env });
    const report: Report = JSON.parse(stdout);
    return {
      told: report.results.flatMap(({ errors }) => errors.map(({ code }) => code)).toSorted(),
      megabytes: Number(/maxRSS=(\d+)/.exec(stderr)?.[1]) / 1024,
    };
  }
});
