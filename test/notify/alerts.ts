/** Valid values of alerts with as little to say as possible. */
import type { AlertFacts, Cause, Change, Outage, OutageScenario } from '../../src/lib/model/alert.ts';

export function aCause(overrides: Partial<Cause> = {}): Cause {
  return {
    scenario: 'CHOP',
    slot: 'target',
    key: 'target',
    code: 'http-5xx',
    evidence: 'response',
    stage: null,
    message: 'HTTP 500: Internal server error',
    hint: 'Check the logs of the webhook handler',
    tests: 2,
    judged: 3,
    failing: {
      testId: '20260801-120000-k3f9z-1',
      traceId: '1234567890abcdef1234567890abcdef',
      spanId: '1234567890abcdef',
      traceUrl: 'https://acme.sentry.io/explore/traces/trace/1234567890abcdef1234567890abcdef/',
      issueUrl: null,
      responded: true,
    },
    ...overrides,
  };
}

export function anOutage(
  cause: Partial<Cause> = {},
  overrides: Partial<Omit<Outage, 'scenarios'>> & { readonly scenarios?: readonly string[] } = {},
): Outage {
  const whole = aCause(cause);
  const { key, slot, code, evidence, stage } = whole;
  const { scenarios = [whole.scenario], ...rest } = overrides;
  const worked = rest.failedRuns === 0 ? 1 : 0;
  return {
    key,
    slot,
    since: FACTS.startedAt,
    failedRuns: 1,
    scenarios: scenarios.map((name): OutageScenario => ({ name, code, evidence, stage, worked })),
    last: { runId: FACTS.runId, startedAt: FACTS.startedAt, cause: whole },
    ...rest,
  };
}

export function broken(cause: Partial<Cause> = {}, scenarios?: readonly string[]): Change {
  const outage = anOutage(cause, scenarios === undefined ? {} : { scenarios });
  return { kind: 'broken', outage, since: '2026-08-01T12:00:00.000Z', brokenOtherwise: [] };
}

export function working(cause: Partial<Cause> = {}, brokenOtherwise: readonly string[] = []): Change {
  const outage = anOutage(cause, { failedRuns: 0 });
  return { kind: 'working', outage, since: '2026-08-01T11:00:00.000Z', brokenOtherwise };
}

export const FACTS: AlertFacts = {
  runId: '20260801-120000-k3f9z',
  target: 'https://hooks.example.com/webhook',
  profile: 'prod',
  environment: 'production-e2e-test',
  shard: null,
  startedAt: '2026-08-01T12:00:00.000Z',
  brokenSince: [],
};
