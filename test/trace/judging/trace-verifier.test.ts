import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/lib/model/finding.ts';
import type { Trace, TraceSpan } from '../../../src/lib/model/trace.ts';
import type { Severity, SpanExpectation, TraceCheck } from '../../../src/lib/model/trace-expectation.ts';
import { verifyTrace } from '../../../src/lib/trace/judging/trace-verifier.ts';
import { BUILT_IN_SPANS } from '../../support/built-in-spans.ts';
import {
  anExpectation,
  anIssue,
  aPattern,
  aSpan,
  aTrace,
  checksAt,
  FOLLOWED_ID,
  guideSpans,
  guideWith,
  guideWithout,
  type Ops,
  OUR_SPAN_IDS,
  OUR_SPANS,
} from '../span-builders.ts';

interface Judged {
  readonly spans?: readonly SpanExpectation[];
  readonly severity?: Severity;
  readonly checks?: Readonly<Record<TraceCheck, Severity>>;
  readonly trace?: Trace;
  readonly followed?: readonly Trace[];
  readonly usual?: Readonly<Record<string, number>>;
}

function findingsOf(seen: readonly TraceSpan[], judged: Judged = {}): readonly Finding[] {
  return verifyTrace({
    trace: judged.trace ?? aTrace(seen),
    followed: judged.followed ?? [],
    expectation: {
      spans: judged.spans ?? BUILT_IN_SPANS,
      checks: judged.checks ?? checksAt(judged.severity ?? 'warn'),
    },
    ourSpanIds: OUR_SPAN_IDS,
    usualDurations: usualOf(judged.usual ?? {}),
  }).findings;
}

/** Milliseconds by the names of the spans from the target's first one on, as paths. */
const usualOf = (usual: Readonly<Record<string, number>>) =>
  new Map(
    Object.entries(usual).map(([names, ms]) => {
      const steps = names.split(' > ').map((name) => `api|${FAMILIES[name] ?? ''}|${name}`);
      return [steps.join(' > '), ms];
    }),
  );
/** Of the guide's spans; the others have none. */
const FAMILIES: Readonly<Record<string, string>> = {
  POST: 'http.server',
  'fetch-market-data': 'http.client',
  'fetch-gex-data': 'http.client',
  'database-save': 'db',
};

const findings = (seen: readonly TraceSpan[], judged: Judged = {}) =>
  findingsOf(seen, judged).map(({ code, message }) => `${code}: ${message}`);

/** The built-in expectations, one of them changed. */
const builtInWith = (label: string, change: Partial<SpanExpectation>) =>
  BUILT_IN_SPANS.map((each) => (each.label === label ? { ...each, ...change } : each));

describe('a healthy trace', () => {
  // Spellings of @sentry/node 8 and 9 (one op for what a library does), 10, and 11, which consolidated them.
  const spellings: readonly (readonly [string, Ops])[] = [
    ['8', { server: 'http.server', call: 'http.client', work: null, database: 'db' }],
    ['9', { server: 'http.server', call: 'http.client', work: 'function', database: 'db.sql.query' }],
    ['10', { server: 'http.server', call: 'http.client', work: 'default', database: 'db.redis' }],
    ['11', { server: 'http.server', call: 'http.client', work: 'function', database: 'db.query' }],
  ];
  it.each(spellings)('has no findings, spelled as by SDK %s', (_, ops) => {
    const database = anExpectation('database', { pattern: aPattern({ op: ['DB*'] }), check: 'database' });
    const call = anExpectation('calls', { pattern: aPattern({ op: ['http.client'] }), minCount: 2 });
    expect(
      findingsOf(guideSpans(ops), { severity: 'error', spans: [...BUILT_IN_SPANS, database, call] }),
    ).toEqual([]);
  });

  it('has none with gaps, clock skew, and services without a parent', () => {
    expect(findingsOf(guideSpans().map((span) => ({ ...span, parentSpanId: 'dddddddddddddddd' })))).toEqual(
      [],
    );
    const skewed = guideSpans().map((span) =>
      span.service === 'api' ? { ...span, startMs: span.startMs - 9_000 } : span,
    );
    expect(findingsOf(skewed)).toEqual([]);
    expect(findingsOf(guideWithout('POST'))).toEqual([]);
  });

  it('has none if its background work has its own trace', () => {
    const background = ['engine-execution', 'engine-a-decision', 'engine-b-decision', 'database-save'];
    const followed = guideSpans()
      .filter(({ name }) => background.includes(name))
      .map((span) => ({
        ...span,
        traceId: FOLLOWED_ID,
        parentSpanId: span.op === 'function' && span.name !== 'engine-execution' ? span.parentSpanId : null,
      }));
    expect(findingsOf(guideWithout(...background), { followed: [aTrace(followed)] })).toEqual([]);
  });
});

