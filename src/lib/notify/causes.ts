/** Collects, result by result, why scenarios are broken and what shows that others work. Pure. */
import type { Cause, FailingTest } from '../model/alert.ts';
import type { TestResult } from '../model/result.ts';
import { type Failing, failingOf, isOfTheTarget, TARGET } from './outage-key.ts';

/** What a run shows about one scenario. Counts are tests, without duplicates, which test nothing. */
export interface ScenarioRun {
  readonly judged: number;
  /** The target responded with anything but a failure of the target itself. */
  readonly responded: number;
  /** The response was as expected, whatever happened to the webhook afterwards. */
  readonly accepted: number;
  /** Tests that work and whose trace shows no failure. */
  readonly traced: number;
  /** Stage → tests that reached it, whatever happened to them afterwards. */
  readonly reached: ReadonlyMap<string, number>;
}

export interface Observed {
  readonly causes: readonly Cause[];
  /** Scenarios with at least one judged test. */
  readonly scenarios: ReadonlyMap<string, ScenarioRun>;
}

export interface CauseFold {
  readonly add: (result: TestResult) => void;
  /** Replaces a result that was added with the same result after its trace was read. */
  readonly replace: (added: TestResult, verified: TestResult) => void;
  readonly observed: () => Observed;
}

/** What a test has to show to count as working. */
export interface Required {
  readonly traces: boolean;
  readonly stages: boolean;
}

/** Limit of scenarios, and of kinds of causes, that are counted separately. */
const MAX_KINDS = 1_000;
/** Limit of wordings per kind of cause and scenario; further ones count as the last. */
const MAX_WORDINGS = 20;
const OTHERS = '';

interface Counted extends Omit<Cause, 'tests' | 'judged'> {
  readonly tests: number;
}

export function createCauseFold(required: Required): CauseFold {
  const scenarios = new Map<string, ReturnType<typeof emptyScenario>>();
  /** Scenario and kind → wording → tests. */
  const kinds = new Map<string, Map<string, Counted>>();
  const countCause = (result: TestResult, by: 1 | -1) => {
    const found = failingOf(result);
    const kind = `${result.scenario}\n${found.slot}`;
    const wordings = kinds.get(kind) ?? new Map<string, Counted>();
    if (!kinds.has(kind) && kinds.size === MAX_KINDS) return;
    kinds.set(kind, wordings);
    const own = `${found.key}\n${found.message}`;
    const wording = wordings.has(own) || (by === 1 && wordings.size < MAX_WORDINGS) ? own : OTHERS;
    const known = wordings.get(wording) ?? { ...counted(result, found), tests: 0 };
    const tests = known.tests + by;
    if (tests <= 0) wordings.delete(wording);
    else wordings.set(wording, { ...known, tests });
    if (wordings.size === 0) kinds.delete(kind);
  };
  const count = (result: TestResult, by: 1 | -1) => {
    const known = scenarios.get(result.scenario);
    if (known === undefined && scenarios.size === MAX_KINDS) return;
    const seen = known ?? emptyScenario();
    scenarios.set(result.scenario, seen);
    seen.judged += by;
    if (result.verdict === 'broken') countCause(result, by);
    countEvidence(seen, { result, by, required });
  };
  return {
    add: (result) => count(result, 1),
    replace: (added, verified) => {
      count(added, -1);
      count(verified, 1);
    },
    observed: () => {
      const causes = [...kinds.values()].flatMap((wordings): readonly Cause[] => {
        const [commonest, ...rest] = [...wordings.values()].sort((a, b) => b.tests - a.tests);
        if (commonest === undefined) return [];
        const tests = rest.reduce((sum, each) => sum + each.tests, commonest.tests);
        return [{ ...commonest, tests, judged: scenarios.get(commonest.scenario)?.judged ?? tests }];
      });
      return {
        causes: explained(causes),
        scenarios: new Map([...scenarios].filter(([, { judged }]) => judged > 0)),
      };
    },
  };
}

function emptyScenario() {
  return { judged: 0, responded: 0, accepted: 0, traced: 0, reached: new Map<string, number>() };
}

/** Counts what a test shows. A duplicate shows nothing, nor does a test whose required trace or stage could not be checked. */
function countEvidence(
  seen: ReturnType<typeof emptyScenario>,
  { result, by, required }: { readonly result: TestResult; readonly by: 1 | -1; readonly required: Required },
): void {
  const { verdict, warnings, expectsAcceptance, trace, stages } = result;
  if (expectsAcceptance && warnings.some(({ code }) => code === 'duplicate')) return;
  const works = verdict === 'working';
  const unchecked = stages.some((stage) => stage.required && stage.state === 'unverified');
  const isShown = !(required.traces && trace.state === 'unverified') && !(required.stages && unchecked);
  const code = works ? null : failingOf(result).code;
  if (isShown && (code === null || (gotResponse(result) && !isOfTheTarget(code)))) seen.responded += by;
  if (isShown && (code === null || /^(stage|trace)-/.test(code))) seen.accepted += by;
  if (works && trace.state === 'verified') seen.traced += by;
  for (const { name, state } of stages) {
    const reached = state === 'ok' || state === 'slow' ? by : 0;
    seen.reached.set(name, (seen.reached.get(name) ?? 0) + reached);
  }
}

/** Some traces are not read, so some tests only show `HTTP 500`. They join the stage that explains it in other tests. */
function explained(causes: readonly Cause[]): readonly Cause[] {
  const deeper = (bare: Cause) =>
    causes
      .filter((each) => each.scenario === bare.scenario && each.slot !== TARGET && each.code === bare.code)
      .toSorted((a, b) => b.tests - a.tests)[0];
  const bare = causes.filter(({ slot }) => slot === TARGET);
  return causes.flatMap((cause): readonly Cause[] => {
    if (cause.slot === TARGET) return deeper(cause) === undefined ? [cause] : [];
    const more = bare.filter((each) => deeper(each) === cause);
    return [{ ...cause, tests: more.reduce((sum, { tests }) => sum + tests, cause.tests) }];
  });
}

function counted(result: TestResult, failing: Failing): Omit<Counted, 'tests'> {
  return {
    ...failing,
    scenario: result.scenario,
    hint: result.errors[0]?.hint ?? null,
    failing: failingTest(result),
  };
}

function failingTest(result: TestResult): FailingTest {
  const { testId, trace, request, cause } = result;
  return {
    testId,
    traceId: trace.traceId,
    spanId: spanOf(request.headers, trace.traceId),
    traceUrl: trace.url,
    issueUrl: cause?.issue?.url ?? null,
    responded: gotResponse(result),
  };
}

function gotResponse({ response, attempts }: TestResult): boolean {
  return response !== null || attempts.some(({ status }) => status !== null);
}

/** `sentry-trace: <trace id>-<span id>-1` is the span that sent the webhook. */
function spanOf(headers: Readonly<Record<string, string>>, traceId: string): string | null {
  const [, trace, span] = /^([0-9a-f]{32})-([0-9a-f]{16})(?:-|$)/.exec(headers['sentry-trace'] ?? '') ?? [];
  return trace === traceId ? (span ?? null) : null;
}
