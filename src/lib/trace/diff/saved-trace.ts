/** The trace of a saved result, in the form that is compared. */
import { MAX_SAVED_SPANS } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import type { DiffTrace } from './trace-nodes.ts';

export function diffTraceOf({ trace }: Pick<TestResult, 'trace'>): DiffTrace {
  const { spans, state } = trace;
  // An unverified trace was still growing, and of a large one only the first spans are saved.
  return { spans, isComplete: state !== 'unverified' && spans.length < MAX_SAVED_SPANS };
}
