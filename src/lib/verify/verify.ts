/** Reads the traces of a run's tests and runs their probes, side by side, and judges the tests by both. */
import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import type { Redact } from '../secrets/redact.ts';
import type { ProbePorts } from '../stages/probes/probe-result.ts';
import { countProbes, type ProbesOfTest, runProbes } from '../stages/probes/run-probes.ts';
import { spansOfStages } from '../stages/stage-spans.ts';
import { attributesOf, awaitedSpans, IDENTIFYING_ATTRIBUTES } from '../trace/reading/awaited-spans.ts';
import { LAST_READ_MS, readTraces } from '../trace/reading/read-traces.ts';
import type { AwaitedSpan } from '../trace/reading/wait.ts';
import type { TracedTest, TraceReader, TraceReading } from '../trace/reading/watched-trace.ts';
import { type Candidate, endedEarly, hasStages, isRefused, neverArrived } from './candidate.ts';
import { probeFindings, stageFindings, uncheckableFindings, unverifiedFindings } from './findings.ts';
import { judgedTest, type ReadTest } from './judge-test.ts';
import type { VerificationSettings } from './prepare-traces.ts';
import { specimenIds, specimenOf } from './specimen.ts';
import { servicesOf, sourcesOf, stagesOf } from './stages-of-test.ts';

export interface VerificationPorts {
  /** Null if traces are not read. */
  readonly api: TraceReader | null;
  /** Null if no stage has a probe. */
  readonly probes: ProbePorts | null;
  readonly redact: Redact;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly monotonicMs: () => number;
  readonly onProgress: (progress: WaitingFor) => void;
  readonly stop: AbortSignal;
}

export interface WaitingFor {
  readonly for: 'traces' | 'probes';
  readonly progress: string;
  readonly resumesInMs: number | null;
}

export interface Verification {
  /** The results whose trace was read or whose probes ran, with the findings of both. */
  readonly results: readonly TestResult[];
  /** About the run as a whole. */
  readonly findings: readonly Finding[];
}

export async function verifyTraces(
  candidates: readonly Candidate[],
  settings: VerificationSettings,
  ports: VerificationPorts,
): Promise<Verification> {
  const awaited = awaitedSpans([...spansOfStages(settings.stages), ...settings.spans]);
  const readings = new Map<string, TraceReading>();
  const masks = new Map(candidates.map(({ result, mask }) => [result.name, mask]));
  const masked = (name: string, text: string) => {
    const known = ports.redact(text, 'sentence');
    return masks.get(name)?.(known, 'sentence') ?? known;
  };
  const attributes = attributesOf([...spansOfStages(settings.stages), ...settings.spans]);
  const confirmed = new Map(candidates.map(({ result }) => [result.testId, new Set<string>()]));
  const isConfirmed = (testId: string) => (stage: string) => confirmed.get(testId)?.has(stage) === true;
  const tracesEndMs = ports.monotonicMs() + (ports.api === null ? 0 : settings.deadlineMs + LAST_READ_MS);
  const reading =
    ports.api === null
      ? Promise.resolve()
      : readTraces({
          tests: candidates.map((candidate) => ({
            ...tracedTest({ candidate, awaited, follow: settings.follow }),
            isConfirmed: isConfirmed(candidate.result.testId),
          })),
          api: ports.api,
          attributes: [...attributes, ...IDENTIFYING_ATTRIBUTES],
          deadlineMs: settings.deadlineMs,
          intervalMs: settings.intervalMs,
          settleMs: settings.settleMs,
          ports,
          onProgress: ({ name, progress, resumesInMs }) =>
            ports.onProgress({ for: 'traces', progress: masked(name, progress), resumesInMs }),
          onReading: (each) => readings.set(each.traceId, each),
          stop: ports.stop,
        });
  // Side by side: two waits take the time of one.
  const [probed] = await Promise.all([
    probe(candidates, settings, {
      ...{ ...ports, others: reading, othersEndMs: tracesEndMs },
      onProgress: ({ name, progress }) =>
        ports.onProgress({ for: 'probes', progress: masked(name, progress), resumesInMs: null }),
      onConfirmed: (testId, stage) => confirmed.get(testId)?.add(stage),
    }),
    reading,
  ]);
  // Without traces a response alone can show a stage; after a stop nothing is judged.
  const byResponse =
    ports.api === null && !ports.stop.aborted && settings.stages.some(({ response }) => response !== null);
  const read = candidates.flatMap((candidate): readonly ReadTest[] => {
    const reading = readings.get(candidate.result.trace.traceId) ?? null;
    const probes = probed.get(candidate.result.testId) ?? NO_PROBES;
    const isUnknown = !byResponse && reading === null && probes.size === 0 && !neverArrived(candidate);
    return isUnknown ? [] : [{ ...candidate, reading, probes, sources: sourcesOf(candidate, reading) }];
  });
  const services = servicesOf(read, settings.stages);
  const staged = read.map((test) => ({
    ...test,
    judged: stagesOf(test, { settings, services, traced: ports.api !== null }),
  }));
  const grouped = stageFindings(
    staged
      .filter(({ sources }) => sources !== null)
      .map(({ judged, result }) => ({
        stages: judged.stages.map((stage) => stage.result),
        endedEarly: endedEarly(result),
      })),
    { stages: settings.stages, follows: settings.follow.length > 0 },
  );
  const judged = staged.map((test) => ({
    ...test,
    result: judgedTest(test, { settings, builtInUnseen: grouped.none, redact: ports.redact }),
  }));
  const chosen = specimenIds(judged);
  return {
    results: judged.map((test) =>
      chosen.has(test.result.testId) ? withSpecimen(test, { attributes, redact: ports.redact }) : test.result,
    ),
    findings: [
      ...unverifiedFindings(
        read.flatMap((test) => test.reading ?? []),
        ports.redact,
      ),
      ...probeFindings(
        staged
          .filter(({ result }) => result.verdict === 'working')
          .map(({ judged, mask }) => ({ stages: judged.stages, mask })),
        ports.redact,
      ),
      ...uncheckableFindings(settings.stages, ports.api !== null),
      ...grouped.findings,
    ],
  };
}