describe('every kind of defect', () => {
  const failing = guideWith('fetch-gex-data', { status: 'error', issues: [anIssue()] });
  const slow = guideWith('data-enrichment', { durationMs: 2_103.2 });
  const budget = builtInWith('data-enrichment', { maxDurationMs: 500 });
  const order = builtInWith('ab-routing', { after: 'engine-execution' });
  const hint = 'Look at issue API-7 in Sentry: https://acme.sentry.io/issues/7/';
  const defects: readonly (readonly [
    string,
    TraceCheck,
    readonly TraceSpan[],
    Judged,
    string,
    string | null,
  ])[] = [
    [
      'a failed span',
      'errors',
      failing,
      {},
      'trace-error: fetch-gex-data (http.client) failed: the provider answered 503 (issue API-7)',
      hint,
    ],
    [
      'a span over its budget',
      'slow',
      slow,
      { spans: budget },
      'trace-slow: data-enrichment took 2.1 s (limit 500 ms)',
      null,
    ],
    [
      'a span slower than usual',
      'slow',
      slow,
      { usual: { 'POST > data-enrichment': 301 } },
      'trace-slow: data-enrichment took 2.1 s (limit 1 s, usually 301 ms)',
      null,
    ],
    [
      'a missing span',
      'missing',
      guideWithout('build-snapshot'),
      {},
      'trace-missing: build-snapshot is missing',
      null,
    ],
    [
      'no external call',
      'external-calls',
      guideWithout('fetch-gex-data'),
      {},
      'trace-external-calls: fetch-gex-data is missing',
      null,
    ],
    [
      'no database operation',
      'database',
      guideWithout('database-save'),
      {},
      'trace-database: database-save is missing',
      null,
    ],
    [
      'no routing',
      'routing',
      guideWithout('ab-routing', 'assign-variant'),
      {},
      'trace-routing: ab-routing is missing, with its part assign-variant',
      null,
    ],
    [
      'the wrong order',
      'routing',
      guideSpans(),
      { spans: order },
      'trace-order: ab-routing began 10 ms before engine-execution, expected after it',
      null,
    ],
    [
      'the wrong parent',
      'database',
      guideSpans(),
      { spans: builtInWith('database-save', { inside: 'engine-execution' }) },
      'trace-parent: database-save is in POST, expected inside engine-execution',
      null,
    ],
    [
      'too few',
      'external-calls',
      guideSpans(),
      { spans: builtInWith('fetch-gex-data', { minCount: 2 }) },
      'trace-count: fetch-gex-data seen 1 time, expected at least 2',
      null,
    ],
    [
      'too many',
      'missing',
      guideSpans(),
      {
        spans: [
          anExpectation('engines', {
            pattern: aPattern({ name: ['engine-?-*', 'engine-*-decision'] }),
            minCount: 0,
            maxCount: 1,
          }),
        ],
      },
      'trace-count: engines (engine-?-* or engine-*-decision) seen 2 times, expected at most 1',
      null,
    ],
  ];
  const severities: readonly (readonly [Severity, Finding['severity'] | null])[] = [
    ['error', 'error'],
    ['warn', 'warning'],
    ['off', null],
  ];
  const matrix = defects.flatMap((defect) => severities.map((severity) => [...defect, ...severity] as const));
  it.each(matrix)('%s, its check %s', (_, check, seen, judged, text, itsHint, severity, expected) => {
    const [code = '', message = ''] = text.split(/: (.*)/s);
    // The other checks say the opposite, so that only its own can have found it.
    const checks = { ...checksAt(expected === null ? 'error' : 'off'), [check]: severity };
    const findings = findingsOf(seen, { ...judged, checks });
    expect(findings).toEqual(expected === null ? [] : [{ severity: expected, code, message, hint: itsHint }]);
  });

  it.each(severities)('that is a missing required span is an error if the check says %s', (severity) => {
    const required = builtInWith('database-save', { required: true });
    expect(findingsOf(guideWithout('database-save'), { spans: required, severity })).toEqual([
      { severity: 'error', code: 'trace-database', message: 'database-save is missing', hint: null },
    ]);
    const few = builtInWith('database-save', { required: true, minCount: 2 });
    expect(findingsOf(guideSpans(), { spans: few, severity })).toMatchObject([
      { severity: 'error', code: 'trace-count' },
    ]);
  });
});

