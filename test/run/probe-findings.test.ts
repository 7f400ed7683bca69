/** What probes say, told together with the spans that a trace lacks: one finding for a stage that was not done. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lib/model/finding.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { probeFindings, unaskedFindings, withProbes } from '../../src/lib/run/probe-findings.ts';
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

describe('probes that could not run', () => {
  const unverified = (detail: string | null): Evidence => ({ state: 'unverified', detail });
  const aTest = (stage: string, http: Evidence | null, sql: Evidence | null = null) => ({
    probes: new Map([[stage, { http, sql }]]),
    mask: (text: string) => text.replaceAll('s3cret', '***'),
  });
  const told = (tests: Parameters<typeof unaskedFindings>[0]) =>
    unaskedFindings(tests, (text) => text.replaceAll('t0ken', '***')).map(({ severity, code, message }) => [
      severity,
      code,
      message.replace(/^The (HTTP|SQL) probe of (\w+) [^:]*: /, '$1 $2: '),
    ]);

  it.each<[string, Parameters<typeof unaskedFindings>[0], readonly string[]]>([
    ['none where all ran', [aTest('save', { state: 'ok', detail: null }), aTest('save', GONE, OTHER)], []],
    ['one of the only test', [aTest('save', unverified('HTTP: HTTP 401'))], ['HTTP save: HTTP 401']],
    ['one without a reason', [aTest('save', null, unverified(null))], ['SQL save: unknown']],
    [
      'one of two tests',
      [aTest('save', unverified('HTTP: HTTP 401')), aTest('save', { state: 'ok', detail: null })],
      ['HTTP save: HTTP 401 (1 of 2 tests)'],
    ],
    [
      'each reason once, with its tests',
      [
        aTest('save', unverified('HTTP: HTTP 401'), unverified('SQL: no table')),
        aTest('save', unverified('HTTP: HTTP 401')),
        aTest('save', unverified('HTTP: HTTP 403')),
      ],
      [
        'HTTP save: HTTP 401 (2 of 3 tests)',
        'SQL save: no table (1 of 3 tests)',
        'HTTP save: HTTP 403 (1 of 3 tests)',
      ],
    ],
    ['without secrets', [aTest('save', unverified('HTTP: s3cret and t0ken'))], ['HTTP save: *** and ***']],
    [
      'no more than ten',
      Array.from({ length: 12 }, (_, at) => aTest('save', unverified(`HTTP: HTTP ${500 + at}`))),
      Array.from({ length: 10 }, (_, at) => `HTTP save: HTTP ${500 + at} (1 of 12 tests)`),
    ],
  ])('are %s', (_, tests, messages) => {
    expect(told(tests)).toEqual(messages.map((message) => ['warning', 'probe-unverified', message]));
  });
});
