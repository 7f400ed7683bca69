/**
 * The JSON report as a schema, for schemas/report.schema.json. Used when the program is built and by tests; a type
 * check at the end keeps it and the model's `Report` the same.
 */
import * as z from 'zod';
import { FAILURE_KIND_NAMES } from '../model/failure-kinds.ts';
import type { Report } from '../model/report.ts';

const count = (what: string) => z.int().min(0).describe(what);
const ms = (what: string) => z.number().min(0).describe(`${what}, in milliseconds.`);
const phase = (what: string) => ms(what).nullable();
const time = (what: string) => z.iso.datetime().describe(`${what}: ISO 8601, UTC.`);
const strings = z.record(z.string(), z.string());

const finding = z
  .strictObject({
    severity: z.enum(['error', 'warning']),
    code: z.string().describe('Stable, lower kebab case: `connect-timeout`, `http-5xx`.'),
    message: z.string().describe('For people.'),
    hint: z.string().nullable().describe('What to try first; null where there is nothing useful to say.'),
    field: z.string().describe('Dotted path of the field that it is about.').exactOptional(),
    stage: z.string().describe('The stage that it is about.').exactOptional(),
    cause: z
      .string()
      .describe('What it comes from, in a few words: `Sentry responded with HTTP 503`.')
      .exactOptional(),
    baseline: z.string().describe('The run that it says this one is worse than.').exactOptional(),
  })
  .meta({ id: 'Finding', description: 'One thing noticed about a test or a run.' });

const level = z.enum(['required', 'recommended']);

const failure = z
  .strictObject({
    kind: z.enum(FAILURE_KIND_NAMES),
    message: z.string().describe('`Request failed: Connection timeout`.'),
    code: z.string().nullable().describe("Node's or TLS's own code, e.g. `ECONNREFUSED`."),
  })
  .meta({ id: 'Failure', description: 'Why there is no (whole) answer.' });

const timings = z
  .strictObject({
    waitMs: phase('Waiting for a socket'),
    dnsMs: phase('Name resolution'),
    tcpMs: phase('TCP connection'),
    tlsMs: phase('TLS handshake'),
    requestMs: phase('Sending the request'),
    firstByteMs: phase('From the end of the request to the first byte of the answer'),
    downloadMs: phase('Reading the answer'),
    totalMs: ms('From the (planned) start of the request to the last byte or the failure'),
    lateMs: ms('How much later than planned the request started; contained in totalMs'),
  })
  .meta({ id: 'Timings', description: 'Phases of the request; null where a phase did not take place.' });

const request = z.strictObject({
  method: z.string(),
  url: z.string(),
  headers: strings.describe('Lower-case names; secrets masked.'),
  body: z.string(),
});

const response = z.strictObject({
  status: z.int(),
  statusText: z.string(),
  headers: strings.describe('Lower-case names.'),
  body: z.string().describe('Cut where bodyCut is true.'),
  bodyBytes: count('Length of the whole body in bytes, after decompression.'),
  bodyCut: z.boolean(),
});

const attempt = z.strictObject({
  startedAt: time('Start of the attempt'),
  durationMs: ms('Duration of the attempt'),
  status: z.int().nullable().describe('HTTP status; null without an answer.'),
  failure: failure.nullable(),
  mayHaveArrived: z
    .boolean()
    .describe('The request was written, if only in part, so the target may have received it.'),
});

