/** What the terminal report shows of the results, gathered in one pass that keeps only what is shown. */
import type { Finding } from '../../../model/finding.ts';
import type { ReportSource } from '../../../model/report-source.ts';
import type { TestResult } from '../../../model/result.ts';
import { isDetailed } from '../../advice/details.ts';
import { URGENCIES, type Urgency, urgencyOf } from '../../digest/urgency.ts';
import type { RepeatCounts } from '../repeat-text.ts';
import { type Confirmations, createConfirmations } from './confirmations.ts';
import { createGroups, type Group } from './groups.ts';

/** Tests listed under WORKING and BROKEN, one screen each. Larger runs are grouped. */
export const NAMES_SHOWN = 20;

/** Tests shown in detail. */
export const DETAILS_SHOWN = 20;

/** Runs with more tests than this show one test per kind of failure or warning in detail. */
export const LARGE_RUN = 50;

/** Kinds of failure shown for a large run, and tests in detail. */
export const GROUPS_SHOWN = 10;

/** If at least this many tests at the end of a run are broken, with none working in between, the outage is ongoing. */
const MIN_BROKEN_AT_END = 10;

export interface Digest {
  /** As in the report source. */
  readonly savedAs: string | null;
  /** Results seen. */
  readonly count: number;
  /** At least one trace has a link. */
  readonly linked: boolean;
  readonly working: Shown;
  readonly broken: Shown;
  /** Broken tests first, then those with a warning or missing data, then the rest; each in the order of sending. */
  readonly detailed: readonly TestResult[];
  /** Tests grouped by failure or warning; broken ones first, then the largest groups. */
  readonly groups: readonly Group[];
  /** Tests in no group, because there are too many kinds. */
  readonly ungrouped: number;
  readonly scenarios: ReadonlyMap<string, ScenarioCounts>;
  /** The broken tests at the end with no working one after them; null if there are few. */
  readonly brokenAtEnd: { readonly count: number; readonly since: string } | null;
  /** Tests whose trace was requested, and those of them whose trace could be judged. */
  readonly traces: { readonly requested: number; readonly judged: number };
  /** Resent tests by how the target treated them. */
  readonly resent: RepeatCounts;
  /** Which kinds of evidence confirmed the stages; null if no probe ran. */
  readonly confirmations: Confirmations | null;
  /** One finding per severity, code and detailed hint, with the first test that has it. */
  readonly findings: readonly (Finding & { readonly testId: string })[];
}

export interface Shown {
  readonly tests: readonly TestResult[];
  /** Including those not shown. */
  readonly count: number;
}

export interface ScenarioCounts {
  readonly tests: number;
  readonly working: number;
}

export async function digest(source: ReportSource): Promise<Digest> {
  const working = collector(NAMES_SHOWN);
  const broken = collector(NAMES_SHOWN);
  const byUrgency: Readonly<Record<Urgency, Collector>> = {
    broken: collector(DETAILS_SHOWN),
    warning: collector(DETAILS_SHOWN),
    passed: collector(DETAILS_SHOWN),
  };
  const groups = createGroups();
  const confirmations = createConfirmations();
  const scenarios = new Map<string, ScenarioCounts>();
  const findings = new Map<string, Finding & { readonly testId: string }>();
  const again = { 'one-event': 0, 'second-event': 0, unknown: 0 };
  let count = 0;
  let linked = false;
  let requested = 0;
  let judged = 0;
  let ending = { count: 0, since: '' };
  for await (const result of source.results()) {
    count += 1;
    linked ||= result.trace.url !== null;
    if (result.trace.state !== 'skipped') requested += 1;
    if (result.trace.state === 'verified' || result.trace.state === 'failed') judged += 1;
    const works = result.verdict === 'working';
    const counted = scenarios.get(result.scenario) ?? { tests: 0, working: 0 };
    scenarios.set(result.scenario, {
      tests: counted.tests + 1,
      working: counted.working + (works ? 1 : 0),
    });
    (works ? working : broken).take(result);
    ending = works
      ? { count: 0, since: '' }
      : { count: ending.count + 1, since: ending.since || result.startedAt };
    byUrgency[urgencyOf(result)].take(result);
    groups.add(result);
    if (result.repeat !== undefined && result.repeat.sends.length > 0) again[result.repeat.treatedAs] += 1;
    confirmations.add(result.stages);
    for (const finding of findingsOf(result)) {
      const key = `${finding.severity} ${finding.code} ${isDetailed(finding.hint) ? finding.hint : ''}`;
      if (!findings.has(key)) findings.set(key, { ...finding, testId: result.testId });
    }
  }
  const first = URGENCIES.flatMap((urgency) => byUrgency[urgency].shown().tests).slice(0, DETAILS_SHOWN);
  const ofGroups = groups.groups().map((group) => group.first);
  return {
    count,
    linked,
    savedAs: source.savedAs,
    working: working.shown(),
    broken: broken.shown(),
    detailed: count > LARGE_RUN ? ofGroups.slice(0, GROUPS_SHOWN) : first,
    groups: groups.groups(),
    ungrouped: groups.others(),
    scenarios,
    traces: { requested, judged },
    resent: again,
    brokenAtEnd: ending.count < MIN_BROKEN_AT_END ? null : ending,
    confirmations: confirmations.confirmations(),
    findings: [...findings.values()],
  };
}

/** All findings of a test without repeated messages, errors first. */
export function findingsOf(result: TestResult): readonly Finding[] {
  const all = [...result.errors, ...result.trace.findings, ...result.warnings];
  const byMessage = new Map(all.toReversed().map((finding) => [finding.message, finding]));
  const distinct = all.filter((finding) => byMessage.get(finding.message) === finding);
  return [
    ...distinct.filter(({ severity }) => severity === 'error'),
    ...distinct.filter(({ severity }) => severity === 'warning'),
  ];
}

interface Collector {
  readonly take: (test: TestResult) => void;
  readonly shown: () => Shown;
}

function collector(limit: number): Collector {
  const tests: TestResult[] = [];
  let count = 0;
  return {
    take: (test) => {
      count += 1;
      if (tests.length < limit) tests.push(test);
    },
    shown: () => ({ tests, count }),
  };
}