describe('errors', () => {
  it('name the span in which the failure began, not those above it', () => {
    const seen = guideSpans().map((span) =>
      ['POST', 'data-enrichment', 'fetch-gex-data'].includes(span.name)
        ? { ...span, status: 'error' as const }
        : span,
    );
    expect(findings(seen)).toEqual(['trace-error: fetch-gex-data (http.client) failed']);
  });

  it('use the issue of the nearest span above if it was reported there', () => {
    const seen = guideSpans().map((span) => {
      if (span.name === 'fetch-gex-data')
        return { ...span, status: 'error' as const, statusMessage: 'internal_error' };
      return span.name === 'POST' ? { ...span, status: 'error' as const, issues: [anIssue()] } : span;
    });
    expect(findings(seen)).toEqual([
      'trace-error: fetch-gex-data (http.client) failed: the provider answered 503 (issue API-7)',
    ]);
  });

  it('never use the issue of our own span', () => {
    const seen = guideSpans().map((span) => {
      if (span.name === 'POST') return { ...span, status: 'error' as const };
      return OUR_SPANS.includes(span.name) ? { ...span, issues: [anIssue()] } : span;
    });
    expect(findings(seen)).toEqual(['trace-error: POST (http.server) failed']);
  });

  it('name the earliest failure and count the others', () => {
    const seen = guideSpans().map((span) =>
      ['database-save', 'fetch-gex-data'].includes(span.name) ? { ...span, status: 'error' as const } : span,
    );
    expect(findings(seen)).toEqual([
      'trace-error: fetch-gex-data (http.client) failed; also failed: database-save',
    ]);
  });

  it('are never our own spans', () => {
    const seen = guideSpans().map((span) =>
      OUR_SPANS.includes(span.name) ? { ...span, status: 'error' as const, issues: [anIssue()] } : span,
    );
    expect(findings(seen)).toEqual([]);
  });

  it('exclude issues below the level error', () => {
    const level = anIssue({ level: 'warning' });
    expect(findings(guideWith('ab-routing', { issues: [level] }))).toEqual([]);
    expect(findings([], { trace: aTrace(guideSpans(), [level]) })).toEqual([]);
  });

  it('without a span are reported by their issue', () => {
    const orphan = anIssue({ shortId: 'API-9', message: 'duplicate key' });
    expect(findings([], { trace: aTrace(guideSpans(), [orphan]) })).toEqual([
      'trace-error: duplicate key (issue API-9), not tied to a span',
    ]);
    const failing = guideWith('database-save', { status: 'error', statusMessage: 'unique violation' });
    expect(findings([], { trace: aTrace(failing, [orphan]) })).toEqual([
      'trace-error: database-save (db.query) failed: unique violation (in the same trace, issue API-9)',
    ]);
  });

  it('without a span are all named, in addition to other failures', () => {
    const orphans = [
      anIssue({ shortId: 'API-9', issueId: '9', message: 'duplicate key' }),
      anIssue({ shortId: null, issueId: '8', message: 'queue is full' }),
      anIssue({ shortId: 'API-5', issueId: '5', message: 'cold cache', level: 'info' }),
      anIssue({ shortId: 'API-2', issueId: '2', message: 'lost connection' }),
    ];
    expect(findings([], { trace: aTrace(guideSpans(), orphans) })).toEqual([
      'trace-error: lost connection (issue API-2), not tied to a span; also: duplicate key (API-9), queue is full',
    ]);
    const failing = guideWith('database-save', { status: 'error', issues: [anIssue()] });
    expect(findings([], { trace: aTrace(failing, orphans.slice(0, 1)) })).toEqual([
      'trace-error: database-save (db.query) failed: the provider answered 503 (issue API-7); not tied to a span: duplicate key (API-9)',
    ]);
  });

  it('include what was not reached because of them', () => {
    const seen = guideWith('fetch-gex-data', { status: 'error' }).filter(
      ({ name, startMs }) => startMs <= (guideSpans()[7]?.startMs ?? 0) && name !== 'build-snapshot',
    );
    const anyCall = anExpectation('calls', { pattern: aPattern({ op: ['http.client'] }) });
    const notReached =
      'trace-error: fetch-gex-data (http.client) failed; not reached: build-snapshot, ab-routing, assign-variant, ' +
      'engine-execution, engine-a-decision, engine-b-decision, database-save';
    expect(findings(seen, { spans: [...BUILT_IN_SPANS, anyCall] })).toEqual([notReached]);
    const required = builtInWith('database-save', { required: true });
    expect(findingsOf(seen, { spans: required })).toMatchObject([{ severity: 'error', code: 'trace-error' }]);
    const withoutErrors = verifyTrace({
      trace: aTrace(seen),
      followed: [],
      expectation: { spans: BUILT_IN_SPANS, checks: { ...checksAt('warn'), errors: 'off' } },
      ourSpanIds: OUR_SPAN_IDS,
    }).findings;
    expect(withoutErrors.map(({ code }) => code)).toEqual([
      'trace-missing',
      'trace-routing',
      'trace-missing',
      'trace-database',
    ]);
  });

  it('include what the last of them kept from being reached', () => {
    const failed = ['fetch-market-data', 'ab-routing'];
    const seen = guideSpans()
      .slice(0, 10)
      .map((span) => (failed.includes(span.name) ? { ...span, status: 'error' as const } : span));
    expect(findings(seen)).toEqual([
      'trace-error: fetch-market-data (http.client) failed; also failed: ab-routing; not reached: assign-variant, ' +
        'engine-execution, engine-a-decision, engine-b-decision, database-save',
    ]);
  });

  it('list the others by name, each name once', () => {
    const failed = (name: string, at: number) =>
      aSpan(name, { at, status: 'error', spanId: `${at}`.padStart(16, '0') });
    const seen = [failed('first', 1), failed('z', 2), failed('a', 3), failed('m', 4), failed('a', 5)];
    expect(findings(seen, { spans: [] })).toEqual(['trace-error: first failed; also failed: a, m, z']);
  });

  it('count from the expected span in which they happened', () => {
    const spans = ['before', 'around', 'after'].map((label) => anExpectation(label));
    const seen = [
      aSpan('around', { durationMs: 50 }),
      aSpan('query', { parent: 'around', at: 5, status: 'error' }),
    ];
    expect(findings(seen, { spans })).toEqual([
      'trace-error: query failed; not reached: after',
      'trace-missing: before is missing',
    ]);
    // A failure outside of all of them counts from the last one that was seen.
    const beside = [aSpan('around', { durationMs: 1 }), aSpan('query', { at: 5, status: 'error' })];
    expect(findings(beside, { spans })).toEqual(findings(seen, { spans }));
  });

  it('name an issue without a short id only by its URL', () => {
    const url = 'https://acme.sentry.io/issues/7/';
    const unnamed = anIssue({ shortId: null, url });
    const seen = [aSpan('work', { status: 'error', issues: [unnamed] })];
    const at = (spans: readonly TraceSpan[], trace?: Trace) =>
      findingsOf(spans, { spans: [], ...(trace === undefined ? {} : { trace }) }).map(({ message, hint }) => [
        message,
        hint,
      ]);
    expect(at(seen)).toEqual([['work failed: the provider answered 503', `Look at issue in Sentry: ${url}`]]);
    expect(at([], aTrace([], [{ ...unnamed, url: null }]))).toEqual([
      ['the provider answered 503, not tied to a span', null],
    ]);
    expect(at([], aTrace([], [anIssue({ message: '', shortId: null })]))).toEqual([
      ['Error, not tied to a span', `Look at issue in Sentry: ${url}`],
    ]);
  });

  it('end the pipeline where the last of them ends, which may have started first', () => {
    const spans = ['slow', 'quick', 'next', 'end'].map((label) => anExpectation(label));
    const seen = (nextAt: number) => [
      aSpan('slow', { at: 0, durationMs: 100, status: 'error' }),
      aSpan('quick', { at: 10, durationMs: 5, status: 'error' }),
      aSpan('next', { at: nextAt }),
    ];
    const failed = 'trace-error: slow failed; also failed: quick';
    expect(findings(seen(99), { spans })).toEqual([`${failed}; not reached: end`]);
    expect(findings(seen(100), { spans })).toEqual([failed, 'trace-missing: end is missing']);
  });

  it('do not explain what is missing if the pipeline continued, or what comes before them', () => {
    const soft = guideWith('fetch-gex-data', { status: 'error' }).filter(
      ({ name }) => !['ab-routing', 'assign-variant'].includes(name),
    );
    expect(findings(soft)).toEqual([
      'trace-error: fetch-gex-data (http.client) failed',
      'trace-routing: ab-routing is missing, with its part assign-variant',
    ]);
    const late = guideWith('database-save', { status: 'error' }).filter(
      ({ name }) => name !== 'build-snapshot',
    );
    expect(findings(late)).toEqual([
      'trace-error: database-save (db.query) failed',
      'trace-missing: build-snapshot is missing',
    ]);
  });

  it('show outside text on one line and cut', () => {
    const seen = [
      aSpan(`SELECT\n${'x'.repeat(100)}`, {
        op: 'db',
        status: 'error',
        issues: [anIssue({ message: 'a\u0007\nb' })],
      }),
    ];
    expect(findings(seen, { spans: [] })).toEqual([
      `trace-error: SELECT ${'x'.repeat(73)}… (db) failed: a b (issue API-7)`,
    ]);
  });
});