const trace = z.strictObject({
  traceId: z.string().describe('32 hex characters.'),
  url: z
    .string()
    .nullable()
    .describe('Where a person can look at it; null while the organisation is unknown.'),
  state: z
    .enum(['verified', 'failed', 'unverified', 'skipped'])
    .describe('skipped: not tried. unverified: tried, could not be judged.'),
  reason: z
    .enum([
      'not-found',
      'only-our-spans',
      'sampled-out',
      'late',
      'not-settled',
      'unauthorized',
      'org-mismatch',
      'unavailable',
      'api-error',
    ])
    .nullable()
    .describe('Why it is unverified.'),
  spanCount: count('Spans read back, ours included.').nullable(),
  wait: z
    .strictObject({
      polls: count('How often the trace was read.'),
      waitedMs: ms('How long it was waited for'),
      awaited: z.array(z.string()).describe('Expected spans that had not come when the wait ended.'),
    })
    .nullable()
    .describe('How the wait for the trace went; null where it was not read.'),
  followed: z
    .array(
      z.strictObject({
        searched: z.string().describe('The search as sent to Sentry.'),
        found: z.boolean(),
        traceIds: z
          .array(z.string())
          .describe('Of the attempts found, oldest first; the last one is judged.'),
      }),
    )
    .describe('Background work in traces of its own.'),
  spans: z
    .array(
      z.strictObject({
        name: z.string(),
        op: z.string().nullable(),
        service: z.string(),
        depth: count('0 for a root; children stand below their parent.'),
        startMs: ms('From the beginning of the earliest span that was read'),
        durationMs: ms('Duration of the span'),
        status: z.enum(['ok', 'error', 'unknown']),
        followed: z.boolean().describe('Of background work in a trace of its own.'),
      }),
    )
    .describe('What was read, in the order of a tree, at most 100 spans.'),
  findings: z.array(finding),
});

const stageState = z.enum(['ok', 'slow', 'failed', 'missing', 'unverified', 'not-reached']);

const statement = z.enum(['confirms', 'contradicts', 'absent', 'unknown']).nullable();

const stage = z
  .strictObject({
    name: z.string(),
    state: stageState,
    required: z.boolean().describe('A test whose webhook did not come this far is broken.'),
    evidence: z
      .strictObject({
        response: statement,
        trace: statement,
        http: statement,
        sql: statement,
      })
      .describe(
        'What each source says: confirms, contradicts, absent (it would have seen it), unknown (it was not able to see); null where it was not asked for.',
      ),
    durationMs: ms("Of the stage's span").nullable(),
    detail: z.string().nullable().describe('What is wrong, in a few words.'),
    reasons: z
      .array(z.string())
      .describe('Why it could not be checked: `no-followed-trace`, `probe-failed` and the like.')
      .exactOptional(),
  })
  .meta({ id: 'Stage', description: "A step of the target's pipeline in one test." });

const stageSummary = z
  .strictObject({
    name: z.string(),
    ok: count('Tests.'),
    slow: count('Tests.'),
    failed: count('Tests.'),
    missing: count('Tests.'),
    unverified: count('Tests.'),
    notReached: count('Tests.'),
    stuck: count('Tests whose webhook got stuck here.'),
  })
  .meta({ id: 'StageSummary', description: 'A step of the pipeline over all tests.' });

const cause = z
  .strictObject({
    stage: z.string().nullable().describe('The stage it comes from.'),
    source: z
      .enum(['response', 'trace', 'http', 'sql', 'connection'])
      .describe('What it was read from; connection: there was no response.'),
    message: z.string(),
    because: z.string().describe('What a failed span says about it.').exactOptional(),
    span: z.string().describe("The failed span, from its stage's span on.").exactOptional(),
    issue: z
      .strictObject({ shortId: z.string().nullable(), url: z.string().nullable() })
      .describe("Sentry's issue of the failure.")
      .exactOptional(),
    row: z.string().describe('What a probe read.').exactOptional(),
  })
  .meta({ id: 'Cause', description: 'Why a test is broken or has a warning.' });

const missingField = z.strictObject({ field: z.string().describe('Dotted path.'), level });

const repeat = z
  .strictObject({
    treatedAs: z
      .enum(['one-event', 'second-event', 'unknown'])
      .describe('What the target made of the resend; unknown: the answers do not tell.'),
    because: z.string().describe('What says so, or why nothing does.'),
    sends: z
      .array(
        z.strictObject({
          startedAt: time('Start of the first attempt'),
          errors: z.array(finding),
          warnings: z.array(finding),
          missingData: z.array(missingField),
          response: response.nullable().describe('Null without an answer.'),
          timings,
          attempts: z.array(attempt),
          traceId: z.string().describe('32 hex characters: it has a trace of its own.'),
        }),
      )
      .describe('Empty where it was not sent again after all.'),
  })
  .meta({
    id: 'Repeat',
    description:
      'The very same webhook sent again. Its errors and warnings are among those of the test, too.',
  });
