/** Valid values of alerts with as little to say as possible. */
import type { AlertFacts, Cause, Change, Told } from '../../src/lib/model/alert.ts';

export function aCause(overrides: Partial<Cause> = {}): Cause {
  return {
    scenario: 'CHOP',
    code: 'http-5xx',
    message: 'HTTP 500: Internal server error',
    hint: 'Check the logs of the webhook handler',
    tests: 2,
    judged: 3,
    failing: {
      testId: '20260801-120000-k3f9z-1',
      traceId: '1234567890abcdef1234567890abcdef',
      spanId: '1234567890abcdef',
      traceUrl: 'https://acme.sentry.io/explore/traces/trace/1234567890abcdef1234567890abcdef/',
    },
    ...overrides,
  };
}

export function broken(overrides: Partial<Cause> = {}): Change {
  const cause = aCause(overrides);
  return { kind: 'broken', key: `${cause.scenario}/${cause.code}`, cause, since: '2026-08-01T12:00:00.000Z' };
}

export function working(overrides: Partial<Told> = {}): Change {
  const told = {
    scenario: 'CHOP',
    code: 'http-5xx',
    since: '2026-08-01T11:00:00.000Z',
    toldAt: '2026-08-01T11:00:00.000Z',
    ...overrides,
  };
  const key = `${told.scenario}/${told.code}`;
  return { kind: 'working', key, told: { key, ...told } };
}

export const FACTS: AlertFacts = {
  runId: '20260801-120000-k3f9z',
  target: 'https://hooks.example.com/webhook',
  profile: 'prod',
  environment: 'production-e2e-test',
  shard: null,
  startedAt: '2026-08-01T12:00:00.000Z',
};
