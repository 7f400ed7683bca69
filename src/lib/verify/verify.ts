import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import type { Redact } from '../secrets/redact.ts';
import { type JudgedStages, judgeStages, type TraceReading as StageReading } from '../stages/evidence.ts';
import type { ProbePorts } from '../stages/probes/probe-result.ts';
import { countProbes, type ProbesOfTest, runProbes } from '../stages/probes/run-probes.ts';
import { spansOfStages } from '../stages/stage-spans.ts';
import { adviceFor } from '../trace/advice.ts';
import { attributesOf, awaitedSpans } from '../trace/reading/awaited-spans.ts';
import { LAST_READ_MS, readTraces } from '../trace/reading/read-traces.ts';
import type { AwaitedSpan } from '../trace/reading/wait.ts';
import type { TracedTest, TraceReader, TraceReading } from '../trace/reading/watched-trace.ts';
import { foundSpans, type SpanSources } from '../trace/spans/found-spans.ts';
import { ourSpanIds } from '../trace/spans/own-spans.ts';
import { hasGap } from '../trace/spans/span-gap.ts';
import { compilePattern } from '../trace/spans/span-pattern.ts';
import { type Candidate, endedEarly, hasStages, isRefused, neverArrived } from './candidate.ts';
import { probeFindings, stageFindings, unverifiedFindings } from './findings.ts';
import { withoutExpectedRejection } from './judge-spans.ts';
import { hasForeign, judgedTest, type ReadTest } from './judge-test.ts';
import type { VerificationSettings } from './prepare-traces.ts';

export interface VerificationPorts {
  /** Null where traces are not read. */
  readonly api: TraceReader | null;
  /** Null where no stage has a probe. */
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
  /** The results that a trace was looked for or a probe asked, with what they said. */
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
          attributes: attributesOf([...spansOfStages(settings.stages), ...settings.spans]),
          deadlineMs: settings.deadlineMs,
          intervalMs: settings.intervalMs,
          ...(settings.settleMs === null ? {} : { settleMs: settings.settleMs }),
          ports,
          onProgress: ({ name, progress, resumesInMs }) =>
            ports.onProgress({ for: 'traces', progress: masked(name, progress), resumesInMs }),
          onReading: (each) => readings.set(each.traceId, each),
          stop: ports.stop,
        });
  // Side by side: what is waited for twice costs one wait.
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
    return isUnknown ? [] : [{ candidate, reading, probes, sources: sourcesOf(candidate, reading) }];
  });
  const services = servicesOf(read, settings.stages);
  const staged = read.map((test) => ({
    ...test,
    judged: stagesOf(test, { settings, services, traced: ports.api !== null }),
  }));
  const grouped = stageFindings(
    staged
      .filter(({ sources }) => sources !== null)
      .map(({ judged, candidate }) => ({
        stages: judged.stages.map(({ result }) => result),
        endedEarly: endedEarly(candidate.result),
      })),
    { stages: settings.stages, follows: settings.follow.length > 0 },
  );
  return {
    results: staged.map((test) =>
      judgedTest(test, { settings, builtInUnseen: grouped.none, redact: ports.redact }),
    ),
    findings: [
      ...unverifiedFindings(
        read.flatMap((test) => test.reading ?? []),
        ports.redact,
      ),
      ...probeFindings(
        staged
          .filter(({ candidate }) => candidate.result.verdict === 'working')
          .map(({ judged, candidate }) => ({ stages: judged.stages, mask: candidate.mask })),
        ports.redact,
      ),
      ...uncheckableFindings(settings.stages, ports.api !== null),
      ...grouped.findings,
    ],
  };
}

const NO_PROBES: ProbesOfTest = new Map();

/** Of tests that go through the pipeline; a duplicate ends early, so that nothing of its own can be found. */
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
      name: candidate.result.name,
      values: candidate.values(),
      // A webhook that was refused is not processed later: one query tells whether it was.
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

