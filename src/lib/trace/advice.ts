/** What to do about a trace that could not be judged. */
import type { UnverifiedReason } from '../model/result.ts';
import type { ApiFailure, ApiProblem } from './sentry-api/failures.ts';

/** For the services under test: keeps what this tool sends, at any sampling rate. */
export const TRACES_SAMPLER_SNIPPET = `Sentry.init({
  // …
  tracesSampler: ({ parentSampled }) => parentSampled ?? 0.1, // 0.1: your own rate
});`;

const SAMPLER =
  'In the service, let tracesSampler keep the decision that comes in: `({ parentSampled }) => parentSampled ?? 0.1`';
const SAME_ORG =
  'Use a DSN of the organization that the services report to: SDKs do not continue a trace of another one';
const WAIT_LONGER = 'Wait longer: --trace-timeout 3m';
const READ_AGAIN = 'Read the trace again in a minute';
const ORG_TOKEN =
  'Do not use an organization token (sntrys_…) here: those are for CI uploads and often may not read traces';
const ORG_SLUG = 'Check SENTRY_ORG: it is the slug in the URL of your Sentry, not the display name';
const ORG_MEMBER =
  'Check that the token belongs to a member of that organization with access to its projects';
const UPGRADE =
  'Self-hosted: upgrade Sentry, or check the stages with probes (sql or http) instead of traces';

interface TraceAdvice {
  /** What the reason means, as a sentence without its end. */
  readonly meaning: string;
  /** What to try, the likeliest first. */
  readonly solutions: readonly string[];
}

const ADVICE: Readonly<Record<UnverifiedReason, TraceAdvice>> = {
  'not-found': {
    meaning: 'Sentry has no span of this trace',
    solutions: [
      WAIT_LONGER,
      'Check that the services initialize a Sentry SDK with tracing (tracesSampleRate or tracesSampler)',
      'Check that SENTRY_ORG is the organization that the services report to',
      'Set SENTRY_DSN, so that at least the client side of the trace is there',
    ],
  },
  'only-our-spans': {
    meaning: 'Only the client side of this trace is in Sentry, nothing of the target',
    solutions: [
      'Check that the target initializes a Sentry SDK with tracing before its web framework',
      'Check that proxies and gateways pass the sentry-trace and baggage headers on',
      SAMPLER,
      SAME_ORG,
    ],
  },
  'sampled-out': {
    meaning: 'A service continued this trace and reported an error in it, but kept none of its spans',
    solutions: [
      SAMPLER,
      'Check that the service has tracing switched on (tracesSampleRate or tracesSampler)',
    ],
  },
  late: {
    meaning: 'Spans were still arriving when the wait ended',
    solutions: [WAIT_LONGER, READ_AGAIN],
  },
  'not-settled': {
    meaning: 'The wait ended before it was certain that no more spans arrive',
    solutions: [WAIT_LONGER, READ_AGAIN],
  },
  unauthorized: {
    meaning: 'Sentry does not let the token read traces',
    solutions: [
      'Use a token with the scope org:read: a personal token, or one of an internal integration',
      ORG_TOKEN,
      'Check SENTRY_AUTH_TOKEN for a token that has expired or belongs to another server (SENTRY_URL)',
    ],
  },
  'org-mismatch': {
    meaning: 'Sentry shows the token no such organization, or none with traces',
    solutions: [ORG_SLUG, ORG_MEMBER],
  },
  unavailable: {
    meaning: 'This Sentry does not show traces of the organization',
    solutions: [ORG_MEMBER, UPGRADE],
  },
  'api-error': {
    meaning: "Sentry's API could not be read",
    solutions: [
      'Check SENTRY_URL and the connection to it; status.sentry.io reports on the hosted service',
      'Try again later',
    ],
  },
};

/** If the address is wrong or a proxy is in front of Sentry. */
const ADDRESS = 'Check SENTRY_URL: it is the address of Sentry itself, such as https://sentry.io';
const STATUS = 'Check whether Sentry works: status.sentry.io for the hosted service, its logs if self-hosted';

/** By what happened. Nothing here concerns the target: Sentry said nothing about it. */
const FAILURES: Readonly<Record<ApiProblem, readonly string[]>> = {
  token: [
    'Check SENTRY_AUTH_TOKEN: the token may be mistyped, expired, revoked, or of another server (SENTRY_URL)',
    'Create a personal token with the scope org:read, or use one of an internal integration',
  ],
  scope: ADVICE.unauthorized.solutions.slice(0, 2),
  sso: [
    'Sign in with single sign-on as the owner of the token, then run again',
    'Use the token of an internal integration: it needs no sign-on',
  ],
  'no-organization': [ORG_SLUG, 'Check that the token belongs to a member of that organization'],
  'not-found': [ORG_SLUG, ORG_MEMBER],
  'no-trace-view': [
    'Check that the owner of the token has access to at least one project of the organization',
    'Self-hosted: switch on the trace view features of the organization, or upgrade Sentry',
  ],
  'too-old': [UPGRADE],
  'rate-limit': [
    'Read fewer traces (trace.limit), or less often (trace.interval)',
    'Use a token that nothing else uses: Sentry limits requests per token',
  ],
  redirect: [ADDRESS],
  refused: ['Check SENTRY_URL, and that Sentry is running there'],
  'no-response': [STATUS, 'Check that a firewall or proxy lets this machine connect to SENTRY_URL'],
  'too-slow': ['Wait longer (--trace-timeout 3m), or read fewer traces (trace.limit)'],
  'cut-off': [STATUS],
  dns: ['Check the host name in SENTRY_URL, and the DNS of this machine'],
  unreachable: ['Check SENTRY_URL, and that this machine has a route to it (VPN, firewall)'],
  tls: ["Have Node.js trust Sentry's certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem", ADDRESS],
  html: ['Check SENTRY_URL: a login page or a proxy responds there, not the API of Sentry'],
  'not-json': [ADDRESS],
  'too-large': ['Send less in one trace: a trace of this size cannot be judged'],
  'server-error': [STATUS, 'Run again later'],
  'bad-request': [ADDRESS],
  other: [ADDRESS, STATUS],
};

/** What to try first. @param failure of Sentry's API that is the reason; null if it is not a failure */
export function firstAdvice(reason: UnverifiedReason, failure: ApiFailure | null): string | null {
  return solutionsFor(reason, failure)[0] ?? null;
}

/** What to try, the likeliest first. */
export function solutionsFor(reason: UnverifiedReason, failure: ApiFailure | null): readonly string[] {
  return failure === null ? adviceFor(reason).solutions : solutionsForFailure(failure);
}

export function solutionsForFailure({ problem, link }: ApiFailure): readonly string[] {
  if (problem === 'redirect' && link !== null)
    return [`Set SENTRY_URL to where it redirects, if that is your Sentry: ${link}`];
  if (problem === 'sso' && link !== null)
    return [`Sign in at ${link} as the owner of the token, then run again`, ...FAILURES.sso.slice(1)];
  return FAILURES[problem];
}

export function adviceFor(reason: UnverifiedReason): TraceAdvice {
  return ADVICE[reason];
}
