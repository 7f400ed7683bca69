/** Sentry's smaller responses: counts of a trace, rows of a span search, an organization, the cursor of the next page. */
import type { PlainScalar } from '../../model/json.ts';
import { countOf, fieldsOf, idOf, isFields, scalarOf, spanIdOf, textOf, traceIdOf } from './json-fields.ts';
import { timeMs } from './time.ts';

/** Counts; null where the server does not say. */
export interface TraceMeta {
  readonly spans: number | null;
  readonly errors: number | null;
  readonly performanceIssues: number | null;
  readonly logs: number | null;
}

/** Camel case from current servers, snake case from older ones. */
export function parseTraceMeta(json: unknown): TraceMeta {
  const fields = fieldsOf(json);
  return {
    spans: countOf(fields.spansCount) ?? countOf(fields.span_count),
    errors: countOf(fields.errorsCount) ?? countOf(fields.errors),
    performanceIssues: countOf(fields.performanceIssuesCount) ?? countOf(fields.performance_issues),
    logs: countOf(fields.logsCount) ?? countOf(fields.logs),
  };
}

/** A span that a search found. */
export interface FoundSpan {
  readonly spanId: string | null;
  readonly traceId: string;
  readonly name: string;
  readonly op: string | null;
  readonly service: string;
  /** Milliseconds since the epoch; null if the row has none. */
  readonly timestampMs: number | null;
  /** Every field of the row that has a plain value. */
  readonly fields: Readonly<Record<string, PlainScalar>>;
}

/** Rows of `events/?dataset=spans`; those without a trace id are skipped. */
export function parseFoundSpans(json: unknown): readonly FoundSpan[] {
  const { data } = fieldsOf(json);
  return (Array.isArray(data) ? data : []).filter(isFields).flatMap((row) => {
    const traceId = traceIdOf(row.trace);
    if (traceId === null) return [];
    const fields = Object.entries(row).flatMap(([name, value]) => {
      const scalar = scalarOf(value);
      return scalar === null ? [] : [[name, scalar] as const];
    });
    return [
      {
        spanId: spanIdOf(row.id) ?? spanIdOf(row.span_id),
        traceId,
        name: textOf(row['span.name']) ?? textOf(row['span.description']) ?? '',
        op: textOf(row['span.op']),
        service: textOf(row.project) ?? '',
        timestampMs: timeMs(row.timestamp),
        fields: Object.fromEntries(fields),
      },
    ];
  });
}

export interface Organization {
  readonly id: string | null;
  readonly slug: string | null;
  readonly name: string | null;
  /** Where the organization's data is served from; null where the server does not say. */
  readonly regionUrl: string | null;
}

export function parseOrganization(json: unknown): Organization {
  const fields = fieldsOf(json);
  return {
    id: idOf(fields.id),
    slug: textOf(fields.slug),
    name: textOf(fields.name),
    regionUrl: textOf(fieldsOf(fields.links).regionUrl),
  };
}

/** The cursor of the next page out of a `Link` header; null on the last page. */
export function nextCursor(link: string | undefined): string | null {
  const next = (link ?? '').split(/,\s*(?=<)/).find((part) => /;\s*rel="next"/.test(part));
  if (next === undefined || !/;\s*results="true"/.test(next)) return null;
  return /;\s*cursor="([^"]+)"/.exec(next)?.[1] ?? null;
}

/** When a release was last deployed: the latest `dateFinished` of its deploys, in milliseconds since the epoch; null without one. */
export function parseDeploys(json: unknown): number | null {
  const deploys = (Array.isArray(json) ? json : []).filter(isFields);
  const times = deploys.flatMap(({ dateFinished }) => timeMs(dateFinished) ?? []);
  return times.length === 0 ? null : Math.max(...times);
}
