/** What the terminal report shows of the results, gathered in one pass that holds no more than is shown. */
import type { Finding } from '../../model/finding.ts';
import type { ReportSource } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { isDetailed } from '../advice-details.ts';

/** Names listed under WORKING and under BROKEN: one screen each. */
export const NAMES_SHOWN = 20;

/** Tests shown in detail; each takes five lines or more. */
export const DETAILS_SHOWN = 20;

export interface Digest {
  /** Results seen. */
  readonly count: number;
  /** At least one trace has a link. */
  readonly linked: boolean;
  readonly working: Shown;
  readonly broken: Shown;
  /** Broken first, then those with a warning or missing data, then the rest; each in the order of sending. */
  readonly detailed: readonly TestResult[];
  /** Scenarios that were sent more than once. */
  readonly repeated: ReadonlySet<string>;
  /** One finding for each severity, code and detailed hint seen in a test. */
  readonly findings: readonly Finding[];
}

export interface Shown {
  readonly tests: readonly TestResult[];
  /** How many there are, shown or not. */
  readonly count: number;
}

export async function digest(source: ReportSource): Promise<Digest> {
  const working = collector(NAMES_SHOWN);
  const broken = collector(NAMES_SHOWN);
  const urgent = collector(DETAILS_SHOWN);
  const doubtful = collector(DETAILS_SHOWN);
  const fine = collector(DETAILS_SHOWN);
  const perScenario = new Map<string, number>();
  const findings = new Map<string, Finding>();
  let count = 0;
  let linked = false;
  for await (const result of source.results()) {
    count += 1;
    linked ||= result.trace.url !== null;
    perScenario.set(result.scenario, (perScenario.get(result.scenario) ?? 0) + 1);
    (result.verdict === 'working' ? working : broken).take(result);
    (result.verdict === 'broken' ? urgent : isDoubtful(result) ? doubtful : fine).take(result);
    for (const finding of findingsOf(result)) {
      const key = `${finding.severity} ${finding.code} ${isDetailed(finding.hint) ? finding.hint : ''}`;
      if (!findings.has(key)) findings.set(key, finding);
    }
  }
  return {
    count,
    linked,
    working: working.shown(),
    broken: broken.shown(),
    detailed: [urgent, doubtful, fine].flatMap((each) => each.shown().tests).slice(0, DETAILS_SHOWN),
    repeated: new Set([...perScenario].filter(([, times]) => times > 1).map(([scenario]) => scenario)),
    findings: [...findings.values()],
  };
}

/** All findings of a test, each message once, errors first. */
export function findingsOf(result: TestResult): readonly Finding[] {
  const all = [...result.errors, ...result.trace.findings, ...result.warnings];
  const byMessage = new Map(all.toReversed().map((finding) => [finding.message, finding]));
  const distinct = all.filter((finding) => byMessage.get(finding.message) === finding);
  return [
    ...distinct.filter(({ severity }) => severity === 'error'),
    ...distinct.filter(({ severity }) => severity === 'warning'),
  ];
}

/** Working, but not without a word. */
export function isDoubtful(result: TestResult): boolean {
  return result.warnings.length > 0 || result.missingData.length > 0 || result.flaky;
}

function collector(limit: number): {
  readonly take: (test: TestResult) => void;
  readonly shown: () => Shown;
} {
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
