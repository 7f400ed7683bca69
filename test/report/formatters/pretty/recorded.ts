/** Reports of real runs, recorded in test/fixtures/runs, and larger ones made of their results. */
import { readFileSync } from 'node:fs';
import type { Report } from '../../../../src/lib/model/report.ts';
import type { ReportSource } from '../../../../src/lib/model/report-source.ts';
import type { TestResult } from '../../../../src/lib/model/result.ts';
import { hintFor } from '../../../../src/lib/report/advice/advice.ts';
import { checkShards } from '../../../../src/lib/report/merge/check-shards.ts';
import { mergeShards } from '../../../../src/lib/report/merge/merge.ts';
import { createStageFold } from '../../../../src/lib/stages/stage-fold.ts';
import { anError, aReport, aTraceResult, sourceOf } from '../../../support/builders.ts';

export type Recorded =
  | 'healthy'
  | 'degraded'
  | 'warnings'
  | 'broken'
  | 'duplicates'
  | 'unreachable'
  | 'interrupted'
  | 'unverified'
  | 'replay';

export function recorded(name: Recorded): Report {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/runs/${name}.json`, import.meta.url), 'utf8'));
}

const TOTAL = 1_000;

/** 1,000 tests, 50 of them broken: 37 by one cause, 13 by timeouts; 20 with a warning. The traces of 50 tests were read. */
export function thousand(): ReportSource {
  const { results, ...head } = recorded('degraded');
  const named = (scenario: string): TestResult => {
    const found = results.find((result) => result.scenario === scenario);
    if (found === undefined) throw new Error(`The recorded run has no ${scenario}.`);
    return found;
  };
  const [failed, warned] = [named('CHOP'), named('ORB_FAKEOUT')];
  const works = results.filter(({ verdict, warnings }) => verdict === 'working' && warnings.length === 0);
  const templates = Array.from({ length: TOTAL }, (_, at): TestResult => {
    if (at % 20 === 4) return at % 80 === 4 ? { ...failed, ...TIMED_OUT } : failed;
    if (at % 50 === 3) return warned;
    const scenario = head.scenarios[at % head.scenarios.length] ?? '';
    return { ...(works[at % works.length] ?? failed), scenario };
  });
  // With trace.limit, broken tests are read first, then those with warnings.
  const isRead = (of: TestResult) => of === failed || (of === warned && warnedRead++ < 50 - 37);
  let warnedRead = 0;
  const all = templates.map((of, at): TestResult => {
    const index = at + 1;
    const traceId = index.toString(16).padStart(32, '89abcdef0123456789abcdef01234567');
    const common = {
      ...{ index, testId: `${head.runId}-${index}`, name: `${of.scenario} #${Math.floor(at / 5) + 1}` },
      startedAt: new Date(Date.parse(head.startedAt) + at * 100).toISOString(),
    };
    if (isRead(of)) return { ...of, ...common, trace: { ...of.trace, traceId } };
    const warnings = of.warnings.filter(({ code }) => code === 'recommended-missing');
    const trace = aTraceResult({ traceId });
    const judged = { ...of, warnings, trace, stages: [], stuckAt: null };
    return { ...judged, ...common, cause: symptomOf(judged) };
  });
  const stages = createStageFold();
  for (const result of all) stages.add(result);
  const { summary, latency, missingData, status, exitCode } = aReport({ results: all });
  return sourceOf({
    ...head,
    ...{ summary, latency, missingData, status, exitCode, results: all, planned: TOTAL },
    stages: stages.summaries(),
    durationMs: 100_700,
    sentry: { ...head.sentry, accepted: TOTAL },
    findings: [
      {
        ...{ severity: 'warning', code: 'traces-limited', hint: null },
        message: '50 of 1,000 traces were read, broken and warned tests first (trace.limit)',
      },
    ],
  });
}

const TIMED_OUT = {
  errors: [
    anError('response-timeout', 'Request failed: No response within 10 s', hintFor('response-timeout')),
  ],
  ...{ response: null, warnings: [], stages: [], stuckAt: null },
} as const;

/** As a run says it where the trace was not read: the first finding is the cause. */
function symptomOf({ errors, warnings, response }: TestResult): TestResult['cause'] {
  const [first] = [...errors, ...warnings];
  if (first === undefined) return null;
  const source = response === null ? 'connection' : 'response';
  return { stage: null, source, message: first.message.replace(/^Request failed: /, '') };
}

/** The first and the third of three shards of a run. */
export function twoOfThreeShards(): ReportSource {
  const whole = recorded('degraded');
  const shard = (index: number): ReportSource => {
    const results = whole.results.filter((result) => (result.index - 1) % 3 === index - 1);
    const stages = createStageFold();
    for (const result of results) stages.add(result);
    const part = aReport({ results });
    return sourceOf({
      ...whole,
      ...{ results, summary: part.summary, latency: part.latency, missingData: part.missingData },
      ...{
        status: part.status,
        exitCode: part.exitCode,
        planned: results.length,
        stages: stages.summaries(),
      },
      runId: `20261129-12000${index}-aaaaa`,
      shard: { index, total: 3, planned: whole.results.length, plan: 'p' },
      sentry: { ...whole.sentry, accepted: results.length },
    });
  };
  return mergeShards(checkShards([shard(1), shard(3)]), '20261129-120009-mmmmm');
}
