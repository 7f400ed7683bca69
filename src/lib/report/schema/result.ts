/** One test: what was sent, what came back, what was noticed. The build writes model/result.ts from it. */
import * as z from 'zod';
import { FAILURE_KIND_NAMES } from '../../model/failure-kinds.ts';
import { finding, judgment } from './finding.ts';
import { stageResult, stuckAt } from './stage.ts';
import { count, ms, msOrNull, strings, time } from './values.ts';

/** Later versions may add values: the reader accepts any string. */
const OPEN = { open: true };

export const failureKind = z
  .enum(FAILURE_KIND_NAMES)
  .meta({ id: 'FailureKind', description: 'What kept a response from coming in full.', ...OPEN });

export const failure = z
  .strictObject({
    kind: failureKind,
    message: z.string().describe('`Request failed: Connection timeout`.'),
    code: z
      .string()
      .nullable()
      .describe("Node's or TLS's own code, such as `ECONNREFUSED`, or `HTTP_407` of a proxy."),
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
  .meta({ id: 'Timings', description: 'Phases of the request; null where a phase did not take place.' });

export const webhookRequest = z
  .strictObject({
    method: z.string(),
    url: z.string(),
    headers: strings.describe('Lower-case names; secrets masked in a report.'),
    body: z.string().describe('What is sent, as UTF-8 text.'),
  })
  .meta({ id: 'WebhookRequest', description: 'A webhook as it is sent.' });

export const storedResponse = z
  .strictObject({
    status: z.int(),
    statusText: z.string(),
    headers: strings.describe('Lower-case names.'),
    body: z.string().describe('Cut where bodyCut is true.'),
    bodyBytes: count('Length of the complete body in bytes, after decompression.'),
    bodyCut: z.boolean(),
  })
  .meta({ id: 'StoredResponse', description: 'A response as a report holds it.' });

export const attempt = z
  .strictObject({
    startedAt: time('Start of the attempt'),
    durationMs: ms('Duration of the attempt'),
    status: z.int().nullable().describe('HTTP status; null without a response.'),
    failure: failure.nullable(),
    mayHaveArrived: z
      .boolean()
      .describe('The request was written, if only in part, so the target may have received it.'),
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
      .describe('Labels of expected spans that had not arrived when the wait ended.'),
  })
  .meta({ id: 'TraceWait', description: 'How the wait for a trace went.' });

export const followedWork = z
  .strictObject({
    searched: z.string().describe('The search as sent to Sentry.'),
    found: z.boolean(),
    traceIds: z.array(z.string()).describe('Of the attempts found, oldest first; the last one is judged.'),
  })
  .meta({ id: 'FollowedWork', description: 'Background work in traces of its own.' });

export const savedSpan = z
  .strictObject({
    name: z.string(),
    op: z.string().nullable(),
    service: z.string(),
    depth: count('0 for a root; children stand below their parent.'),
    startMs: ms('From the beginning of the earliest span that was read'),
    durationMs: ms('Duration of the span'),
    status: z.enum(['ok', 'error', 'unknown']),
    followed: z.boolean().describe('Of background work in a trace of its own.'),
  })
  .meta({ id: 'SavedSpan', description: 'A span as a waterfall needs it.' });

export const traceResult = z
  .strictObject({
    traceId: z.string().describe('32 hex characters.'),
    url: z.string().nullable().describe('Its page in Sentry; null while the organization is unknown.'),
    state: traceState,
    reason: unverifiedReason.nullable().describe('Why it is unverified.'),
    spanCount: z
      .int()
      .min(0)
      .nullable()
      .describe('Spans read back, those of prod-e2e included; null where the trace was not read.'),
    wait: traceWait.nullable().describe('How the wait for the trace went; null where it was not read.'),
    followed: z.array(followedWork).describe('Background work that was searched for, one entry a search.'),
    spans: z.array(savedSpan).describe('What was read, in the order of a tree, at most 100 spans.'),
    findings: z.array(finding),
  })
  .meta({ id: 'TraceResult', description: 'What Sentry has of a test.' });

export const causeIssue = z
  .strictObject({
    shortId: z.string().nullable().describe('`API-7`; null where Sentry gave none.'),
    url: z.string().nullable(),
  })
  .meta({ id: 'CauseIssue', description: "Sentry's issue of a failure." });

export const cause = z
  .strictObject({
    stage: z.string().nullable().describe('The stage it comes from; null where it is not about one.'),
    source: z
      .enum(['response', 'trace', 'http', 'sql', 'connection'])
      .describe('What it was read from; connection: there was no response.'),
    message: z.string().describe('What happened: `status "rejected" (expected "approved")`.'),
    because: z.string().describe('What a failed span says about it.').exactOptional(),
    span: z
      .string()
      .describe("The failed span, from its stage's span on: `data-enrichment > fetch-gex-data`.")
      .exactOptional(),
    issue: causeIssue.exactOptional(),
    row: z.string().describe('What a probe read.').exactOptional(),
  })
  .meta({ id: 'Cause', description: 'Why a test is broken or has a warning.' });

export const treatedAs = z.enum(['one-event', 'second-event', 'unknown']).meta({
  id: 'TreatedAs',
  description: 'What the target made of a resend; unknown: the responses do not show it.',
});

export const treatment = z
  .strictObject({
    treatedAs,
    because: z.string().describe('What shows it, or why nothing does: `status DUPLICATE`.'),
  })
  .meta({ id: 'Treatment', description: 'What the target made of a resend, and what shows it.' });

export const repeatedSend = z
  .strictObject({
    startedAt: time('Start of the first attempt'),
    ...judgment.shape,
    response: storedResponse.nullable().describe('Null without a response.'),
    timings,
    attempts: z.array(attempt),
    traceId: z.string().describe('32 hex characters: it has a trace of its own.'),
  })
  .meta({ id: 'RepeatedSend', description: 'The same id, idempotency key and bytes, sent once more.' });

export const repeatResult = z
  .strictObject({
    ...treatment.shape,
    sends: z.array(repeatedSend).describe('Empty where it was not resent after all; because says why.'),
  })
  .meta({
    id: 'RepeatResult',
    description: 'The same webhook resent. Its errors and warnings are among those of the test, too.',
  });

export const verdict = z
  .enum(['working', 'broken'])
  .meta({ id: 'Verdict', description: 'A test with an error is broken.' });

export const testResult = z
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
    verdict,
    flaky: z
      .boolean()
      .describe(
        'Passed, but only after a retry, and the target may have received an earlier attempt as well.',
      ),
    startedAt: time('Start of the first attempt'),
    ...judgment.shape,
    request: webhookRequest,
    response: storedResponse.nullable().describe('Null without a response.'),
    timings,
    attempts: z.array(attempt),
    repeat: repeatResult.exactOptional(),
    trace: traceResult,
    stages: z.array(stageResult),
    stuckAt: stuckAt.nullable().describe('Null where it did not get stuck, or where that is unknown.'),
    cause: cause.nullable().describe('Null where it is neither broken nor has a warning.'),
    expectsAcceptance: z.boolean().describe('False where a refusal is the right response.'),
  })
  .meta({ id: 'TestResult', description: 'One webhook: what was sent, what came back, what was noticed.' });
