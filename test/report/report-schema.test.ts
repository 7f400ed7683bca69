import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { Cause } from '../../src/lib/model/result.ts';
import { reportJsonSchema } from '../../src/lib/report/schema/json-schema.ts';
import { report as reportSchema } from '../../src/lib/report/schema/report.ts';
import { anError, aReport, aStageResult, aStageSummary, aTest, sourceOf } from '../support/builders.ts';
import { broken, degraded, healthy, interrupted, unreachable } from '../support/reports.ts';
import { rendered } from './formatters/rendered.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(reportJsonSchema());

test.each([
  ['healthy', healthy()],
  ['degraded', degraded()],
  ['broken', broken()],
  ['unreachable', unreachable()],
  ['cut off', interrupted({ endedAt: null, durationMs: null })],
])('the JSON report of a %s run matches both forms of the schema', async (_, report) => {
  const document: unknown = JSON.parse(await rendered(sourceOf(report), 'json'));
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(reportSchema.parse(document)).toEqual(report);
});

/** With everything that a test, a finding and a summary may say of evidence. */
function withEvidence(): Report {
  const stages = [
    aStageResult('received', { evidence: { response: 'confirms', trace: null, http: null, sql: null } }),
    aStageResult('enriched', { state: 'unverified' }),
    aStageResult('decided', {
      ...{ state: 'failed', required: true, durationMs: 12, detail: 'SQL: status "rejected"' },
      evidence: { response: 'absent', trace: 'unknown', http: 'confirms', sql: 'contradicts' },
    }),
    aStageResult('filled', { state: 'not-reached', required: true }),
  ];
  const cause: Cause = {
    ...{ stage: 'decided', source: 'sql', message: 'status "rejected"', because: 'too risky' },
    ...{ span: ['risk-check'], exception: 'RiskError', issue: { shortId: null, url: null } },
    ...{ row: 'status "rejected"', status: 200, missingSpan: 'decide' },
    processed: { stage: 'filled', state: 'ok' },
  };
  const errors = [
    { ...anError('stage-failed', 'decided failed'), stage: 'decided' },
    { ...anError('required-missing', 'signal_id not in response'), field: 'signal_id' },
  ];
  return aReport({
    results: [
      aTest({ errors, stages, cause, stuckAt: { stage: 'decided', after: 'received' } }),
      aTest({
        ...{ index: 2, errors: [anError('refused', 'x')], expectsAcceptance: false },
        cause: { stage: null, source: 'connection', message: 'x' },
      }),
    ],
    stages: [aStageSummary('decided', { failed: 1, notReached: 2, stuck: 1 })],
    findings: [{ ...anError('regression', 'Worse than run r-1: x'), baseline: 'r-1', change: 'x' }],
  });
}

test('the JSON report with every kind of evidence matches both forms of the schema', async () => {
  const document: unknown = JSON.parse(await rendered(sourceOf(withEvidence()), 'json'));
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(reportSchema.parse(document)).toEqual(withEvidence());
});

const [EVIDENT = aTest()] = withEvidence().results;
const [, , DECIDED = aStageResult('decided')] = EVIDENT.stages;

test.each([
  ['a result that does not say where it got stuck', { stuckAt: undefined }],
  ['a result that does not say what it expects', { expectsAcceptance: undefined }],
  ['a result without a word on its cause', { cause: undefined }],
  ['a cause of an unknown source', { cause: { ...EVIDENT.cause, source: 'log' } }],
  ['a cause with more than that', { cause: { ...EVIDENT.cause, surprise: 1 } }],
  [
    'a state that is no statement',
    { stages: [{ ...DECIDED, evidence: { ...DECIDED.evidence, sql: 'ok' } }] },
  ],
  ['a statement that is no state', { stages: [{ ...DECIDED, state: 'absent' }] }],
  ['a stage that is neither required nor not', { stages: [{ ...DECIDED, required: undefined }] }],
])('%s is refused', (_, change) => {
  const document = { ...withEvidence(), results: [{ ...EVIDENT, ...change }] };
  expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  expect(reportSchema.safeParse(document).success).toBe(false);
});

test.each(['acceptance', 'accepted', 'duplicates', 'unchecked'])('a summary without %s is refused', (key) => {
  const summary = Object.fromEntries(Object.entries(healthy().summary).filter(([name]) => name !== key));
  expect(validate(JSON.parse(JSON.stringify({ ...healthy(), summary })))).toBe(false);
  expect(reportSchema.safeParse({ ...healthy(), summary }).success).toBe(false);
});

test.each([
  ['an unknown key', { ...healthy(), surprise: 1 }],
  ['another version', { ...healthy(), schemaVersion: 2 }],
  ['a status of its own', { ...healthy(), status: 'fine' }],
  ['a negative duration', { ...healthy(), durationMs: -1 }],
  ['no results', { ...healthy(), results: undefined }],
])('%s is refused', (_, document) => {
  expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  expect(reportSchema.safeParse(document).success).toBe(false);
});
