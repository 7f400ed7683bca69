/** The duplicate probe through the built program: the very same webhook again, against targets that know it and that do not. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { report as reportSchema } from '../../src/lib/report/schema/report.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { withSentryReceiver } from '../support/sentry-receiver.ts';
import { A_SECRET, ORACLES } from '../support/signature-oracles.ts';
import { type Handler, type Target, withTarget } from '../support/target.ts';

interface Setting {
  readonly target: Target;
  readonly home: string;
  /** `run --json` with this config. */
  readonly report: (
    config: object,
    args?: readonly string[],
  ) => Promise<{ readonly report: Report; readonly exitCode: number | null; readonly stderr: string }>;
  readonly run: Cli['run'];
}

function withRepeats<Result>(handler: Handler, use: (setting: Setting) => Promise<Result>): Promise<Result> {
  return withTarget(handler, (target) =>
    withCli(({ run, home }) =>
      use({
        target,
        home,
        run,
        report: async (config, args = []) => {
          writeFileSync(
            path.join(home, 'prod-e2e.config.json'),
            JSON.stringify({ url: target.url, ...config }),
          );
          const env = { WEBHOOK_SECRET: A_SECRET };
          const { stdout, stderr, exitCode } = await run(['run', '--json', ...args], { env });
          return { report: JSON.parse(stdout), exitCode, stderr };
        },
      }),
    ),
  );
}

/** Responses as the guide's system does: the same webhook within a minute is a DUPLICATE. */
function deduplicating(): Handler {
  const seen = new Set<string>();
  return ({ headers }, response) => {
    const key = String(headers['idempotency-key']);
    const again = seen.has(key);
    seen.add(key);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(again ? { status: 'DUPLICATE' } : { status: 'ACCEPTED', signal_id: key }));
  };
}

function forgetful(): Handler {
  let count = 0;
  return (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'ACCEPTED', signal_id: `sig_${++count}` }));
  };
}

const EXPECT = { required: ['signal_id'] };
const sent = ({ requests }: Target) =>
  requests.map(({ headers, body }) => [
    headers['idempotency-key'],
    headers['x-prod-e2e-test'],
    body.toString(),
  ]);

