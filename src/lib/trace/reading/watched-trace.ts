/** One test's trace while it is waited for: what each poll saw of it and of what it set off. */
import type { JsonObject } from '../../model/json.ts';
import type { TraceWait, UnverifiedReason } from '../../model/result.ts';
import type { Trace } from '../../model/trace.ts';
import type { FollowSearch } from '../../model/trace-expectation.ts';
import { numberText } from '../../terminal/quantities.ts';
import type { SentryApi } from '../sentry-api/endpoints.ts';
import { type ApiFailure, isLimit } from '../sentry-api/failures.ts';
import { ourSpanIds } from '../spans/own-spans.ts';
import { hasGap, shortfallOf } from '../spans/span-gap.ts';
import { createFollower, type Followed } from './follow.ts';
import {
  type AwaitedSpan,
  type Decision,
  decide,
  isStable,
  type Observation,
  observe,
  unchangedMs,
  unverifiedReason,
} from './wait.ts';
import type { WaitState } from './wait-text.ts';

export interface TracedTest {
  /** Its number in the run. */
  readonly index: number;
  readonly name: string;
  /** 32 hex characters. */
  readonly traceId: string;
  /** Span id that went out in the headers, by which our own spans are recognized: 16 hex characters. */
  readonly spanId: string;
  /** Milliseconds since the epoch. */
  readonly sentAtMs: number;
  readonly expected: readonly AwaitedSpan[];
  /** Whether a probe has confirmed this stage by now. */
  readonly isConfirmed: (stage: string) => boolean;
  readonly follow: readonly FollowSearch[];
  /** What the placeholders of `follow` may name: `{ response: <the response's JSON>, testId, … }`. */
  readonly values: JsonObject;
}

export interface TraceReading {
  readonly name: string;
  readonly traceId: string;
  /** As last read; null if Sentry never responded. */
  readonly trace: Trace | null;
  /** One for each search, in their order. */
  readonly followed: readonly Followed[];
  /** Nothing more came for the settle time, neither to it nor to what it set off. */
  readonly settled: boolean;
  /** Nothing that was not read can be missing from it by chance. */
  readonly complete: boolean;
  /** Why it is not complete, in a few words; null where it is. */
  readonly partial: string | null;
  /** Null when it can be judged. */
  readonly reason: UnverifiedReason | null;
  /** The response of Sentry that is the reason, or null. */
  readonly failure: ApiFailure | null;
  readonly wait: TraceWait;
}

interface PollTiming {
  /** Ends the poll with all of its requests. */
  readonly signal: AbortSignal;
  /** Fewer than usual; 0 where it is polled again anyway. */
  readonly retries?: number;
  /** There is so little time that a poll cut off by the signal is no evidence about Sentry. */
  readonly isShort?: boolean;
}

/** What reading traces needs of Sentry's API. */
export type TraceReader = Pick<SentryApi, 'readTrace' | 'readTraceMeta' | 'searchSpans'>;

/** Sentry gives no more spans of a trace than these (reference: its trace endpoint, one page), and says nothing of it. */
const MAX_SPANS = 10_000;

export interface WatchedTrace {
  readonly name: string;
  /** Reads it once; gives what went wrong, its own reading before what it set off. */
  readonly poll: (timing: PollTiming) => Promise<ApiFailure | null>;
  /** A poll that was due, and not made because of this. */
  readonly skip: (failure: ApiFailure) => void;
  readonly decision: () => Decision;
  readonly state: () => WaitState;
  readonly isRead: () => boolean;
  /** Never read, and Sentry did not say why. */
  readonly hasNoResponse: () => boolean;
  /** What there is to say when the wait is over. */
  readonly reading: () => TraceReading;
}