describe('slow spans', () => {
  it('are slow above their limit, not at it', () => {
    const spans = builtInWith('data-enrichment', { maxDurationMs: 100 });
    expect(findings(guideSpans(), { spans })).toEqual([]);
    expect(findings(guideWith('data-enrichment', { durationMs: 100.1 }), { spans })).toEqual([
      'trace-slow: data-enrichment took 101 ms (limit 100 ms)',
    ]);
  });

  it('are one finding together with those that they make slow', () => {
    const spans = builtInWith('data-enrichment', { maxDurationMs: 500 }).map((each) =>
      each.label === 'fetch-gex-data' ? { ...each, maxDurationMs: 200 } : each,
    );
    const seen = (enrichment: number) =>
      guideWith('data-enrichment', { durationMs: enrichment }).map((span) =>
        span.name === 'fetch-gex-data' ? { ...span, durationMs: 2_000 } : span,
      );
    expect(findings(seen(2_104), { spans })).toEqual([
      'trace-slow: fetch-gex-data took 2 s (limit 200 ms); it makes data-enrichment slow as well',
    ]);
    expect(findings(seen(9_104), { spans })).toEqual([
      'trace-slow: data-enrichment took 9.1 s (limit 500 ms)',
      'trace-slow: fetch-gex-data took 2 s (limit 200 ms)',
    ]);
  });

  it('are one finding even if they make the first span of a trace slow', () => {
    const spans = [
      anExpectation('root', { maxDurationMs: 100 }),
      anExpectation('call', { maxDurationMs: 50 }),
    ];
    const seen = [
      aSpan('root', { durationMs: 1_000 }),
      aSpan('call', { parent: 'root', at: 1, durationMs: 950 }),
    ];
    expect(findings(seen, { spans })).toEqual([
      'trace-slow: call took 950 ms (limit 50 ms); it makes root slow as well',
    ]);
  });

  it('may be made slow by several together', () => {
    const calls = ['fetch-market-data', 'fetch-gex-data'];
    const spans = builtInWith('data-enrichment', { maxDurationMs: 500 }).map((each) =>
      calls.includes(each.label) ? { ...each, maxDurationMs: 200 } : each,
    );
    const seen = guideWith('data-enrichment', { durationMs: 1_300 }).map((span) =>
      calls.includes(span.name) ? { ...span, durationMs: span.name === calls[1] ? 650 : 600 } : span,
    );
    expect(findings(seen, { spans })).toEqual([
      'trace-slow: fetch-market-data took 600 ms (limit 200 ms)',
      'trace-slow: fetch-gex-data took 650 ms (limit 200 ms); it makes data-enrichment slow as well',
    ]);
  });

  it('of the same kind are one finding, about the slowest', () => {
    const spans = [anExpectation('calls', { pattern: aPattern({ op: ['http.client'] }), maxDurationMs: 30 })];
    expect(findings(guideSpans(), { spans })).toEqual([
      'trace-slow: calls (fetch-market-data) took 40 ms (limit 30 ms); 1 more of it too slow',
    ]);
  });

  it('take over three times as long as usual, and at least 100 ms longer', () => {
    const usual = { 'POST > ab-routing > assign-variant': 6, POST: 66.1 };
    const assigned = (durationMs: number) => findings(guideWith('assign-variant', { durationMs }), { usual });
    expect(assigned(105.9)).toEqual([]);
    expect(assigned(106)).toEqual(['trace-slow: assign-variant took 106 ms (usually 6 ms)']);
    const enriched = (durationMs: number) =>
      findings(guideWith('data-enrichment', { durationMs }), { usual: { 'POST > data-enrichment': 60 } });
    expect(enriched(180)).toEqual([]);
    expect(enriched(180.1)).toEqual(['trace-slow: data-enrichment took 180 ms (usually 60 ms)']);
  });

  it('are found by history even if nothing is expected, and never among our own', () => {
    const usual = { POST: 10, [OUR_SPANS.join(' > ')]: 1, [OUR_SPANS[1] ?? '']: 1 };
    expect(findings(guideSpans(), { spans: [], usual })).toEqual([
      'trace-slow: POST took 198 ms (usually 10 ms)',
    ]);
    expect(findings(guideSpans(), { spans: [], usual: { POST: Number.NaN } })).toEqual([]);
  });

  it('are only over a limit if there is no history', () => {
    const seen = guideSpans().map((span) => ({ ...span, durationMs: span.durationMs + 60_000 }));
    const spans = BUILT_IN_SPANS.map((each) => ({ ...each, maxDurationMs: null }));
    expect(findings(seen, { spans })).toEqual([]);
    // Nor where there is one of another place or service.
    const elsewhere = { 'fetch-gex-data': 6, 'POST > ab-routing > fetch-gex-data': 6 };
    expect(findings(seen, { spans, usual: elsewhere })).toEqual([]);
    const foreign = new Map([['worker|http.server|POST', 1]]);
    const judged = { trace: aTrace(seen), followed: [], ourSpanIds: OUR_SPAN_IDS, usualDurations: foreign };
    expect(verifyTrace({ ...judged, expectation: { spans: [], checks: checksAt('warn') } }).findings).toEqual(
      [],
    );
  });

  it('are named by the span that accounts for most of the excess', () => {
    const usual = {
      POST: 60,
      'POST > data-enrichment': 20,
      'POST > data-enrichment > fetch-market-data': 5,
      'POST > data-enrichment > fetch-gex-data': 6,
    };
    const took = (durations: Readonly<Record<string, number>>) =>
      findings(
        guideSpans().map((span) => ({ ...span, durationMs: durations[span.name] ?? 1 })),
        { usual },
      );
    expect(took({ POST: 700, 'data-enrichment': 460, 'fetch-gex-data': 413 })).toEqual([
      'trace-slow: fetch-gex-data took 413 ms (usually 6 ms); it makes data-enrichment and POST slow as well',
    ]);
    expect(took({ POST: 900, 'data-enrichment': 460, 'fetch-gex-data': 413 })).toEqual([
      'trace-slow: POST took 900 ms (usually 60 ms)',
      'trace-slow: fetch-gex-data took 413 ms (usually 6 ms); it makes data-enrichment slow as well',
    ]);
    expect(took({ 'data-enrichment': 460, 'fetch-gex-data': 110 })).toEqual([
      'trace-slow: data-enrichment took 460 ms (usually 20 ms)',
      'trace-slow: fetch-gex-data took 110 ms (usually 6 ms)',
    ]);
  });

  it('name both limits if they exceed both', () => {
    const spans = builtInWith('data-enrichment', { maxDurationMs: 1_000 });
    const usual = { 'POST > data-enrichment': 20 };
    const took = (durationMs: number) =>
      findings(guideWith('data-enrichment', { durationMs }), { spans, usual });
    expect(took(10_100)).toEqual(['trace-slow: data-enrichment took 10.1 s (limit 1 s, usually 20 ms)']);
    // What is over a limit never looks like the limit.
    expect(took(1_000.4)).toEqual([
      'trace-slow: data-enrichment took 1,001 ms (limit 1,000 ms, usually 20 ms)',
    ]);
    expect(took(1_000)).toEqual(['trace-slow: data-enrichment took 1 s (usually 20 ms)']);
  });
});

