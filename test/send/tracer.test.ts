/** What is reported to Sentry, in both span formats, by a receiver that is not this project's own. */
import { hostname, release as osRelease, userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { baggageOf, expectTraceHeaders } from '../support/baggage.ts';
import { afterRequest, withFaultyServer } from '../support/faulty-server.ts';
import { aPlannedTest, atOnce, SENDER_RUN_ID, withSender } from '../support/sending.ts';
import { type ReceivedSpan, withSentryReceiver } from '../support/sentry-receiver.ts';
import { accept, withTarget } from '../support/target.ts';
import { FLUSH_MS, tracerTo } from '../support/tracing.ts';

const LIFECYCLES = ['stream', 'static'] as const;

/** The value of an attribute, wherever the format keeps it. */
const attribute = (span: ReceivedSpan | undefined, name: string) => span?.attributes[name];

describe.each(LIFECYCLES)('a test, %s', (traceLifecycle) => {
  it('is one trace of a root and a request, which is the one that was sent', () =>
    withSentryReceiver({ status: 200 }, (receiver) =>
      withTarget(accept, ({ url, port, requests }) =>
        withSender({ url }, async (sender) => {
          const tracer = tracerTo(receiver.dsn, { traceLifecycle });
          const test = aPlannedTest(url);
          const trace = tracer.startTest(test);
          const delivery = await sender.send(test, trace, { lateMs: 0, mayRetry: atOnce });
          trace.finish({ verdict: 'working', status: 200, problem: null });
          await tracer.flush(FLUSH_MS);

          const spans = receiver.spans();
          expect(spans).toHaveLength(2);
          const root = spans.find((span) => span.root);
          const request = spans.find((span) => !span.root);
          expect(root).toMatchObject({
            traceId: trace.traceId,
            parentSpanId: null,
            name: 'production-e2e-webhook-test',
            op: 'test.webhook',
            status: 'ok',
          });
          expect(root?.attributes).toMatchObject({
            'prod_e2e.test_id': test.testId,
            'prod_e2e.run_id': SENDER_RUN_ID,
            'prod_e2e.scenario': 'ORB_BREAKOUT',
            'prod_e2e.dimension.symbol': 'SPY',
            'prod_e2e.dimension.direction': 'long',
            'prod_e2e.dimension.timeframe': '5m',
            'prod_e2e.verdict': 'working',
            'http.response.status_code': 200,
          });
          expect(request).toMatchObject({
            traceId: trace.traceId,
            spanId: delivery.trace.spanId,
            parentSpanId: root?.spanId,
            name: `POST 127.0.0.1:${port}`,
            op: 'http.client',
            status: 'ok',
          });
          expect(request?.attributes).toMatchObject({
            'http.request.method': 'POST',
            'url.full': url,
            'server.address': '127.0.0.1',
            'server.port': port,
            'http.response.status_code': 200,
          });
          expectTraceHeaders(requests[0]?.headers ?? {}, delivery.trace);
          expect(delivery.trace.traceId).toBe(trace.traceId);
          expect(baggageOf(String(requests[0]?.headers.baggage))).toMatchObject({
            'sentry-environment': 'production-e2e-test',
            'sentry-release': 'prod-e2e@0.1.0',
            'sentry-public_key': 'abcdef0123456789abcdef0123456789',
            'sentry-transaction': 'production-e2e-webhook-test',
          });
          const [envelope] = receiver.envelopes;
          expect(envelope?.url).toMatch(/^\/api\/42\/envelope\/\?sentry_version=7&sentry_key=abcdef/);
          expect(envelope?.itemTypes).toEqual([traceLifecycle === 'stream' ? 'span' : 'transaction']);
          expect(envelope?.header.trace).toMatchObject({
            trace_id: trace.traceId,
            environment: 'production-e2e-test',
            release: 'prod-e2e@0.1.0',
            sampled: 'true',
          });
          expect(envelope?.text).toMatch(/"production-e2e-test"[\s\S]*"production-e2e-test"/);
          expect(tracer.delivery()).toEqual({
            enabled: true,
            host: receiver.host,
            accepted: 1,
            refused: [],
            dropped: 0,
            failed: 0,
            pending: 0,
            retryAfterSeconds: null,
          });
        }),
      ),
    ));

  it('that is broken has an error at its root', () =>
    withSentryReceiver({ status: 200 }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn, { traceLifecycle });
      const test = aPlannedTest('http://127.0.0.1:1/webhook');
      const trace = tracer.startTest(test);
      trace.startAttempt(test.request).end({ status: 500, failure: null });
      trace.finish({ verdict: 'broken', status: 500, problem: 'HTTP 500: Internal server error' });
      await tracer.flush(FLUSH_MS);
      const [root, request] = [...receiver.spans()].sort((a) => (a.root ? -1 : 1));
      expect(root?.status).not.toBe('ok');
      expect(request?.status).not.toBe('ok');
      expect(attribute(root, 'prod_e2e.verdict')).toBe('broken');
      expect(attribute(root, 'prod_e2e.problem')).toBe('HTTP 500: Internal server error');
    }));

  it('that works on a 4xx, like a negative scenario, has no error at its root', () =>
    withSentryReceiver({ status: 200 }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn, { traceLifecycle });
      const test = aPlannedTest('http://127.0.0.1:1/webhook');
      const trace = tracer.startTest(test);
      trace.startAttempt(test.request).end({ status: 400, failure: null });
      trace.finish({ verdict: 'working', status: 400, problem: null });
      await tracer.flush(FLUSH_MS);
      expect(receiver.spans().find((span) => span.root)?.status).toBe('ok');
    }));

  it('with a retry has a span for each attempt, in the same trace', () => {
    let received = 0;
    const server = afterRequest((socket) => {
      if (++received === 1) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
    return withSentryReceiver({ status: 200 }, (receiver) =>
      withFaultyServer(server, ({ port }) => {
        const url = `http://127.0.0.1:${port}/webhook`;
        return withSender({ url, retries: 1 }, async (sender) => {
          const tracer = tracerTo(receiver.dsn, { traceLifecycle });
          const test = aPlannedTest(url);
          const trace = tracer.startTest(test);
          await sender.send(test, trace, { lateMs: 0, mayRetry: atOnce });
          trace.finish({ verdict: 'working', status: 200, problem: null });
          await tracer.flush(FLUSH_MS);
          const spans = receiver.spans();
          expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([trace.traceId]));
          const attempts = spans.filter((span) => !span.root);
          expect(attempts.map(({ status }) => status === 'ok')).toEqual([false, true]);
          expect(attempts.map((span) => attribute(span, 'prod_e2e.failure'))).toEqual(['reset', undefined]);
          expect(tracer.delivery().accepted).toBe(1);
        });
      }),
    );
  });

  it('contains nothing about the machine', () =>
    withSentryReceiver({ status: 200 }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn, { traceLifecycle });
      const test = aPlannedTest('http://127.0.0.1:1/webhook');
      const trace = tracer.startTest(test);
      trace.startAttempt(test.request).end({ status: 200, failure: null });
      trace.finish({ verdict: 'working', status: 200, problem: null });
      await tracer.flush(FLUSH_MS);
      const { text = '', headers } = receiver.envelopes[0] ?? {};
      const said = `${text}\n${JSON.stringify(headers)}`;
      for (const secret of [
        process.version,
        hostname(),
        osRelease(),
        userInfo().homedir,
        process.cwd(),
        process.execPath,
      ]) {
        expect(said).not.toContain(secret);
      }
      expect(said).not.toMatch(
        /server_name|"(os|device|culture|app|cloud_resource|user)"|\b(cpu|memory|host\.name)\b/,
      );
      expect(said).not.toMatch(/"(os|device|host|process|user)\.[a-z]/);
    }));

  it('has its secrets masked', () =>
    withSentryReceiver({ status: 200 }, async (receiver) => {
      const redact = (text: string) => text.replaceAll('hunter2', '***');
      const tracer = tracerTo(receiver.dsn, { traceLifecycle, redact });
      const test = aPlannedTest('http://me:hunter2@127.0.0.1:1/hunter2/webhook?token=hunter2', {
        dimensions: { account: 'acct-hunter2' },
      });
      const trace = tracer.startTest(test);
      const failure = { kind: 'protocol', message: 'hunter2', code: null } as const;
      trace.startAttempt(test.request).end({ status: null, failure });
      trace.finish({ verdict: 'broken', status: null, problem: 'said hunter2' });
      await tracer.flush(FLUSH_MS);
      const { text = '' } = receiver.envelopes[0] ?? {};
      expect(text).toContain('acct-***');
      expect(text).toContain('/***/webhook');
      expect(text).not.toContain('hunter2');
    }));

  it('among fifty at once gives fifty distinct, complete traces', () =>
    withSentryReceiver({ status: 200 }, (receiver) =>
      withTarget(accept, ({ url, requests }) =>
        withSender({ url }, async (sender) => {
          const tracer = tracerTo(receiver.dsn, { traceLifecycle });
          const ids = await Promise.all(
            Array.from({ length: 50 }, async (_, at) => {
              const test = aPlannedTest(url, { index: at + 1 });
              const trace = tracer.startTest(test);
              const delivery = await sender.send(test, trace, { lateMs: 0, mayRetry: atOnce });
              trace.finish({ verdict: 'working', status: 200, problem: null });
              return { testId: test.testId, ...delivery.trace };
            }),
          );
          await tracer.flush(FLUSH_MS);
          expect(new Set(ids.map(({ traceId }) => traceId)).size).toBe(50);
          for (const { testId, traceId, spanId } of ids) {
            const spans = receiver.spans().filter((span) => span.traceId === traceId);
            expect(spans).toHaveLength(2);
            const root = spans.find((span) => span.root);
            expect(attribute(root, 'prod_e2e.test_id')).toBe(testId);
            expect(spans.find((span) => !span.root)).toMatchObject({ spanId, parentSpanId: root?.spanId });
            const request = requests.find(({ headers }) => headers['x-prod-e2e-test'] === testId);
            expect(request?.headers['sentry-trace']).toBe(`${traceId}-${spanId}-1`);
          }
          expect(tracer.delivery()).toMatchObject({ accepted: 50, pending: 0 });
        }),
      ),
    ));
});

