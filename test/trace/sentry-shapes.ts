/** Responses of Sentry's API in the shapes its own sources show; ids and values are made up. */

/** An item of `src/sentry/snuba/trace.py` (SerializedSpan) in getsentry/sentry: what an SDK that streams spans leads to. */
export function aSpanItem(overrides: Readonly<Record<string, unknown>> = {}) {
  return {
    event_type: 'span',
    event_id: 'bcea0a40bfd27c87',
    parent_span_id: null,
    transaction_id: '0daf40dc453a429c8c57e4c215c4e82c',
    transaction: 'POST /webhook',
    is_transaction: false,
    op: 'function',
    name: 'data-enrichment',
    description: 'data-enrichment',
    start_timestamp: 1795396550.187,
    end_timestamp: 1795396550.687,
    duration: 500,
    project_id: 1,
    project_slug: 'api',
    sdk_name: 'sentry.javascript.node',
    profile_id: '',
    profiler_id: '',
    measurements: {},
    browser_web_vital: {},
    mobile_app_vital: {},
    additional_attributes: { 'span.status': 'ok' },
    errors: [] as unknown[],
    occurrences: [] as unknown[],
    children: [] as unknown[],
    ...overrides,
  };
}

/** SerializedIssue of the same file. */
export function anIssueItem(overrides: Readonly<Record<string, unknown>> = {}) {
  return {
    event_type: 'error',
    event_id: 'e0096b8aa2424d3a8b7599deed573c68',
    issue_id: 7,
    short_id: 'API-7',
    issue_type: 1,
    level: 'error',
    description: 'duplicate key value violates unique constraint',
    culprit: 'saveSignal',
    transaction: 'POST /webhook',
    start_timestamp: 1795396550.3,
    project_id: 1,
    project_slug: 'api',
    ...overrides,
  };
}

/**
 * The span of the API documentation (`src/sentry/apidocs/examples/trace_examples.py`): an event id of 32 characters,
 * ISO times, and the operation as its name.
 */
export const DOCUMENTED_SPAN = {
  event_id: '00000000000000000123456789abcdef',
  event_type: 'span',
  transaction_id: '280027d94f30428c83a2de46f932612a',
  project_id: 4505281256090153,
  project_slug: 'javascript',
  transaction: 'POST /webhook/{source}/',
  description: 'POST /webhook/{source}/',
  op: 'http.server',
  name: 'http.server',
  parent_span_id: null,
  profile_id: '',
  profiler_id: '',
  sdk_name: 'sentry.python',
  is_transaction: true,
  start_timestamp: '2026-04-15T18:22:31.000250Z',
  end_timestamp: '2026-04-15T18:22:31.250250Z',
  duration: 250,
  measurements: { 'measurements.frames_slow_rate': 0.02 },
  children: [],
  errors: [],
  occurrences: [],
};

/** Of the same file; camel case, counts as floats. */
export const DOCUMENTED_META = {
  errorsCount: 0,
  logsCount: 5,
  metricsCount: 0,
  performanceIssuesCount: 0,
  spansCount: 195.0,
  transactionChildCountMap: [{ 'transaction.event_id': '280027d94f30428c83a2de46f932612a', 'count()': 7 }],
  spansCountMap: { db: 58, 'http.server': 6 },
};

/** The older spelling, which sentry-mcp (`packages/mcp-core/src/api-client/schema.ts`) still takes as well. */
export const OLDER_META = {
  logs: 5,
  errors: 2,
  performance_issues: 1,
  span_count: 195,
  transaction_child_count_map: [],
  span_count_map: {},
};

/** A row as in sentry-mcp's fixture `events-spans.json`. */
export function aRow(overrides: Readonly<Record<string, unknown>> = {}) {
  return {
    id: '07752c6aeb027c8f',
    trace: '6a477f5b0f31ef7b6b9b5e1dea66c91d',
    'span.op': 'queue.process',
    'span.description': 'orchestrator.processSignal',
    'span.duration': 12,
    project: 'worker',
    timestamp: '2026-04-13T14:19:18+00:00',
    ...overrides,
  };
}