/** Its probes run, where its stages have any. */
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
  const { result, spanId, answer } = candidate;
  // What is never reached is not waited for; without a response nobody knows what was.
  const waits = hasStages(candidate) && !neverArrived(candidate) && (answer === null || !endedEarly(result));
  return {
    name: result.name,
    traceId: result.trace.traceId,
    spanId,
    sentAtMs: Date.parse(result.startedAt),
    expected: waits ? awaited : [],
    follow: waits ? follow : [],
    values: candidate.values(),
  };
}

/** What was read is judged, also where more was still to come: it proves what it shows. */
function sourcesOf(candidate: Candidate, reading: TraceReading | null): SpanSources | null {
  if (reading?.trace == null) return null;
  return {
    trace: withoutExpectedRejection(reading.trace, candidate),
    followed: reading.followed.flatMap(({ traces }) => traces.slice(-1)),
    ourSpanIds: ourSpanIds(reading.trace, candidate.spanId),
  };
}

/** Stage name → services that its span was found in, over all tests. */
function servicesOf(
  tests: readonly ReadTest[],
  stages: readonly StageExpectation[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const spans = tests.flatMap(({ sources }) => sources?.trace.spans ?? []);
  return new Map(
    stages.flatMap(({ name, span }) => {
      if (span === null) return [];
      return [[name, new Set(spans.filter(compilePattern(span)).map(({ service }) => service))] as const];
    }),
  );
}

function stagesOf(
  { candidate, reading, probes, sources }: ReadTest,
  {
    settings,
    services,
    traced,
  }: {
    readonly settings: VerificationSettings;
    readonly services: ReadonlyMap<string, ReadonlySet<string>>;
    readonly traced: boolean;
  },
): JudgedStages {
  if (!hasStages(candidate)) return { stages: [], stuckAt: null };
  const { answer, failure } = candidate;
  return judgeStages({
    ...{ answer, failure, probes },
    stages: settings.stages,
    refused: isRefused(candidate),
    neverArrived: neverArrived(candidate),
    traces: traced ? stageReading({ reading, sources, services }) : null,
    usualDurations: settings.usualDurations,
  });
}

function stageReading({
  reading,
  sources,
  services,
}: Pick<ReadTest, 'reading' | 'sources'> & {
  readonly services: ReadonlyMap<string, ReadonlySet<string>>;
}): StageReading {
  const reason = reading?.reason ?? null;
  const foreign = sources !== null && hasForeign(sources);
  if (reading === null || sources === null || !foreign) {
    return {
      kind: 'unread',
      reason: sources === null ? 'trace-unread' : 'trace-not-found',
      because: reading?.failure?.message ?? adviceFor(reason ?? 'api-error').meaning,
    };
  }
  return {
    kind: 'read',
    seen: foundSpans({ ...sources, followed: reading.followed.flatMap(({ traces }) => traces) }),
    complete: reading.complete,
    partial: reading.partial,
    services,
    searches: reading.followed.map(({ searched, problem, always, traces }) => {
      const last = traces.at(-1);
      return {
        searched,
        problem,
        always,
        last: last === undefined ? null : { complete: reading.settled && !hasGap(last.spans, null) },
      };
    }),
  };
}

/** A required stage that no requested source can check is reported once. */
function uncheckableFindings(stages: readonly StageExpectation[], traced: boolean): readonly Finding[] {
  return stages
    .filter(
      ({ required, response, span, http, sql }) =>
        required && response === null && http === null && sql === null && (span === null || !traced),
    )
    .map(({ name, span }) => ({
      severity: 'warning',
      code: 'stage-unverified',
      message: `${name} could not be checked: ${span === null ? 'it has no span, response field or probe in this run' : 'traces are not read back'}`,
      hint:
        span === null
          ? 'Give the stage a response field, a span or a probe'
          : 'Set SENTRY_AUTH_TOKEN and SENTRY_ORG, so that traces can be read, or add a probe (sql or http)',
      stage: name,
    }));
}
