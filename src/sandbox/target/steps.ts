/** The spans of one webhook's work, with the faults asked for. */
import { setTimeout as pause } from 'node:timers/promises';
import type { SpanFaults } from '../faults/span-faults.ts';
import {
  type ActiveSpan,
  type IncomingTrace,
  inOwnTrace,
  inRequest,
  inSpan,
  reportException,
  type Step,
  type Work,
} from './instrumentation.ts';

export interface Steps {
  /** Below the active span. */
  inSpan<Result>(step: Step, work: Work<Result>): Promise<Result>;
  /** Continues the sender's trace. */
  inRequest<Result>(incoming: IncomingTrace, step: Step, work: Work<Result>): Promise<Result>;
  inOwnTrace<Result>(step: Step, work: Work<Result>): Promise<Result>;
}

const nothing = (): void => undefined;

/** Stands in for the span of a service without SDK. */
const UNTRACED: ActiveSpan = { annotate: nothing, capture: nothing, fail: nothing, responded: nothing };

/** Stands in for a span that is not made; an error is still sent and hangs on the span above. */
const UNMADE: ActiveSpan = { ...UNTRACED, capture: reportException };

/** The message says that the failure is injected, so that its reason is not searched for. */
const askedFor = (name: string): Error => new Error(`${name} failed, as the fault span-error asks`);

/** `stopping` cuts delays short, so that a stop need not wait for them. */
export function stepsFor(faults: SpanFaults, stopping: AbortSignal): Steps {
  const withFaults =
    <Result>({ name, op }: Step, work: Work<Result>): Work<Result> =>
    async (span) => {
      const delayMs = faults.delaysMs.get(name) ?? 0;
      if (delayMs > 0) await pause(delayMs, undefined, { signal: stopping }).catch(nothing);
      const result = await work(span);
      if (faults.failing.has(name)) {
        if (op === 'http.client') span.annotate({ 'http.response.status_code': 503 });
        span.fail(askedFor(name));
      }
      return result;
    };
  if (faults.isUntraced) {
    return {
      inSpan: (step, work) => withFaults(step, work)(UNTRACED),
      inRequest: (_incoming, _step, work) => work(UNTRACED),
      inOwnTrace: (_step, work) => work(UNTRACED),
    };
  }
  return {
    inSpan: (step, work) => {
      const run = withFaults(step, work);
      return faults.missing.has(step.name) ? run(UNMADE) : inSpan(step, run);
    },
    inRequest,
    inOwnTrace,
  };
}
