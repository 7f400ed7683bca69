/** Code in a config file that never returns: each way is ended, by its limit and by a signal. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, type CliResult, withCli } from '../support/cli.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
const BEGUN = 'the loop begins';
const LOOP = `console.error("${BEGUN}"); for (;;) {}`;

const IN_MODULE: readonly (readonly [string, string])[] = [
  ['at its top level', LOOP],
  ['in a function', `export default () => { ${LOOP} }`],
  ['in a function, after a wait', `export default async () => { await 1; ${LOOP} }`],
  ['in a getter', `export default { get url() { ${LOOP} } }`],
];
const IN_PAYLOAD: readonly (readonly [string, string])[] = [
  ['in it', `() => { ${LOOP} }`],
  ['in an async one', `async () => { ${LOOP} }`],
  ['in toJSON of what it returns', `() => ({ a: { toJSON() { ${LOOP} } } })`],
  ['in then of what it returns', `() => ({ get then() { ${LOOP} } })`],
];
const MODULE_ERROR = 'prod-e2e.config.mjs: did not finish loading within 10 s\n';
const PAYLOAD_ERROR = 'The payload function of scenario SLOW did not return within 10 s';

const withPayload = (code: string) =>
  `export default { scenarios: [{ name: 'FINE' }, { name: 'SLOW', payload: ${code} }] };`;

type Child = Parameters<NonNullable<NonNullable<Parameters<Cli['run']>[1]>['running']>>[0];

/** As a shell sees it. */
async function endOf(
  cli: Cli,
  config: string,
  args: readonly string[],
  onLoop: (child: Child) => void = () => {},
): Promise<CliResult & { readonly signal: NodeJS.Signals | null }> {
  await writeFile(path.join(cli.home, 'prod-e2e.config.mjs'), config);
  let signal: NodeJS.Signals | null = null;
  const result = await cli.run(args, {
    running: (child) => {
      let written = '';
      child.once('exit', (_, by) => {
        signal = by;
      });
      const look = (chunk: Buffer) => {
        written += chunk.toString('utf8');
        if (!written.includes(BEGUN)) return;
        child.stderr?.off('data', look);
        onLoop(child);
      };
      child.stderr?.on('data', look);
    },
  });
  return { ...result, signal };
}

const RUN = ['run', '--url', 'http://127.0.0.1:9/'];

describe('a module that never returns', { concurrent: true }, () => {
  it.each(IN_MODULE)('%s is an error after its time limit', async (_, config) => {
    await withCli(async (cli) => {
      const { exitCode, stderr } = await endOf(cli, config, RUN);
      expect(stderr).toContain(MODULE_ERROR);
      expect(exitCode).toBe(2);
    });
  });
});

describe('a payload function that never returns', { concurrent: true }, () => {
  it.each(IN_PAYLOAD)('%s is an error after its time limit, and nothing is sent', async (_, code) => {
    await withCli(async (cli) => {
      const { exitCode, stderr } = await endOf(cli, withPayload(code), RUN);
      expect(stderr).toContain(PAYLOAD_ERROR);
      expect(exitCode).toBe(2);
    });
  });

  it.each([
    ['config show', 2],
    ['scenarios show SLOW', 2],
    ['doctor --url http://127.0.0.1:9/', 1],
  ])('is detected by %s', async (command, code) => {
    await withCli(async (cli) => {
      const config = withPayload(`() => { ${LOOP} }`);
      const { exitCode, stdout, stderr } = await endOf(cli, config, command.split(' '));
      expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toContain(PAYLOAD_ERROR);
      expect(exitCode).toBe(code);
    });
  });

  it('is called once, however many scenarios use it', async () => {
    await withCli(async (cli) => {
      const names = Array.from({ length: 30 }, (_, at) => `{ name: 'S${at}' }`).join();
      const config = `export default { payload: () => { ${LOOP} }, scenarios: [${names}] };`;
      const { exitCode, stderr } = await endOf(cli, config, RUN);
      expect(stderr.split(BEGUN)).toHaveLength(2);
      expect(exitCode).toBe(2);
    });
  });
});

describe.runIf(process.platform !== 'win32')('a signal ends', { concurrent: true }, () => {
  const places = [...IN_MODULE, ...IN_PAYLOAD.map(([place, code]) => [place, withPayload(code)] as const)];

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'a loop before anything is sent, at once: %s',
    async (by) => {
      for (const [place, config] of places) {
        await withCli(async (cli) => {
          const { signal, stderr } = await endOf(cli, config, RUN, (child) => child.kill(by));
          expect(signal, place).toBe(by);
          expect(stderr, place).not.toContain('Error');
        });
      }
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)('a run whose third payload loops: %s', async (by) => {
    await withWebhookTarget({ body: GOOD }, async (target) =>
      withCli(async (cli) => {
        const config = `export default { payload: ({ index }) => { if (index === 3) { ${LOOP} } return { index }; } };`;
        const args = ['run', '--url', target.url, '-n', '5', '--json'];
        const { exitCode, signal, stdout, stderr } = await endOf(cli, config, args, (child) =>
          child.kill(by),
        );
        expect({ exitCode, signal }).toEqual({ exitCode: 2, signal: null });
        expect(stderr + stdout).toContain('The payload function of config did not return within 10 s.');
        const shown = await cli.run(['report', 'show', '--json']);
        expect(JSON.parse(shown.stdout)).toMatchObject({ summary: { total: 2, skipped: 3 } });
        expect(target.received).toHaveLength(2);
      }),
    );
  });
});
