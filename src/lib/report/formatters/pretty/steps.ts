/** What to do about a test, from the evidence; the guide's lists only where nothing better is known. */
import type { Finding } from '../../../model/finding.ts';
import type { ReportHead } from '../../../model/report.ts';
import type { TestResult } from '../../../model/result.ts';
import { causeText } from '../../cause-text.ts';
import { isUsable } from '../../store/unsaved.ts';
import { advised } from '../words.ts';
import { findingsOf } from './digest.ts';
import type { Saved } from './open.ts';

const STEPS_SHOWN = 3;

/** The first things to do about this test, at most three. */
export function stepsFor(page: Saved, test: TestResult): readonly string[] {
  // A command with a placeholder does not work when pasted.
  return stepTexts(page, test).map((text) => text.replace('<test id>', test.testId));
}

function stepTexts(page: Saved, test: TestResult): readonly string[] {
  const { head, digest } = page;
  const evident = evidentSteps(test, head.sandbox !== true).filter((text) =>
    isUsable(text, { savedAs: digest.savedAs, head }),
  );
  if (evident.length > 0) return evident.slice(0, STEPS_SHOWN);
  const [first] = findingsOf(test);
  const [advice] = advised(
    {
      ...head,
      // Only about this test.
      findings: [],
      missingData: first === undefined ? missingOf(head, test) : [],
      summary: { ...head.summary, flaky: test.flaky ? 1 : 0 },
    },
    { savedAs: digest.savedAs, findings: first === undefined ? [] : [first], scenarios: new Map() },
  );
  const general = advice?.solutions ?? [];
  const hint = first?.hint ?? null;
  const own = hint !== null && isUsable(hint, { savedAs: digest.savedAs, head }) ? [hint] : [];
  return [...new Set([...own, ...general])].slice(0, STEPS_SHOWN);
}

function missingOf({ missingData }: ReportHead, test: TestResult): ReportHead['missingData'] {
  const fields = new Set(test.missingData.map(({ field }) => field));
  return missingData.filter(({ field }) => fields.has(field));
}

/** @param hasTrace the trace can still be looked at */
function evidentSteps(test: TestResult, hasTrace: boolean): readonly string[] {
  const { cause, trace } = test;
  if (cause === null) return [];
  const text = causeText(cause);
  const about = findingsOf(test).find(({ message }) => message === text);
  const span = cause.span?.at(-1) ?? (about === undefined ? null : spanOf(test, about));
  if (span !== null) {
    const service = trace.spans.findLast(({ name }) => name === span)?.service;
    const logs = service === undefined ? 'the logs of its service' : `the logs of ${service}`;
    return [`Look at ${span} in ${hasTrace ? 'the trace and in ' : ''}${logs}`];
  }
  if (cause.source === 'response' || cause.source === 'connection') return [];
  return findingsOf(test)
    .filter((finding) => finding.stage === cause.stage && finding.stage !== undefined)
    .flatMap(({ hint }) => hint ?? []);
}

/** The span of a finding without a specific cause; null if unknown. */
function spanOf({ trace, stages }: TestResult, { code }: Finding): string | null {
  // A stage is usually named after its span.
  if (code === 'trace-slow') return stages.find(({ state }) => state === 'slow')?.name ?? null;
  if (code !== 'trace-error') return null;
  // The first two levels are our own spans: the test and its request.
  const failed = trace.spans.filter(
    ({ status, depth, followed }) => status === 'error' && (followed || depth > 1),
  );
  return failed.toSorted((a, b) => b.depth - a.depth)[0]?.name ?? null;
}
