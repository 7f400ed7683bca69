/** The one cause of a test. Expected values are written by hand, from the rules in docs/verdicts.md. */
import { expect, test } from 'vitest';
import type { Cause } from '../../src/lib/model/result.ts';
import type { Statement } from '../../src/lib/model/stage.ts';
import { type CauseFacts, causeOf } from '../../src/lib/stages/cause.ts';
import type { JudgedStage } from '../../src/lib/stages/evidence.ts';
import { anError, aStage, aStageResult, aWarning } from '../support/builders.ts';
import { anIssue } from '../trace/spans.ts';

const FAILED_SPAN = {
  path: ['enrich', 'fetch-gex-data'],
  exception: null,
  message: 'the provider answered 503',
  issue: anIssue({ shortId: 'SIGNALS-42', url: 'https://sentry.example/issues/42/' }),
};
const ISSUE = { shortId: 'SIGNALS-42', url: 'https://sentry.example/issues/42/' };
const HTTP_500 = anError('http-5xx', 'HTTP 500: Internal server error');
const noResponse = (code: string, cause: string) => ({ ...anError(code, `Request failed: ${cause}`), cause });
const REFUSED = noResponse('refused', 'Connection refused');
const TIMED_OUT = noResponse('response-timeout', 'No response in 3 s');
const RESET = noResponse('reset', 'Connection reset');
const ROW = 'status "rejected" (expected "approved")';

interface Said {
  readonly state: JudgedStage['result']['state'];
  readonly response?: readonly [Statement, string | null];
  readonly trace?: readonly [Statement, string | null];
  readonly sql?: readonly [Statement, string | null];
  readonly failed?: typeof FAILED_SPAN;
  readonly missingSpan?: string;
}

function aJudged(name: string, { state, response, trace, sql, failed, missingSpan }: Said): JudgedStage {
  const said = (pair: readonly [Statement, string | null] | undefined) =>
    pair === undefined ? null : { statement: pair[0], detail: pair[1], reason: null };
  const ofTrace = said(trace);
  const ofSql = said(sql);
  return {
    expectation: aStage(name),
    result: aStageResult(name, { state }),
    response: said(response),
    trace: ofTrace && {
      ...ofTrace,
      ...{ durationMs: null, slow: null, failed: failed ?? null, covered: [], warnings: [] },
      ...(missingSpan === undefined ? {} : { missingSpan }),
    },
    probes: {
      http: null,
      sql: ofSql && {
        ...ofSql,
        ...{ kind: 'sql', circumstances: 'id s1', late: null, hint: null, status: null },
        row: ofSql.statement === 'contradicts' ? ofSql.detail : null,
      },
    },
    reasons: [],
    checkable: true,
  };
}

const received = aJudged('received', { state: 'ok', response: ['confirms', null] });
const enrichFailed = aJudged('enrich', {
  state: 'failed',
  trace: ['contradicts', 'enrich > fetch-gex-data failed'],
  failed: FAILED_SPAN,
});
const rejected = aJudged('decided', { state: 'failed', sql: ['contradicts', ROW] });
const noRow = aJudged('decided', { state: 'missing', sql: ['absent', '0 rows (expected 1)'] });
const noSpan = aJudged('routing', {
  ...{ state: 'missing', trace: ['absent', 'span routing is missing'] },
  missingSpan: 'routing',
});
const unverified = aJudged('saved', { state: 'unverified', sql: ['unknown', 'connection refused'] });

const OF_ENRICH: Cause = {
  stage: 'enrich',
  source: 'trace',
  message: 'the provider answered 503',
  span: ['enrich', 'fetch-gex-data'],
  issue: ISSUE,
};

function aCase(facts: Partial<CauseFacts>): CauseFacts {
  return {
    ...{ responseErrors: [], noResponse: false, errors: [], warnings: [], stages: [] },
    ...{ stuckAt: null, failedSpan: null, ...facts },
  };
}

const stageError = (stage: string, code = 'stage-failed') => ({ ...anError(code, `${stage}: …`), stage });
const stageWarning = (stage: string, code: string) => ({ ...aWarning(code, `${stage}: …`), stage });
const at = (stage: string) => ({ stage, after: null });

