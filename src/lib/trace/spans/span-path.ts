/**
 * The path of a span: service, operation and name of the span and of all above it, the same in every run. What differs
 * from webhook to webhook is masked, and operations are distinguished by their family, which versions of the SDKs agree on.
 */

import { MAX_SAVED_SPANS } from '../../model/report-source.ts';
import type { SavedSpan } from '../../model/result.ts';
import type { TraceSpan } from '../../model/trace.ts';
import type { FoundSpan } from './found-spans.ts';
import { isOurRequest, isOurRoot } from './own-spans.ts';

/** As much as is kept of a name. */
const NAME_READ = 200;
/** Spans of a kept trace cannot be deeper. */
const MAX_DEPTH = MAX_SAVED_SPANS;

const MASK = '{id}';
/** Run and test ids of this program, UUIDs, hexadecimal with a digit in it, and long numbers. */
const MASKED: readonly RegExp[] = [
  /\b\d{8}-\d{6}-[0-9a-z]{5}(?:-\d+)?\b/gi,
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi,
  /(?<![0-9a-z])(?=[a-f]*\d)[0-9a-f]{8,}(?![0-9a-z])/gi,
  /\d{5,}/g,
];

/** Ops that only mean "some code": SDKs set one or the other, or none. */
const VAGUE_OPS: readonly string[] = ['', 'default', 'function', 'custom'];
/** Of these the second word says which side it is. */
const TWO_SIDED: readonly string[] = ['http', 'queue'];

/** `api|http.server|POST /webhook`. */
export function pathStep({ service, op, name }: Pick<TraceSpan, 'service' | 'op' | 'name'>): string {
  return `${service}|${opFamily(op)}|${normalizedName(name)}`;
}

/** From the target's first span on; null for our own spans, and for what is deeper than a kept trace can be. */
export function pathOf(seen: FoundSpan): string | null {
  const steps: string[] = [];
  for (let at: FoundSpan | null = seen; at !== null && !at.ours; at = at.parent) {
    if (steps.length === MAX_DEPTH) return null;
    steps.push(pathStep(at.span));
  }
  return steps.length === 0 ? null : steps.reverse().join(' > ');
}

/** A span of the target as saved, with its place. */
export interface TargetSpan {
  readonly span: SavedSpan;
  readonly step: string;
  /** Null for the first span of the target, whatever of prod-e2e is above it. */
  readonly parent: TargetSpan | null;
}

/** Saved spans without those of prod-e2e, parents before their children. */
export function* targetSpans(spans: readonly SavedSpan[]): Iterable<TargetSpan> {
  const above: { readonly target: TargetSpan | null; readonly ours: 'root' | 'request' | null }[] = [];
  for (const span of spans) {
    // A saved run may be damaged.
    above.splice(Math.max(0, Math.floor(span.depth)));
    const parent = above.at(-1);
    const root = isOurRoot(span) && span.depth === 0 ? 'root' : null;
    const request = parent?.ours === 'root' && isOurRequest(span) ? 'request' : null;
    if (root !== null || request !== null) {
      above.push({ target: null, ours: root ?? request });
      continue;
    }
    const target = { span, step: pathStep(span), parent: parent?.target ?? null };
    above.push({ target, ours: null });
    yield target;
  }
}

/** The paths of saved spans. */
export function* pathsOfSpans(
  spans: readonly SavedSpan[],
): Iterable<{ readonly span: SavedSpan; readonly path: string; readonly parentPath: string | null }> {
  const paths = new Map<TargetSpan, string>();
  for (const target of targetSpans(spans)) {
    const { span, step, parent } = target;
    const parentPath = (parent === null ? null : paths.get(parent)) ?? null;
    const path = parentPath === null ? step : `${parentPath} > ${step}`;
    paths.set(target, path);
    yield { span, path, parentPath };
  }
}

/** `db` of `db.query`, `db.sql.query` and `db.redis`; `http.client` stays apart from `http.server`. */
function opFamily(op: string | null): string {
  const [first = '', second] = (op ?? '').toLowerCase().split('.');
  if (VAGUE_OPS.includes(first)) return '';
  return TWO_SIDED.includes(first) && second !== undefined ? `${first}.${second}` : first;
}

function normalizedName(name: string): string {
  return MASKED.reduce((text, pattern) => text.replace(pattern, MASK), name.slice(0, NAME_READ));
}
