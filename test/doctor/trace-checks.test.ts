import { describe, expect, it } from 'vitest';
import { type TraceFacts, traceChecks } from '../../src/lib/doctor/sentry-checks.ts';
import type { UnverifiedReason } from '../../src/lib/model/result.ts';
import { TRACES_SAMPLER_SNIPPET } from '../../src/lib/trace/advice.ts';
import { failure } from '../../src/lib/trace/sentry-api/failures.ts';

const facts = (overrides: Partial<TraceFacts>): TraceFacts => ({
  reason: null,
  failure: null,
  foreignCount: 13,
  services: ['api'],
  readableAfterMs: 3_100,
  waitedMs: 7_100,
  ...overrides,
});

const none = (reason: UnverifiedReason) =>
  traceChecks(facts({ reason, foreignCount: 0, services: [], readableAfterMs: null, waitedMs: 90_000 }));

describe('traceChecks', () => {
  it('a continued trace: by which services, stored, how soon', () => {
    expect(traceChecks(facts({})).map(({ name, state, message }) => [name, state, message])).toEqual([
      ['trace-continued', 'ok', '13 spans of api in the same trace'],
      ['sampling', 'ok', 'The target kept its spans'],
      ['trace-readable', 'ok', 'The trace could be read 3.1 s after the response'],
    ]);
  });

  it('one that is still growing when the wait ends is a warning', () => {
    const checks = traceChecks(facts({ reason: 'late' }));
    expect(checks.map(({ state }) => state)).toEqual(['ok', 'ok', 'warn']);
    expect(checks[2]?.message).toBe(
      'The trace could be read 3.1 s after the response; spans were still arriving after 7.1 s',
    );
  });

  it('one that was read too few times to be judged is a warning that does not mention growth', () => {
    const checks = traceChecks(facts({ reason: 'not-settled' }));
    expect(checks.map(({ state }) => state)).toEqual(['ok', 'ok', 'warn']);
    expect(checks[2]?.message).toBe(
      'The trace could be read 3.1 s after the response; it was not certain that no more spans arrive after 7.1 s',
    );
  });

  it.each(['not-found', 'only-our-spans'] as const)('%s: not continued, with the snippet', (reason) => {
    const checks = none(reason);
    expect(checks).toMatchObject([{ name: 'trace-continued', state: 'fail' }]);
    expect(checks[0]?.message).toMatch(/ \(waited 1 min 30 s\)$/);
    expect(checks[0]?.advice.at(-1)).toBe(TRACES_SAMPLER_SNIPPET);
  });

  it('sampled out: continued, not stored, with the snippet', () => {
    const checks = none('sampled-out');
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'trace-continued ok',
      'sampling fail',
    ]);
    expect(checks[1]?.advice.at(-1)).toBe(TRACES_SAMPLER_SNIPPET);
  });

  it('a refusal by Sentry is quoted', () => {
    const failed = failure('server-error', 'sentry.io responded with HTTP 503', { status: 503 });
    expect(traceChecks(facts({ reason: 'api-error', failure: failed }))).toEqual([
      {
        name: 'trace-read',
        state: 'fail',
        message: 'sentry.io responded with HTTP 503',
        advice: [
          'Check whether Sentry works: status.sentry.io for the hosted service, its logs if self-hosted',
          'Run again later',
        ],
      },
    ]);
  });
});
