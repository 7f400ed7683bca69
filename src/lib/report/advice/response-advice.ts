/** Advice on requests and responses: the guide's "Common Issues and Solutions" and "Troubleshooting", by finding code and by field. */

import {
  FAILURE_KIND_NAMES,
  FAILURE_KINDS,
  type FailureKind,
  type FailureTraits,
} from '../../model/failure-kinds.ts';

export interface Advice {
  readonly title: string;
  /** In the order to try them. */
  readonly solutions: readonly string[];
  /** True for advice about a missing required field. */
  readonly isRequiredField?: true;
}

export interface Entry extends Advice {
  /** The finding codes it covers. */
  readonly codes: readonly string[];
  /** A warning with this flag comes before missing data, because it may explain it. */
  readonly explainsMissingData?: true;
  /** The first thing to try, by code, where it differs from the first solution. */
  readonly first?: Readonly<Record<string, string>>;
  /** The entry is skipped if every finding it covers has a specific hint. */
  readonly yieldsToHints?: true;
}

const URL_CORRECT = 'Verify PRODUCTION_URL (or --url) is correct';
const SERVER_RUNNING = 'Check if production server is running';
const FIREWALL = 'Check firewall rules';

const CONNECTION: readonly string[] = [URL_CORRECT, SERVER_RUNNING, 'Verify network connectivity', FIREWALL];

function failuresOf(advice: FailureTraits['advice']): readonly FailureKind[] {
  return FAILURE_KIND_NAMES.filter((kind) => FAILURE_KINDS[kind].advice === advice);
}