const leftOver = z
  .strictObject({
    testId: z.string(),
    name: z.string().describe('Scenario and ordinal.'),
    call: z.string().describe('`DELETE https://…/signals/s1`; secrets masked.'),
    ids: strings.describe('What the placeholders of the call stand for: `response.signal_id` and its value.'),
    certain: z.boolean().describe('False where nobody knows whether there is anything.'),
    reason: z.string(),
    command: z.string().nullable().describe('A line for a POSIX shell that makes the call.'),
  })
  .meta({ id: 'LeftOver', description: 'What a test left at the target, or may have.' });

const cleanup = z
  .strictObject({
    done: count('Calls that removed what there was.'),
    failed: count('Calls that failed or were not made although there is something to remove.'),
    unknown: count('Calls of which nobody knows whether there is anything to remove.'),
    leftOvers: z.array(leftOver).describe('The first 1,000, in the order of the tests.'),
    open: count(
      'Webhooks that `prod-e2e cleanup` can still clean up after; absent where there are none.',
    ).exactOptional(),
  })
  .meta({ id: 'Cleanup', description: 'What became of the clean-up.' });

const result = z
  .strictObject({
    testId: z.string().describe('`<run id>-<index>`.'),
    index: z.int().min(1).describe('1 for the first test of the run.'),
    name: z.string().describe('Scenario and ordinal, `CHOP #2`: the same from run to run.'),
    from: z
      .string()
      .describe('Where a replayed payload comes from: `orders.ndjson, line 17`.')
      .exactOptional(),
    scenario: z.string(),
    dimensions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    verdict: z.enum(['working', 'broken']),
    flaky: z
      .boolean()
      .describe(
        'Passed, but only after a retry, and the target may have received an earlier attempt as well.',
      ),
    startedAt: time('Start of the first attempt'),
    errors: z.array(finding),
    warnings: z.array(finding),
    missingData: z.array(missingField),
    request,
    response: response.nullable().describe('Null without an answer.'),
    timings,
    attempts: z.array(attempt),
    repeat: repeat.exactOptional(),
    trace,
    stages: z.array(stage),
    stuckAt: z
      .strictObject({
        stage: z.string(),
        after: z
          .string()
          .nullable()
          .describe('The last stage known to be reached, where those in between could not be checked.'),
      })
      .nullable()
      .describe('Where it got stuck; null where it did not, or nobody can tell.'),
    cause: cause.nullable().describe('Why it is broken or has a warning; null where it is neither.'),
    expectsAcceptance: z.boolean().describe('False where a refusal is the right response.'),
  })
  .meta({ id: 'TestResult', description: 'One webhook: what was sent, what came back, what was noticed.' });

const summary = z.strictObject({
  total: count('Tests that were sent and judged.'),
  successful: count('Tests found working.'),
  failed: count('Tests found broken.'),
  warnings: count('Tests with at least one warning.'),
  missing: count('Distinct fields missing somewhere.'),
  unverified: count('Tests whose trace was looked for and could not be judged.'),
  flaky: count('Tests that passed only after a retry; the target may have received them more than once.'),
  skipped: count('Planned, but not sent.'),
  acceptance: count('Tests that expect to be accepted.'),
  accepted: count('Of these, tests found working.'),
  duplicates: count('Of the tests that expect to be accepted, those that the target treated as duplicates.'),
  unchecked: count('Tests with a required stage that could not be checked.'),
});

const latency = z.strictObject({
  count: count('Answers and time-outs; a time-out counts with the time waited, a lower bound.'),
  minMs: phase('Shortest'),
  meanMs: phase('Mean'),
  p50Ms: phase('Median'),
  p90Ms: phase('90th percentile'),
  p95Ms: phase('95th percentile'),
  p99Ms: phase('99th percentile'),
  maxMs: phase('Longest'),
  histogram: z.string().nullable().describe('HDR histogram of microseconds, V2 compressed, base64.'),
});

