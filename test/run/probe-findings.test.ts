/** What probes say, told together with the spans that a trace lacks: one finding for a stage that was not done. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lib/model/finding.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { probeFindings, withProbes } from '../../src/lib/run/probe-findings.ts';
import type { Evidence } from '../../src/lib/stages/evidence-type.ts';

const aStage = (name: string, required: boolean): StageExpectation => ({
  ...{ name, span: null, parts: [], response: null, http: null, sql: null, maxDurationMs: null },
  required,
});
const GONE: Evidence = { state: 'missing', detail: 'HTTP: HTTP 404' };
const OTHER: Evidence = { state: 'failed', detail: 'SQL: status is "NEW", expected "DONE"' };
const NO_ROW: Evidence = { state: 'missing', detail: 'SQL: 0 rows, expected 1' };

function told(options: {
  readonly http?: Evidence;
  readonly sql?: Evidence;
  readonly required?: boolean;
  readonly span?: Finding['severity'];
}) {
  const { http = null, sql = null, required = true, span } = options;
  const slow: Finding = { severity: 'warning', code: 'trace-slow', message: 'other took 2 s', hint: null };
  const missing: readonly Finding[] =
    span === undefined
      ? []
      : [
          {
            severity: span,
            code: 'trace-database',
            message: 'save not seen, nor its part insert',
            hint: null,
          },
        ];
  const ofProbes = probeFindings(new Map([['save', { http, sql }]]), [aStage('save', required)]);
  const { ofTrace, ofProbes: alone } = withProbes(
    { findings: [slow, ...missing], missing: new Map(missing.map((each) => ['save', each])) },
    ofProbes,
  );
  const words = ({ severity, code, message, hint }: Finding) =>
    `${severity} ${code}: ${message} -> ${hint ?? 'nothing'}`;
  return { ofTrace: ofTrace.slice(1).map(words), ofProbes: alone.map(words) };
}

const LOOK_UP = 'Look up the id that "Stuck at" names, where the probe looks for it';
const COMPARE = 'Compare what is saved with the match of the probe';

describe('a stage that was not done', () => {
  it('is one finding where its span is missing and its probe does not hold', () => {
    expect(told({ http: GONE, span: 'error' })).toEqual({
      ofTrace: [
        `error probe-missing: save not seen, nor its part insert, nor proven: HTTP: HTTP 404 -> ${LOOK_UP}`,
      ],
      ofProbes: [],
    });
  });

  it('is as severe as the worse of both', () => {
    const severities = [
      told({ http: GONE, required: false, span: 'warning' }),
      told({ http: GONE, required: false, span: 'error' }),
      told({ http: GONE, required: true, span: 'warning' }),
    ].map(({ ofTrace, ofProbes }) => [...ofTrace, ...ofProbes].map((each) => each.split(' ')[0]));
    expect(severities).toEqual([['warning'], ['error'], ['error']]);
  });

  it('is one finding also where two probes ask for it, failed where one of them is', () => {
    expect(told({ http: GONE, sql: NO_ROW })).toEqual({
      ofTrace: [],
      ofProbes: [
        `error probe-missing: save is not proven: HTTP: HTTP 404; SQL: 0 rows, expected 1 -> ${LOOK_UP}`,
      ],
    });
    expect(told({ http: GONE, sql: OTHER, span: 'error' })).toEqual({
      ofTrace: [
        `error probe-failed: save not seen, nor its part insert, nor proven: HTTP: HTTP 404; SQL: status is "NEW", expected "DONE" -> ${COMPARE}`,
      ],
      ofProbes: [],
    });
  });

  it('is told by its span alone where the probe holds or could not look, and by its probe alone where the span is there', () => {
    const span = ['error trace-database: save not seen, nor its part insert -> nothing'];
    const unasked: Evidence = { state: 'unverified', detail: 'HTTP: HTTP 401' };
    expect(told({ http: { state: 'ok', detail: null }, span: 'error' }).ofTrace).toEqual(span);
    expect(told({ http: unasked, span: 'error' })).toEqual({ ofTrace: span, ofProbes: [] });
    expect(told({ http: GONE, required: false })).toEqual({
      ofTrace: [],
      ofProbes: [`warning probe-missing: save is not proven: HTTP: HTTP 404 -> ${LOOK_UP}`],
    });
  });
});
