/** What `doctor` says of configured probes: the built program, a real PostgreSQL, real hosts. It reads nothing and asks nothing. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/lib/doctor/check.ts';
import { withCli } from '../support/cli.ts';
import { freePort, PASSWORD, type Postgres, startPostgres } from '../support/postgres.ts';
import { accept, withTarget } from '../support/target.ts';

let database: Postgres;

beforeAll(async () => {
  database = await startPostgres();
  await database.query('CREATE TABLE signals (id text PRIMARY KEY, status text)');
  await database.query('CREATE TABLE hidden (id text)');
  await database.query("INSERT INTO signals VALUES ('s1', 'NEW')");
  await database.query(`CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`);
  await database.query('GRANT SELECT ON signals TO reader');
  await database.query(
    "CREATE FUNCTION runs() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'it was run'; END $$",
  );
});
afterAll(() => database.stop());

const asReader = () => database.url.replace('//postgres:', '//reader:');

/** The checks of the probes, of a target that is there. */
async function probeChecks(
  config: (target: string) => object,
  {
    args = ['--no-send'],
    env = {},
  }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{
  readonly names: readonly string[];
  readonly checks: readonly Check[];
  readonly requests: readonly unknown[];
  readonly exitCode: number | null;
}> {
  return withTarget(accept, ({ url, requests }) =>
    withCli(async ({ run, home }) => {
      await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config(url)));
      const { stdout, stderr, exitCode } = await run(['doctor', '--url', url, '--json', ...args], {
        env: { DATABASE_URL: asReader(), ...env },
      });
      expect(stdout + stderr).not.toContain(PASSWORD);
      const { checks }: { readonly checks: readonly Check[] } = JSON.parse(stdout);
      const names = checks.map(({ name }) => name);
      return {
        names,
        checks: checks.filter(({ name }) => name === 'probe'),
        requests: [...requests],
        exitCode,
      };
    }),
  );
}

const aStage = (name: string, sql: object) => ({
  name,
  sql: {
    url: '${env:DATABASE_URL}',
    query: 'SELECT status FROM signals WHERE id = $1',
    params: ['{{response.signal_id}}'],
    ...sql,
  },
});

describe.concurrent('SQL probes', () => {
  it('that can run are one line for their database, with the user they connect as', async () => {
    const stages = [aStage('saved', {}), aStage('done', { query: 'SELECT 1 FROM signals WHERE id = $1;' })];
    const { checks, requests, exitCode } = await probeChecks(() => ({ stages }));
    expect(checks).toEqual([
      {
        name: 'probe',
        state: 'ok',
        message: `saved, done: connected to PostgreSQL at 127.0.0.1:${database.port} as reader. The queries are valid (not executed)`,
        advice: [],
      },
    ]);
    expect([requests, exitCode]).toEqual([[], 0]);
  });

  it('are not executed', async () => {
    const stages = [aStage('runs', { query: 'SELECT runs() WHERE $1::text IS NULL' })];
    await expect(database.query('SELECT runs()')).rejects.toThrow('it was run');
    const { checks } = await probeChecks(() => ({ stages }));
    expect(checks.map(({ state, message }) => `${state} ${message}`)).toEqual([
      expect.stringMatching(/^ok runs: .* The query is valid \(not executed\)$/),
    ]);
  });

  it.each([
    ['a syntax error', { query: 'SELEKT $1' }, /syntax error at or near "SELEKT" \(42601\)/, /sql\.query/],
    [
      'a missing table',
      { query: 'SELECT 1 FROM no_such WHERE id = $1' },
      /"no_such" does not exist \(42P01\)/,
      /name/,
    ],
    [
      'a missing column',
      { query: 'SELECT nope FROM signals WHERE id = $1' },
      /"nope" does not exist \(42703\)/,
      /name/,
    ],
    [
      'a table it may not read',
      { query: 'SELECT 1 FROM hidden WHERE id = $1' },
      /permission denied for table hidden \(42501\)/,
      /GRANT SELECT/,
    ],
    [
      'a query that writes',
      { query: 'DELETE FROM signals WHERE id = $1 RETURNING 1' },
      /\(42601\)|\(25006\)/,
      /sql\.query/,
    ],
    [
      'one that writes inside',
      { query: 'WITH gone AS (DELETE FROM signals RETURNING id) SELECT id FROM gone WHERE id = $1' },
      /data-modifying statements in WITH \(0A000\)/,
      /sql\.query/,
    ],
    [
      'too few params',
      { query: 'SELECT 1 FROM signals WHERE id = $1 AND status = $2' },
      /requires 2 \(08P01\)/,
      /params/,
    ],
  ])("with %s fail, with PostgreSQL's message and advice", async (_, sql, message, advice) => {
    const { checks, exitCode } = await probeChecks(() => ({ stages: [aStage('saved', sql)] }));
    expect(checks).toMatchObject([{ state: 'fail', message: expect.stringMatching(message) }]);
    expect(checks[0]?.message).toContain(`saved cannot run: PostgreSQL at 127.0.0.1:${database.port}: `);
    expect(checks[0]?.advice.join('\n')).toMatch(advice);
    expect(exitCode).toBe(1);
    expect((await database.query('SELECT count(*)::int AS n FROM signals')).rows).toEqual([{ n: 1 }]);
  });

  it('whose database is missing, or rejects the password, fail: one line for all with the same message', async () => {
    const nobody = await freePort();
    const gone = `postgres://reader:${PASSWORD}@127.0.0.1:${nobody}/x`;
    const wrong = asReader().replace(PASSWORD, 'another-word-77');
    const { checks } = await probeChecks(() => ({
      stages: [
        aStage('a', { url: gone }),
        aStage('b', { url: gone }),
        aStage('c', { url: wrong }),
        aStage('d', {}),
      ],
    }));
    expect(checks.map(({ state, message }) => `${state} ${message}`)).toEqual([
      `fail a, b cannot run: PostgreSQL at 127.0.0.1:${nobody}: connection refused`,
      `fail c cannot run: PostgreSQL at 127.0.0.1:${database.port}: wrong password: password authentication failed for user "reader" (28P01)`,
      `ok d: connected to PostgreSQL at 127.0.0.1:${database.port} as reader. The query is valid (not executed)`,
    ]);
    expect(checks[0]?.advice.join()).toContain('this machine may connect');
    expect(checks[1]?.advice.join()).toContain('user and password');
  });
});

