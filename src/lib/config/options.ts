/**
 * The options of a run as plain data: one table drives flags, environment variables and config keys.
 * Loaded by every command file, `--help` included, so it imports nothing.
 */

export type OptionKind = 'string' | 'integer' | 'number' | 'boolean' | 'duration' | 'list' | 'map';
export type OptionGroup = 'TARGET' | 'PLAN' | 'SENDING' | 'SENTRY' | 'REPORT' | 'SAFETY';

export interface OptionSpec {
  /** Path in the config file: `count`, `sentry.dsn`. */
  readonly key: string;
  readonly flag: string;
  readonly char?: string;
  /** The first one that is set wins. */
  readonly env: readonly string[];
  readonly kind: OptionKind;
  readonly helpValue?: string;
  /** A boolean that has a --no- form. */
  readonly negatable?: boolean;
  /** As shown in help. */
  readonly default?: string;
  /** One line of help. */
  readonly summary: string;
  readonly group: OptionGroup;
}

/** What may fail a run (`--fail-on`). */
export const FAIL_ON = ['failed', 'missing', 'warning', 'flaky', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

type Row = Omit<OptionSpec, 'env'> & { readonly alsoEnv?: readonly string[] };

function option({ alsoEnv, ...row }: Row): OptionSpec {
  const own = `PROD_E2E_${row.flag.toUpperCase().replaceAll('-', '_')}`;
  return { ...row, env: [own, ...(alsoEnv ?? [])] };
}

export const RUN_OPTIONS: readonly OptionSpec[] = [
  option({
    key: 'url',
    flag: 'url',
    char: 'u',
    alsoEnv: ['PRODUCTION_URL'],
    kind: 'string',
    helpValue: 'URL',
    summary: 'The webhook endpoint to test.',
    group: 'TARGET',
  }),
  option({
    key: 'headers',
    flag: 'header',
    char: 'H',
    kind: 'map',
    helpValue: "'K: V'",
    summary: 'A further request header; repeatable.',
    group: 'TARGET',
  }),
  option({
    key: 'tls.ca',
    flag: 'cacert',
    kind: 'string',
    helpValue: 'FILE',
    summary: 'Trust the certificate authorities in this PEM file.',
    group: 'TARGET',
  }),
  option({
    key: 'tls.cert',
    flag: 'cert',
    kind: 'string',
    helpValue: 'FILE',
    summary: 'Client certificate (PEM).',
    group: 'TARGET',
  }),
  option({
    key: 'tls.key',
    flag: 'key',
    kind: 'string',
    helpValue: 'FILE',
    summary: 'Private key of the client certificate (PEM).',
    group: 'TARGET',
  }),
  option({
    key: 'tls.insecure',
    flag: 'insecure',
    kind: 'boolean',
    default: 'false',
    summary: 'Accept any TLS certificate of the target.',
    group: 'TARGET',
  }),
  option({
    key: 'sender',
    flag: 'sender',
    kind: 'string',
    helpValue: 'NAME',
    summary: 'Send in the manner of tradingview, github, stripe, slack, shopify or standard-webhooks.',
    group: 'TARGET',
  }),
  option({
    key: 'count',
    flag: 'count',
    char: 'n',
    alsoEnv: ['TEST_COUNT'],
    kind: 'integer',
    helpValue: 'N',
    default: '5',
    summary: 'How many webhooks to send; scenarios are taken in turn.',
    group: 'PLAN',
  }),
  option({
    key: 'replay.from',
    flag: 'from',
    kind: 'string',
    helpValue: 'FILE',
    summary:
      'Send the payloads of this file, all without --count: NDJSON, a JSON list, {"payloads": []}, HAR; - is stdin.',
    group: 'PLAN',
  }),
  option({
    key: 'replay.mark',
    flag: 'mark',
    kind: 'boolean',
    negatable: true,
    default: 'true',
    summary: 'Mark replayed payloads as tests (metadata.is_test); --no-mark sends them byte for byte.',
    group: 'PLAN',
  }),
  option({
    key: 'scenario',
    flag: 'scenario',
    char: 's',
    kind: 'list',
    helpValue: 'NAME',
    summary: 'Send only this scenario; repeatable.',
    group: 'PLAN',
  }),
  option({
    key: 'tag',
    flag: 'tag',
    kind: 'list',
    helpValue: 'TAG',
    summary: 'Send only scenarios with this tag; repeatable.',
    group: 'PLAN',
  }),
  option({
    key: 'exclude',
    flag: 'exclude',
    kind: 'list',
    helpValue: 'NAME',
    summary: 'Leave this scenario out; repeatable.',
    group: 'PLAN',
  }),
  option({
    key: 'set',
    flag: 'set',
    kind: 'map',
    helpValue: 'KEY=VALUE',
    summary: 'Pin a payload dimension, such as symbol=SPY; repeatable.',
    group: 'PLAN',
  }),
  option({
    key: 'seed',
    flag: 'seed',
    kind: 'string',
    helpValue: 'TEXT',
    summary: 'Make the plan reproducible; without it a random one is chosen and printed.',
    group: 'PLAN',
  }),
  option({
    key: 'shard',
    flag: 'shard',
    kind: 'string',
    helpValue: 'I/N',
    summary: 'Send only this part of the plan; told by CI systems, off sends everything.',
    group: 'PLAN',
  }),
  option({
    key: 'concurrency',
    flag: 'concurrency',
    char: 'c',
    kind: 'integer',
    helpValue: 'N',
    default: '1',
    summary: 'How many webhooks may be in flight at once; more than 10 to another host need --yes.',
    group: 'SENDING',
  }),
  option({
    key: 'rate',
    flag: 'rate',
    kind: 'number',
    helpValue: 'N',
    summary: 'Start N webhooks per second, whatever the answers do.',
    group: 'SENDING',
  }),
  option({
    key: 'timeout',
    flag: 'timeout',
    kind: 'duration',
    helpValue: 'DURATION',
    default: '10s',
    summary: 'How long to wait for a whole answer.',
    group: 'SENDING',
  }),
  option({
    key: 'connectTimeout',
    flag: 'connect-timeout',
    kind: 'duration',
    helpValue: 'DURATION',
    default: '5s',
    summary: 'How long to wait for a connection.',
    group: 'SENDING',
  }),
  option({
    key: 'retries',
    flag: 'retries',
    kind: 'integer',
    helpValue: 'N',
    default: '0',
    summary: 'How often to retry a webhook without a complete response, or with 408, 429 or 5xx.',
    group: 'SENDING',
  }),
  option({
    key: 'sentry.dsn',
    flag: 'sentry-dsn',
    alsoEnv: ['SENTRY_DSN'],
    kind: 'string',
    helpValue: 'DSN',
    summary: 'Report the client side of each trace to this Sentry project.',
    group: 'SENTRY',
  }),
  option({
    key: 'environment',
    flag: 'environment',
    kind: 'string',
    helpValue: 'NAME',
    default: 'production-e2e-test',
    summary: 'The Sentry environment of the traces.',
    group: 'SENTRY',
  }),
  option({
    key: 'monitor.slug',
    flag: 'monitor',
    kind: 'string',
    helpValue: 'SLUG',
    summary: 'Check in with this Sentry cron monitor at the start and the end, by the DSN.',
    group: 'SENTRY',
  }),
  option({
    key: 'trace.verify',
    flag: 'verify-traces',
    kind: 'boolean',
    negatable: true,
    summary: 'Read traces back and judge them; on when a Sentry token and organisation are known.',
    group: 'SENTRY',
  }),
  option({
    key: 'trace.timeout',
    flag: 'trace-timeout',
    kind: 'duration',
    helpValue: 'DURATION',
    default: '90s',
    summary: 'How long to wait for traces, for all of them together.',
    group: 'SENTRY',
  }),
  option({
    key: 'trace.require',
    flag: 'require-traces',
    kind: 'boolean',
    default: 'false',
    summary: 'A trace that cannot be verified fails the run (exit 4).',
    group: 'SENTRY',
  }),
  option({
    key: 'requireStages',
    flag: 'require-stages',
    kind: 'boolean',
    default: 'false',
    summary: 'A required stage that could not be checked fails the run (exit 4).',
    group: 'SENTRY',
  }),
  option({
    key: 'reporter',
    flag: 'reporter',
    char: 'r',
    kind: 'list',
    helpValue: 'NAME[=PATH]',
    default: 'pretty',
    summary: 'How to report, and into which file; repeatable.',
    group: 'REPORT',
  }),
  option({
    key: 'threshold',
    flag: 'threshold',
    kind: 'list',
    helpValue: 'EXPR',
    summary: 'Fail the run unless this holds, such as p95<800ms; repeatable.',
    group: 'REPORT',
  }),
  option({
    key: 'failOn',
    flag: 'fail-on',
    kind: 'list',
    helpValue: 'KIND',
    default: 'failed',
    summary: `What fails the run: ${FAIL_ON.join(', ')}; repeatable.`,
    group: 'REPORT',
  }),
  option({
    key: 'baseline',
    flag: 'baseline',
    kind: 'string',
    helpValue: 'RUN',
    summary: 'Compare with a kept run, last-green or a JSON report; a regression fails the run (exit 5).',
    group: 'REPORT',
  }),
  option({
    key: 'strict',
    flag: 'strict',
    kind: 'boolean',
    default: 'false',
    summary: 'Missing required data makes a test broken.',
    group: 'REPORT',
  }),
  option({
    key: 'keep',
    flag: 'keep',
    kind: 'integer',
    helpValue: 'N',
    default: '50',
    summary: 'How many runs stay in the data folder; older ones are removed at the end of a run.',
    group: 'REPORT',
  }),
  option({
    key: 'maxFailures',
    flag: 'max-failures',
    kind: 'integer',
    helpValue: 'N',
    summary: 'Stop sending after N broken tests.',
    group: 'SAFETY',
  }),
  option({
    key: 'bail',
    flag: 'bail',
    kind: 'boolean',
    negatable: true,
    default: 'true',
    summary: 'Stop sending when the target cannot be reached three times in a row.',
    group: 'SAFETY',
  }),
];
