/** Judges a scene as a run would judge the test: its response, its repeat, its stages and traces. */

import { tryParseJson } from '../json/text.ts';
import type { JsonObject } from '../model/json.ts';
import type { TestResult } from '../model/result.ts';
import type { Scenario } from '../model/scenario.ts';
import { withRepeat } from '../report/repeat-result.ts';
import { withHints } from '../report/result.ts';
import type { TraceReading } from '../trace/reading/watched-trace.ts';
import type { ResponseValidator } from '../validate/response-validator.ts';
import { treatmentOf } from '../validate/treatment.ts';
import type { Candidate } from '../verify/candidate.ts';
import { judgedTest, type ReadTest } from '../verify/judge-test.ts';
import type { VerificationSettings } from '../verify/prepare-traces.ts';
import { servicesOf, sourcesOf, stagesOf } from '../verify/stages-of-test.ts';
import { type Scene, sentSpanId } from './scene.ts';
import { probesOf } from './stored-evidence.ts';

export interface SceneRules {
  readonly scenario: Pick<Scenario, 'expect' | 'repeat'>;
  readonly judge: ResponseValidator;
  readonly settings: VerificationSettings;
  /** Stage name → services that its span was found in, over all good tests. */
  readonly services: ReadonlyMap<string, ReadonlySet<string>>;
}

const asIs = (text: string): string => text;

export async function judgeScene(scene: Scene, rules: SceneRules): Promise<TestResult> {
  const { settings, services } = rules;
  const candidate = candidateOf(scene, rules);
  const probes = await probesOf(scene, { stages: settings.stages, values: candidate.values() });
  const reading = readingOf(scene);
  const test: ReadTest = { ...candidate, reading, probes, sources: sourcesOf(candidate, reading) };
  const judged = stagesOf(test, { settings, services, traced: true });
  // A fault in one scenario leaves the stages of the others as they are.
  return judgedTest({ ...test, judged }, { settings, builtInUnseen: false, redact: asIs });
}

/** Of all good tests. */
export function servicesOfScenes(
  scenes: readonly Scene[],
  settings: VerificationSettings,
): SceneRules['services'] {
  const tests = scenes.map((scene): ReadTest => {
    const candidate = withoutVerification(scene);
    const reading = readingOf(scene);
    return { ...candidate, reading, probes: new Map(), sources: sourcesOf(candidate, reading) };
  });
  return servicesOf(tests, settings.stages);
}

function candidateOf(scene: Scene, { scenario, judge }: SceneRules): Candidate {
  const { saved, response, repeated, delayMs } = scene;
  const candidate = withoutVerification(scene);
  const timings = { ...saved.timings, totalMs: saved.timings.totalMs + delayMs };
  const delivery = { request: saved.request, response, failure: null, timings };
  const judgment = judge(delivery, scenario.expect);
  const full = { ...delivery, startedAt: saved.startedAt, attempts: [], trace: candidate.delivery.trace };
  const hinted = (findings: typeof judgment.errors) =>
    findings.map((finding) => withHints(finding, { delivery: full, redact: asIs }));
  const result: TestResult = {
    ...candidate.result,
    verdict: judgment.errors.length === 0 ? 'working' : 'broken',
    errors: hinted(judgment.errors),
    warnings: hinted(judgment.warnings),
    missingData: judgment.missingData,
  };
  const { repeat } = scenario;
  if (repeat === null || repeated === null) return { ...candidate, result };
  const treatment = treatmentOf(
    response,
    { response: repeated, failure: null },
    { idPath: repeat.idPath, expect: scenario.expect },
  );
  return {
    ...candidate,
    result: withRepeat(result, { again: { ...treatment, sends: [] }, secondEvent: repeat.secondEvent }),
  };
}

/** The test as it was before its trace was read. */
function withoutVerification({ saved, response }: Scene): Candidate {
  const { trace } = saved;
  const result: TestResult = {
    ...saved,
    ...{ errors: [], warnings: [], missingData: [], stages: [], stuckAt: null, cause: null },
    trace: { ...trace, state: 'skipped', reason: null, spans: [], findings: [] },
  };
  const values: JsonObject = {
    ...saved.dimensions,
    testId: saved.testId,
    runId: saved.testId.replace(/-\d+$/, ''),
    scenario: saved.scenario,
    index: saved.index,
    startedAt: saved.startedAt,
    openBraces: '{{',
    origin: new URL(saved.request.url).origin,
    request: tryParseJson(saved.request.body) ?? null,
    response: response.json.ok ? response.json.value : null,
  };
  return {
    result,
    delivery: {
      ...{ response, failure: null },
      trace: { traceId: trace.traceId, spanId: sentSpanId(saved), headers: {} },
    },
    respondedAtMs: 0,
    values: () => values,
    mask: asIs,
  };
}

/** A run waits until a trace with a missing span has settled, so the trace counts as complete. */
function readingOf({ saved, own, followed }: Scene): TraceReading {
  const { name, trace } = saved;
  return {
    name,
    traceId: trace.traceId,
    trace: own,
    followed: followed.map((work) => ({ ...work, found: work.traces.length > 0 })),
    settled: own !== null,
    complete: own !== null,
    partial: null,
    reason: own === null ? 'api-error' : null,
    failure: null,
    wait: saved.trace.wait ?? { waitedMs: 0, polls: 1, awaited: [] },
  };
}
