/** Folds results, one by one, into why scenarios are broken. Pure. */
import type { Cause } from '../model/alert.ts';
import type { TestResult } from '../model/result.ts';
import { causeText } from '../report/cause-text.ts';
import type { Grouping } from './grouping.ts';

export interface CauseFold {
  readonly add: (result: TestResult) => void;
  /** A result that was added, with what its trace said. */
  readonly replace: (added: TestResult, verified: TestResult) => void;
  readonly causes: (grouping: Grouping) => readonly Cause[];
  /** Scenarios of which a test was judged. */
  readonly judged: () => ReadonlySet<string>;
}

/** Scenarios and causes that are told apart; further ones tell nobody anything new. */
const MAX_KINDS = 1_000;

/** What a broken test without an error of its own is called. */
const NO_CODE = 'broken';

interface Counted extends Omit<Cause, 'judged'> {
  readonly tests: number;
}

export function createCauseFold(): CauseFold {
  const judged = new Map<string, number>();
  const causes = new Map<string, Counted>();
  const count = (result: TestResult, by: 1 | -1) => {
    const { scenario } = result;
    if (judged.has(scenario) || judged.size < MAX_KINDS)
      judged.set(scenario, (judged.get(scenario) ?? 0) + by);
    if (result.verdict !== 'broken') return;
    const found = causeOf(result);
    const key = `${scenario}\n${found.code}`;
    const known = causes.get(key);
    const tests = (known?.tests ?? 0) + by;
    if (tests <= 0) causes.delete(key);
    else if (known !== undefined || causes.size < MAX_KINDS) causes.set(key, { ...(known ?? found), tests });
  };
  return {
    add: (result) => count(result, 1),
    replace: (added, verified) => {
      count(added, -1);
      count(verified, 1);
    },
    causes: (grouping) => {
      const all = [...causes.values()].map((cause) => ({
        ...cause,
        judged: judged.get(cause.scenario) ?? 0,
      }));
      return grouping === 'cause' ? all : worstOfEach(all);
    },
    judged: () => new Set([...judged].filter(([, tests]) => tests > 0).map(([scenario]) => scenario)),
  };
}

/** Of each scenario the cause that breaks most tests, with all of its broken tests. */
function worstOfEach(all: readonly Cause[]): readonly Cause[] {
  const worst = new Map<string, Cause>();
  const tests = new Map<string, number>();
  for (const cause of all) {
    tests.set(cause.scenario, (tests.get(cause.scenario) ?? 0) + cause.tests);
    if (cause.tests > (worst.get(cause.scenario)?.tests ?? 0)) worst.set(cause.scenario, cause);
  }
  return [...worst.values()].map((cause) => ({ ...cause, tests: tests.get(cause.scenario) ?? cause.tests }));
}

function causeOf({ scenario, errors, testId, trace, request, cause }: TestResult): Omit<Counted, 'tests'> {
  const [first] = errors;
  return {
    scenario,
    code: first?.code ?? NO_CODE,
    message: cause === null ? (first?.message ?? 'broken') : causeText(cause),
    hint: first?.hint ?? null,
    failing: {
      testId,
      traceId: trace.traceId,
      spanId: spanOf(request.headers, trace.traceId),
      traceUrl: trace.url,
    },
  };
}

/** `sentry-trace: <trace id>-<span id>-1` is the span that sent the webhook. */
function spanOf(headers: Readonly<Record<string, string>>, traceId: string): string | null {
  const [, trace, span] = /^([0-9a-f]{32})-([0-9a-f]{16})(?:-|$)/.exec(headers['sentry-trace'] ?? '') ?? [];
  return trace === traceId ? (span ?? null) : null;
}
