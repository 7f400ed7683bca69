/** What is said of a stage. Expected values are written by hand, from docs/verdicts.md. */
import { describe, expect, test } from 'vitest';
import type { StageState } from '../../src/lib/model/stage.ts';
import type { JudgedStage } from '../../src/lib/stages/evidence.ts';
import type { ProbeEvidence } from '../../src/lib/stages/probes/run-probes.ts';
import {
  absent,
  confirms,
  contradicts,
  type SourceEvidence,
  unknown,
} from '../../src/lib/stages/source-evidence.ts';
import { NOTHING_FOUND, type SpanEvidence } from '../../src/lib/stages/span-evidence.ts';
import { stageFinding, stageWarnings } from '../../src/lib/stages/stage-findings.ts';
import { aStage, aStageResult } from '../support/builders.ts';
import { anIssue } from '../trace/span-builders.ts';

interface Given {
  readonly state: StageState;
  readonly detail?: string | null;
  readonly response?: SourceEvidence;
  readonly trace?: SourceEvidence;
  readonly warnings?: SpanEvidence['warnings'];
  readonly http?: Partial<ProbeEvidence>;
  readonly sql?: Partial<ProbeEvidence>;
  /** The name of its span. */
  readonly span?: string | null;
}

function aJudged({
  state,
  detail = null,
  response,
  trace,
  warnings = [],
  http,
  sql,
  span,
}: Given): JudgedStage {
  const probe = (kind: 'http' | 'sql', said: Partial<ProbeEvidence> | undefined): ProbeEvidence | null =>
    said === undefined
      ? null
      : {
          ...{ kind, statement: 'confirms', detail: null, reason: null, circumstances: null },
          ...{ late: null, row: null, hint: null, status: null },
          ...said,
        };
  const pattern = { name: [span ?? 'save'], op: [], service: [], attributes: {} };
  return {
    expectation: aStage('save', { span: span === null ? null : pattern }),
    result: aStageResult('save', { state, detail }),
    response: response ?? null,
    trace: trace === undefined ? null : { ...NOTHING_FOUND, ...trace, warnings },
    probes: { http: probe('http', http), sql: probe('sql', sql) },
    reasons: [response, trace].flatMap((each) => each?.reason ?? []),
    checkable: true,
  };
}

const NO_SPAN = { ...absent('span save is missing'), missingSpan: 'save' };
const DOWN = { statement: 'unknown', reason: 'probe-failed' } as const;

test('a failed span that is called as its stage is named once', () => {
  const failed = { path: ['save'], exception: null, message: 'disk full', issue: null };
  const stage = aJudged({
    state: 'failed',
    detail: 'save: disk full',
    trace: contradicts('save: disk full'),
  });
  const judged = { ...stage, trace: stage.trace && { ...stage.trace, failed } };
  expect(stageFinding(judged, { severity: 'error', follows: false })).toMatchObject({
    message: 'save failed: disk full',
    hint: null,
  });
  const issue = anIssue({ shortId: 'SIGNALS-42', url: 'https://acme.sentry.io/issues/42/' });
  const reported = { ...judged, trace: judged.trace && { ...judged.trace, failed: { ...failed, issue } } };
  expect(stageFinding(reported, { severity: 'error', follows: false }).hint).toBe(
    'Look at issue SIGNALS-42 in Sentry: https://acme.sentry.io/issues/42/',
  );
});

test('the hint of a probe that could not run is not used if another source decided', () => {
  const judged = aJudged({
    state: 'failed',
    detail: 'save: disk full',
    trace: contradicts('save: disk full'),
    sql: { ...DOWN, detail: 'connection refused', hint: 'Check the host' },
  });
  expect(stageFinding(judged, { severity: 'error', follows: false }).hint).toBeNull();
});

