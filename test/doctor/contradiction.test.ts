/** Advice never questions what an earlier check has confirmed. */
import { expect, it } from 'vitest';
import { fail } from '../../src/lib/doctor/check.ts';
import { withoutContradiction } from '../../src/lib/doctor/contradiction.ts';
import { traceChecks } from '../../src/lib/doctor/sentry-checks.ts';

const CASES = [
  { check: 'webhook', advice: 'Verify network connectivity', confirmedBy: 'tcp' },
  { check: 'webhook', advice: 'Check if production server is running', confirmedBy: 'tcp' },
  { check: 'webhook', advice: 'Give the certificate that the server wants: --cert FILE', confirmedBy: 'tls' },
  { check: 'dsn-accepted', advice: 'Verify SENTRY_DSN is correct', confirmedBy: 'dsn-accepted' },
  { check: 'trace-read', advice: 'Check SENTRY_AUTH_TOKEN', confirmedBy: 'token-scope' },
] as const;

it.each(CASES)('$advice is dropped once $confirmedBy has passed', ({ check, advice, confirmedBy }) => {
  const failed = fail(check, 'x', [advice, 'Review server logs']);
  expect(withoutContradiction(failed, new Set([confirmedBy])).advice).toEqual(['Review server logs']);
  expect(withoutContradiction(failed, new Set(['url'])).advice).toEqual([advice, 'Review server logs']);
});

it('the advice about another host stays', () => {
  const probe = fail('probe', 'x', ['Verify network connectivity']);
  expect(withoutContradiction(probe, new Set(['tcp', 'tls']))).toEqual(probe);
});

it('a trace that was not found is not explained by a missing DSN if there is one', () => {
  const facts = { failure: null, foreignCount: 0, services: [], readableAfterMs: null, waitedMs: 9_000 };
  const [check] = traceChecks({ ...facts, reason: 'not-found' });
  if (check === undefined) throw new Error('no check');
  expect(check.advice.join('\n')).toContain('Set SENTRY_DSN');
  expect(withoutContradiction(check, new Set(['dsn'])).advice.join('\n')).not.toContain('Set SENTRY_DSN');
});
