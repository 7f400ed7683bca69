import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerTracer, joinBaggage } from '../../src/lib/send/trace.ts';
import { baggageOf, expectTraceHeaders } from '../support/baggage.ts';
import { aPlannedTest } from '../support/sending.ts';

const TEST = aPlannedTest('https://hooks.example.com/webhook');

describe('headerTracer', () => {
  it('creates headers like the SDK, without a public key', () => {
    const tracer = headerTracer({ environment: 'production-e2e-test', release: 'prod-e2e@0.1.0' });
    const test = tracer.startTest(TEST);
    const attempt = test.startAttempt(TEST.request);
    expectTraceHeaders(attempt.headers, { traceId: test.traceId, spanId: attempt.spanId });
    const { 'sentry-sample_rand': random, ...rest } = baggageOf(attempt.headers.baggage);
    expect(Number(random)).toBeGreaterThanOrEqual(0);
    expect(Number(random)).toBeLessThan(1);
    expect(rest).toEqual({
      'sentry-environment': 'production-e2e-test',
      'sentry-release': 'prod-e2e@0.1.0',
      'sentry-trace_id': test.traceId,
      'sentry-transaction': 'production-e2e-webhook-test',
      'sentry-sampled': 'true',
      'sentry-sample_rate': '1',
    });
  });

  it('ids are unique over many tests; attempts of a test share its trace and its baggage', () => {
    const tracer = headerTracer({ environment: 'e', release: 'r' });
    const traces = new Set<string>();
    const spans = new Set<string>();
    for (let number = 0; number < 10_000; number++) {
      const test = tracer.startTest(TEST);
      const [first, second] = [test.startAttempt(TEST.request), test.startAttempt(TEST.request)];
      expect(second.headers.baggage).toBe(first.headers.baggage);
      expectTraceHeaders(second.headers, { traceId: test.traceId, spanId: second.spanId });
      traces.add(test.traceId);
      spans.add(first.spanId).add(second.spanId);
    }
    expect(traces.size).toBe(10_000);
    expect(spans.size).toBe(20_000);
  });

  it('keeps any environment and release', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (environment, release) => {
          const test = headerTracer({ environment, release }).startTest(TEST);
          const { headers } = test.startAttempt(TEST.request);
          expect(headers.baggage).toMatch(/^[\x21-\x7e]*$/);
          expect(baggageOf(headers.baggage)).toMatchObject({
            'sentry-environment': environment,
            'sentry-release': release,
          });
        },
      ),
    );
  });

  it('reports nothing', async () => {
    const tracer = headerTracer({ environment: 'e', release: 'r' });
    tracer.startTest(TEST).finish({ verdict: 'broken', status: 500, problem: 'HTTP 500' });
    await tracer.ready();
    await tracer.flush(1);
    expect(tracer.delivery()).toMatchObject({ enabled: false, host: null, accepted: 0, pending: 0 });
  });
});

describe('joinBaggage', () => {
  it.each<[string | undefined, string, string]>([
    [undefined, 'sentry-a=1', 'sentry-a=1'],
    ['', 'sentry-a=1', 'sentry-a=1'],
    [' ', 'sentry-a=1', 'sentry-a=1'],
    ['team=payments', 'sentry-a=1', 'team=payments,sentry-a=1'],
    ['team=payments;p=1, tier=2', 'sentry-a=1', 'team=payments;p=1, tier=2,sentry-a=1'],
    ['team=payments', '', 'team=payments'],
    // Another trace's: continued by the target it would be the wrong one.
    ['sentry-trace_id=0af7, team=payments', 'sentry-trace_id=1bf8', ' team=payments,sentry-trace_id=1bf8'],
  ])('%j and %j', (own, ours, joined) => {
    expect(joinBaggage(own, ours)).toBe(joined);
  });
});
