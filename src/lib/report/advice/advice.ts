/** Advice for findings: the first thing to try, and the list of possible solutions. */

import { traitsOf } from '../../model/failure-kinds.ts';
import type { Finding, MissingField } from '../../model/finding.ts';
import { isDetailed } from './details.ts';
import { type Advice, type Entry, FIELD_SOLUTIONS, RESPONSE_ADVICE } from './response-advice.ts';
import { TRACE_ADVICE } from './trace-advice.ts';

const CATALOG: readonly Entry[] = [...RESPONSE_ADVICE, ...TRACE_ADVICE];

const MISSING_CODES: readonly string[] = ['required-missing', 'recommended-missing'];

const TEST_ID = '<test id>';

/** Advice whose command works when pasted. */
export function fillTestId<Text extends string | null>(text: Text, testId: string): Text | string {
  return text === null ? text : text.replace(TEST_ID, testId);
}

/** The first thing to try for a finding, in one line; null where there is no useful hint. */
export function hintFor(code: string, field?: string): string | null {
  if (MISSING_CODES.includes(code)) {
    return field === undefined ? null : (missingFieldAdvice(field).solutions[0] ?? null);
  }
  const entry = entryFor(code);
  return traitsOf(code)?.tryFirst ?? entry?.first?.[code] ?? entry?.solutions[0] ?? null;
}

/** A finding, with the test it belongs to if it is not about the run as a whole. */
export type AdvisedFinding = Pick<Finding, 'severity' | 'code'> &
  Partial<Finding> & { readonly testId?: string };

/**
 * Advice for all findings, each piece once, most severe first: errors, advice that explains missing data, then
 * missing fields, other warnings; within each, the advice that explains the most comes first.
 */
export function nextSteps(found: {
  readonly findings: readonly AdvisedFinding[];
  readonly missing: readonly MissingField[];
}): readonly Advice[] {
  const forFindings = (severity: Finding['severity']): readonly Entry[] => {
    const findings = found.findings.filter((each) => each.severity === severity);
    return CATALOG.flatMap((entry) => {
      const those = findings.filter(({ code }) => entry.codes.includes(code));
      if (those.length === 0) return [];
      const hints = those.map(({ hint = null }) => hint);
      // The specific hints for these findings make the general advice misleading.
      const own = entry.yieldsToHints === true ? ownHints(entry, hints) : [];
      if (own.length > 0) return [{ ...entry, solutions: own }];
      const testId = those.find((each) => each.testId !== undefined)?.testId ?? null;
      const general = entry.solutions.flatMap((text) => solutionFor(text, testId));
      return [{ ...entry, solutions: [...new Set([...hints.filter(isDetailed), ...general])] }];
    });
  };
  const forFields = (level: MissingField['level']): readonly Advice[] =>
    found.missing
      .filter((each) => each.level === level)
      .map(({ field }) => ({
        ...missingFieldAdvice(field),
        ...(level === 'required' ? { isRequiredField: true as const } : {}),
      }));
  const warnings = forFindings('warning');
  const ordered = [
    ...forFindings('error'),
    ...warnings.filter((entry) => entry.explainsMissingData === true),
    ...forFields('required'),
    ...forFields('recommended'),
    ...warnings,
  ];
  // Entries with the same solutions are shown once, under the first title.
  const steps = new Map<string, Advice>();
  for (const { title, solutions, isRequiredField } of ordered) {
    const key = solutions.join('\n');
    if (!steps.has(key))
      steps.set(key, { title, solutions, ...(isRequiredField === undefined ? {} : { isRequiredField }) });
  }
  return [...steps.values()];
}

/** Without a test, a command that needs its id is dropped. */
function solutionFor(text: string, testId: string | null): readonly string[] {
  if (testId !== null) return [fillTestId(text, testId)];
  return text.includes(TEST_ID) ? [] : [text];
}

/** Empty if any of the findings has no specific hint. */
function ownHints({ solutions, first = {} }: Entry, hints: readonly (string | null)[]): readonly string[] {
  const general = new Set([...solutions, ...Object.values(first)]);
  const own = hints.filter((hint) => hint !== null && !general.has(hint)) as readonly string[];
  return own.length === hints.length ? [...new Set(own)] : [];
}

function entryFor(code: string): Entry | undefined {
  return CATALOG.find((entry) => entry.codes.includes(code));
}

function missingFieldAdvice(field: string): Advice {
  const known = field.split('.').find((segment) => Object.hasOwn(FIELD_SOLUTIONS, segment));
  const solutions = known === undefined ? undefined : FIELD_SOLUTIONS[known];
  return {
    title: `Missing ${field} in response`,
    solutions: solutions ?? [
      `Check that the webhook handler returns ${field}`,
      'Check response format in webhook handler',
    ],
  };
}
