/** The library in a process that does other things as well: it is stopped, refused, and run several times at once. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { getClient } from '@sentry/node';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import {
  type Config,
  loadConfig,
  ProdE2eError,
  type RunEvent,
  readReport,
  renderReport,
  run,
} from '../../src/index.ts';
import type { layerSchema } from '../../src/lib/config/schema/schema.ts';
import { withSentryReceiver } from '../support/sentry-receiver.ts';
import { accept, withTarget } from '../support/target.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };

async function refusal(work: Promise<unknown>): Promise<ProdE2eError> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof ProdE2eError) return thrown;
  throw new Error(`not refused in the way it should be: ${thrown}`);
}

it('publishes a type that matches the schema, key by key', () => {
  type Written = z.input<typeof layerSchema>;
  // What does not fit is told by the compiler.
  const written: (config: Config) => Written = (config) => config;
  const keys: keyof Written extends keyof Config ? true : never = true;
  expect([written({ count: 1 }), keys]).toEqual([{ count: 1 }, true]);
});

describe('events', () => {
  it('report what happens in order, and the report matches them', async () => {
    await withWebhookTarget({ body: GOOD }, async ({ url }) => {
      const events: RunEvent[] = [];
      const report = await run({ url, count: 2 }, { keep: false, onEvent: (event) => events.push(event) });
      const types = [
        'runStarted',
        'testSent',
        'testJudged',
        'testSent',
        'testJudged',
        'sendingEnded',
        'runFinished',
      ];
      expect(events.map(({ type }) => type)).toEqual(types);
      const judged = events.flatMap((event) => (event.type === 'testJudged' ? [event.result] : []));
      expect(report.results).toEqual(judged);
    });
  });

  it('stop the run if the listener throws; the run is saved and rejects with that error', async () => {
    const dataDir = tempFolder();
    await withWebhookTarget({ body: GOOD }, async ({ url, received }) => {
      const onEvent = ({ type }: RunEvent) => {
        if (type === 'testJudged') throw new Error('too much');
      };
      await expect(run({ url, count: 5, dataDir }, { onEvent })).rejects.toThrow('too much');
      expect(received).toHaveLength(1);
      expect((await readReport('latest', { dataDir })).status).toBe('interrupted');
    });
  });
});

describe('a signal', () => {
  it('stops the run, which reports what was done and what stopped it', async () => {
    await withWebhookTarget({ body: GOOD, delayMs: 20 }, async ({ url, received }) => {
      const controller = new AbortController();
      const onEvent = ({ type }: RunEvent) => {
        if (type === 'testJudged') controller.abort();
      };
      const { status, exitCode, summary, skippedBecause } = await run(
        { url, count: 10 },
        { keep: false, signal: controller.signal, onEvent },
      );
      expect({ status, exitCode }).toEqual({ status: 'interrupted', exitCode: 130 });
      expect(summary).toMatchObject({ total: 1, successful: 1, skipped: 9 });
      expect(skippedBecause).toBe('The run was stopped by the program that started it.');
      expect(received).toHaveLength(1);
    });
  });

  it('that is already aborted prevents the start', async () => {
    await withWebhookTarget({ body: GOOD }, async ({ url, received }) => {
      const signal = AbortSignal.abort(new Error('no need'));
      await expect(run({ url }, { signal })).rejects.toThrow('no need');
      expect(received).toEqual([]);
    });
  });
});

describe('refused, with a code and what to do', () => {
  it('a configuration with problems, all at once', async () => {
    // As a program without types would call it.
    const config: object = { count: 'three', urll: 'https://example.com' };
    const { code, message, hint } = await refusal(run(config));
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain('config: count: expected an integer from 1 to 1,000,000 (got "three")');
    expect(message).toContain('config: urll: unknown key; did you mean url?');
    expect(hint).toContain('Nothing was sent. Fix the errors above.');
  });

  it('no endpoint, an endpoint that is not allowed, a missing file, an unknown reporter', async () => {
    expect(await refusal(run({}))).toMatchObject({ code: 'NO_URL' });
    const elsewhere = { url: 'https://example.com/', allowHosts: 'example.org' };
    expect(await refusal(run(elsewhere))).toMatchObject({ code: 'HOST_NOT_ALLOWED' });
    expect(await refusal(loadConfig({ file: 'nowhere.yaml' }))).toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    await withWebhookTarget({ body: GOOD }, async ({ url }) => {
      const report = await run({ url, count: 1 }, { keep: false });
      expect(await refusal(renderReport(report, 'junitt'))).toMatchObject({ code: 'UNKNOWN_REPORTER' });
      expect(await renderReport(report, 'junit')).toContain('tests="1" failures="0"');
    });
  });

  it('what needs confirmation, before anything is sent', async () => {
    const { code, message, hint } = await refusal(run({ url: 'https://hooks.example.com/', count: 26 }));
    expect({ code, message }).toEqual({
      code: 'NOT_AGREED',
      message: 'Confirmation required: 26 webhooks to hooks.example.com (the limit without confirm is 25).',
    });
    expect(hint).toBe('Pass { confirm: true } to confirm, or lower --count.');
  });

  it('without the secrets it might quote', async () => {
    const secret = 'sup3r-s3cret-value';
    const config = {
      url: `https://user:${secret}@example.com/${secret}`,
      allowHosts: [`${secret}.example.org`],
    };
    const { message, hint } = await refusal(run(config));
    expect(`${message}${hint}`).not.toContain(secret);
  });
});

describe('keep', () => {
  it('saves the run where the command line would, to be read again', async () => {
    const dataDir = tempFolder();
    await withWebhookTarget({ body: GOOD }, async ({ url }) => {
      const report = await run({ url, count: 1, dataDir });
      expect(await readReport(report.runId, { dataDir })).toEqual(report);
      expect(await readReport(path.join(dataDir, 'runs', report.runId))).toEqual(report);
    });
  });

  it('false saves nothing', async () => {
    const dataDir = tempFolder();
    await withWebhookTarget({ body: GOOD }, async ({ url }) => {
      await run({ url, count: 1, dataDir }, { keep: false });
      expect(readdirSync(dataDir)).toEqual([]);
    });
  });
});

describe('two runs of one process', () => {
  const spansOf = (spans: readonly unknown[]) => JSON.stringify(spans);

  it('do not affect each other, in parallel or in sequence', async () => {
    await withWebhookTarget({ body: GOOD, delayMs: 5 }, async ({ url, received }) => {
      await withSentryReceiver({ status: 200 }, async (one) => {
        await withSentryReceiver({ status: 200 }, async (other) => {
          const configs = [one, other].map(({ dsn }, at) => ({
            ...{ url, count: 5, concurrency: 2, environment: `run-${at}` },
            sentry: { dsn },
          }));
          const both = await Promise.all(configs.map((config) => run(config, { keep: false })));
          const again = await run(configs[0] ?? {}, { keep: false });
          for (const { sentry, summary } of [...both, again]) {
            expect(summary.successful).toBe(5);
            expect(sentry).toMatchObject({ accepted: 5, dropped: 0, failed: 0, pending: 0 });
          }
          const tracesOf = (report: typeof again) => report.results.map(({ trace }) => trace.traceId);
          const [first, second] = both.map(tracesOf);
          for (const id of [...(first ?? []), ...tracesOf(again)]) {
            expect(spansOf(one.spans())).toContain(id);
            expect(spansOf(other.spans())).not.toContain(id);
          }
          for (const id of second ?? []) {
            expect(spansOf(other.spans())).toContain(id);
            expect(spansOf(one.spans())).not.toContain(id);
          }
          const baggage = received.map(({ headers }) => String(headers.baggage));
          expect(baggage.filter((text) => text.includes('sentry-environment=run-0'))).toHaveLength(10);
          expect(baggage.filter((text) => text.includes('sentry-environment=run-1'))).toHaveLength(5);
          // Nor is there a client left for whoever uses the SDK otherwise.
          expect(getClient()).toBeUndefined();
        });
      });
    });
  });
});

describe('alerts', () => {
  it.each([
    ['that is not kept are sent at once: nothing counts its failing runs', false, 1],
    ['that is kept wait for as many failing runs as the notifier says', true, 0],
  ])('of a run %s', async (_, keep, messages) => {
    await withTarget(
      (_request, response) => {
        response.writeHead(500).end();
      },
      (target) =>
        withTarget(accept, async (hooks) => {
          const notify = [{ type: 'slack' as const, url: `http://127.0.0.1:${hooks.port}/`, after: 2 }];
          const { exitCode } = await run(
            { url: target.url, count: 1, dataDir: tempFolder(), notify },
            { keep },
          );
          expect(exitCode).toBe(1);
          expect(hooks.requests).toHaveLength(messages);
        }),
    );
  });
});
