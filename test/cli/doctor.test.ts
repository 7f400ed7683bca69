import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/lib/doctor/check.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { type Cli, type CliOptions, withCli } from '../support/cli.ts';
import { ownId } from '../support/own-ids.ts';
import { withSentryReceiver } from '../support/sentry-receiver.ts';
import { type Handler, withTarget } from '../support/target.ts';

const healthy: Handler = (_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({ status: 'ACCEPTED', signal_id: ownId('s1'), enrichment: { a: 1 }, variant: 'A' }),
  );
};

const KEY = 'abcdef0123456789abcdef0123456789';
const TOKEN = 'sntryu_0123456789abcdef0123456789abcdef';

async function examined(run: Cli['run'], args: readonly string[], options: CliOptions = {}) {
  const { stdout, stderr, exitCode } = await run(['doctor', '--json', ...args], options);
  const { checks, ok }: { readonly checks: readonly Check[]; readonly ok: boolean } = JSON.parse(stdout);
  const check = (name: string) => checks.find((each) => each.name === name);
  return { checks, ok, check, exitCode, shown: stdout + stderr };
}

const lines = (checks: readonly Check[]): readonly string[] =>
  checks.map(({ name, state }) => `${name} ${state}`);

describe.concurrent('doctor --sandbox', () => {
  it('passes all checks, as text', async () => {
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(['doctor', '--sandbox']);
      expect(stdout).toMatch(/✓ trace-continued {2}\d+ spans of sandbox-target in the same trace/);
      expect(stdout).toMatch(/\n14 checks: 14 passed\n$/);
      expect(exitCode).toBe(0);
    });
  });

  it('passes all checks, as one JSON document', async () => {
    await withCli(async ({ run }) => {
      const { checks, ok, exitCode } = await examined(run, ['--sandbox']);
      expect(lines(checks)).toEqual(
        [
          ...['config', 'url', 'tcp', 'dsn', 'token', 'token-scope', 'probe', 'webhook', 'response', 'clock'],
          ...['dsn-accepted', 'trace-continued', 'sampling', 'trace-readable'],
        ].map((name) => `${name} ok`),
      );
      expect({ ok, exitCode }).toEqual({ ok: true, exitCode: 0 });
    });
  });

  it('detects a target without an SDK, and shows the snippet', async () => {
    await withCli(async ({ run }) => {
      const faults = ['--fault', '*=no-sdk', '--trace-timeout', '10s'];
      const { check, ok, exitCode } = await examined(run, ['--sandbox', ...faults]);
      expect(check('trace-continued')).toMatchObject({
        state: 'fail',
        message: expect.stringContaining('Only the client side of this trace is in Sentry'),
      });
      expect(check('trace-continued')?.advice.join()).toContain('tracesSampler: ({ parentSampled })');
      expect({ ok, exitCode }).toEqual({ ok: false, exitCode: 1 });
    });
  });
});

describe.concurrent('doctor, interrupted', () => {
  it('ends cleanly with what it knows, and claims nothing about the rest', async () => {
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(['doctor', '--sandbox', '--fault', '*=no-sdk'], {
        running: (child) => {
          child.stderr?.on('data', (chunk: Buffer) => {
            if (!child.killed && chunk.includes('waiting for the target')) child.kill('SIGINT');
          });
        },
      });
      expect(stdout).toMatch(/Interrupted: the other checks did not run\n$/);
      expect(stdout).not.toContain('trace-continued');
      expect(exitCode).toBe(130);
    });
  });
});