test.each<[string, Partial<CauseFacts>, Cause | null]>([
  ['nothing is wrong', {}, null],
  [
    'the response failed, and nothing else is known',
    { responseErrors: [HTTP_500], errors: [HTTP_500] },
    { stage: null, source: 'response', message: 'HTTP 500: Internal server error' },
  ],
  [
    'no response came',
    {
      noResponse: true,
      responseErrors: [REFUSED],
      errors: [REFUSED],
    },
    { stage: null, source: 'connection', message: 'Connection refused' },
  ],
  [
    'the exception of a stage outranks the response that came of it',
    {
      responseErrors: [HTTP_500],
      errors: [HTTP_500, stageError('enrich')],
      stages: [received, enrichFailed],
      stuckAt: at('enrich'),
    },
    OF_ENRICH,
  ],
  [
    'a failed span of no stage outranks it as well',
    {
      responseErrors: [HTTP_500],
      errors: [HTTP_500],
      stages: [received],
      failedSpan: { path: ['POST'], exception: 'KeyError', message: 'boom', issue: null },
    },
    { stage: null, source: 'trace', message: 'boom', span: ['POST'], exception: 'KeyError' },
  ],
  [
    'no response came, and the last stage is confirmed all the same',
    {
      noResponse: true,
      responseErrors: [TIMED_OUT],
      errors: [TIMED_OUT],
      stages: [received, aJudged('filled', { state: 'ok', sql: ['confirms', null] })],
    },
    {
      stage: null,
      source: 'connection',
      message: 'No response in 3 s',
      processed: { stage: 'filled', state: 'ok' },
    },
  ],
  [
    'no response came, and the last stage could not be checked',
    {
      noResponse: true,
      responseErrors: [RESET],
      errors: [RESET],
      stages: [received, unverified],
    },
    { stage: null, source: 'connection', message: 'Connection reset' },
  ],
  [
    'a row that contradicts outranks all of them',
    {
      responseErrors: [HTTP_500],
      errors: [HTTP_500, stageError('decided')],
      stages: [received, rejected],
      stuckAt: at('decided'),
      failedSpan: FAILED_SPAN,
    },
    {
      stage: 'decided',
      source: 'sql',
      message: ROW,
      because: 'the provider answered 503',
      span: ['enrich', 'fetch-gex-data'],
      issue: ISSUE,
      row: ROW,
    },
  ],
  [
    'an earlier stage that failed explains the one that is missing',
    {
      errors: [stageError('decided', 'stage-missing')],
      stages: [received, enrichFailed, noRow],
      stuckAt: at('decided'),
    },
    OF_ENRICH,
  ],
  [
    'what is missing, where nothing explains it',
    { errors: [stageError('decided', 'stage-missing')], stages: [received, noRow], stuckAt: at('decided') },
    { stage: 'decided', source: 'sql', message: '0 rows (expected 1)' },
  ],
  [
    'the response is the cause of what is missing',
    {
      responseErrors: [HTTP_500],
      errors: [HTTP_500, stageError('decided', 'stage-missing')],
      stages: [received, noRow],
      stuckAt: at('decided'),
    },
    { stage: null, source: 'response', message: 'HTTP 500: Internal server error' },
  ],
  [
    'a required stage that was passed and is missing all the same',
    {
      errors: [stageError('routing', 'stage-missing')],
      stages: [received, noSpan, aJudged('saved', { state: 'ok' })],
    },
    { stage: 'routing', source: 'trace', message: 'span routing is missing', missingSpan: 'routing' },
  ],
  [
    'of several warnings the one that says most',
    {
      warnings: [aWarning('trace-slow', 'save took 3 s'), stageWarning('decided', 'stage-missing')],
      stages: [received, noRow],
    },
    { stage: 'decided', source: 'sql', message: '0 rows (expected 1)' },
  ],
  [
    'a stage that could not be checked',
    { warnings: [stageWarning('saved', 'stage-unverified')], stages: [unverified] },
    { stage: 'saved', source: 'sql', message: 'connection refused' },
  ],
  [
    'a warning about no stage',
    { warnings: [aWarning('recommended-missing', 'variant not in response')] },
    { stage: null, source: 'response', message: 'variant not in response' },
  ],
  [
    'a warning about the trace',
    { warnings: [aWarning('trace-error', 'POST reported boom')] },
    { stage: null, source: 'trace', message: 'POST reported boom' },
  ],
])('%s', (_, facts, expected) => {
  expect(causeOf(aCase(facts))).toEqual(expected);
});