describe('missing spans', () => {
  const parts = ['fetch-market-data', 'fetch-gex-data', 'build-snapshot'];

  it('include what belongs inside of them', () => {
    expect(findings(guideWithout('data-enrichment', ...parts))).toEqual([
      'trace-missing: data-enrichment is missing, with its parts fetch-market-data, fetch-gex-data, build-snapshot',
    ]);
    expect(findings(guideWithout('data-enrichment'))).toEqual(['trace-missing: data-enrichment is missing']);
  });

  it('are as severe as the worst part they include', () => {
    const spans = builtInWith('fetch-gex-data', { required: true });
    expect(findingsOf(guideWithout('data-enrichment', ...parts), { spans })).toMatchObject([
      { severity: 'error', code: 'trace-missing' },
    ]);
  });

  it('include nothing if their check is off', () => {
    const findings = verifyTrace({
      trace: aTrace(guideWithout('data-enrichment', ...parts)),
      followed: [],
      expectation: { spans: BUILT_IN_SPANS, checks: { ...checksAt('warn'), missing: 'off' } },
      ourSpanIds: OUR_SPAN_IDS,
    }).findings;
    expect(findings.map(({ message }) => message)).toEqual([
      'fetch-market-data is missing',
      'fetch-gex-data is missing',
    ]);
  });

  it('include nothing that is inside of a span that was found', () => {
    const spans = [
      anExpectation('outer'),
      anExpectation('middle', { inside: 'outer' }),
      anExpectation('inner', { inside: 'middle' }),
    ];
    expect(findings([aSpan('middle')], { spans })).toEqual([
      'trace-missing: outer is missing',
      'trace-missing: inner is missing',
    ]);
    expect(findings([], { spans })).toEqual([
      'trace-missing: outer is missing, with its parts middle, inner',
    ]);
  });

  it('are reported one by one if labels form a cycle', () => {
    const spans = [anExpectation('a', { inside: 'b' }), anExpectation('b', { inside: 'a' })];
    expect(findings([], { spans })).toEqual(['trace-missing: a is missing', 'trace-missing: b is missing']);
    expect(findings([aSpan('a')], { spans: [anExpectation('a', { inside: 'a', after: 'a' })] })).toEqual([]);
  });

  it('are never matched by our own', () => {
    const spans = [anExpectation(OUR_SPANS[0] ?? '')];
    expect(findings(guideSpans(), { spans })).toHaveLength(1);
  });

  it('may be missing when the minimum is 0, and is one too many when the maximum is 0', () => {
    const spans = [anExpectation('fallback', { minCount: 0, maxCount: 0 })];
    expect(findings(guideSpans(), { spans })).toEqual([]);
    expect(findings([aSpan('fallback')], { spans })).toEqual([
      'trace-count: fallback seen 1 time, expected never',
    ]);
  });

  it('name the expected pattern', () => {
    const spans = [anExpectation('database', { pattern: aPattern({ op: ['db*'] }), check: 'database' })];
    expect(findings([], { spans })).toEqual(['trace-database: database (op db*) is missing']);
  });
});

