/** What the Sentry server gives away at the moment: the store as seen through the faults. */
import type { FaultEffect } from '../faults/fault-kinds.ts';
import { effectsFor, type Fault } from '../faults/faults.ts';
import type { Outcome } from './outcomes.ts';
import type { ReceivedItems } from './received-items.ts';
import type {
  SpanStore,
  StoredCheckIn,
  StoredError,
  StoredOutcome,
  StoredSpan,
  StoredTrace,
} from './span-store.ts';
import { createTraceScenarios } from './trace-scenarios.ts';

interface ServingOptions {
  readonly store: SpanStore;
  readonly faults: readonly Fault[];
  /** Its spans are never late: they are the sender's own. */
  readonly senderProjectId: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A status to refuse with, and whether it is for everybody or for the traces of one scenario. */
export interface Refusal {
  readonly status: number;
  readonly isGeneral: boolean;
}

export interface Serving {
  /** Keeps what was received; a refusal means that nothing was kept. */
  receive(items: ReceivedItems, projectId: number): Refusal | null;
  /** Counts what was refused as a whole. */
  drop(projectId: number, outcome: Outcome): void;
  /** Why a read is refused; for one that is about no single trace, `traceId` is null. */
  refusal(traceId: string | null): Refusal | null;
  trace(traceId: string): StoredTrace;
  /** Of all traces whose reading is not refused. */
  spans(): Iterable<StoredSpan>;
  errors(): readonly StoredError[];
  checkIns(): readonly StoredCheckIn[];
  outcomes(): readonly StoredOutcome[];
}

export function createServing({ store, senderProjectId, now, ...options }: ServingOptions): Serving {
  // Asked for every span of a search: faults of the target alone are skipped.
  const faults = options.faults.filter(({ effect }) => isServingFault(effect));
  const scenarios = createTraceScenarios();
  const general = servingFaultsFor(faults, null).status;

  const refusal = (traceId: string | null): Refusal | null => {
    const { status } = servingFaultsFor(faults, traceId === null ? null : scenarios.of(traceId));
    return status === null ? null : { status, isGeneral: status === general };
  };

  const isVisible = (item: StoredSpan | StoredError): boolean => {
    if (item.projectId === senderProjectId) return true;
    const scenario = item.traceId === null ? null : scenarios.of(item.traceId);
    return item.receivedAtMs + servingFaultsFor(faults, scenario).lateMs <= now();
  };

  return {
    receive(items, projectId) {
      // Learned also from what is refused: reads of that trace are to be refused, too.
      const refusals = [...scenarios.learn(items), null].map(refusal);
      const refused = refusals.find((candidate) => candidate !== null) ?? null;
      if (refused === null) store.add(items, projectId, now());
      return refused;
    },
    refusal,
    trace(traceId) {
      const { spans, errors } = store.trace(traceId);
      return { spans: spans.filter(isVisible), errors: errors.filter(isVisible) };
    },
    *spans() {
      for (const span of store.spans()) if (isVisible(span) && refusal(span.traceId) === null) yield span;
    },
    errors: () => store.errors().filter(isVisible),
    checkIns: store.checkIns,
    outcomes: store.outcomes,
    drop: store.drop,
  };
}

/** What is wrong with how the Sentry server serves the traces of one scenario. */
interface ServingFaults {
  /** How long spans and errors of the services stay invisible once received, in milliseconds. */
  readonly lateMs: number;
  /** Answered instead; null for none. */
  readonly status: number | null;
}

/** Whether it is the Sentry server that gets something wrong, and not the target. */
const isServingFault = ({ kind }: FaultEffect): boolean => kind === 'trace-late' || kind === 'sentry-status';

/** For a trace whose scenario is not known (null) only the faults for every scenario count. */
export function servingFaultsFor(faults: readonly Fault[], scenario: string | null): ServingFaults {
  let lateMs = 0;
  let status: number | null = null;
  for (const effect of effectsFor(faults, scenario ?? '')) {
    if (effect.kind === 'trace-late') lateMs = effect.delayMs;
    else if (effect.kind === 'sentry-status') status = effect.status;
  }
  return { lateMs, status };
}