test.each<[string, Given, string, string]>([
  [
    'failed',
    { state: 'failed', detail: 'SQL probe: status "rejected" (expected "approved")' },
    'stage-failed',
    'save failed: SQL probe: status "rejected" (expected "approved")',
  ],
  ['failed, and no more is known', { state: 'failed' }, 'stage-failed', 'save failed: no more is known'],
  [
    'is missing by its probe',
    { state: 'missing', detail: 'SQL probe: 0 rows (expected 1) (id s1)', sql: { statement: 'absent' } },
    'stage-missing',
    'save not confirmed: SQL probe: 0 rows (expected 1) (id s1)',
  ],
  [
    'is missing by its span, which is called as it is',
    { state: 'missing', detail: 'span save is missing', trace: NO_SPAN },
    'stage-missing',
    'span save is missing',
  ],
  [
    'is missing by a span with another name',
    {
      state: 'missing',
      detail: 'span db is missing',
      trace: { ...absent('span db is missing'), missingSpan: 'db' },
    },
    'stage-missing',
    'save: span db is missing',
  ],
  [
    'is missing by its field',
    { state: 'missing', detail: 'id not in response', response: absent('id not in response') },
    'stage-missing',
    'save: id not in response',
  ],
  [
    'is missing, but was passed',
    { state: 'missing', detail: 'span save is missing, but filled was reached', trace: NO_SPAN },
    'stage-missing',
    'span save is missing, but filled was reached',
  ],
  [
    'could not be checked by its probe',
    { state: 'unverified', sql: { ...DOWN, detail: 'connection refused', circumstances: 'id s1' } },
    'stage-unverified',
    // Without the id, so that the reason is one line for many tests.
    'save could not be checked: the SQL probe could not run: connection refused',
  ],
  [
    'could not be checked by anything, for the same reason once',
    {
      state: 'unverified',
      http: { ...DOWN, detail: 'HTTP 503' },
      trace: unknown('trace-partial', 'the trace is not complete'),
      response: unknown('response-error', 'HTTP 500'),
    },
    'stage-unverified',
    'save could not be checked: the HTTP probe could not run: HTTP 503; the trace is not complete; HTTP 500',
  ],
])('a stage that %s', (_, given, code, message) => {
  for (const severity of ['error', 'warning'] as const) {
    const found = stageFinding(aJudged(given), { severity, follows: false });
    expect(found).toMatchObject({ severity, code, message, stage: 'save' });
  }
});

describe('the hint', () => {
  const hintOf = (given: Given, follows = false) =>
    stageFinding(aJudged(given), { severity: 'warning', follows }).hint;

  test('of a probe that could not run is that of its failure', () => {
    const hint = 'Check the name of the table, and whether a migration renamed it';
    expect(hintOf({ state: 'unverified', sql: { ...DOWN, detail: 'table missing', hint } })).toBe(hint);
  });

  test.each(['no-followed-trace', 'service-not-seen'] as const)(
    'of spans that may not have been sampled names both explanations, and the probe that would decide: %s',
    (reason) => {
      expect(hintOf({ state: 'unverified', trace: unknown(reason, 'x') })).toBe(
        'Either it was not done, or its spans were not sampled: a probe of save (sql or http) would decide',
      );
      // It has one, which could not run.
      expect(
        hintOf({ state: 'unverified', trace: unknown(reason, 'x'), sql: { ...DOWN, detail: 'y' } }),
      ).toBeNull();
    },
  );

  test('of a span that is missing from a complete trace names trace.follow, unless that is set', () => {
    const given: Given = { state: 'missing', trace: NO_SPAN };
    expect(hintOf(given)).toContain('set trace.follow');
    expect(hintOf(given, true)).not.toContain('set trace.follow');
    expect(hintOf({ ...given, response: absent('id not in response') })).toBeNull();
  });

  test('is none if nothing specific is known', () => {
    expect(hintOf({ state: 'failed', response: contradicts('id not in response (HTTP 422)') })).toBeNull();
    expect(hintOf({ state: 'unverified', trace: unknown('trace-partial', 'x') })).toBeNull();
  });
});

describe('a stage that is ok', () => {
  const late = 'after more than 10 s (limit 10 s)';
  const retried = { code: 'retried', message: 'save failed at least once before it succeeded' } as const;
  const twice = { code: 'processed-twice', message: 'save was processed at least twice' } as const;
  const warnings = (given: Given) => stageWarnings(aJudged(given));

  test('has a warning if its probe confirmed it late', () => {
    expect(warnings({ state: 'slow', sql: { late } })).toEqual([
      {
        ...{ severity: 'warning', code: 'stage-slow', stage: 'save', hint: null },
        message: 'save was confirmed after more than 10 s (limit 10 s)',
      },
    ]);
    expect(warnings({ state: 'slow', http: { late } })).toHaveLength(1);
  });

  test('has a warning if it was retried, and if it was done twice', () => {
    const given = { trace: confirms(), warnings: [retried, twice] };
    expect(warnings({ state: 'ok', ...given })).toEqual([
      { severity: 'warning', ...retried, hint: null, stage: 'save' },
      { severity: 'warning', ...twice, hint: null, stage: 'save' },
    ]);
    for (const state of ['failed', 'missing', 'unverified', 'not-reached'] as const)
      expect(warnings({ state, ...given })).toEqual([]);
  });

  test('has no other warnings', () => {
    expect(warnings({ state: 'ok', trace: confirms(), sql: {} })).toEqual([]);
  });
});
