/** Order and parentage, where they are asked for. */
import type { Finding } from '../../model/finding.ts';
import type { TraceExpectation } from '../../model/trace-expectation.ts';
import { measuredMs } from '../../terminal/quantities.ts';
import { labeledName, spanName } from '../spans/span-text.ts';
import { type ExpectedSpan, findingSeverity } from './expected-spans.ts';

/** Clocks of two machines kept by NTP differ by less; between services a smaller lead is no evidence of the order. */
const CLOCK_SKEW_MS = 100;

/** A span that began before the first one it has to come after. The presence check reports what is missing. */
export function orderFindings(
  expected: readonly ExpectedSpan[],
  checks: TraceExpectation['checks'],
): readonly Finding[] {
  return expected.flatMap(({ expectation, found }) => {
    const severity = findingSeverity(checks[expectation.check]);
    const earlier = expected.find((each) => each.expectation.label === expectation.after);
    const first = found[0]?.span;
    const before = earlier?.found[0]?.span;
    if (severity === null || earlier === undefined || first === undefined || before === undefined) return [];
    const lead = before.startMs - first.startMs;
    if (lead <= (first.service === before.service ? 0 : CLOCK_SKEW_MS)) return [];
    const message =
      `${labeledName(expectation.label, first)} began ${measuredMs(lead)} before ` +
      `${labeledName(earlier.expectation.label, before)}, expected after it`;
    return [{ severity, code: 'trace-order', message, hint: null }];
  });
}

/** A span that is there, but surely not inside of where it belongs. */
export function parentFindings(
  expected: readonly ExpectedSpan[],
  checks: TraceExpectation['checks'],
): readonly Finding[] {
  return expected.flatMap(({ expectation, found, misplaced }) => {
    const severity = findingSeverity(checks[expectation.check]);
    const first = found[0];
    if (severity === null || !misplaced || first === undefined) return [];
    const where = first.parent === null ? 'a root of the trace' : `in ${spanName(first.parent.span)}`;
    const message = `${labeledName(expectation.label, first.span)} is ${where}, expected inside ${expectation.inside}`;
    return [{ severity, code: 'trace-parent', message, hint: null }];
  });
}
