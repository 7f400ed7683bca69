/** One test: the request, the response and the findings. The build writes model/result.ts from it. */
import * as z from 'zod';
import { FAILURE_KIND_NAMES } from '../../model/failure-kinds.ts';
import { finding, judgment } from './finding.ts';
import { specimen } from './specimen.ts';
import { stageResult, stuckAt } from './stage.ts';
import { count, ms, msOrNull, strings, time } from './values.ts';

/** Later versions may add values, so the reader accepts any string. */
const OPEN = { open: true };

export const failureKind = z
  .enum(FAILURE_KIND_NAMES)
  .meta({ id: 'FailureKind', description: 'Why there is no complete response.', ...OPEN });

export const failure = z
  .strictObject({
    kind: failureKind,
    message: z.string().describe('`Connection timeout`.'),
    code: z
      .string()
      .nullable()
      .describe("Node's or TLS's own code, such as `ECONNREFUSED`; null without one."),
    status: z
      .int()
      .describe('The HTTP status that is the failure, such as 407 from a proxy.')
      .exactOptional(),
  })
  .meta({ id: 'Failure', description: 'Why there is no complete response.' });

export const timings = z
  .strictObject({
    waitMs: msOrNull('Waiting for a socket'),
    dnsMs: msOrNull('Name resolution'),
    tcpMs: msOrNull('TCP connection'),
    tlsMs: msOrNull('TLS handshake'),
    requestMs: msOrNull('Sending the request'),
    firstByteMs: msOrNull('From the end of the request to the first byte of the response'),
    downloadMs: msOrNull('Reading the response'),
    totalMs: ms(
      'From the start of the request (with --rate: its planned start) to the last byte or the failure',
    ),
    lateMs: ms('With --rate: how much later than planned the request started; contained in totalMs'),
  })
  .meta({ id: 'Timings', description: 'Phases of the request; null if a phase did not take place.' });

export const webhookRequest = z
  .strictObject({
    method: z.string(),
    url: z.string(),
    headers: strings.describe('Lower-case names; secrets masked in a report.'),
    body: z.string().describe('The body as sent, as UTF-8 text.'),
  })
  .meta({ id: 'WebhookRequest', description: 'A webhook as sent.' });

export const storedResponse = z
  .strictObject({
    status: z.int(),
    statusText: z.string(),
    headers: strings.describe('Lower-case names.'),
    body: z.string().describe('Truncated if bodyCut is true.'),
    bodyBytes: count('Length of the complete body in bytes, after decompression.'),
    bodyCut: z.boolean(),
  })
  .meta({ id: 'StoredResponse', description: 'A response as saved in a report.' });

export const attempt = z
  .strictObject({
    startedAt: time('Start of the attempt'),
    durationMs: ms('Duration of the attempt'),
    status: z.int().nullable().describe('HTTP status; null without a response.'),
    failure: failure.nullable(),
    mayHaveArrived: z
      .boolean()
      .describe('At least a part of the request was written, so the target may have received it.'),
  })
  .meta({ id: 'Attempt', description: 'One attempt to send a webhook.' });

export const traceState = z.enum(['verified', 'failed', 'unverified', 'skipped']).meta({
  id: 'TraceState',
  description: 'skipped: not read. unverified: read, but it could not be judged.',
});

export const unverifiedReason = z
  .enum([
    ...(['not-found', 'only-our-spans', 'sampled-out', 'late', 'not-settled'] as const),
    ...(['unauthorized', 'org-mismatch', 'unavailable', 'api-error'] as const),
  ])
  .meta({ id: 'UnverifiedReason', description: 'Why a trace could not be judged.', ...OPEN });

export const traceWait = z
  .strictObject({
    polls: count('How often the trace was read.'),
    waitedMs: ms('Duration of the wait'),
    awaited: z
      .array(z.string())
      .describe('Labels of expected spans that were still missing at the end of the wait.'),
  })
  .meta({ id: 'TraceWait', description: 'The wait for a trace.' });

export const followedWork = z
  .strictObject({
    searched: z.string().describe('The search as sent to Sentry.'),
    found: z.boolean(),
    traceIds: z
      .array(z.string())
      .describe('Trace ids of the attempts found, oldest first; the last one is judged.'),
  })
  .meta({ id: 'FollowedWork', description: 'Background work in separate traces.' });

export const savedSpan = z
  .strictObject({
    name: z.string(),
    op: z.string().nullable(),
    service: z.string(),
    depth: count('0 for a root; children stand below their parent.'),
    startMs: ms('From the beginning of the earliest span that was read'),
    durationMs: ms('Duration of the span'),
    status: z.enum(['ok', 'error', 'unknown']),
    followed: z.boolean().describe('Part of background work in a separate trace.'),
  })
  .meta({ id: 'SavedSpan', description: 'A span, with what a waterfall shows of it.' });

