/** Numbers keep their digits on every way through the built program: a real target says what arrived. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, withCli } from '../support/cli.ts';
import { type Target, withTarget } from '../support/target.ts';

const ID = '9007199254740993';
const ROUNDED = '9007199254740992';
const RESPONSE = `{ "signal_id":${ID}, "price": 98765.10,"zero":-0, "total":12345E2, "total":12345E2 }`;

const CONFIG = `
payload: { account: ${ID}, price: 98765.10, power: 12345E2, zero: -0.0, set: "{{size}}" }
dimensions: { size: [1.50, 18446744073709551615] }
scenarios: [{ name: A }]
expect: { match: { signal_id: ${ID}, price: 98765.1, total: 1234500 } }
stages:
  - name: stored
    http: { url: "{{origin}}/signals/{{response.signal_id}}", match: { id: ${ID} }, within: 5s }
cleanup: { url: "{{origin}}/signals/{{response.signal_id}}?price={{response.price}}", body: { id: "{{response.signal_id}}", of: ${ID} } }
`;

async function withEcho<Result>(
  config: string,
  use: (place: Cli & { readonly target: Target }) => Promise<Result>,
  response = RESPONSE,
): Promise<Result> {
  return withTarget(
    ({ method }, outgoing) => {
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(method === 'POST' ? response : `{"id":${ID}.0}`);
    },
    (target) =>
      withCli(async (cli) => {
        await writeFile(path.join(cli.home, 'prod-e2e.config.yaml'), config);
        return use({ ...cli, target });
      }),
  );
}

const bodiesOf = (target: Target, method: string) =>
  target.requests.filter((request) => request.method === method).map(({ body }) => body.toString('utf8'));

it('payload, match, probe and clean-up keep the digits as written', async () => {
  await withEcho(CONFIG, async ({ run, target }) => {
    const args = ['run', '--url', target.url, '--count', '1', '--reporter', 'json', '--set', 'size=1.5'];
    const { stdout, stderr, exitCode } = await run(args);
    expect([stderr, exitCode]).toEqual([expect.any(String), 0]);
    expect(bodiesOf(target, 'POST')[0]).toContain(
      `"account":${ID},"price":98765.10,"power":12345E2,"zero":-0.0,"set":1.50`,
    );
    const calls = target.requests.filter(({ method }) => method !== 'POST');
    expect(calls.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      `DELETE /signals/${ID}?price=98765.10`,
      `GET /signals/${ID}`,
    ]);
    expect(bodiesOf(target, 'DELETE')).toEqual([`{"id":${ID},"of":${ID}}`]);
    const [first] = JSON.parse(stdout).results;
    expect(first.response.body).toBe(RESPONSE);
    expect(first.dimensions).toEqual({ size: '1.50' });
    expect(stdout).not.toContain(ROUNDED);
  });
});

it('treats an id that differs in its last digit as another one: a mismatch quotes both, and it is no duplicate', async () => {
  const config = `
payload: { a: 1 }
scenarios: [{ name: A }]
expect: { match: { signal_id: ${ROUNDED}, price: 98765.11 } }
`;
  await withEcho(config, async ({ run, target }) => {
    const { stdout, exitCode } = await run([
      'run',
      '--url',
      target.url,
      '--count',
      '1',
      '--reporter',
      'json',
    ]);
    const [first] = JSON.parse(stdout).results;
    expect(first.errors.map(({ message }: { readonly message: string }) => message)).toEqual([
      `signal_id is ${ID}, expected ${ROUNDED}`,
      'price is 98765.10, expected 98765.11',
    ]);
    expect(exitCode).toBe(1);
  });
});

it('completes an interrupted clean-up later with the digits of the saved log', async () => {
  await withTarget(
    ({ method }, outgoing) => {
      outgoing.statusCode = method === 'DELETE' ? 503 : 200;
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(RESPONSE);
    },
    (target) =>
      withCli(async ({ home, run }) => {
        const config =
          'scenarios: [{ name: A }]\ncleanup: { url: "{{origin}}/signals/{{response.signal_id}}" }\n';
        await writeFile(path.join(home, 'prod-e2e.config.yaml'), config);
        await run(['run', '--url', target.url, '--count', '1']);
        const runs = path.join(home, 'data', 'prod-e2e', 'runs');
        const [folder = ''] = (await readdir(runs)).filter((name) => /^\d{8}-/.test(name));
        const log = await readFile(path.join(runs, folder, 'cleanup.ndjson'), 'utf8');
        expect(log).toContain(`"response.signal_id":${ID}`);
        const before = target.requests.length;
        await run(['cleanup']);
        expect(target.requests.slice(before).map(({ method, url }) => `${method} ${url}`)).toEqual([
          `DELETE /signals/${ID}`,
        ]);
      }),
  );
});
