/** Traces ready to be drawn. Times are milliseconds from the start of the trace. */
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import type { Screen } from '../../src/lib/terminal/capabilities.ts';
import type { DrawnNode } from '../../src/lib/view/trace/drawn-forest.ts';
import { drawTrace, type TraceDrawing } from '../../src/lib/view/trace/tree.ts';

const TRACE_ID = '1234567890abcdef1234567890abcdef';
const STARTED_AT = Date.parse('2026-08-01T12:00:00.000Z');

type SpanParts = Partial<Omit<TraceSpan, 'startMs' | 'durationMs'>>;

let spans = 0;

/** A span `[start, duration]`; without an id it gets one of its own. */
export function aSpan(
  name: string,
  [start, durationMs]: readonly [number, number],
  parts: SpanParts = {},
): TraceSpan {
  spans += 1;
  return {
    spanId: spans.toString(16).padStart(16, '0'),
    parentSpanId: null,
    traceId: TRACE_ID,
    name,
    op: null,
    service: 'hooks-api',
    isSegment: false,
    startMs: STARTED_AT + start,
    durationMs,
    status: 'ok',
    statusMessage: null,
    attributes: {},
    issues: [],
    ...parts,
  };
}

export function aNode(
  span: TraceSpan,
  children: readonly DrawnNode[] = [],
  note?: DrawnNode['note'],
): DrawnNode {
  return { span, children, ...(note === undefined ? {} : { note }) };
}

export function aScreen(parts: Partial<Screen> = {}): Screen {
  return { columns: 80, color: false, unicode: true, hyperlinks: false, ...parts };
}

export function aDrawing(parts: Partial<TraceDrawing> = {}): TraceDrawing {
  return {
    traceId: TRACE_ID,
    url: null,
    forest: [],
    followed: [],
    missing: [],
    findings: [],
    screen: aScreen(),
    ourSpanIds: new Set(),
    ...parts,
  };
}

/** The whole drawing. */
export function drawn(parts: Partial<TraceDrawing>): string {
  return [...drawTrace(aDrawing(parts))].join('');
}

const CLIENT = { spanId: 'c0c0c0c0c0c0c0c0', service: 'e2e' };

/** The tree of the guide, as it is read back: our client span is between the test and the service. */
export const HEALTHY: Partial<TraceDrawing> = {
  url: `https://acme.sentry.io/explore/traces/trace/${TRACE_ID}/`,
  ourSpanIds: new Set(['e0e0e0e0e0e0e0e0', CLIENT.spanId]),
  forest: [
    aNode(
      aSpan('production-e2e-webhook-test', [0, 200], {
        spanId: 'e0e0e0e0e0e0e0e0',
        op: 'test.webhook',
        service: 'e2e',
      }),
      [
        aNode(aSpan('webhook-ingestion', [0, 50], { op: 'http.server' }), [
          aNode(aSpan('validate-payload', [40, 5], { op: 'function' })),
        ]),
        aNode(aSpan('data-enrichment', [50, 100], { op: 'task' }), [
          aNode(aSpan('fetch-market-data', [50, 40], { op: 'http.client' })),
          aNode(aSpan('fetch-gex-data', [90, 35], { op: 'http.client' })),
          aNode(aSpan('build-snapshot', [125, 25], { op: 'function' })),
        ]),
        aNode(aSpan('ab-routing', [150, 10], { op: 'task' }), [aNode(aSpan('assign-variant', [151, 8]))]),
        aNode(aSpan('engine-execution', [160, 30], { op: 'task', service: 'engine' }), [
          aNode(aSpan('engine-a-decision', [160, 15], { service: 'engine' })),
          aNode(aSpan('engine-b-decision', [175, 15], { service: 'engine' })),
        ]),
        aNode(aSpan('database-save', [190, 10], { op: 'db.sql.query' })),
      ],
    ),
  ],
};

