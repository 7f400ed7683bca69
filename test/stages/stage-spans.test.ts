import { describe, expect, it } from 'vitest';
import { DEFAULT_CHECKS } from '../../src/lib/config/settings/trace.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { spansOfStages, tolerateMissing } from '../../src/lib/stages/stage-spans.ts';
import { verifyTrace } from '../../src/lib/trace/judging/trace-verifier.ts';
import { aStage } from '../support/builders.ts';
import { BUILT_IN_SPANS } from '../support/built-in-spans.ts';
import { anExpectation, aPattern, aTrace, guideWith, OUR_SPAN_IDS } from '../trace/span-builders.ts';

describe('the built-in stages', () => {
  it('are those of the guide, with their parts, in its order, and none is required', () => {
    expect(
      BUILT_IN_STAGES.map(({ name, parts, response }) => [name, parts.map(({ label }) => label), response]),
    ).toEqual([
      ['webhook-ingestion', ['validate-payload'], 'signal_id'],
      ['data-enrichment', ['fetch-market-data', 'fetch-gex-data', 'build-snapshot'], 'enrichment'],
      ['ab-routing', ['assign-variant'], 'variant'],
      ['engine-execution', ['engine-a-decision', 'engine-b-decision'], null],
      ['database-save', [], null],
    ]);
    expect(BUILT_IN_STAGES.some(({ required }) => required)).toBe(false);
    expect(new Set(Object.values(DEFAULT_CHECKS))).toEqual(new Set(['warn']));
  });

  it('expect each span once, with the check that the guide names for it', () => {
    expect(
      BUILT_IN_SPANS.map(({ label, stage, check, inside }) => `${label} ${check} ${inside} ${stage}`),
    ).toEqual([
      'webhook-ingestion missing null webhook-ingestion',
      'validate-payload missing webhook-ingestion webhook-ingestion',
      'data-enrichment missing null data-enrichment',
      'fetch-market-data external-calls data-enrichment data-enrichment',
      'fetch-gex-data external-calls data-enrichment data-enrichment',
      'build-snapshot missing data-enrichment data-enrichment',
      'ab-routing routing null ab-routing',
      'assign-variant routing ab-routing ab-routing',
      'engine-execution missing null engine-execution',
      'engine-a-decision missing engine-execution engine-execution',
      'engine-b-decision missing engine-execution engine-execution',
      'database-save database null database-save',
    ]);
  });
});

describe("a stage's expectation", () => {
  it('has budget and requirement of the stage, and the check by its op', () => {
    const span = aPattern({ op: ['db*', 'DB.query'] });
    const call = { label: 'call', pattern: aPattern({ op: ['http.client'] }) };
    expect(
      spansOfStages([aStage('save', { span, parts: [call], maxDurationMs: 500, required: true })]),
    ).toEqual([
      anExpectation('save', {
        stage: 'save',
        pattern: span,
        check: 'database',
        maxDurationMs: 500,
        required: true,
      }),
      anExpectation('call', {
        stage: 'save',
        pattern: call.pattern,
        check: 'external-calls',
        inside: 'save',
      }),
    ]);
    expect(spansOfStages([aStage('save', { span: aPattern({ op: ['db*', 'cache*'] }) })])[0]?.check).toBe(
      'missing',
    );
  });

  it('does not exist for a stage without a span', () => {
    expect(spansOfStages([aStage('save', { span: null, response: 'id' })])).toEqual([]);
  });
});

describe('stages missing from a run', () => {
  const spans = tolerateMissing(BUILT_IN_SPANS, ['engine-execution', 'database-save']);
  const verify = (gone: readonly string[]) =>
    verifyTrace({
      trace: aTrace(guideWith('ab-routing', { status: 'error' }).filter(({ name }) => !gone.includes(name))),
      followed: [],
      expectation: { spans, checks: DEFAULT_CHECKS },
      ourSpanIds: OUR_SPAN_IDS,
    }).findings.map(({ message }) => message);

  it('may be missing with their parts; everything else is judged as before', () => {
    expect(verify(['engine-execution', 'engine-a-decision', 'engine-b-decision', 'database-save'])).toEqual([
      'ab-routing failed',
    ]);
    expect(verify(['webhook-ingestion', 'validate-payload'])).toEqual([
      'ab-routing failed',
      'webhook-ingestion is missing, with its part validate-payload',
    ]);
  });

  it('may not be missing if they are required', () => {
    const required = BUILT_IN_SPANS.map((each) => ({ ...each, required: true }));
    expect(tolerateMissing(required, ['database-save'])).toEqual(required);
  });
});