describe('order and parents', () => {
  const ordered = [anExpectation('a'), anExpectation('b', { after: 'a' })];

  it('are judged by the first of each, and ignored if the other is missing', () => {
    expect(findings([aSpan('a', { at: 1 }), aSpan('b')], { spans: ordered })).toHaveLength(1);
    expect(findings([aSpan('a'), aSpan('b')], { spans: ordered })).toEqual([]);
    expect(findings([aSpan('b')], { spans: ordered })).toEqual(['trace-missing: a is missing']);
    expect(
      findings([aSpan('b')], { spans: [anExpectation('b', { after: 'nobody', inside: 'nobody' })] }),
    ).toEqual([]);
  });

  it('allow clock skew between two services', () => {
    const other = (at: number) =>
      findings([aSpan('a', { at, service: 'web' }), aSpan('b')], { spans: ordered });
    expect(other(100)).toEqual([]);
    expect(other(101)).toHaveLength(1);
  });

  it('find an ancestor at any height', () => {
    const spans = [anExpectation('POST'), anExpectation('fetch-gex-data', { inside: 'POST' })];
    expect(findings(guideSpans(), { spans })).toEqual([]);
  });

  it('count only what is inside, and ignore others of the kind', () => {
    const calls = anExpectation('calls', {
      pattern: aPattern({ op: ['http.client'] }),
      inside: 'data-enrichment',
      maxCount: 2,
    });
    const elsewhere = aSpan('other call', { parent: 'ab-routing', op: 'http.client' });
    expect(findings([...guideSpans(), elsewhere], { spans: [...BUILT_IN_SPANS, calls] })).toEqual([]);
  });

  it('are unknown if ancestors are not in the trace', () => {
    const spans = [anExpectation('a'), anExpectation('b', { inside: 'a' })];
    expect(findings([aSpan('a'), aSpan('b', { parent: 'gone' })], { spans })).toEqual([]);
    const deeper = [aSpan('a'), aSpan('x', { parent: 'gone' }), aSpan('b', { parent: 'x' })];
    expect(findings(deeper, { spans })).toEqual([]);
    const elsewhere = aTrace([aSpan('b', { traceId: FOLLOWED_ID })]);
    expect(findings([aSpan('a')], { spans, followed: [elsewhere] })).toEqual([]);
    expect(findings([aSpan('a'), aSpan('b')], { spans })).toEqual([
      'trace-parent: b is a root of the trace, expected inside a',
    ]);
  });
});

