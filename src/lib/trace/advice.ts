/** What to do about a trace that could not be judged. */
import type { UnverifiedReason } from '../model/result.ts';

/** For the services under test: keeps what this tool sends, at whatever rate the rest is sampled. */
export const TRACES_SAMPLER_SNIPPET = `Sentry.init({
  // …
  tracesSampler: ({ parentSampled }) => parentSampled ?? 0.1, // 0.1: your own rate
});`;

const SAMPLER =
  'In the service, let tracesSampler keep the decision that comes in: `({ parentSampled }) => parentSampled ?? 0.1`';
const SAME_ORG =
  'Use a DSN of the organisation that the services report to: SDKs do not continue a trace of another one';

const FEWER_TRACES = 'read fewer traces (trace.limit)';

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
      'Wait longer: --trace-timeout 3m',
      'Check that the services initialise a Sentry SDK with tracing (tracesSampleRate or tracesSampler)',
      'Check that SENTRY_ORG is the organisation that the services report to',
      'Set SENTRY_DSN, so that at least the client side of the trace is there',
    ],
  },
  'only-our-spans': {
    meaning: 'Only the client side of this trace is in Sentry, nothing of the target',
    solutions: [
      'Check that the target initialises a Sentry SDK with tracing before its web framework',
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
    meaning: 'Spans were still coming when the wait ended',
    solutions: [
      'Wait longer: --trace-timeout 3m',
      'Look at the trace again in a minute: prod-e2e trace show <trace id>',
    ],
  },
  unauthorized: {
    meaning: 'Sentry does not let the token read traces',
    solutions: [
      'Use a token with the scope org:read: a personal token, or one of an internal integration',
      'Do not use an organisation token (sntrys_…) here: those are for CI uploads and often may not read traces',
      'Check SENTRY_AUTH_TOKEN for a token that has expired or belongs to another server (SENTRY_URL)',
    ],
  },
  'org-mismatch': {
    meaning: 'Sentry shows the token no such organisation, or none with traces',
    solutions: [
      'Check SENTRY_ORG: it is the slug in the URL of your Sentry, not the display name',
      'Check that the token belongs to a member of that organisation with access to its projects',
      'Self-hosted: switch on the trace view features of the organisation',
    ],
  },
  'api-error': {
    meaning: "Sentry's API could not be read",
    solutions: [
      'Check SENTRY_URL and the connection to it; status.sentry.io tells about the hosted service',
      `Try again later; where Sentry limits requests: ${FEWER_TRACES}`,
    ],
  },
};

/** What to try first. @param status of Sentry's answer that is the reason; null where there is none */
export function firstAdvice(reason: UnverifiedReason, status: number | null): string | null {
  if (reason === 'api-error' && status === 429) return `Try again later, or ${FEWER_TRACES}`;
  return adviceFor(reason).solutions[0] ?? null;
}

export function adviceFor(reason: UnverifiedReason): TraceAdvice {
  return ADVICE[reason];
}
