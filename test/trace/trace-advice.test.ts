import { expect, test } from 'vitest';
import type { UnverifiedReason } from '../../src/lib/model/result.ts';
import {
  adviceFor,
  firstAdvice,
  solutionsForFailure,
  TRACES_SAMPLER_SNIPPET,
} from '../../src/lib/trace/advice.ts';
import { type ApiProblem, failure } from '../../src/lib/trace/sentry-api/failures.ts';

const WORDS: Readonly<Record<UnverifiedReason, RegExp>> = {
  'not-found': /--trace-timeout.*SENTRY_ORG/,
  'only-our-spans': /baggage.*tracesSampler.*organization/,
  'sampled-out': /tracesSampler/,
  late: /--trace-timeout.*again/,
  'not-settled': /--trace-timeout.*again/,
  unavailable: /probes/,
  unauthorized: /org:read.*sntrys_.*SENTRY_AUTH_TOKEN/,
  'org-mismatch': /SENTRY_ORG.*slug/,
  'api-error': /SENTRY_URL/,
};

test.each(Object.entries(WORDS))('%s has advice', (reason, words) => {
  const { meaning, solutions } = adviceFor(reason as UnverifiedReason);
  expect(meaning).toMatch(/^[A-Z].*[^.]$/);
  expect(solutions.join(' ')).toMatch(words);
});

/** What is tried first; for `link` with an address that the server names. */
const FIRST: Readonly<Record<ApiProblem, string>> = {
  token:
    'Check SENTRY_AUTH_TOKEN: the token may be mistyped, expired, revoked, or of another server (SENTRY_URL)',
  scope: 'Use a token with the scope org:read: a personal token, or one of an internal integration',
  sso: 'Sign in with single sign-on as the owner of the token, then run again',
  'no-organization': 'Check SENTRY_ORG: it is the slug in the URL of your Sentry, not the display name',
  'not-found': 'Check SENTRY_ORG: it is the slug in the URL of your Sentry, not the display name',
  'no-trace-view': 'Check that the owner of the token has access to at least one project of the organization',
  'too-old': 'Self-hosted: upgrade Sentry, or check the stages with probes (sql or http) instead of traces',
  'rate-limit': 'Read fewer traces (trace.limit), or less often (trace.interval)',
  redirect: 'Check SENTRY_URL: it is the address of Sentry itself, such as https://sentry.io',
  refused: 'Check SENTRY_URL, and that Sentry is running there',
  'no-response':
    'Check whether Sentry works: status.sentry.io for the hosted service, its logs if self-hosted',
  'too-slow': 'Wait longer (--trace-timeout 3m), or read fewer traces (trace.limit)',
  'cut-off': 'Check whether Sentry works: status.sentry.io for the hosted service, its logs if self-hosted',
  dns: 'Check the host name in SENTRY_URL, and the DNS of this machine',
  unreachable: 'Check SENTRY_URL, and that this machine has a route to it (VPN, firewall)',
  tls: "Have Node.js trust Sentry's certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem",
  html: 'Check SENTRY_URL: a login page or a proxy responds there, not the API of Sentry',
  'not-json': 'Check SENTRY_URL: it is the address of Sentry itself, such as https://sentry.io',
  'too-large': 'Send less in one trace: a trace of this size cannot be judged',
  'server-error':
    'Check whether Sentry works: status.sentry.io for the hosted service, its logs if self-hosted',
  'bad-request': 'Check SENTRY_URL: it is the address of Sentry itself, such as https://sentry.io',
  other: 'Check SENTRY_URL: it is the address of Sentry itself, such as https://sentry.io',
};

test.each(Object.entries(FIRST))('%s: %s', (problem, first) => {
  const failed = failure(problem as ApiProblem, 'It failed');
  expect(firstAdvice(failed.reason, failed)).toBe(first);
  // Sentry said nothing about the target.
  expect(solutionsForFailure(failed).join(' ')).not.toMatch(/SDK|Sampler|sampl|baggage/);
});

test('what the server names is what to try', () => {
  const link = 'https://sentry.example.com/auth/login/acme/';
  expect(firstAdvice('unauthorized', failure('sso', 'x', { link }))).toBe(
    'Sign in at https://sentry.example.com/auth/login/acme/ as the owner of the token, then run again',
  );
  expect(firstAdvice('api-error', failure('redirect', 'x', { link: 'https://eu.example.com' }))).toBe(
    'Set SENTRY_URL to where it redirects, if that is your Sentry: https://eu.example.com',
  );
});

test('the sampler for services keeps an incoming decision', () => {
  const [, expression = ''] = /tracesSampler: (.*?), \/\//.exec(TRACES_SAMPLER_SNIPPET) ?? [];
  const sampler: unknown = new Function(`return ${expression}`)();
  if (typeof sampler !== 'function') throw new Error('no function');
  expect(sampler({ parentSampled: true })).toBe(true);
  expect(sampler({ parentSampled: false })).toBe(false);
  expect(sampler({})).toBe(0.1);
});
