/** Advice on Sentry, traces, stages and clean-up, by finding code. */
import type { Entry } from './response-advice.ts';

/** Most fundamental first; shown after the advice on requests and responses. */
export const TRACE_ADVICE: readonly Entry[] = [
  {
    codes: ['sentry-unreachable', 'sentry-refused', 'sentry-dropped', 'sentry-pending'],
    title: 'Sentry not showing traces',
    solutions: [
      'Verify SENTRY_DSN is correct',
      'Check Sentry project settings',
      'Ensure traces sample rate is > 0',
      'Wait a few minutes for traces to appear',
    ],
    first: {
      'sentry-unreachable': 'Check that this machine can reach the host of SENTRY_DSN',
      'sentry-refused': "Check Sentry project settings: the key's state, rate limits and quota",
      'sentry-dropped': 'Send slower (--rate), or raise the rate limit of the key in Sentry project settings',
      'sentry-pending': 'Wait a few minutes for traces to appear',
    },
  },
  {
    codes: ['trace-error'],
    title: 'Failed spans',
    solutions: [
      'Open the trace and its issue: prod-e2e trace show <test id>',
      'Review the logs of the service that failed',
    ],
  },
  {
    codes: ['trace-missing', 'trace-count', 'trace-external-calls', 'trace-database', 'trace-routing'],
    title: 'Expected spans are missing',
    solutions: [
      'See what is there instead: prod-e2e trace show <test id>',
      'Check that the step is still instrumented and was not skipped by a rule or a feature flag',
      'If it runs in the background in a trace of its own, set trace.follow',
    ],
    first: {
      'trace-external-calls': 'Check that the enrichment APIs are being called',
      'trace-database': 'Verify data is being saved',
      'trace-routing': 'Check that variant assignment is happening',
    },
  },
  {
    codes: [
      'trace-not-found',
      'trace-only-our-spans',
      'trace-sampled-out',
      'trace-late',
      'trace-not-settled',
    ],
    title: 'Traces that could not be verified',
    solutions: [
      'Find out why, step by step: prod-e2e doctor',
      'Ensure traces sample rate is > 0 and the decision that comes in is kept',
      'Wait a few minutes for traces to appear: --trace-timeout 3m',
    ],
  },
  {
    codes: ['trace-unauthorized', 'trace-org-mismatch', 'trace-unavailable', 'trace-api-error'],
    title: 'Sentry could not be read',
    solutions: [
      'Find out why, step by step: prod-e2e doctor',
      'Check SENTRY_URL, SENTRY_ORG and SENTRY_AUTH_TOKEN, and the connection to Sentry',
      'Check whether Sentry itself works: https://status.sentry.io for the hosted service',
    ],
  },
  {
    codes: ['stage-failed'],
    title: 'A pipeline stage failed',
    solutions: [
      'Open the trace and its issue: prod-e2e trace show <test id>',
      'Review the logs of the service that failed',
    ],
  },
  {
    codes: ['stage-missing'],
    title: 'A pipeline stage is missing',
    solutions: [
      'Look up the test id, or the id in its response, in the system that does this stage',
      'Review the logs of the worker that does this stage, and its queue',
      'Give slow work longer: within, in the probe',
    ],
  },
  {
    codes: ['stage-unverified', 'probe-unverified'],
    title: 'Stages that could not be checked',
    yieldsToHints: true,
    solutions: [
      'Check the URL and the credentials of the probe, and that this machine may connect there',
      'Try the query or the call by hand with the same user',
      'Add a probe to a stage that traces cannot confirm: sql or http',
    ],
    first: {
      'stage-unverified': 'Add a probe to the stage (sql or http), or fix the one that could not run',
    },
  },
  {
    codes: ['stage-slow'],
    title: 'Slow stages',
    solutions: [
      'Review the queue and the logs of the worker that does this stage',
      'If this is normal, give the probe a longer within',
    ],
  },
  {
    codes: ['retried', 'processed-twice'],
    title: 'Background work that ran more than once',
    solutions: [
      'Review the logs of the attempt that failed',
      'Check that the work is idempotent, and that its queue delivers a job once',
    ],
    first: {
      'processed-twice': 'Check that the work is idempotent, and that its queue delivers a job once',
    },
  },
  {
    codes: ['probe-shared'],
    title: 'Probes that can match the row of another test',
    solutions: [
      'Name a value that only one webhook has, such as {{testId}} or {{response.signal_id}}, in the probe',
    ],
  },
  {
    codes: ['all-duplicates'],
    title: 'Nothing new was tested',
    solutions: [
      'Wait a minute, then run again without --seed: many targets drop a webhook that they have seen',
      'Add dimensions to vary',
    ],
  },
  {
    codes: ['cleanup-failed'],
    title: 'Test data left at the target',
    solutions: [
      'Paste the commands under LEFT OVER',
      'Look for the test ids: every webhook carries its own in X-Prod-E2E-Test and in the payload',
    ],
  },
  {
    // Without an id there is no command to paste.
    codes: ['cleanup-unknown'],
    title: 'Test data that may be left at the target',
    solutions: [
      'Look at the target for the test ids under LEFT OVER: every webhook carries its own in X-Prod-E2E-Test and in the payload',
      'Clean up by {{testId}}: such a call needs no response',
    ],
  },
  {
    codes: ['trace-slow'],
    title: 'Slow operations',
    solutions: [
      'See where the time goes: prod-e2e trace show <test id>',
      'Compare with the limits in trace.expect and stages',
    ],
  },
  {
    codes: ['trace-order', 'trace-parent'],
    title: 'Steps in another order or place than expected',
    solutions: ['Compare the trace with trace.expect: prod-e2e trace show <test id>'],
  },
  {
    codes: ['quiet-hours'],
    title: 'Stopped by quiet hours',
    solutions: ['Start earlier, or send fewer webhooks: --count, --rate', 'Send anyway: --yes'],
  },
  {
    codes: ['traces-not-read'],
    title: 'Traces are not read back',
    solutions: [
      'Set SENTRY_AUTH_TOKEN (scope org:read) and SENTRY_ORG; prod-e2e doctor shows what is missing',
    ],
  },
];
