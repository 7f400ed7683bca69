/** The span in which a failure began, as data, and its one text. */
import type { TraceIssue } from './trace.ts';

export interface FailedSpan {
  /** Names from the outermost failed span that matters to the failed one: `data-enrichment`, `fetch-gex-data`. */
  readonly path: readonly string[];
  /** Class of its exception; null for none, or for a meaningless one, such as `Error`. */
  readonly exception: string | null;
  /** Null if nothing gives a reason. */
  readonly message: string | null;
  readonly issue: TraceIssue | null;
}

type Failed = Pick<FailedSpan, 'path' | 'exception' | 'message'>;

/** `data-enrichment > fetch-gex-data: TimeoutError: no response in 2 s`, or `data-enrichment failed`. */
export function failedSpanText({ path, ...failed }: Failed): string {
  // The spans in between add nothing to the first and the last one.
  const shown = path.length > 3 ? [path[0] ?? '', '…', path.at(-1) ?? ''] : path;
  const place = shown.join(' > ');
  const reason = reasonText(failed);
  if (place === '') return reason ?? 'failed';
  return reason === null ? `${place} failed` : `${place}: ${reason}`;
}

/** `TimeoutError: no response in 2 s`; null without a reason. */
export function reasonText({ exception, message }: Omit<Failed, 'path'>): string | null {
  const parts = [exception, message].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(': ');
}
