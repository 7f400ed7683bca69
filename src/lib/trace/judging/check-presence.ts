/** Missing spans (the guide's missing spans, external calls, database, routing), and counts that are not as asked for. */
import type { Finding } from '../../model/finding.ts';
import type { SpanExpectation, TraceExpectation } from '../../model/trace-expectation.ts';
import { nameList, times } from '../spans/span-text.ts';
import { type ExpectedSpan, expectedName, findingSeverity } from './expected-spans.ts';

type Checks = TraceExpectation['checks'];

/** A missing expected span, with the spans that are missing because they belong inside it. */
export interface MissingSpan {
  readonly expectation: SpanExpectation;
  readonly parts: readonly SpanExpectation[];
  readonly severity: Finding['severity'];
}

/**
 * Presence is judged by the expectation's check; a required span is an error even where that check is off.
 * A group is as severe as its worst member.
 */
export function missingSpans(expected: readonly ExpectedSpan[], checks: Checks): readonly MissingSpan[] {
  const byLabel = new Map(expected.map((each) => [each.expectation.label, each]));
  const isMissing = ({ expectation, found }: ExpectedSpan) => found.length === 0 && expectation.minCount > 0;
  const groups = new Map<SpanExpectation, SpanExpectation[]>();
  for (const each of byLabel.values()) {
    if (!isMissing(each) || presenceSeverity(each.expectation, checks) === null) continue;
    const around = outsideOf(each, byLabel);
    const seenFrom = around.findIndex((outer) => outer.found.length > 0);
    // What is outside of a span that was seen explains nothing inside of it.
    const head = around
      .slice(0, seenFrom === -1 ? around.length : seenFrom)
      .findLast((outer) => isMissing(outer) && presenceSeverity(outer.expectation, checks) !== null);
    if (head === undefined) groups.set(each.expectation, groups.get(each.expectation) ?? []);
    else groups.set(head.expectation, [...(groups.get(head.expectation) ?? []), each.expectation]);
  }
  return [...groups].map(([expectation, parts]) => ({
    expectation,
    parts,
    severity: [expectation, ...parts].some((each) => presenceSeverity(each, checks) === 'error')
      ? 'error'
      : 'warning',
  }));
}

/** What it belongs inside of, from the inside out; nothing where the labels lead in a circle. */
function outsideOf(inner: ExpectedSpan, byLabel: ReadonlyMap<string, ExpectedSpan>): readonly ExpectedSpan[] {
  const around: ExpectedSpan[] = [];
  let at: ExpectedSpan | undefined = inner;
  while (at?.expectation.inside != null) {
    at = byLabel.get(at.expectation.inside);
    if (at !== undefined && around.includes(at)) return [];
    if (at !== undefined) around.push(at);
  }
  return around;
}

export function missingFinding({ expectation, parts, severity }: MissingSpan): Finding {
  const code = expectation.check === 'missing' ? 'trace-missing' : `trace-${expectation.check}`;
  const alsoMissing = parts.length === 0 ? '' : `, with its ${parts.length === 1 ? 'part' : 'parts'} `;
  const message = `${expectedName(expectation)} is missing${alsoMissing}${nameList(parts.map(({ label }) => label))}`;
  return { severity, code, message, hint: null };
}

/** Too few are as bad as missing; too many have at most the check's severity. {@link missingSpans} covers a count of zero. */
export function countFindings(expected: readonly ExpectedSpan[], checks: Checks): readonly Finding[] {
  return expected.flatMap(({ expectation, found }) => {
    const { minCount, maxCount } = expectation;
    const seen = `${expectedName(expectation)} seen ${times(found.length)}`;
    if (found.length > 0 && found.length < minCount) {
      const severity = presenceSeverity(expectation, checks);
      return countFinding(
        severity,
        `${seen}, expected ${maxCount === minCount ? '' : 'at least '}${minCount}`,
      );
    }
    if (maxCount === null || found.length <= maxCount) return [];
    const allowed =
      maxCount === 0 ? 'expected never' : `expected ${maxCount === minCount ? '' : 'at most '}${maxCount}`;
    return countFinding(findingSeverity(checks[expectation.check]), `${seen}, ${allowed}`);
  });
}

function countFinding(severity: Finding['severity'] | null, message: string): readonly Finding[] {
  return severity === null ? [] : [{ severity, code: 'trace-count', message, hint: null }];
}

function presenceSeverity({ required, check }: SpanExpectation, checks: Checks): Finding['severity'] | null {
  return required ? 'error' : findingSeverity(checks[check]);
}
