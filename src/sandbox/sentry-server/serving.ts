/** What the Sentry server gives away at the moment: the store as seen through the faults. */
import type { Fault } from '../faults/faults.ts';
import type { Outcome } from './outcomes.ts';
import type { ReceivedItems } from './received-items.ts';
import { isServingFault, servingFaultsFor } from './serving-faults.ts';
import type {
  SpanStore,
  StoredCheckIn,
  StoredError,
  StoredOutcome,
  StoredSpan,
  StoredTrace,
} from './span-store.ts';
import { createTraceScenarios } from './trace-scenarios.ts';

export interface ServingOptions {
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
