/** The trace of a saved result, in the form that is compared. */
import { MAX_SAVED_SPANS } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import type { Specimen, SpecimenTrace } from '../../model/specimen.ts';
import type { DiffTrace } from './trace-nodes.ts';

/** The specimen has attributes and more spans, but is saved for few tests. */
export function diffTraceOf({ trace, specimen }: Pick<TestResult, 'trace' | 'specimen'>): DiffTrace {
  if (specimen !== undefined) return ofSpecimen(specimen);
  const { spans, state } = trace;
  // An unverified trace was still growing, and of a large one only the first spans are saved.
  return { spans, isComplete: state !== 'unverified' && spans.length < MAX_SAVED_SPANS };
}

function ofSpecimen({ own, followed, complete, cut }: Specimen): DiffTrace {
  const attempts = followed.flatMap(({ traces }) => traces);
  const startMs = Math.min(...[own, ...attempts].flatMap(({ spans }) => spans.map((span) => span.startMs)));
  return {
    spans: [
      ...spansOf(own, { startMs, followed: false }),
      ...attempts.flatMap((trace) => spansOf(trace, { startMs, followed: true })),
    ],
    isComplete: complete && !cut.includes('spans'),
  };
}

function spansOf(
  { spans }: SpecimenTrace,
  { startMs, followed }: { readonly startMs: number; readonly followed: boolean },
): DiffTrace['spans'] {
  const depths = new Map<string, number>();
  return spans.map(({ spanId, parentSpanId, ...span }) => {
    // Parents come before their children.
    const depth = (depths.get(parentSpanId ?? '') ?? -1) + 1;
    depths.set(spanId, depth);
    return { ...span, depth, followed, startMs: span.startMs - startMs };
  });
}