/** Most fundamental first, because an earlier entry usually explains the later ones. */
export const RESPONSE_ADVICE: readonly Entry[] = [
  {
    codes: ['no-connection'],
    title: 'All tests failing with connection error',
    solutions: CONNECTION,
  },
  {
    codes: ['connection-lost'],
    title: 'The target stopped responding during the run',
    solutions: [
      'Check if production server crashed or was restarted: review its logs at that time',
      SERVER_RUNNING,
      'Verify network connectivity',
      FIREWALL,
    ],
  },
  {
    codes: failuresOf('connection'),
    title: 'Connection errors',
    solutions: CONNECTION,
  },
  {
    codes: failuresOf('proxy'),
    title: 'Proxy errors',
    solutions: [
      'Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY',
      'Check that the proxy is running and lets this machine reach the target',
      URL_CORRECT,
    ],
  },
  {
    codes: failuresOf('tls'),
    title: 'TLS errors',
    solutions: [
      "Check the server's certificate: expiry, host name and chain",
      'If a private authority signed it, name its certificate: --cacert FILE',
      URL_CORRECT,
    ],
  },
  {
    codes: failuresOf('timeout'),
    title: 'Tests timing out',
    solutions: [
      'Increase the timeout: --timeout 30s',
      'Check production server performance',
      'Verify no rate limiting is blocking requests',
    ],
  },
  {
    codes: failuresOf('wire'),
    title: 'Broken HTTP responses',
    solutions: [
      'Review server logs',
      'Check proxies and load balancers between here and the server',
      `${URL_CORRECT}, with http or https as the server speaks it`,
    ],
  },
  {
    codes: ['http-5xx'],
    title: 'HTTP 500 errors',
    solutions: [
      'Check Sentry for exception details',
      'Review server logs',
      'Check database connectivity',
      'Verify all required environment variables are set',
    ],
  },
  {
    codes: ['signature-not-verified'],
    title: 'Forged webhooks are accepted',
    solutions: [
      'Verify the signature over the raw body, before anything else, and return 401 if it is invalid',
      'Refuse webhooks without a signature as well',
      'Check that verification is switched on in production and knows the secret',
    ],
  },
  {
    codes: ['replay-accepted'],
    title: 'Replayed webhooks are accepted',
    solutions: [
      'Refuse webhooks whose signed timestamp is more than 5 minutes off',
      'Store webhook ids for that time, and refuse those already seen',
    ],
  },
  {
    codes: ['second-event'],
    title: 'A resent webhook is processed twice',
    solutions: [
      'Remember the id of every webhook, and accept a known one without processing it again',
      'Check the deduplication window, and that all instances share its state',
      'If both ids belong to the same event, set the field that identifies it: repeat.id',
    ],
  },
  {
    codes: ['unauthorized'],
    title: 'Not authorized (HTTP 401, 403)',
    solutions: [
      "Check the endpoint's credentials: --header 'Authorization: …'",
      'If it verifies signatures, check signing.scheme and signing.secret (and the clock of this machine)',
      'Ensure you have permission to send test webhooks to production',
      'Check whether a firewall or bot filter blocks the requests',
    ],
  },
  {
    codes: ['not-found'],
    title: 'No such endpoint (HTTP 404, 405, 410)',
    solutions: [
      `${URL_CORRECT}, path included`,
      'Check that the endpoint accepts this method',
      'Check that the latest deployment has the route',
    ],
  },
  {
    codes: ['redirect'],
    title: 'Redirected',
    solutions: [
      'Use the address in Location as PRODUCTION_URL (or --url): webhook senders do not follow redirects',
      'Check for http instead of https, and for a missing or extra slash at the end',
    ],
  },
  {
    codes: ['rate-limited'],
    title: 'Rate limited (HTTP 429)',
    solutions: [
      'Send fewer webhooks, or send more slowly: --count, --rate',
      'Wait for the time in Retry-After before the next run',
      'Exempt synthetic traffic from the rate limit by its X-Prod-E2E-Test header',
    ],
  },
  {
    codes: ['http-4xx'],
    title: 'Request refused (HTTP 4xx)',
    solutions: [
      'Compare the payload with what the handler validates: prod-e2e run --dry-run',
      'Review server logs',
    ],
  },
  {
    codes: ['refused-by-body'],
    title: 'Refused in the response body',
    solutions: [
      'Read the reason in the response body; only the status code signals success',
      'Compare the payload with what the handler validates: prod-e2e run --dry-run',
      'Review server logs',
    ],
  },
  {
    codes: ['http-1xx', 'http-2xx', 'http-3xx', 'match', 'schema', 'header', 'content-type'],
    title: 'Unexpected responses',
    solutions: [
      'Check response format in webhook handler',
      "Check the scenario's expectations, listed in: prod-e2e scenarios list",
    ],
  },
  {
    codes: ['empty-body', 'not-json', 'too-deep', ...failuresOf('unreadable'), 'unknown-coding'],
    title: 'Unreadable responses',
    solutions: [
      'Check response format in webhook handler',
      'Check whether a proxy or an error page responded instead',
      URL_CORRECT,
    ],
    first: {
      'not-json': 'Check whether a proxy or an error page responded instead',
      'unknown-coding': 'Check Content-Encoding: a response may only use the codings in Accept-Encoding',
    },
  },
  {
    codes: ['too-slow', 'slow'],
    title: 'Slow responses',
    solutions: [
      'Check production server performance',
      'Review slow traces in Sentry: prod-e2e trace open --slowest',
      'Check for external API rate limits',
    ],
  },
  {
    codes: ['sender-gave-up', 'sender-resends'],
    title: 'The real sender would have timed out or resent the webhook',
    solutions: [
      'Return 2xx as soon as the webhook is stored, and process it afterward',
      'Deduplicate webhooks by id, and process each only once',
    ],
    first: {
      'sender-resends': 'Deduplicate webhooks by id, and process each only once',
    },
  },
  {
    codes: ['unsigned'],
    title: 'Sent without the signature of the real sender',
    solutions: ['Set signing.secret to the secret that the endpoint verifies with'],
  },
  {
    codes: ['duplicate'],
    explainsMissingData: true,
    title: 'Treated as duplicates',
    solutions: [
      'Check that the endpoint assigns each webhook its own id',
      'Wait a minute before the next run: many targets drop a repeated symbol, direction and timeframe',
      'Send fewer webhooks, or add dimensions to vary',
    ],
  },
  {
    codes: ['suspect'],
    explainsMissingData: true,
    title: 'Suspicious responses',
    solutions: ['Read the response and review server logs'],
  },
  {
    codes: ['flaky'],
    title: 'Inconsistent results',
    solutions: [
      'Check for race conditions in code',
      'Verify database state between tests',
      'Check for external API rate limits',
      'Review Sentry traces for timing issues',
    ],
  },
];

/** The guide's advice for the fields of its own pipeline, at any depth of the response. */
export const FIELD_SOLUTIONS: Readonly<Record<string, readonly string[]>> = {
  signal_id: [
    'Check webhook ingestion endpoint returns signal_id',
    'Verify database insert is successful',
    'Check response format in webhook handler',
  ],
  enrichment: [
    'Check if enrichment service is running',
    'Verify external API keys are configured',
    'Check Sentry trace for enrichment span failures',
    'Verify market data APIs are accessible',
  ],
  variant: [
    'Check if A/B routing feature flag is enabled',
    'Verify Strategy Router is running',
    'Check if variant assignment logic is executing',
  ],
};