describe.concurrent('doctor', () => {
  it('sends exactly one webhook, and warns about missing settings', async () => {
    await withTarget(healthy, async ({ url, requests }) =>
      withCli(async ({ run }) => {
        const { checks, check, ok, exitCode } = await examined(run, ['--url', url]);
        expect(lines(checks)).toEqual([
          ...['config ok', 'url ok', 'tcp ok', 'dsn warn', 'token warn'],
          ...['webhook ok', 'response ok', 'clock ok'],
        ]);
        expect(check('token')?.advice.join()).toContain('SENTRY_AUTH_TOKEN');
        expect({ ok, exitCode }).toEqual({ ok: true, exitCode: 0 });
        expect(requests.map(({ method }) => method)).toEqual(['POST']);
        const [sent] = requests;
        expect(sent?.headers['x-prod-e2e-test']).toBeDefined();
        expect(JSON.parse(String(sent?.body)).metadata.is_test).toBe(true);
        const traceId = String(sent?.headers['sentry-trace']).slice(0, 32);
        expect(check('webhook')?.message).toContain(traceId);
        expect((await run(['report', 'list'])).stdout).toContain('No saved runs');
      }),
    );
  });

  it('sends nothing with --no-send', async () => {
    await withTarget(healthy, async ({ url, requests }) =>
      withCli(async ({ run }) => {
        const { checks, exitCode } = await examined(run, ['--url', url, '--no-send']);
        expect(lines(checks)).toEqual(['config ok', 'url ok', 'tcp ok', 'dsn warn', 'token warn']);
        expect(exitCode).toBe(0);
        expect(requests).toEqual([]);
      }),
    );
  });

  it('shows no credentials of the URL', async () => {
    await withTarget(healthy, async ({ url }) =>
      withCli(async ({ run }) => {
        const secret = `${url.replace('//', '//user:hunter2secret@')}?key=topsecretkey`;
        const { check, shown } = await examined(run, ['--url', secret]);
        expect(check('response')?.state).toBe('ok');
        expect(shown).not.toMatch(/hunter2secret|topsecretkey/);
      }),
    );
  });

  it('warns if the clocks differ', async () => {
    const late: Handler = (request, response) => {
      response.setHeader('date', new Date(Date.now() - 60_000).toUTCString());
      return healthy(request, response);
    };
    await withTarget(late, async ({ url }) =>
      withCli(async ({ run }) => {
        const { check } = await examined(run, ['--url', url]);
        expect(check('clock')).toMatchObject({
          state: 'warn',
          message: expect.stringMatching(/ahead of the target's$/),
        });
      }),
    );
  });

  it('judges the response as a run does', async () => {
    const refusing: Handler = (_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"no database"}');
    };
    await withTarget(refusing, async ({ url }) =>
      withCli(async ({ run }) => {
        const { check, exitCode } = await examined(run, ['--url', url]);
        expect(check('response')).toMatchObject({
          state: 'fail',
          message: expect.stringMatching(/^HTTP 500: no database \(/),
        });
        expect(exitCode).toBe(1);
      }),
    );
  });

  it('reports config errors, and stops there', async () => {
    await withCli(async ({ run, home }) => {
      await writeFile(path.join(home, 'prod-e2e.config.yaml'), 'count: lots\ntimeuot: 3s\n');
      const { checks, exitCode } = await examined(run, []);
      expect(lines(checks)).toEqual(['config fail']);
      expect(checks[0]?.problems?.[0]).toContain('count');
      expect(checks[0]?.problems?.[1]).toContain('did you mean timeout?');
      expect(exitCode).toBe(1);
    });
  });

  it('names the config file, and what is missing in it', async () => {
    await withCli(async ({ run, home }) => {
      await writeFile(path.join(home, 'prod-e2e.config.yaml'), 'count: 3\n');
      const { check } = await examined(run, []);
      expect(check('config')?.message).toMatch(/^Valid: .*prod-e2e\.config\.yaml$/);
      expect(check('url')).toMatchObject({ state: 'fail', message: 'No webhook URL configured' });
      expect(check('dsn')?.state).toBe('warn');
      expect(check('webhook')).toBeUndefined();
    });
  });
});

describe.concurrent('doctor and Sentry', () => {
  it('reports whether the DSN is accepted, and never shows its key', async () => {
    await withTarget(healthy, async ({ url }) => {
      for (const [status, state, exit] of [
        [200, 'ok', 0],
        [403, 'fail', 1],
      ] as const) {
        await withSentryReceiver({ status }, async ({ dsn, envelopes }) =>
          withCli(async ({ run }) => {
            const env = { SENTRY_DSN: dsn };
            const { check, exitCode, shown } = await examined(run, ['--url', url], { env });
            expect(check('dsn')?.state).toBe('ok');
            expect(check('dsn-accepted')?.state).toBe(state);
            expect(exitCode).toBe(exit);
            expect(envelopes.length).toBeGreaterThan(0);
            expect(shown).not.toContain(KEY);
          }),
        );
      }
    });
  });

  it('fails for a malformed DSN, and still sends the webhook with its trace headers', async () => {
    await withTarget(healthy, async ({ url, requests }) =>
      withCli(async ({ run }) => {
        const env = { SENTRY_DSN: `https://${KEY}@sentry.example.com/project` };
        const { check, exitCode, shown } = await examined(run, ['--url', url], { env });
        expect(check('dsn')).toMatchObject({ state: 'fail', message: expect.stringContaining('project id') });
        expect(check('webhook')?.state).toBe('ok');
        expect(requests).toHaveLength(1);
        expect(exitCode).toBe(1);
        expect(shown).not.toContain(KEY);
      }),
    );
  });

  it('fails for a token that Sentry refuses, even when the response quotes it', async () => {
    const refusing: Handler = (request, response) => {
      const detail = `Invalid token ${request.headers.authorization}`;
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ detail }));
    };
    await withTarget(refusing, async (sentry) =>
      withTarget(healthy, async ({ url }) =>
        withCli(async ({ run }) => {
          const env = {
            SENTRY_URL: `http://127.0.0.1:${sentry.port}`,
            SENTRY_ORG: 'acme',
            SENTRY_AUTH_TOKEN: TOKEN,
          };
          const { check, exitCode, shown } = await examined(run, ['--url', url], { env });
          expect(check('token')).toMatchObject({
            state: 'fail',
            message: expect.stringContaining('does not accept the token (HTTP 401'),
          });
          expect(check('token')?.advice.join()).toContain('org:read');
          expect(check('token-scope')).toBeUndefined();
          expect(check('webhook')?.state).toBe('ok');
          expect(exitCode).toBe(1);
          expect(shown).not.toContain(TOKEN);
        }),
      ),
    );
  });

  it('warns about a token without an organization', async () => {
    await withTarget(healthy, async ({ url }) =>
      withCli(async ({ run }) => {
        const env = { SENTRY_AUTH_TOKEN: TOKEN };
        const { check } = await examined(run, ['--url', url, '--no-send'], { env });
        expect(check('token')).toMatchObject({
          state: 'warn',
          message: expect.stringContaining('SENTRY_ORG'),
        });
      }),
    );
  });
});

describe.concurrent('doctor over TLS', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterAll(() => certificates.remove());

  it('fails for an expired certificate, and sends nothing', async () => {
    await withTarget(
      healthy,
      async ({ url, requests }) =>
        withCli(async ({ run }) => {
          const { check, exitCode } = await examined(run, ['--url', url, '--cacert', certificates.caPath]);
          expect(check('tls')).toMatchObject({
            state: 'fail',
            message: expect.stringContaining('Certificate has expired'),
          });
          expect(check('webhook')).toBeUndefined();
          expect(requests).toEqual([]);
          expect(exitCode).toBe(1);
        }),
      { tls: certificates.expired },
    );
  });

  it('passes with a certificate of the given authority', async () => {
    await withTarget(
      healthy,
      async ({ url }) =>
        withCli(async ({ run }) => {
          const { check } = await examined(run, ['--url', url, '--cacert', certificates.caPath]);
          expect(check('tls')).toMatchObject({ state: 'ok', message: expect.stringContaining('TLSv1.3') });
          expect(check('response')?.state).toBe('ok');
        }),
      { tls: certificates.good },
    );
  });
});
