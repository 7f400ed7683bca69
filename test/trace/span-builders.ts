/** Spans, traces and expectations with as little to say as possible, and the guide's own trace. */
import type { Trace, TraceIssue, TraceSpan } from '../../src/lib/model/trace.ts';
import type {
  Severity,
  SpanExpectation,
  SpanPattern,
  TraceCheck,
} from '../../src/lib/model/trace-expectation.ts';

export const TRACE_ID = '1234567890abcdef1234567890abcdef';
export const FOLLOWED_ID = 'f'.repeat(32);
const START_MS = 1_795_396_550_000;

/** `spanId` is made from the name, so that tests can name parents. */
export const idOf = (name: string): string =>
  [...name]
    .reduce((hash, char) => (hash * 31n + BigInt(char.codePointAt(0) ?? 0)) % 2n ** 64n, 7n)
    .toString(16)
    .padStart(16, '0');

/** `parent` and `at` (milliseconds after the trace began) stand for the fields they make. */
export function aSpan(
  name: string,
  { parent = null, at = 0, ...overrides }: Partial<TraceSpan> & { parent?: string | null; at?: number } = {},
): TraceSpan {
  return {
    spanId: idOf(name),
    parentSpanId: parent === null ? null : idOf(parent),
    traceId: TRACE_ID,
    name,
    op: 'function',
    service: 'api',
    isSegment: false,
    startMs: START_MS + at,
    durationMs: 10,
    status: 'ok',
    statusMessage: null,
    attributes: {},
    issues: [],
    ...overrides,
  };
}

export function aTrace(spans: readonly TraceSpan[], issues: readonly TraceIssue[] = []): Trace {
  return { traceId: spans[0]?.traceId ?? TRACE_ID, spans, issues };
}

export function anIssue(overrides: Partial<TraceIssue> = {}): TraceIssue {
  return {
    shortId: 'API-7',
    issueId: '7',
    message: 'the provider answered 503',
    level: 'error',
    url: 'https://acme.sentry.io/issues/7/',
    ...overrides,
  };
}

export function aPattern(overrides: Partial<SpanPattern> = {}): SpanPattern {
  return { name: [], op: [], service: [], attributes: {}, ...overrides };
}

export function anExpectation(label: string, overrides: Partial<SpanExpectation> = {}): SpanExpectation {
  return {
    label,
    stage: null,
    pattern: aPattern({ name: [label] }),
    check: 'missing',
    required: false,
    minCount: 1,
    maxCount: null,
    maxDurationMs: null,
    inside: null,
    after: null,
    ...overrides,
  };
}

export function checksAt(severity: Severity): Readonly<Record<TraceCheck, Severity>> {
  return {
    errors: severity,
    slow: severity,
    missing: severity,
    'external-calls': severity,
    database: severity,
    routing: severity,
  };
}

export interface Ops {
  readonly server: string;
  readonly call: string;
  readonly work: string | null;
  readonly database: string;
}

/** Ops as SDK 11 has them. */
const OPS: Ops = { server: 'http.server', call: 'http.client', work: 'function', database: 'db.query' };

export const OUR_SPANS = ['production-e2e-webhook-test', 'POST hooks.example.com'];
export const OUR_SPAN_IDS: ReadonlySet<string> = new Set(OUR_SPANS.map(idOf));

/** The tree of the guide, below the two spans of ours and the target's own root. */
export function guideSpans(ops: Ops = OPS): readonly TraceSpan[] {
  const [root = '', client = ''] = OUR_SPANS;
  const span = (name: string, parent: string, [at, durationMs]: readonly [number, number], op = ops.work) =>
    aSpan(name, { parent, at, durationMs, op });
  return [
    aSpan(root, { durationMs: 200, op: 'test.webhook', service: 'e2e', isSegment: true }),
    aSpan(client, { parent: root, durationMs: 200, op: 'http.client', service: 'e2e' }),
    aSpan('POST', { parent: client, at: 1, durationMs: 198, op: ops.server, isSegment: true }),
    span('webhook-ingestion', 'POST', [1, 50]),
    span('validate-payload', 'webhook-ingestion', [2, 5]),
    span('data-enrichment', 'POST', [51, 100]),
    span('fetch-market-data', 'data-enrichment', [51, 40], ops.call),
    span('fetch-gex-data', 'data-enrichment', [91, 35], ops.call),
    span('build-snapshot', 'data-enrichment', [126, 25]),
    span('ab-routing', 'POST', [151, 10]),
    span('assign-variant', 'ab-routing', [152, 8]),
    span('engine-execution', 'POST', [161, 30]),
    span('engine-a-decision', 'engine-execution', [161, 15]),
    span('engine-b-decision', 'engine-execution', [176, 15]),
    span('database-save', 'POST', [191, 7], ops.database),
  ];
}

/** The guide's spans, one of them changed. */
export function guideWith(name: string, change: Partial<TraceSpan>): readonly TraceSpan[] {
  return guideSpans().map((span) => (span.name === name ? { ...span, ...change } : span));
}

/** The guide's spans without some; what hung below them becomes an orphan. */
export function guideWithout(...names: readonly string[]): readonly TraceSpan[] {
  return guideSpans().filter(({ name }) => !names.includes(name));
}
