/** Keys of Sentry and of the traces read from it. */
import type { ConfigKey } from './key.ts';

/** Sentry's hosted service; a token that names no other place is sent there. */
export const DEFAULT_SENTRY_URL = 'https://sentry.io';

/** Other characters never reach Sentry: HTTP cannot carry them, or cuts the token there. */
export const SENTRY_TOKEN = /^[\x21-\x7e]+$/;

/** More traces cost too many requests to Sentry's API for little benefit. */
const MAX_TRACES = 1_000;

export const SENTRY_KEYS = [
  { key: 'sentry', kind: 'group', summary: 'Where traces are sent and read.' },
  {
    key: 'sentry.dsn',
    kind: 'text',
    allowed: 'a Sentry DSN',
    summary: "Send prod-e2e's own spans to this Sentry project.",
    flag: 'sentry-dsn',
    alsoEnv: ['SENTRY_DSN'],
    helpValue: 'DSN',
    group: 'SENTRY',
  },
  {
    key: 'sentry.org',
    kind: 'text',
    allowed: 'an organization slug',
    summary: 'Organization slug, for links to traces.',
    public: true,
  },
  { key: 'sentry.project', kind: 'text', allowed: 'a project slug', summary: 'Project slug.', public: true },
  {
    key: 'sentry.url',
    kind: 'url',
    usual: DEFAULT_SENTRY_URL,
    summary: 'Base URL of Sentry.',
    public: true,
  },
  {
    key: 'sentry.token',
    kind: 'text',
    allowed: 'a Sentry auth token: ASCII characters without spaces',
    pattern: SENTRY_TOKEN,
    summary: 'Auth token for reading traces; preferably as ${env:SENTRY_AUTH_TOKEN}.',
  },
  {
    key: 'sentry.traceLifecycle',
    kind: 'choice',
    choices: ['stream', 'static'],
    allowed: 'stream or static',
    default: 'stream',
    summary: 'Use static for self-hosted Sentry older than 26.4.2.',
    public: true,
  },
  {
    key: 'sentry.orgId',
    kind: 'text-or-integer',
    allowed: 'a number or a string',
    summary: "The organization's number, if it is not in the DSN.",
    public: true,
  },
  {
    key: 'sentry.flushTimeout',
    kind: 'duration',
    default: '5s',
    summary: 'Time limit for Sentry to accept the last traces.',
    public: true,
  },
  {
    key: 'environment',
    kind: 'text',
    default: 'production-e2e-test',
    summary: 'The Sentry environment of the traces.',
    public: true,
    flag: 'environment',
    helpValue: 'NAME',
    group: 'SENTRY',
  },
  {
    key: 'monitor.slug',
    kind: 'text',
    // https://develop.sentry.dev/sdk/telemetry/check-ins/; Relay cuts longer slugs.
    allowed: 'a slug of lowercase letters, digits, dashes and underscores, up to 50 characters',
    pattern: /^[a-z0-9_-]{1,50}$/,
    summary: 'Check in with this Sentry cron monitor at the start and the end, through the DSN.',
    public: true,
    flag: 'monitor',
    helpValue: 'SLUG',
    group: 'SENTRY',
  },
  { key: 'trace', kind: 'group', summary: 'How traces are read, checked and linked.' },
  {
    key: 'trace.urlTemplate',
    kind: 'url',
    summary: 'URL of a trace in another tracing system, with {{traceId}}.',
    public: true,
  },
  {
    key: 'trace.verify',
    kind: 'boolean',
    summary: 'Read traces back and judge them. [default: on if a Sentry token and organization are set]',
    public: true,
    flag: 'verify-traces',
    negatable: true,
    group: 'SENTRY',
  },
  {
    key: 'trace.require',
    kind: 'boolean',
    default: false,
    summary: 'Fail the run if a trace cannot be verified (exit 4).',
    public: true,
    flag: 'require-traces',
    group: 'SENTRY',
  },
  {
    key: 'trace.timeout',
    kind: 'duration',
    default: '90s',
    summary: 'Time limit for reading all traces.',
    public: true,
    flag: 'trace-timeout',
    helpValue: 'DURATION',
    group: 'SENTRY',
  },
  {
    key: 'trace.interval',
    kind: 'duration',
    default: '2s',
    summary: 'Time between two reads of a trace.',
    public: true,
  },
  {
    key: 'trace.settle',
    kind: 'duration',
    default: '15s',
    summary: 'Time without new spans after which a trace without optional spans counts as complete.',
    public: true,
  },
  {
    key: 'trace.limit',
    kind: 'integer',
    min: 1,
    max: MAX_TRACES,
    default: 50,
    summary: 'Maximum traces to read; broken tests and tests with warnings first.',
  },
  {
    key: 'trace.checks',
    kind: 'own',
    summary: 'Severity of each check: error breaks the test, warn warns, off ignores.',
  },
  { key: 'trace.expect', kind: 'own', summary: 'Spans that every trace is expected to have.' },
  { key: 'trace.follow', kind: 'own', summary: 'Searches for background work in separate traces.' },
  { key: 'stages', kind: 'own', summary: 'The steps of your pipeline; replaces the built-in ones.' },
] as const satisfies readonly ConfigKey[];
