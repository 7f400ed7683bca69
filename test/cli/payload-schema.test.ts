/** Payloads that drift from their JSON Schema are refused by the built program before anything is sent. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, type CliResult, withCli } from '../support/cli.ts';
import { accept, type Target, withTarget } from '../support/target.ts';

interface Setting {
  readonly target: Target;
  readonly home: string;
  readonly run: Cli['run'];
  readonly send: (config: object, args?: readonly string[]) => Promise<CliResult>;
}

function withSchemas<Result>(use: (setting: Setting) => Promise<Result>): Promise<Result> {
  return withTarget(accept, (target) =>
    withCli(({ run, home }) => {
      mkdirSync(path.join(home, 'conf'));
      const send: Setting['send'] = (config, args = []) => {
        const whole = { url: target.url, ...config };
        writeFileSync(path.join(home, 'conf', 'prod-e2e.config.json'), JSON.stringify(whole));
        return run(['run', '--config', 'conf/prod-e2e.config.json', ...args]);
      };
      return use({ target, home, run, send });
    }),
  );
}

const SCHEMA = {
  type: 'object',
  required: ['symbol', 'price'],
  properties: { symbol: { enum: ['SPY', 'QQQ', 'IWM'] }, price: { type: 'number', exclusiveMinimum: 0 } },
};
const PAYLOAD = { symbol: '{{symbol}}', price: '{{float 1 2 2}}' };

describe('payloadSchema', () => {
  it('accepts valid payloads, with a schema file next to the config as well', () =>
    withSchemas(async ({ send, target, home }) => {
      writeFileSync(path.join(home, 'conf', 'signal.schema.json'), JSON.stringify(SCHEMA));
      const { exitCode, stderr } = await send({ payload: PAYLOAD, payloadSchema: 'signal.schema.json' });
      expect(stderr).not.toContain('Error');
      expect(exitCode).toBe(0);
      expect(target.requests).toHaveLength(5);
    }));

  it('refuses the run with the path, expected and actual value, before anything is sent', () =>
    withSchemas(async ({ send, target }) => {
      const scenarios = [
        { name: 'GOOD' },
        // Only every second of its tests is wrong.
        { name: 'DRIFTED', payload: { price: '{{pick 1 2}}', symbol: '{{other}}' } },
      ];
      const config = {
        payload: PAYLOAD,
        payloadSchema: SCHEMA,
        dimensions: { other: ['SPY', 'DIA'] },
        scenarios,
      };
      const { exitCode, stderr } = await send(config, ['--seed', 'x']);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('A payload of DRIFTED does not match its payloadSchema:');
      expect(stderr).toMatch(/ {2}price: expected number \(got "[12]"\)/);
      expect(target.requests).toHaveLength(0);
      const late = { ...config, scenarios: [{ name: 'LATE', payload: { symbol: '{{other}}', price: 1 } }] };
      const { stderr: said } = await send(late, ['--seed', 'x']);
      expect(said).toContain('  symbol: expected "SPY", "QQQ", "IWM" (got "DIA")');
      expect(target.requests).toHaveLength(0);
    }));

  it('ignores scenarios that are invalid on purpose, unless they have their own schema', () =>
    withSchemas(async ({ send, target }) => {
      const wrong = { name: 'WRONG', tags: ['negative'], payload: { price: -1 } };
      const run = (scenario: object) =>
        send({ payload: PAYLOAD, payloadSchema: SCHEMA, scenarios: [scenario] }, [
          '--tag',
          'negative',
          '-n',
          '1',
        ]);
      expect((await run(wrong)).stderr).not.toContain('payloadSchema');
      expect(target.requests).toHaveLength(1);
      expect((await run({ ...wrong, payloadSchema: SCHEMA })).stderr).toContain(
        'price: expected > 0 (got -1)',
      );
      expect(target.requests).toHaveLength(1);
    }));

  it('checks each payload of a large run as it is rendered, and stops before the invalid one', () =>
    withSchemas(async ({ run, target, home }) => {
      // Right for 1,000 webhooks and wrong from then on: only a function can be.
      writeFileSync(
        path.join(home, 'conf', 'drift.mjs'),
        `export default {
          url: ${JSON.stringify(target.url)}, concurrency: 10,
          payloadSchema: ${JSON.stringify(SCHEMA)},
          payload: ({ index }) => ({ symbol: 'SPY', price: index <= 1005 ? 1 : -1 }),
        };`,
      );
      const { stdout, stderr, exitCode } = await run([
        'run',
        '--config',
        'conf/drift.mjs',
        '--count',
        '1100',
        '--json',
      ]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('price: expected > 0 (got -1)');
      expect(target.requests).toHaveLength(1_005);
      const report: Report = JSON.parse(stdout);
      expect(report).toMatchObject({ status: 'interrupted', summary: { total: 1_005, skipped: 95 } });
    }));

  it('checks replayed payloads, mark included, with the line of each', () =>
    withSchemas(async ({ send, target, home }) => {
      writeFileSync(path.join(home, 'p.ndjson'), '{"symbol":"SPY","price":1}\n{"symbol":"DIA"}\n');
      const strict = { ...SCHEMA, additionalProperties: false };
      const from = ['--from', 'p.ndjson'];
      const { stderr } = await send({ payloadSchema: strict }, from);
      expect(stderr).toContain('p.ndjson, line 1: metadata: unknown key');
      expect(stderr).toContain('p.ndjson, line 2: symbol: expected "SPY", "QQQ", "IWM" (got "DIA")');
      expect(stderr).toContain('p.ndjson, line 2: price: required');
      expect(target.requests).toHaveLength(0);
      const unmarked = await send({ payloadSchema: strict }, [...from, '--no-mark']);
      expect(unmarked.stderr).not.toContain('line 1');
    }));

  it('shows no masked value', () =>
    withSchemas(async ({ send }) => {
      const config = {
        payload: { symbol: 'canary-symbol', price: 1 },
        redact: ['symbol'],
        payloadSchema: SCHEMA,
      };
      const { stderr } = await send(config);
      expect(stderr).toContain('symbol: expected "SPY", "QQQ", "IWM" (got "***")');
      expect(stderr).not.toContain('canary');
    }));

  it.each([
    ['no.json', /The payloadSchema .*no\.json cannot be read/],
    ['broken.json', /The payloadSchema .*broken\.json is not JSON/],
    ['list.json', /is not a JSON Schema/],
    [{ type: 'nonsense' }, /payloadSchema is not a usable JSON Schema/],
    [7, /payloadSchema: expected a JSON Schema or a file name \(got 7\)/],
  ])('%j is refused with the reason', (payloadSchema, problem) =>
    withSchemas(async ({ send, target, home }) => {
      writeFileSync(path.join(home, 'conf', 'broken.json'), '{');
      writeFileSync(path.join(home, 'conf', 'list.json'), '[]');
      const { stderr, exitCode } = await send({ payloadSchema });
      expect(stderr).toMatch(problem);
      expect(exitCode).toBe(2);
      expect(target.requests).toHaveLength(0);
    }),
  );
});