describe('whatever the spans', () => {
  const anySpan = fc
    .record({
      span: fc.constantFrom(...guideSpans()),
      status: fc.constantFrom('ok' as const, 'error' as const, 'unknown' as const),
      durationMs: fc.integer({ min: 0, max: 300 }),
      parentSpanId: fc.constantFrom(null, ...guideSpans().map(({ spanId }) => spanId)),
      traceId: fc.constantFrom(...[guideSpans()[0]?.traceId ?? '', FOLLOWED_ID]),
    })
    .map(({ span, ...change }) => ({ ...span, ...change }));
  const spans = BUILT_IN_SPANS.map((each, index) => ({
    ...each,
    maxDurationMs: 100,
    maxCount: 1,
    after: BUILT_IN_SPANS[index - 1]?.label ?? null,
  }));

  it('their order never changes the findings', () => {
    const twice = fc
      .array(anySpan, { maxLength: 25 })
      .chain((seen) => fc.tuple(fc.constant(seen), fc.shuffledSubarray(seen, { minLength: seen.length })));
    fc.assert(
      fc.property(twice, ([seen, shuffled]) => {
        const judge = (all: readonly TraceSpan[]) =>
          findingsOf([], {
            trace: { traceId: '', spans: all.filter(({ traceId }) => traceId !== FOLLOWED_ID), issues: [] },
            followed: [
              {
                traceId: FOLLOWED_ID,
                spans: all.filter(({ traceId }) => traceId === FOLLOWED_ID),
                issues: [],
              },
            ],
            spans,
          });
        expect(judge(shuffled)).toEqual(judge(seen));
      }),
    );
  });

  it('10,000 of them are judged: a long chain, all failed and slow', () => {
    const seen = Array.from({ length: 10_000 }, (_, at) =>
      aSpan(`s${at}`, {
        parent: at === 0 ? null : `s${at - 1}`,
        at,
        status: 'error',
        durationMs: 20_000 - at,
      }),
    );
    const every = anExpectation('every', {
      pattern: aPattern({ name: ['s*'] }),
      maxDurationMs: 100,
      inside: 's0',
    });
    const codes = findingsOf(seen, { spans: [anExpectation('s0'), every, ...spans] }).map(({ code }) => code);
    expect(codes.slice(0, 2)).toEqual(['trace-error', 'trace-slow']);
  });
});