/** Enrichment fails inside; a warning on the way; time in which nobody knows what happened. */
export const FAILING: Partial<TraceDrawing> = {
  ...HEALTHY,
  forest: [
    aNode(
      aSpan('production-e2e-webhook-test', [0, 1240], {
        spanId: 'e0e0e0e0e0e0e0e0',
        op: 'test.webhook',
        service: 'e2e',
        status: 'error',
        statusMessage: 'HTTP 500: Internal server error',
      }),
      [
        aNode(
          aSpan('POST https://hooks.example.com/webhook', [2, 1236], {
            ...CLIENT,
            op: 'http.client',
            status: 'error',
            statusMessage: 'internal_error',
          }),
          [
            aNode(
              aSpan('POST /webhook', [-33, 1220], {
                op: 'http.server',
                status: 'error',
                statusMessage: 'internal_error',
              }),
              [
                aNode(aSpan('webhook-ingestion', [20, 50]), [
                  aNode(
                    aSpan('validate-payload', [40, 5], {
                      issues: [
                        {
                          shortId: 'API-9',
                          issueId: '9',
                          message: 'timestamp is older than a minute',
                          level: 'warning',
                          url: null,
                        },
                      ],
                    }),
                  ),
                ]),
                aNode(
                  aSpan('data-enrichment', [70, 440], { status: 'error', statusMessage: 'internal_error' }),
                  [
                    aNode(aSpan('fetch-market-data', [70, 40], { op: 'http.client' })),
                    aNode(
                      aSpan('fetch-gex-data', [110, 35], {
                        op: 'http.client',
                        status: 'error',
                        statusMessage: 'unavailable',
                        issues: [
                          {
                            shortId: 'API-7',
                            issueId: '7',
                            message:
                              'GexProviderError: provider answered 503 Service Unavailable three times in a row',
                            level: 'error',
                            url: 'https://acme.sentry.io/issues/7/',
                          },
                        ],
                      }),
                    ),
                    aNode(aSpan('build-snapshot', [490, 20])),
                  ],
                ),
              ],
            ),
          ],
        ),
      ],
    ),
  ],
  findings: [
    {
      severity: 'error',
      code: 'span-error',
      message:
        'fetch-gex-data failed: GexProviderError: provider answered 503 Service Unavailable three times in a row (API-7)',
      hint: 'Check if enrichment service is running',
    },
    {
      severity: 'warning',
      code: 'span-slow',
      message: 'data-enrichment took 440 ms (limit 300 ms)',
      hint: null,
    },
  ],
};

/** Missing spans with and without a known place, spans of unknown parents, background work in traces of its own, a loop. */
export const PATCHY: Partial<TraceDrawing> = {
  ...HEALTHY,
  forest: [
    aNode(
      aSpan('production-e2e-webhook-test', [0, 200], {
        spanId: 'e0e0e0e0e0e0e0e0',
        op: 'test.webhook',
        service: 'e2e',
      }),
      [
        aNode(aSpan('POST https://hooks.example.com/webhook', [1, 198], { ...CLIENT, op: 'http.client' }), [
          aNode(aSpan('webhook-ingestion', [10, 50], { spanId: 'abababababababab', op: 'http.server' }), [
            aNode(aSpan('validate-payload', [40, 5])),
          ]),
        ]),
      ],
    ),
    aNode(
      aSpan('data-enrichment', [70, 100], { service: 'worker', op: 'task' }),
      [aNode(aSpan('fetch-market-data', [70, 90], { service: 'worker', op: 'http.client' }))],
      'orphan',
    ),
    aNode(
      aSpan('retry-loop', [180, 10], { service: 'worker' }),
      [aNode(aSpan('attempt', [181, 5], { service: 'worker' }))],
      'cycle',
    ),
  ],
  followed: [
    {
      label: 'span.name:orchestrator.processSignal signalId:sig_1',
      forest: [
        aNode(
          aSpan('orchestrator.processSignal', [20_300, 320], { service: 'worker', op: 'queue.process' }),
          [
            aNode(aSpan('engine-execution', [20_310, 130], { service: 'engine' })),
            aNode(
              aSpan(
                'INSERT INTO signals (id, symbol, direction, timeframe, variant) VALUES ($1, $2, $3, $4, $5)',
                [20_450, 160],
                { service: 'worker', op: 'db' },
              ),
            ),
          ],
        ),
      ],
    },
    { label: 'span.name:notify signalId:sig_1', forest: [] },
  ],
  missing: [
    { label: 'ab-routing', parentSpanId: 'abababababababab' },
    { label: 'database-save', parentSpanId: null },
  ],
  issues: [
    {
      shortId: 'WORKER-3',
      issueId: '3',
      message: 'Unhandled rejection in the scheduler',
      level: 'error',
      url: null,
    },
  ],
  findings: [
    {
      severity: 'warning',
      code: 'span-missing',
      message: 'ab-routing not in trace',
      hint: 'Check if A/B routing feature flag is enabled',
    },
  ],
};
