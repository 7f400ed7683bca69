/** Groups tests by failure or warning; a large run shows groups instead of a line per test. */
import type { TestResult } from '../../../model/result.ts';
import { mainMessage } from '../../cause-text.ts';
import { type Urgency, urgencyOf } from '../../digest/urgency.ts';
import { retryText } from '../words.ts';

/** Kinds tracked; if responses word every failure differently, the rest are only counted. */
const GROUPS_HELD = 100;

/** Characters of a message that are compared. */
const WORDING_COMPARED = 200;

export interface Group {
  /** The {@link kindOf} of all its tests. */
  readonly kind: string;
  readonly urgency: Urgency;
  /** The message of the first test. */
  readonly message: string;
  /** Other tests have the same message with other numbers or ids. */
  readonly varied: boolean;
  readonly count: number;
  /** Scenario → tests. */
  readonly scenarios: ReadonlyMap<string, number>;
  /** Of them, those with the same failure whose trace was not read, so that their cause is not known. */
  readonly unread: number;
  /** In the order of sending. */
  readonly first: TestResult;
  readonly last: TestResult;
}

export interface Groups {
  readonly add: (result: TestResult) => void;
  /** Broken ones first, then the largest. */
  readonly groups: () => readonly Group[];
  /** Tests of kinds that are not tracked. */
  readonly others: () => number;
}

export function createGroups(): Groups {
  const byKind = new Map<string, Group & { scenarios: Map<string, number> }>();
  let others = 0;
  return {
    add: (result) => {
      const kind = kindOf(result);
      if (kind === null) return;
      const urgency = urgencyOf(result);
      const { message } = whatItSays(result);
      const group = byKind.get(kind);
      if (group === undefined && byKind.size === GROUPS_HELD) {
        others++;
        return;
      }
      const scenarios = group?.scenarios ?? new Map<string, number>();
      scenarios.set(result.scenario, (scenarios.get(result.scenario) ?? 0) + 1);
      const { first, last, count, varied } = group ?? {
        first: result,
        last: result,
        count: 0,
        varied: false,
      };
      byKind.set(kind, {
        kind,
        urgency,
        message: group?.message ?? message,
        varied: varied || (group !== undefined && group.message !== message),
        count: count + 1,
        scenarios,
        unread: 0,
        first: result.startedAt < first.startedAt ? result : first,
        last: result.startedAt >= last.startedAt ? result : last,
      });
    },
    groups: () =>
      withUnread([...byKind.values()]).toSorted(
        (a, b) => Number(a.urgency !== 'broken') - Number(b.urgency !== 'broken') || b.count - a.count,
      ),
    others: () => others,
  };
}

/**
 * Traces are read of some tests of a large run only. The others that failed in the same way are counted with those whose
 * traces show the cause, if there is just one such cause.
 */
function withUnread(groups: readonly Group[]): readonly Group[] {
  const explained = groups.filter(
    ({ first }) => first.cause?.source === 'trace' && first.verdict === 'broken',
  );
  const joined = new Map<Group, Group>();
  const absorbed = new Set<Group>();
  for (const group of groups) {
    const { first, scenarios } = group;
    if (first.verdict !== 'broken' || first.trace.state !== 'skipped' || first.cause?.source !== 'response')
      continue;
    const causes = explained.filter(
      (each) =>
        each.first.errors[0]?.message === first.errors[0]?.message &&
        [...scenarios.keys()].every((scenario) => each.scenarios.has(scenario)),
    );
    const [cause] = causes;
    if (cause === undefined || causes.length > 1) continue;
    absorbed.add(group);
    joined.set(cause, together(joined.get(cause) ?? cause, group));
  }
  return groups.filter((group) => !absorbed.has(group)).map((group) => joined.get(group) ?? group);
}

function together(cause: Group, group: Group): Group {
  const scenarios = new Map(cause.scenarios);
  for (const [name, tests] of group.scenarios) scenarios.set(name, (scenarios.get(name) ?? 0) + tests);
  const last = group.last.startedAt >= cause.last.startedAt ? group.last : cause.last;
  return { ...cause, count: cause.count + group.count, unread: cause.unread + group.count, scenarios, last };
}

/** Tests with the same failure or warning together, in the order of their first ones. */
export function byKind(tests: readonly TestResult[]): readonly (readonly TestResult[])[] {
  const kinds = new Map<string | null, TestResult[]>();
  for (const test of tests) {
    const kind = kindOf(test);
    const alike = kinds.get(kind);
    if (alike === undefined) kinds.set(kind, [test]);
    else alike.push(test);
  }
  return [...kinds.values()];
}

/** Equal for tests with the same failure or warning; null if nothing is wrong. */
export function kindOf(result: TestResult): string | null {
  const urgency = urgencyOf(result);
  if (urgency === 'passed') return null;
  const { code, message } = whatItSays(result);
  const { cause, response } = result;
  // A cause found by a probe or a span does not depend on the response.
  const beyond = cause !== null && cause.source !== 'response' && cause.source !== 'connection';
  const by = beyond ? `${cause.source} ${cause.stage}` : `${code} ${response?.status ?? ''}`;
  return `${urgency} ${by} ${wording(message)}`;
}

/** What is wrong with a test, in one line; null if nothing is. */
export function problemText(result: TestResult): string | null {
  return urgencyOf(result) === 'passed' ? null : whatItSays(result).message;
}

/** The text to group by: the cause, else the first error, the first warning, or the missing fields. */
function whatItSays(result: TestResult) {
  const { verdict, errors, warnings, missingData } = result;
  const finding = verdict === 'broken' ? errors[0] : warnings[0];
  if (finding !== undefined) return { code: finding.code, message: mainMessage(result) ?? finding.message };
  if (verdict === 'broken') return { code: 'broken', message: 'no reason recorded' };
  if (missingData.length === 0)
    return { code: result.flaky ? 'flaky' : 'retried', message: retryText(result) ?? '' };
  return { code: 'missing', message: missingText(missingData) };
}

/** `missing in the response: signal_id, variant` */
export function missingText(missing: TestResult['missingData']): string {
  return `missing in the response: ${missing.map(({ field }) => field).join(', ')}`;
}

/** Without the parts that differ between tests: durations, counts, ids. The status is compared separately. */
export function wording(message: string): string {
  return message.slice(0, WORDING_COMPARED).replace(/[\w.-]*\d[\w.-]*/g, '#');
}