const sentry = z.strictObject({
  enabled: z.boolean().describe('A usable DSN was given.'),
  host: z.string().nullable().describe('Host of the DSN.'),
  accepted: count('Traces Sentry accepted.'),
  refused: z.array(
    z.strictObject({ status: z.int(), count: count('Traces refused with this HTTP status.') }),
  ),
  dropped: count('Traces dropped by the SDK without being sent.'),
  failed: count('Traces sent over a connection that failed.'),
  pending: count('Traces without an answer before the end.'),
  retryAfterSeconds: z.number().min(0).nullable().describe('What Sentry last asked us to wait, in seconds.'),
});

const missingDataEntry = z.strictObject({
  field: z.string().describe('Dotted path.'),
  level,
  tests: count('In how many tests.'),
  scenarios: z.array(z.string()),
});

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('prod-e2e'), version: z.string() }),
  runId: z.string(),
  target: z.string().describe('URL of the endpoint; credentials masked.'),
  sandbox: z
    .literal(true)
    .describe('Only there where the target is the sandbox that the run started, with a port of its own.')
    .exactOptional(),
  seed: z.string(),
  profile: z.string().nullable(),
  environment: z.string().describe('Sentry environment.'),
  startedAt: time('Start of the run'),
  planned: count('Webhooks planned.'),
  scenarios: z.array(z.string()),
  shard: z
    .strictObject({
      index: z.int().min(1).describe('1 for the first.'),
      total: z.int().min(1),
      planned: count('Webhooks of all shards together.'),
      plan: z.string().describe('The same for all shards of the same plan.'),
    })
    .nullable()
    .describe('Which part of a plan this is.'),
  source: z
    .strictObject({
      file: z.string().describe('Relative to the root of the repository, or to the working folder.'),
      lines: z
        .record(z.string(), z.int().min(1).nullable())
        .describe('Scenario and its line, counted from 1; null where that is not known.'),
    })
    .describe('The config file that the scenarios stand in.')
    .exactOptional(),
  status: z.enum(['healthy', 'degraded', 'broken', 'interrupted']),
  exitCode: z.int().describe('Exit code of the run.'),
  endedAt: time('End of the run').nullable(),
  durationMs: ms('Duration of the run').nullable(),
  sentry,
  summary,
  latency,
  missingData: z.array(missingDataEntry),
  brokenSince: z
    .array(
      z.strictObject({
        scenario: z.string(),
        since: time('When the first broken test of the first of these runs was sent'),
        sinceRun: z.string().nullable().describe('That run; null where an earlier version said it.'),
        runs: count('Runs in a row in which a test of it was broken, this one among them'),
        lastWorked: z
          .strictObject({ runId: z.string(), at: time('Start of that run') })
          .nullable()
          .describe('The last run before them that tested it, in which it worked; null where none is known.'),
      }),
    )
    .describe(
      'Since when each scenario that is broken has been so, as kept runs of the same target, profile, environment and shard say.',
    ),
  stages: z.array(stageSummary),
  cleanup: cleanup.nullable().describe('Null where nothing was to be cleaned up.'),
  thresholds: z.array(
    z.strictObject({
      expression: z.string().describe('`p95<800ms`.'),
      actual: z.number().nullable().describe("In the metric's own unit: milliseconds, percent or a count."),
      ok: z.boolean(),
    }),
  ),
  skippedBecause: z.string().nullable().describe('Why webhooks of the plan were not sent.'),
  findings: z.array(finding).describe('About the run as a whole.'),
  nextOffset: count('Where the next run against this target goes on in the combinations of dimensions.'),
  results: z.array(result),
});

/** JSON Schema (draft 2020-12) of the JSON report, version 1. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(reportSchema.meta({ title: 'prod-e2e report' }), {
    override: ({ jsonSchema }) => {
      // zod bounds integers by what JavaScript can count; that says nothing about a report.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
}

type Frozen<T> = T extends object ? { readonly [Key in keyof T]: Frozen<T[Key]> } : T;
type Schema = Frozen<z.infer<typeof reportSchema>>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Does not compile when the schema and the model's `Report` say different things. */
true satisfies Same<Schema, Report>;