describe('the organization', () => {
  it.each([
    ['from the DSN', 'https://abcdef0123456789abcdef0123456789@o123.ingest.sentry.io/1', null, '123'],
    ['from the settings', 'https://abcdef0123456789abcdef0123456789@sentry.acme.test/1', '77', '77'],
    [
      'from the settings before the DSN',
      'https://abcdef0123456789abcdef0123456789@o1.ingest.sentry.io/1',
      '77',
      '77',
    ],
    ['unknown', 'https://abcdef0123456789abcdef0123456789@sentry.acme.test/1', null, undefined],
  ])('%s is in the baggage', (_name, dsn, orgId, expected) => {
    const tracer = tracerTo(dsn, { orgId });
    const test = aPlannedTest('http://127.0.0.1:1/webhook');
    const { headers } = tracer.startTest(test).startAttempt(test.request);
    expect(baggageOf(headers.baggage)['sentry-org_id']).toBe(expected);
  });
});

it('an environment that already contains a trace does not include the tests in it', async () => {
  process.env.SENTRY_TRACE = `${'a'.repeat(32)}-${'b'.repeat(16)}-1`;
  try {
    await withSentryReceiver({ status: 200 }, async (receiver) => {
      const tracer = tracerTo(receiver.dsn);
      const test = aPlannedTest('http://127.0.0.1:1/webhook');
      const ids = [tracer.startTest(test).traceId, tracer.startTest(test).traceId];
      expect(ids).not.toContain('a'.repeat(32));
      expect(ids[0]).not.toBe(ids[1]);
    });
  } finally {
    delete process.env.SENTRY_TRACE;
  }
});