function withSpecimen(
  { result, reading, probes, mask }: ReadTest,
  { attributes, redact }: { readonly attributes: readonly string[]; readonly redact: Redact },
): TestResult {
  const masked: Redact = (text, kind) => mask(redact(text, kind), kind);
  const specimen = reading === null ? null : specimenOf({ reading, probes, attributes, redact: masked });
  return specimen === null ? result : { ...result, specimen };
}

const NO_PROBES: ProbesOfTest = new Map();

/** Only tests that go through the pipeline have probes: a duplicate ends early and leaves nothing to find. */
async function probe(
  candidates: readonly Candidate[],
  { stages }: VerificationSettings,
  {
    probes,
    others,
    othersEndMs,
    onConfirmed,
    ...ports
  }: Omit<VerificationPorts, 'onProgress'> & {
    readonly others: Promise<unknown>;
    readonly othersEndMs: number;
    readonly onProgress: (progress: { readonly name: string; readonly progress: string }) => void;
    readonly onConfirmed: (testId: string, stage: string) => void;
  },
): Promise<ReadonlyMap<string, ProbesOfTest>> {
  if (probes === null || countProbes(stages) === 0) return new Map();
  const tests = candidates.filter(isProbed);
  return runProbes({
    tests: tests.map((candidate) => ({
      testId: candidate.result.testId,
      index: candidate.result.index,
      name: candidate.result.name,
      values: candidate.values(),
      // A webhook that was refused is not processed later, so one query is enough.
      respondedAtMs: isRefused(candidate) ? Number.NEGATIVE_INFINITY : candidate.respondedAtMs,
    })),
    stages,
    ports: { ...probes, sleep: ports.sleep, monotonicMs: ports.monotonicMs },
    others,
    othersEndMs,
    onConfirmed,
    onProgress: ports.onProgress,
    stop: ports.stop,
  });
}

/** Whether its probes run, if its stages have any. */
export function isProbed(candidate: Candidate): boolean {
  return hasStages(candidate) && !neverArrived(candidate);
}

function tracedTest({
  candidate,
  awaited,
  follow,
}: {
  readonly candidate: Candidate;
  readonly awaited: readonly AwaitedSpan[];
  readonly follow: VerificationSettings['follow'];
}): Omit<TracedTest, 'isConfirmed'> {
  const {
    result,
    delivery: { response, trace },
  } = candidate;
  // Spans that are never reached are not awaited; without a response it is unknown which are.
  const waits =
    hasStages(candidate) && !neverArrived(candidate) && (response === null || !endedEarly(result));
  return {
    index: result.index,
    name: result.name,
    traceId: result.trace.traceId,
    spanId: trace.spanId,
    sentAtMs: Date.parse(result.startedAt),
    expected: waits ? awaited : [],
    follow: waits ? follow : [],
    values: candidate.values(),
  };
}
