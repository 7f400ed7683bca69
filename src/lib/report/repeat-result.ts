/** Adds to a result what happened when the same webhook was resent; that is part of its test. */
import { type Delivery, earlierDeliveries } from '../model/delivery.ts';
import type { Finding, Judgment } from '../model/finding.ts';
import type { RepeatedSend, TestResult, Treatment } from '../model/result.ts';
import type { Repeat } from '../model/scenario.ts';
import type { PathMasking } from '../secrets/redact-paths.ts';
import { hintFor } from './advice/advice.ts';
import { storedAttempts, toStoredResponse, withHints } from './result.ts';

/** The target created a second event. */
export const SECOND_EVENT = 'second-event';
/** The expectation for each further response. */
export const REPEAT = 'repeat';

export interface RepeatOutcome extends Treatment {
  readonly sends: readonly {
    readonly delivery: Delivery;
    readonly judgment: Judgment;
    /** Masks secrets of the request and this response. */
    readonly masking: PathMasking;
  }[];
}

export function withRepeat(
  result: TestResult,
  { again, secondEvent }: { readonly again: RepeatOutcome; readonly secondEvent: Repeat['secondEvent'] },
): TestResult {
  const sends = again.sends.map(toRepeatedSend);
  const second = secondEventFindings(again, secondEvent);
  const found = [
    ...second,
    ...distinct(sends.flatMap(({ errors, warnings }) => [...errors, ...warnings])).map(ofRepeat),
  ];
  const errors = found.filter(({ severity }) => severity === 'error');
  const known = new Set(result.missingData.map(({ field }) => field));
  const missing = new Map(sends.flatMap(({ missingData }) => missingData).map((each) => [each.field, each]));
  return {
    ...result,
    verdict: errors.length > 0 ? 'broken' : result.verdict,
    flaky:
      (result.flaky || (result.verdict === 'working' && sends.some(arrivedBefore))) && errors.length === 0,
    errors: [...result.errors, ...errors],
    warnings: [...result.warnings, ...found.filter(({ severity }) => severity === 'warning')],
    missingData: [...result.missingData, ...[...missing.values()].filter(({ field }) => !known.has(field))],
    repeat: { treatedAs: again.treatedAs, because: mask(again, again.because), sends },
  };
}

function toRepeatedSend({ delivery, judgment, masking }: RepeatOutcome['sends'][number]): RepeatedSend {
  const withHint = (finding: Finding) => withHints(finding, { delivery, redact: masking.text });
  return {
    startedAt: delivery.startedAt,
    errors: judgment.errors.map(withHint),
    warnings: judgment.warnings.map(withHint),
    missingData: judgment.missingData,
    response: delivery.response === null ? null : toStoredResponse(delivery.response, masking),
    timings: delivery.timings,
    attempts: storedAttempts(delivery, masking.text),
    traceId: delivery.trace.traceId,
  };
}

function mask({ sends }: RepeatOutcome, text: string): string {
  return sends.reduce((masked, { masking }) => masking.text(masked, 'sentence'), text);
}

function arrivedBefore({ attempts }: RepeatedSend): boolean {
  return earlierDeliveries(attempts).length > 0;
}

function secondEventFindings(again: RepeatOutcome, secondEvent: Repeat['secondEvent']): readonly Finding[] {
  if (again.treatedAs !== 'second-event' || secondEvent === 'off') return [];
  return [
    {
      severity: secondEvent === 'warn' ? 'warning' : 'error',
      code: SECOND_EVENT,
      message: `Resending it created a second event (${mask(again, again.because)})`,
      hint: hintFor(SECOND_EVENT),
    },
  ];
}

function ofRepeat(finding: Finding): Finding {
  return { ...finding, code: REPEAT, message: `Resent: ${finding.message}` };
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}