describe.concurrent('HTTP probes', () => {
  const ask = (name: string, url: string) => ({ name, http: { url: `${url}/{{response.signal_id}}` } });

  it("are connected to and not queried; those on the target's host are checked with it", async () => {
    await withTarget(accept, async (api) => {
      const { checks, requests, exitCode } = await probeChecks((target) => ({
        stages: [
          ask('here', '{{origin}}/api'),
          ask('too', new URL(target).origin),
          ask('there', new URL(api.url).origin),
        ],
      }));
      expect(checks.map(({ state }) => state)).toEqual(['ok', 'ok']);
      expect(checks[0]?.message).toMatch(/^here, too: on the target's host \(not queried\)$/);
      expect(checks[1]?.message).toMatch(
        new RegExp(`^there: connected to 127\\.0\\.0\\.1:${api.port} in [\\d.]+ ms \\(not queried\\)$`),
      );
      expect([requests, api.requests, exitCode]).toEqual([[], [], 0]);
    });
  });

  it('whose host is down or unknown fail', async () => {
    const nobody = await freePort();
    const { checks, exitCode } = await probeChecks(() => ({
      stages: [ask('a', `http://127.0.0.1:${nobody}`), ask('b', 'https://no-such-host.invalid')],
    }));
    expect(checks.map(({ state, message }) => `${state} ${message}`)).toEqual([
      `fail a cannot run: 127.0.0.1:${nobody}: Connection refused`,
      expect.stringMatching(/^fail b cannot run: no-such-host\.invalid: /),
    ]);
    expect(checks[0]?.advice.join()).toContain('this machine may connect');
    expect(exitCode).toBe(1);
  });

  it("of an unreachable target have no line: the target's own line reports it", async () => {
    const nobody = await freePort();
    await withCli(async ({ run, home }) => {
      const url = `http://127.0.0.1:${nobody}/webhook`;
      const stages = [ask('here', '{{origin}}/api'), aStage('saved', {})];
      await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify({ url, stages }));
      const { stdout } = await run(['doctor', '--json'], { env: { DATABASE_URL: asReader() } });
      const { checks }: { readonly checks: readonly Check[] } = JSON.parse(stdout);
      expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
        ...['config ok', 'url ok', 'tcp fail', 'dsn warn', 'token warn', 'probe ok'],
      ]);
      expect(checks.at(-1)?.message).toContain('saved: connected to PostgreSQL at');
    });
  });

  it('at hosts that are not allowed fail, and are not contacted', async () => {
    let connections = 0;
    const api = createServer(() => {
      connections += 1;
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const { port } = api.address() as AddressInfo;
    const { checks, names, requests } = await probeChecks((target) => ({
      allowHosts: [new URL(target).host],
      stages: [ask('there', `http://127.0.0.1:${port}`), aStage('saved', {})],
    }));
    api.close();
    // They are faults of the configuration, which every command finds before it does anything.
    expect(checks).toEqual([]);
    expect(names).toEqual(['config']);
    expect([requests, connections]).toEqual([[], 0]);
  });

  it('are resolved by the proxy of the environment, if there is one', async () => {
    const proxy = { http_proxy: 'http://127.0.0.1:9', no_proxy: '127.0.0.1' };
    const { checks } = await probeChecks(() => ({ stages: [ask('there', 'http://probe.test')] }), {
      env: proxy,
    });
    expect(checks).toMatchObject([
      {
        state: 'ok',
        message: 'there: the proxy 127.0.0.1:9 connects to probe.test (not queried)',
      },
    ]);
  });

  it('are checked before the webhook is sent', async () => {
    await withTarget(accept, async (api) => {
      const stages = [ask('there', new URL(api.url).origin)];
      const { names, requests } = await probeChecks(() => ({ stages }), { args: [] });
      expect(names.indexOf('probe')).toBeGreaterThan(0);
      expect(names.indexOf('webhook')).toBeGreaterThan(names.indexOf('probe'));
      expect([requests.length, api.requests]).toEqual([1, []]);
    });
  });
});
