/** The stages of one test, judged by its response, its trace and its probes. */
import type { StageExpectation } from '../model/trace-expectation.ts';
import { type JudgedStages, judgeStages, type TraceReading as StageReading } from '../stages/evidence.ts';
import { adviceFor } from '../trace/advice.ts';
import type { TraceReading } from '../trace/reading/watched-trace.ts';
import { foundSpans, type SpanSources } from '../trace/spans/found-spans.ts';
import { ourSpanIds } from '../trace/spans/own-spans.ts';
import { hasGap } from '../trace/spans/span-gap.ts';
import { compilePattern } from '../trace/spans/span-pattern.ts';
import { type Candidate, hasStages, isRefused, neverArrived } from './candidate.ts';
import { withoutExpectedRejection } from './judge-spans.ts';
import { hasForeign, type ReadTest } from './judge-test.ts';
import type { VerificationSettings } from './prepare-traces.ts';

/** Spans that were read confirm a stage even if the trace is not complete. */
export function sourcesOf(candidate: Candidate, reading: TraceReading | null): SpanSources | null {
  if (reading?.trace == null) return null;
  return {
    trace: withoutExpectedRejection(reading.trace, {
      result: candidate.result,
      response: candidate.delivery.response,
    }),
    followed: reading.followed.flatMap(({ traces }) => traces.slice(-1)),
    ourSpanIds: ourSpanIds(reading.trace, candidate.delivery.trace.spanId),
  };
}

/** Stage name → services that its span was found in, over all tests. */
export function servicesOf(
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

export function stagesOf(
  test: ReadTest,
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
  if (!hasStages(test)) return { stages: [], stuckAt: null };
  const { reading, probes, sources } = test;
  const { response, failure } = test.delivery;
  return judgeStages({
    ...{ response, failure, probes },
    stages: settings.stages,
    refused: isRefused(test),
    neverArrived: neverArrived(test),
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
      because:
        reading?.failure == null ? adviceFor(reason ?? 'api-error').meaning : `${reading.failure.message}.`,
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
