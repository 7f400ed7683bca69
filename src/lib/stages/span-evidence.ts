/** What the spans of a test say about one stage. Pure. */
import { type FailedSpan, failedSpanText } from '../model/failed-span.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { numberText, tookWords } from '../terminal/quantities.ts';
import {
  isSlowerThanUsual,
  slowCause,
  type UsualDurations,
  usualMsOf,
} from '../trace/judging/usual-limit.ts';
import { type FoundSpan, spansBelow } from '../trace/spans/found-spans.ts';
import { failureIssue, failureReason, hasFailed } from '../trace/spans/span-failure.ts';
import { compilePattern, describePattern } from '../trace/spans/span-pattern.ts';
import { spanName } from '../trace/spans/span-text.ts';
import { spanKey } from '../trace/spans/span-tree.ts';
import { absent, confirms, contradicts, type SourceEvidence, unknown } from './source-evidence.ts';

/** What was read for one test. */
export interface ReadSpans {
  /** Of its own trace and of all traces of background work. */
  readonly seen: readonly FoundSpan[];
  /** The own trace holds everything there is. */
  readonly complete: boolean;
  /** Why it may not; null where it does. */
  readonly partial: string | null;
  /** Searches for background work; empty where `trace.follow` is not set. */
  readonly searches: readonly SearchResult[];
  /** Stage name → services that its span was found in, in other tests of the run. */
  readonly services: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface SearchResult {
  /** The search as sent to Sentry. */
  readonly searched: string;
  /** Sentry refused it, or its placeholders have no value; null where it was made. */
  readonly problem: string | null;
  /** What was not found is not there: the service keeps every trace. */
  readonly always: boolean;
  /** The last attempt that was found; null where none was. */
  readonly last: { readonly complete: boolean } | null;
}

export interface SpanEvidence extends SourceEvidence {
  /** Of the stage's slowest span; null where none was found. */
  readonly durationMs: number | null;
  /** `took 2.1 s (limit 1 s)`; null where it was not slow. */
  readonly slow: string | null;
  /** The deepest span that failed; only of `contradicts`. */
  readonly failed: FailedSpan | null;
  /** Failed spans that the statement or a warning accounts for, by {@link spanKey}. */
  readonly covered: readonly string[];
  /** Problems that deserve a warning although the stage happened. */
  readonly warnings: readonly { readonly code: 'retried' | 'processed-twice'; readonly message: string }[];
}

/** Null for a stage without a span. */
export function spanEvidence(
  stage: StageExpectation,
  read: ReadSpans,
  usual: UsualDurations,
): SpanEvidence | null {
  if (stage.span === null) return null;
  const fits = compilePattern(stage.span);
  const found = read.seen.filter(({ ours, span }) => !ours && fits(span));
  const slowest = found.toSorted((a, b) => b.span.durationMs - a.span.durationMs);
  if (found.length === 0) return { ...notFound(stage, read), ...NOTHING_FOUND };
  const failed = found.filter(failsItself).filter((each) => !isRetried(each, found));
  const durationMs = Math.max(...found.map(({ span }) => span.durationMs));
  const slow =
    slowest
      .map((each) => slowWords(each, { stage, seen: read.seen, usual }))
      .find((words) => words !== null) ?? null;
  const [first] = failed;
  if (first !== undefined) {
    const deepest = deepestFailure(first, read.seen);
    return {
      ...contradicts(failedSpanText(deepest)),
      ...{ durationMs, slow, failed: deepest, warnings: [], covered: failuresOf(found, read.seen) },
    };
  }
  const followed = found.every((each) => each.followed) ? 'found in a followed trace' : null;
  return {
    ...confirms(followed),
    ...{ durationMs, slow, failed: null, warnings: attemptWarnings(stage.name, found) },
    covered: failuresOf(found, read.seen),
  };
}

export const NOTHING_FOUND = {
  durationMs: null,
  slow: null,
  failed: null,
  warnings: [],
  covered: [],
} as const;

/** Null where it was not slow; with the span inside of it that accounts for most of what is too much. */
function slowWords(
  each: FoundSpan,
  {
    stage,
    seen,
    usual,
  }: {
    readonly stage: StageExpectation;
    readonly seen: readonly FoundSpan[];
    readonly usual: UsualDurations;
  },
): string | null {
  const { durationMs } = each.span;
  const known = usualMsOf(each, usual);
  const usualMs = known !== null && isSlowerThanUsual(durationMs, known) ? known : null;
  const limitMs =
    stage.maxDurationMs !== null && durationMs > stage.maxDurationMs ? stage.maxDurationMs : null;
  if (limitMs === null && usualMs === null) return null;
  const excessMs = durationMs - Math.min(limitMs ?? durationMs, usualMs ?? durationMs);
  const inner = slowCause(each, { excessMs, seen, usual });
  const words = tookWords(durationMs, { limitMs, usualMs });
  if (inner === null) return words;
  const { span } = inner.cause;
  return `${words}; ${spanName(span)} ${tookWords(span.durationMs, { limitMs: null, usualMs: inner.usualMs })}`;
}

function failsItself({ span }: FoundSpan): boolean {
  return hasFailed(span);
}

/** A later attempt in the same service succeeded. Spans that overlap are parallel work, of which none may fail. */
function isRetried(failed: FoundSpan, found: readonly FoundSpan[]): boolean {
  return found.some(
    (each) =>
      !failsItself(each) && each.span.service === failed.span.service && each.span.startMs >= endOf(failed),
  );
}

function endOf({ span }: FoundSpan): number {
  return span.startMs + span.durationMs;
}

/** Of a stage whose work succeeded in the end. Sentry may have kept fewer attempts than there were. */
function attemptWarnings(name: string, found: readonly FoundSpan[]): SpanEvidence['warnings'] {
  const failures = found.filter(failsItself).length;
  const retried =
    failures === 0
      ? []
      : [
          {
            code: 'retried',
            message: `${name} failed at least ${times(failures)} before it succeeded`,
          } as const,
        ];
  const succeeded = new Set(
    found.filter((each) => each.followed && !failsItself(each)).map(({ span }) => span.traceId),
  );
  const twice =
    succeeded.size < 2
      ? []
      : [
          {
            code: 'processed-twice',
            message: `${name} was processed at least ${times(succeeded.size)} (in ${succeeded.size} traces)`,
          } as const,
        ];
  return [...retried, ...twice];
}

function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${numberText(count)} times`;
}

/** The failed span below it under which nothing failed any more: what failed above failed because of it. */
function deepestFailure(top: FoundSpan, seen: readonly FoundSpan[]): FailedSpan {
  const below = spansBelow([top], seen);
  const failed = seen.filter((each) => (each === top || below.has(each)) && failsItself(each));
  const above = new Set(failed.flatMap((each) => ancestorsOf(each)));
  const deepest = failed.find((each) => !above.has(each)) ?? top;
  const lineage = [...ancestorsOf(deepest), deepest];
  const path = lineage.slice(lineage.indexOf(top)).map(({ span }) => spanName(span));
  const issue =
    lineage
      .toReversed()
      .map(({ span }) => failureIssue(span.issues))
      .find((each) => each !== null) ?? null;
  const { exception, message } = failureReason(deepest.span, issue);
  return { path, exception, message, issue };
}

/** Failed attempts of the stage, and what failed within them. */
function failuresOf(found: readonly FoundSpan[], seen: readonly FoundSpan[]): readonly string[] {
  const attempts = found.filter(failsItself);
  const below = spansBelow(attempts, seen);
  const within = seen.filter((each) => below.has(each) && failsItself(each));
  return [...attempts, ...within].map(({ span }) => spanKey(span));
}

/** From the root on, without the span itself. */
function ancestorsOf({ parent }: FoundSpan): readonly FoundSpan[] {
  const above: FoundSpan[] = [];
  for (let at = parent; at !== null; at = at.parent) above.unshift(at);
  return above;
}

/** Missing only if the trace is complete: a partial trace is no evidence about spans that are not in it. */
function notFound(stage: StageExpectation, read: ReadSpans): SourceEvidence {
  const missingSpan = stage.span === null ? stage.name : describePattern(stage.span);
  const missing: SourceEvidence = { ...absent(`span ${missingSpan} is missing`), missingSpan };
  const partial = (why: string | null) =>
    unknown('trace-partial', `the trace is not complete${why === null ? '' : `: ${why}`}`);
  if (read.searches.length === 0 || stage.ownTrace) {
    if (!read.complete) return partial(read.partial);
    const service = unseenService(stage, read);
    if (service === null) return missing;
    return unknown('service-not-seen', `no span of service ${service} is in the trace`);
  }
  const refused = read.searches.find(({ problem }) => problem !== null);
  if (refused !== undefined)
    return unknown('search-refused', `the search for background work failed: ${refused.problem}`);
  const unfound = read.searches.filter(({ last }) => last === null);
  // Without what was searched for, which differs from test to test: one reason is one line.
  if (unfound.some(({ always }) => !always))
    return unknown(
      'no-followed-trace',
      'no trace of its background work was found: it may not have been sampled',
    );
  if (read.searches.some(({ last }) => last !== null && !last.complete))
    return partial('a followed trace is incomplete');
  const [never] = unfound;
  return never === undefined ? missing : absent(`no trace with ${never.searched} was found`);
}

/** The service that the stage's span belongs to, where no span of it is in the trace; null where one is, or none is known. */
function unseenService({ name, span }: StageExpectation, { seen, services }: ReadSpans): string | null {
  const literal = (span?.service ?? []).filter((service) => !service.includes('*'));
  const expected = [...new Set([...literal, ...(services.get(name) ?? [])])];
  const there = new Set(seen.filter(({ ours }) => !ours).map((each) => each.span.service));
  return expected.length > 0 && expected.every((service) => !there.has(service))
    ? expected.join(' or ')
    : null;
}