export const traceResult = z
  .strictObject({
    traceId: z.string().describe('32 hex characters.'),
    url: z.string().nullable().describe('Its page in Sentry; null if the organization is unknown.'),
    state: traceState,
    reason: unverifiedReason.nullable().describe('Why it is unverified.'),
    spanCount: z
      .int()
      .min(0)
      .nullable()
      .describe('Number of spans read, including those of prod-e2e; null if the trace was not read.'),
    wait: traceWait.nullable().describe('The wait for the trace; null if it was not read.'),
    followed: z.array(followedWork).describe('Searches for background work.'),
    spans: z.array(savedSpan).describe('The spans read, parents before children, at most 100.'),
    findings: z.array(finding),
  })
  .meta({ id: 'TraceResult', description: "A test's trace in Sentry." });

export const causeIssue = z
  .strictObject({
    shortId: z.string().nullable().describe('`API-7`; null if Sentry has none.'),
    url: z.string().nullable(),
  })
  .meta({ id: 'CauseIssue', description: 'The Sentry issue of a failure.' });

export const cause = z
  .strictObject({
    stage: z.string().nullable().describe('The stage where it happened; null without one.'),
    source: z
      .enum(['response', 'trace', 'http', 'sql', 'connection'])
      .describe('The evidence it comes from; connection: there was no response.'),
    message: z
      .string()
      .nullable()
      .describe(
        'What happened: `status "rejected" (expected "approved")`, `the provider answered 503`; null if the failed span has no message.',
      ),
    because: z
      .string()
      .nullable()
      .describe('If a probe decided: the message of the failed span; null if it has none.')
      .exactOptional(),
    span: z
      .array(z.string())
      .describe(
        "Names of the spans from the stage's own to the failed one: `data-enrichment`, `fetch-gex-data`.",
      )
      .exactOptional(),
    exception: z
      .string()
      .describe("Class of the failed span's exception, such as `TimeoutError`; absent if it is only `Error`.")
      .exactOptional(),
    missingSpan: z.string().describe('The missing span, as the configuration names it.').exactOptional(),
    status: z.int().describe('The HTTP status that the probe got.').exactOptional(),
    processed: z
      .strictObject({ stage: z.string(), state: z.enum(['ok', 'slow']) })
      .describe('The last stage, if it is confirmed although there was no response.')
      .exactOptional(),
    issue: causeIssue.exactOptional(),
    row: z.string().describe('What a probe read.').exactOptional(),
  })
  .meta({ id: 'Cause', description: 'Why a test is broken or has a warning.' });

export const treatedAs = z.enum(['one-event', 'second-event', 'unknown']).meta({
  id: 'TreatedAs',
  description: 'How the target treated a resend; unknown: the responses do not show it.',
});

export const treatment = z
  .strictObject({
    treatedAs,
    because: z.string().describe('The evidence, or why it is missing: `status DUPLICATE`.'),
  })
  .meta({ id: 'Treatment', description: 'How the target treated a resend, and the evidence.' });

export const repeatedSend = z
  .strictObject({
    startedAt: time('Start of the first attempt'),
    ...judgment.shape,
    response: storedResponse.nullable().describe('Null without a response.'),
    timings,
    attempts: z.array(attempt),
    traceId: z.string().describe('32 hex characters; each resend has its own trace.'),
  })
  .meta({ id: 'RepeatedSend', description: 'A resend with the same id, idempotency key and bytes.' });

export const repeatResult = z
  .strictObject({
    ...treatment.shape,
    sends: z.array(repeatedSend).describe('Empty if it was not resent after all; because has the reason.'),
  })
  .meta({
    id: 'RepeatResult',
    description: 'The resends of a webhook. Their errors and warnings are also among those of the test.',
  });

export const verdict = z
  .enum(['working', 'broken'])
  .meta({ id: 'Verdict', description: 'A test with an error is broken.' });

export const testResult = z
  .strictObject({
    testId: z.string().describe('`<run id>-<index>`.'),
    index: z.int().min(1).describe('1 for the first test of the run.'),
    name: z.string().describe('Scenario and ordinal, `CHOP #2`: the same in every run.'),
    from: z.string().describe('Source of a replayed payload: `orders.ndjson, line 17`.').exactOptional(),
    scenario: z.string(),
    dimensions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    verdict,
    flaky: z
      .boolean()
      .describe('Passed only after a retry, and the target may also have received an earlier attempt.'),
    startedAt: time('Start of the first attempt'),
    ...judgment.shape,
    request: webhookRequest,
    response: storedResponse.nullable().describe('Null without a response.'),
    timings,
    attempts: z.array(attempt),
    repeat: repeatResult.exactOptional(),
    trace: traceResult,
    stages: z.array(stageResult),
    stuckAt: stuckAt.nullable().describe('Null if it did not get stuck, or if that is unknown.'),
    cause: cause.nullable().describe('Null if the test is neither broken nor has a warning.'),
    specimen: specimen
      .describe('Of the first working and the first broken test of each scenario whose traces were read.')
      .exactOptional(),
    expectsAcceptance: z.boolean().describe('False if a refusal is the right response.'),
  })
  .meta({ id: 'TestResult', description: 'One test: the request, the response and the findings.' });