export function watchTrace({
  test,
  api,
  attributes,
  settleMs,
  elapsedMs,
}: {
  readonly test: TracedTest;
  readonly api: TraceReader;
  /** Span attributes that expectations need. */
  readonly attributes: readonly string[];
  readonly settleMs: number;
  /** Since the wait began. */
  readonly elapsedMs: () => number;
}): WatchedTrace {
  const { name, traceId, sentAtMs } = test;
  const followers = test.follow.map((search) =>
    createFollower({ search, values: test.values, traceId, sentAtMs, attributes, api }),
  );
  const observations: Observation[] = [];
  let trace: Trace | null = null;
  let failure: ApiFailure | null = null;
  let polls = 0;
  /** Spans of the trace by Sentry's own count, and the number read when it was asked for. */
  let counted: { readonly spans: number | null; readonly read: number } | null = null;
  let isCountUnread = false;

  const followAll = async (timing: PollTiming): Promise<ApiFailure | null> => {
    let failed: ApiFailure | null = null;
    for (const follower of followers.filter((each) => each.isWorthwhile(elapsedMs()))) {
      failed = (await follower.poll(timing)) ?? failed;
      if (failed !== null && (timing.signal.aborted || failed.problem === 'rate-limit')) break;
    }
    return failed;
  };
  const observeNow = (read: Trace): Observation => {
    const expected = test.expected.filter(({ stage }) => stage === null || !test.isConfirmed(stage));
    const attempts = followers.map((follower) => follower.state().traces);
    const pending = followers.filter((each) => !each.state().found && each.isWorthwhile(elapsedMs()));
    const seen = observe({
      atMs: elapsedMs(),
      spans: [...read.spans, ...attempts.flatMap((each) => each.at(-1)?.spans ?? [])],
      earlierSpans: attempts
        .flatMap((each) => each.slice(0, -1))
        .reduce((sum, { spans }) => sum + spans.length, 0),
      ours: ourSpanIds(read, test.spanId),
      expected,
    });
    // What only a followed trace could still show is not waited for once probes have confirmed it.
    if (seen.missing.length === 0 && expected.length < test.expected.length) return seen;
    const awaited = pending.map((each) => ({
      label: `a trace with ${each.state().searched}`,
      required: true,
    }));
    return { ...seen, missing: [...seen.missing, ...awaited] };
  };
  const decision = (): Decision => decide(observations, { settleMs });

  /** Asked only where something is missing and nothing new came: a trace may be cut without a word. */
  const countSpans = async (read: Trace, { signal, retries }: PollTiming): Promise<void> => {
    const hasMissing = (observations.at(-1)?.missing.length ?? 0) > 0;
    if (!hasMissing || counted?.read === read.spans.length || !hasSettled()) return;
    const response = await api.readTraceMeta(traceId, {
      signal,
      ...(retries === undefined ? {} : { retries }),
    });
    // A server without counts is as good as one that gives none; one that did not respond may count more than it gave.
    isCountUnread = response.kind === 'error' && !response.permanent;
    if (!isCountUnread)
      counted = { spans: response.kind === 'meta' ? response.meta.spans : null, read: read.spans.length };
  };
  const hasSettled = () => isStable(observations) && unchangedMs(observations) >= settleMs;
  const whyPartial = (): string | null => {
    if (trace === null) return 'it was not read';
    if ((observations.at(-1)?.foreignCount ?? 0) === 0) return "no span of the target's is in it";
    const { spans } = trace;
    if (trace.transactionsOnly === true) return 'this Sentry shows transactions, not the spans in them';
    if (spans.length >= MAX_SPANS) return `Sentry gives no more than ${numberText(MAX_SPANS)} spans`;
    const shortfall = shortfallOf(trace, counted?.spans ?? null);
    if (shortfall !== null) return shortfall;
    if (isCountUnread) return "Sentry's count of its spans could not be read";
    if (hasGap(spans, test.spanId)) return 'the parent of a span is missing';
    return hasSettled() ? null : 'the wait ended before it was complete';
  };

  return {
    name,
    poll: async (timing) => {
      polls += 1;
      const { isShort = false, ...limits } = timing;
      const read = await api.readTrace(traceId, { ...limits, startedAt: sentAtMs, attributes });
      const isCut = isShort && timing.signal.aborted && polls > 1;
      if (read.kind === 'error') {
        // Cut off at the deadline: the poll before it is more informative.
        if (!isCut) failure = read;
        return read;
      }
      failure = null;
      trace = read.trace;
      const followFailure = await followAll(timing);
      observations.push(observeNow(read.trace));
      await countSpans(read.trace, timing);
      // A search that is refused concerns what it would have found, not the trace that was read.
      return followFailure?.permanent === true ? null : followFailure;
    },
    skip: (skipped) => {
      failure = skipped;
    },
    decision,
    isRead: () => trace !== null,
    hasNoResponse: () => trace === null && (failure === null || failure.problem === 'no-response'),
    state: () => ({
      index: test.index,
      polled: polls > 0,
      spanCount: observations.at(-1)?.spanCount ?? 0,
      decision: decision(),
      // A limit is no property of the trace: all of them wait for it.
      problem: failure === null || isLimit(failure) ? null : failure.message,
    }),
    reading: () => {
      const reason = decision().done ? null : unverifiedReason({ observations, trace, failure, settleMs });
      const awaited = observations.at(-1)?.missing ?? test.expected;
      return {
        name,
        traceId,
        trace,
        followed: followers.map((follower) => follower.state()),
        settled: hasSettled(),
        complete: whyPartial() === null,
        partial: whyPartial(),
        reason,
        failure: reason === null ? null : failure,
        wait: { polls, waitedMs: Math.round(elapsedMs()), awaited: awaited.map(({ label }) => label) },
      };
    },
  };
}