describe.concurrent('repeat', () => {
  it('resends the same webhook, signed again, in its own trace, and treats both as one event', () =>
    withRepeats(deduplicating(), async ({ report: send, target, run }) => {
      const signing = { scheme: 'standard-webhooks', secret: '${env:WEBHOOK_SECRET}' };
      const repeat = { times: 2, after: '1100ms' };
      const { report, exitCode, stderr } = await send(
        { expect: EXPECT, signing, scenarios: [{ name: 'TWICE', repeat }] },
        ['--count', '1'],
      );
      expect(exitCode).toBe(0);
      expect(stderr).toContain('Sending 1 webhook (and 2 resends)');
      const [first, second, third] = sent(target);
      expect(second).toEqual(first);
      expect(third).toEqual(first);
      for (const request of target.requests)
        expect(await ORACLES['standard-webhooks'](request, A_SECRET)).toBe(true);
      const header = (name: string) => target.requests.map(({ headers }) => headers[name]);
      expect(new Set(header('webhook-id')).size).toBe(1);
      expect(new Set(header('webhook-timestamp')).size).toBe(3);
      expect(new Set(header('webhook-signature')).size).toBe(3);
      expect(new Set(header('sentry-trace')).size).toBe(3);
      expect(() => reportSchema.parse(report)).not.toThrow();
      // One test, and its repeats are a part of it.
      expect(report.summary).toMatchObject({ total: 1, successful: 1, warnings: 0, missing: 0 });
      expect(report.latency.count).toBe(1);
      const [result] = report.results;
      expect(result?.repeat).toMatchObject({ treatedAs: 'one-event', because: 'status DUPLICATE' });
      expect(result?.repeat?.sends).toHaveLength(2);
      for (const again of result?.repeat?.sends ?? []) {
        expect(again.response?.status).toBe(200);
        expect(again.attempts).toHaveLength(1);
        expect(again.traceId).not.toBe(result?.trace.traceId);
      }
      const env = { WEBHOOK_SECRET: A_SECRET };
      const shown = await run(['report', 'show', '--full'], { env });
      expect(shown.stdout).toContain('Resent: 1 treated as a duplicate');
      expect(shown.stdout.replaceAll(/\s+/g, ' ')).toMatch(
        /Resent: HTTP 200, [\d.]+ m?s; HTTP 200, [\d.]+ m?s: treated as a duplicate \(status DUPLICATE\)/,
      );
      const junit = await run(['report', 'show', '--reporter', 'junit'], { env });
      expect(junit.stdout).toMatch(/Resent: .*treated as a duplicate/);
    }));

  it('a target that creates a second event is broken, or gets a warning, as configured', () =>
    withRepeats(forgetful(), async ({ report: send }) => {
      const codes = async (secondEvent: string) => {
        const { report, exitCode } = await send(
          { expect: EXPECT, repeat: { secondEvent }, scenarios: [{ name: 'X' }] },
          ['--count', '1'],
        );
        const [result] = report.results;
        return [
          result?.verdict,
          result?.errors.map(({ message }) => message),
          result?.warnings.length,
          exitCode,
        ];
      };
      const message = 'Resending it created a second event (another signal_id)';
      expect(await codes('error')).toEqual(['broken', [message], 0, 1]);
      expect(await codes('warn')).toEqual(['working', [], 1, 0]);
      expect(await codes('off')).toEqual(['working', [], 0, 0]);
    }));

  it('a hint gives advice about it', () =>
    withRepeats(forgetful(), async ({ report: send, run }) => {
      await send({ expect: EXPECT, repeat: 1 }, ['--count', '1']);
      const { stdout } = await run(['report', 'show', '--full']);
      expect(stdout).toContain('A resent webhook is processed twice');
    }));

  it('expectRepeat checks the responses to resends', () =>
    withRepeats(deduplicating(), async ({ report: send }) => {
      const good = { match: { status: 'DUPLICATE' } };
      const bad = { match: { status: 'ACCEPTED' }, required: ['signal_id'] };
      const scenarios = [
        { name: 'GOOD', expectRepeat: good },
        { name: 'BAD', expectRepeat: bad },
      ];
      const { report } = await send({ expect: EXPECT, repeat: 1, scenarios }, ['--count', '2']);
      expect(
        report.results.map(({ verdict, errors }) => [verdict, errors.map(({ message }) => message)]),
      ).toEqual([
        ['working', []],
        ['broken', ['Resent: status is "DUPLICATE", expected "ACCEPTED"']],
      ]);
      expect(report.summary.missing).toBe(1);
    }));

  it('is unknown if the responses do not show it', () =>
    withRepeats(
      (_request, response) => void response.end('OK'),
      async ({ report: send, run }) => {
        const { report } = await send({ expect: { status: 200 }, repeat: 1, scenarios: [{ name: 'X' }] }, [
          '--count',
          '1',
        ]);
        expect(report.results[0]?.repeat).toMatchObject({
          treatedAs: 'unknown',
          because: 'no signal_id in the responses',
        });
        expect(report.results[0]?.verdict).toBe('working');
        const { stdout } = await run(['report', 'show', '--full']);
        expect(stdout).toContain('Resent: 1 unknown (the responses do not say)');
      },
    ));

  it('a failed webhook is not resent', () =>
    withRepeats(
      (_request, response) => void response.writeHead(500).end(),
      async ({ report: send, target }) => {
        const { report } = await send({ repeat: 3 }, ['--count', '1']);
        expect(target.requests).toHaveLength(1);
        expect(report.results[0]?.repeat).toEqual({
          treatedAs: 'unknown',
          because: 'the first send failed',
          sends: [],
        });
      },
    ));

  it('a webhook that is refused on purpose must be refused again', () =>
    withRepeats(
      ({ body }, response) => {
        const bad = body.toString().includes('sideways');
        response.writeHead(bad ? 400 : 200, { 'content-type': 'application/json' }).end('{"signal_id":"s"}');
      },
      async ({ report: send, target }) => {
        const scenarios = [
          {
            name: 'BAD',
            tags: ['negative'],
            payload: { direction: 'sideways' },
            expect: { status: 400 },
            repeat: 1,
          },
        ];
        const { report } = await send({ scenarios }, ['--tag', 'negative', '--count', '1']);
        expect(target.requests).toHaveLength(2);
        expect(report.results[0]).toMatchObject({ verdict: 'working', repeat: { treatedAs: 'unknown' } });
      },
    ));

  it('counts toward the rate, and is part of the plan', () =>
    withRepeats(deduplicating(), async ({ report: send, run }) => {
      // Six webhooks at 10 per second: the last begins half a second after the first.
      const { report } = await send({ expect: EXPECT, repeat: 1 }, ['--count', '3', '--rate', '10']);
      const starts = report.results.flatMap(({ startedAt, repeat }) => [
        Date.parse(startedAt),
        ...(repeat?.sends ?? []).map((again) => Date.parse(again.startedAt)),
      ]);
      expect(starts).toHaveLength(6);
      const sorted = starts.toSorted((a, b) => a - b);
      expect((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)).toBeGreaterThanOrEqual(450);
      const dry = await run(['run', '--dry-run', '--count', '3']);
      expect(dry.stdout).toContain('Plan of 3 webhooks and 3 resends');
      expect(dry.stdout).toContain('# Resent once, unchanged.');
    }));

  it('works with replayed payloads', () =>
    withRepeats(deduplicating(), async ({ report: send, target, home }) => {
      writeFileSync(path.join(home, 'p.ndjson'), '{"a":1.0}\n{"b":2}\n');
      const { report } = await send({ expect: EXPECT, repeat: 1, replay: { from: 'p.ndjson', mark: false } });
      expect(target.requests.map(({ body }) => body.toString())).toEqual([
        '{"a":1.0}',
        '{"a":1.0}',
        '{"b":2}',
        '{"b":2}',
      ]);
      expect(report.results.map(({ repeat }) => repeat?.treatedAs)).toEqual(['one-event', 'one-event']);
    }));

  it('a run that is stopped in between reports that resends are missing', () =>
    withSentryReceiver({ status: 200 }, ({ dsn, spans }) =>
      withRepeats(deduplicating(), async ({ target, run, home }) => {
        const config = { url: target.url, expect: EXPECT, repeat: { times: 1, after: '5m' } };
        writeFileSync(path.join(home, 'prod-e2e.config.json'), JSON.stringify(config));
        const { stdout, exitCode } = await run(['run', '--json', '--count', '1'], {
          env: { SENTRY_DSN: dsn },
          // The span of the first one leaves once its response is judged.
          running: (child) =>
            void eventually(async () => (spans().length > 0 ? spans() : null)).then(() =>
              child.kill('SIGINT'),
            ),
        });
        expect(exitCode).toBe(130);
        const report: Report = JSON.parse(stdout);
        expect(report.results[0]?.repeat?.because).toContain('the run ended before all planned resends');
        expect(target.requests).toHaveLength(1);
      }),
    ));

  it('no secret of a response to a resend is saved', () =>
    withRepeats(
      ({ headers }, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ signal_id: 's', token: 'canary-path', key: headers['x-api-key'] }));
      },
      async ({ report: send, home }) => {
        const config = {
          expect: EXPECT,
          redact: ['token'],
          headers: { 'X-Api-Key': 'canary-header' },
          repeat: 1,
          expectRepeat: { match: { token: 'other', key: 'other' } },
        };
        const { report } = await send(config, ['--count', '1']);
        expect(report.results[0]?.errors).toHaveLength(2);
        expect(JSON.stringify(report)).not.toContain('canary');
        const runs = path.join(home, 'data', 'prod-e2e', 'runs', report.runId, 'results.ndjson');
        expect(readFileSync(runs, 'utf8')).not.toContain('canary');
      },
    ));
});
