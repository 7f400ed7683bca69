/**
 * The schema of what flags and environment variables can set. Apart from the rest: a run without a config file needs no
 * more than this, and making the schemas of scenarios, traces and probes takes longer than sending ten webhooks.
 */
import * as z from 'zod';
import { SENDER_NAMES } from '../../model/signing.ts';
import { numberText } from '../../terminal/quantities.ts';
import { FAIL_ON, RUN_OPTIONS } from '../options.ts';
import { SENTRY_TOKEN } from '../sources/sentry-sources.ts';
import { MAX_CONCURRENCY, MAX_COUNT, MAX_KEEP, MAX_RATE, MAX_RETRIES } from './limits.ts';
import { duration, flag, headers, httpUrl, listOf, object, scalar, text, wholeNumber } from './parts.ts';

// Code made for a schema pays from some hundred values on; a configuration is one.
z.config({ jitless: true });

const RATE = `a number above 0, up to ${numberText(MAX_RATE)}`;

/** Adds what the options table says about a key, so that help and editors tell the same. */
function option<Schema extends z.ZodType>(key: string, schema: Schema, defaultValue?: unknown) {
  const spec = RUN_OPTIONS.find((candidate) => candidate.key === key);
  const description = spec?.summary.replace(/; repeatable\./, '.') ?? '';
  return schema
    .meta({ description, ...(defaultValue === undefined ? {} : { default: defaultValue }) })
    .optional();
}

/** Keys at the top; groups that a file has more keys in are apart. */
export const optionKeys = {
  url: option('url', httpUrl()),
  headers: option('headers', headers),
  tls: object({
    ca: option('tls.ca', text('a file name')),
    cert: option('tls.cert', text('a file name')),
    key: option('tls.key', text('a file name')),
    insecure: option('tls.insecure', flag(), false),
  })
    .meta({ description: 'Certificates for the target.' })
    .optional(),
  sender: option('sender', z.enum(SENDER_NAMES, { error: SENDER_NAMES.join(', ') })),
  count: option('count', wholeNumber({ min: 1, max: MAX_COUNT }), 5),
  scenario: option('scenario', listOf(text(), 'a scenario name or a list of them')),
  tag: option('tag', listOf(text(), 'a tag or a list of tags')),
  exclude: option('exclude', listOf(text(), 'a scenario name or a list of them')),
  set: option('set', z.record(text(), scalar, { error: 'an object (dimension: value)' })),
  seed: option('seed', z.union([text(), z.int()], { error: 'a text or a whole number' })),
  shard: option('shard', text('INDEX/TOTAL such as 2/5, or off')),
  concurrency: option('concurrency', wholeNumber({ min: 1, max: MAX_CONCURRENCY }), 1),
  rate: option('rate', z.number({ error: RATE }).gt(0, { error: RATE }).max(MAX_RATE, { error: RATE })),
  timeout: option('timeout', duration(), '10s'),
  connectTimeout: option('connectTimeout', duration(), '5s'),
  retries: option('retries', wholeNumber({ min: 0, max: MAX_RETRIES }), 0),
  environment: option('environment', text(), 'production-e2e-test'),
  reporter: option(
    'reporter',
    listOf(
      z
        .string({ error: 'NAME or NAME=PATH' })
        .regex(/^[a-z][a-z0-9-]*(=.+)?$/, { error: 'NAME or NAME=PATH' }),
      'NAME or NAME=PATH, or a list of them',
    ),
    ['pretty'],
  ),
  threshold: option('threshold', listOf(text(), 'an expression such as p95<800ms, or a list of them')),
  failOn: option(
    'failOn',
    listOf(z.enum(FAIL_ON, { error: FAIL_ON.join(', ') }), `${FAIL_ON.join(', ')}, or a list of them`),
    ['failed'],
  ),
  baseline: option('baseline', text('a run id, last-green or a file name')),
  requireStages: option('requireStages', flag(), false),
  strict: option('strict', flag(), false),
  maxFailures: option('maxFailures', wholeNumber({ min: 1, max: MAX_COUNT })),
  bail: option('bail', flag(), true),
  keep: option('keep', wholeNumber({ min: 0, max: MAX_KEEP }), 50),
};

const TOKEN = 'a Sentry auth token: ASCII characters without spaces';

export const sentryOptions = {
  dsn: option('sentry.dsn', text('a Sentry DSN')),
  org: text('an organisation slug')
    .meta({ description: 'Organisation slug, for links to traces.' })
    .optional(),
  project: text('a project slug').meta({ description: 'Project slug.' }).optional(),
  url: httpUrl().meta({ description: 'Base URL of Sentry.', default: 'https://sentry.io' }).optional(),
  token: z
    .string({ error: TOKEN })
    .regex(SENTRY_TOKEN, { error: TOKEN })
    .meta({ description: 'Auth token for reading traces; best as ${env:SENTRY_AUTH_TOKEN}.' })
    .optional(),
};

export const traceOptions = {
  verify: option('trace.verify', flag()),
  require: option('trace.require', flag(), false),
  timeout: option('trace.timeout', duration(), '90s'),
};

export const replayOptions = {
  from: option('replay.from', text('a file name, or - for stdin')),
  mark: option('replay.mark', flag(), true),
};

/** https://develop.sentry.dev/sdk/telemetry/check-ins/; Relay cuts longer slugs. */
const SLUG = 'a slug of lower-case letters, digits, dash and underscore, at most 50 long';

export const monitorOptions = {
  slug: option('monitor.slug', z.string({ error: SLUG }).regex(/^[a-z0-9_-]{1,50}$/, { error: SLUG })),
};

/** What flags or variables give, as one layer of the configuration. */
export const optionLayerSchema = object({
  ...optionKeys,
  sentry: object(sentryOptions).optional(),
  trace: object(traceOptions).optional(),
  replay: object(replayOptions).optional(),
  monitor: object(monitorOptions).optional(),
});
