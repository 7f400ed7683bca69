/** A stored trace in the shape of Sentry's `GET /api/0/organizations/{org}/trace/{id}/`. */
import type { Json } from '../../lib/model/json.ts';
import { shortIdOf } from './issue-response.ts';
import { durationMs, fieldOf, type SlugOf } from './span-fields.ts';
import type { SpanRecord } from './span-records.ts';
import type { StoredError, StoredTrace } from './span-store.ts';

/** Deeper spans become roots: JSON.stringify recurses and would run out of stack some thousands deep. */
const MAX_DEPTH = 500;

export interface TraceResponseOptions {
  readonly slugOf: SlugOf;
  /** Names requested with `additional_attributes`. */
  readonly attributes: readonly string[];
}

export interface IssueNode {
  readonly event_type: 'error';
  readonly event_id: string;
  readonly issue_id: number;
  readonly short_id: string;
  readonly issue_type: number;
  readonly level: string;
  readonly description: string;
  readonly culprit: string;
  readonly transaction: string;
  readonly project_id: number;
  readonly project_slug: string;
  /** Unix seconds. */
  readonly start_timestamp: number;
}

export interface SpanNode {
  readonly event_type: 'span';
  /** The span's id: the endpoint has no other field for it. */
  readonly event_id: string;
  readonly parent_span_id: string | null;
  readonly children: SpanNode[];
  readonly errors: IssueNode[];
  readonly [field: string]: Json | SpanNode[] | IssueNode[];
}

function spanNode(span: SpanRecord, { slugOf, attributes }: TraceResponseOptions): SpanNode {
  const requested = attributes.map((name) => [name, fieldOf(span, name, slugOf)] as const);
  return {
    event_type: 'span',
    event_id: span.spanId,
    parent_span_id: span.parentSpanId,
    transaction_id: span.segmentId ?? '',
    transaction: span.segmentName ?? '',
    is_transaction: span.isSegment,
    op: span.op ?? 'default',
    name: span.name,
    description: span.description ?? span.name,
    start_timestamp: span.startTimestamp,
    end_timestamp: span.endTimestamp,
    // Milliseconds, unlike the timestamps.
    duration: durationMs(span),
    project_id: span.projectId,
    project_slug: slugOf(span.projectId),
    sdk_name: span.sdk ?? '',
    profile_id: '',
    profiler_id: '',
    measurements: {},
    browser_web_vital: {},
    mobile_app_vital: {},
    additional_attributes: Object.fromEntries(
      requested.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
    occurrences: [],
    errors: [],
    children: [],
  };
}

function issueNode(error: StoredError, slugOf: SlugOf): IssueNode {
  const slug = slugOf(error.projectId);
  return {
    event_type: 'error',
    event_id: error.eventId,
    issue_id: error.issueId,
    short_id: shortIdOf(error, slug),
    issue_type: 1,
    level: error.level,
    description: error.title,
    culprit: error.transaction ?? '',
    transaction: error.transaction ?? '',
    project_id: error.projectId,
    project_slug: slug,
    start_timestamp: error.timestamp ?? 0,
  };
}

/** Hangs each span below its parent and gives the roots; what no root reaches (a cycle) becomes a root, too. */
function nest(spans: readonly SpanRecord[], nodes: ReadonlyMap<string, SpanNode>): SpanNode[] {
  const childrenOf = new Map<string, SpanRecord[]>();
  for (const span of spans) {
    const siblings = childrenOf.get(span.parentSpanId ?? '') ?? [];
    childrenOf.set(span.parentSpanId ?? '', siblings);
    siblings.push(span);
  }
  const roots: SpanNode[] = [];
  const placed = new Set<string>();
  const plant = (root: SpanRecord): void => {
    const waiting: { span: SpanRecord; parent: SpanNode | null; depth: number }[] = [
      { span: root, parent: null, depth: 0 },
    ];
    for (const { span, parent, depth } of waiting) {
      const node = nodes.get(span.spanId);
      if (node === undefined || placed.has(span.spanId)) continue;
      placed.add(span.spanId);
      const isRoot = parent === null || depth % MAX_DEPTH === 0;
      (isRoot ? roots : parent.children).push(node);
      for (const child of childrenOf.get(span.spanId) ?? [])
        waiting.push({ span: child, parent: node, depth: depth + 1 });
    }
  };
  for (const span of spans) if (!nodes.has(span.parentSpanId ?? '')) plant(span);
  for (const span of spans) plant(span);
  return roots;
}

/** Roots first (orphans among them, still naming their parent), then errors whose span is not there. */
export function traceResponse(trace: StoredTrace, options: TraceResponseOptions): (SpanNode | IssueNode)[] {
  const spans = trace.spans.toSorted((a, b) => a.startTimestamp - b.startTimestamp);
  const nodes = new Map(spans.map((span) => [span.spanId, spanNode(span, options)]));
  const roots = nest(spans, nodes);
  const orphans: IssueNode[] = [];
  for (const error of trace.errors) {
    (nodes.get(error.spanId ?? '')?.errors ?? orphans).push(issueNode(error, options.slugOf));
  }
  return [...roots, ...orphans];
}
