/** Sends one webhook in its own trace, judges the response, and ends the trace with the verdict; and resends it. */
import { type Delivery, earlierDeliveries } from '../model/delivery.ts';
import type { Judgment } from '../model/finding.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { Attempt, Treatment } from '../model/result.ts';
import type { Repeat } from '../model/scenario.ts';
import { redactDimensions, withLocation } from '../secrets/redact.ts';
import { maskingOf, type PathMasking } from '../secrets/redact-paths.ts';
import type { MinGap } from '../send/pacing.ts';
import { MAX_RETRY_AFTER_MS, type RetryGate } from '../send/retries.ts';
import type { SendHow } from '../send/traced-sender.ts';
import { withSenderFindings } from '../validate/sender-findings.ts';
import { treatmentOf, treatmentOfAll } from '../validate/treatment.ts';
import type { RunPorts } from './ports.ts';

export interface SentOne {
  readonly delivery: Delivery;
  readonly judgment: Judgment;
  /** Masks what is shown of this webhook. */
  readonly masking: PathMasking;
}

export async function sendOne(
  test: PlannedTest,
  { isResend, ...how }: SendHow & { readonly isResend: boolean },
  ports: Pick<RunPorts, 'tracer' | 'sender' | 'judge' | 'redact' | 'redactPaths' | 'duplicates'>,
): Promise<SentOne> {
  const { tracer, sender, judge } = ports;
  const requestMasking = maskingOf([test.request.body], ports);
  const dimensions = redactDimensions(test.dimensions, requestMasking.text);
  const trace = tracer.startTest({ ...test, dimensions });
  const delivery = await sender.send(test, trace, how);
  const { response } = delivery;
  // A resend is expected to have the same id.
  const earlierOwner = response === null || isResend ? null : ports.duplicates.earlierOwner(test, response);
  const judged = afterRetries(judge(delivery, test.expect, earlierOwner), delivery);
  const judgment = withSenderFindings(judged, { test, delivery });
  const masking = maskingOf([delivery.request.body, response?.body ?? ''], {
    ...ports,
    redact: withLocation(ports.redact, response?.headers ?? {}),
  });
  const [error] = judgment.errors;
  const problem = error === undefined ? null : masking.text(error.message, 'sentence');
  const status = delivery.response?.status ?? null;
  trace.finish({ verdict: problem === null ? 'working' : 'broken', status, problem });
  return { delivery, judgment, masking };
}

function afterRetries(judgment: Judgment, delivery: Delivery): Judgment {
  const { attempts, notRetriedForMs = null } = delivery;
  if (notRetriedForMs !== null) return withLongWait(judgment, notRetriedForMs);
  const arrived = earlierDeliveries(attempts)[0];
  return arrived === undefined ? judgment : withArrivedBefore(judgment, arrived);
}

/** Codes of findings about a status that may be retried. */
const OF_STATUS = new Set(['rate-limited', 'http-4xx', 'http-5xx']);

function withLongWait(judgment: Judgment, askedMs: number): Judgment {
  const longest = `retries wait up to ${MAX_RETRY_AFTER_MS / 1_000} s for Retry-After`;
  const hint = `Wait ${Math.ceil(askedMs / 1_000)} s before the next run. Not retried: ${longest}`;
  return {
    ...judgment,
    errors: judgment.errors.map((error) => (OF_STATUS.has(error.code) ? { ...error, hint } : error)),
  };
}

/** A duplicate after a retry means that an earlier delivery arrived: it was processed, and its probes can run. */
function withArrivedBefore(judgment: Judgment, { status }: Attempt): Judgment {
  const although = status === null ? 'its response did not' : `its response was HTTP ${status}`;
  const warnings = judgment.warnings.map((warning) =>
    warning.code === 'duplicate'
      ? {
          ...warning,
          code: 'flaky',
          hint: 'Check why the first response was lost: a proxy, a load balancer or a crash after the work was done',
          message: `The first delivery arrived although ${although}: the retry was treated as a duplicate`,
        }
      : warning,
  );
  return { ...judgment, warnings };
}

export interface RepeatedSend extends Treatment {
  readonly sends: readonly SentOne[];
  /** The resend after them, where the end of the run cut it off: it may have arrived. */
  readonly unfinished: SentOne | null;
}

export interface RepeatPorts {
  readonly ports: Parameters<typeof sendOne>[2];
  /** Called before each resend: 1 for the first. */
  readonly sending: (send: number) => void;
  /** Nothing more may be sent. */
  readonly stopped: () => boolean;
  readonly sleep: (ms: number) => Promise<void>;
  readonly mayRetry: RetryGate;
  /** Between two sends of one test, in milliseconds: its places in the rate. */
  readonly gapMs: number;
  /** Between this and the sends of other tests. */
  readonly minGap: MinGap;
}

/**
 * A webhook that failed is not resent: without a first event there cannot be a second one. Null where the test has no
 * `repeat`.
 */
export async function resend(
  test: PlannedTest,
  first: SentOne,
  resendPorts: RepeatPorts,
): Promise<RepeatedSend | null> {
  const { repeat } = test;
  const { response } = first.delivery;
  if (repeat === null) return null;
  if (response === null || first.judgment.errors.length > 0) return notSent('the first send failed');
  const sends: SentOne[] = [];
  let last = Date.parse(first.delivery.startedAt);
  for (let time = 0; time < repeat.times; time++) {
    await resendPorts.sleep(Math.max(repeat.afterMs, last + resendPorts.gapMs - Date.now()));
    await resendPorts.minGap.wait();
    await resendPorts.ports.tracer.ready();
    if (resendPorts.stopped()) return cutOff(sends, null);
    last = Date.now();
    resendPorts.sending(time + 1);
    const one = await sendOne(
      { ...test, expect: repeat.expect },
      { lateMs: 0, isResend: true, mayRetry: resendPorts.mayRetry },
      resendPorts.ports,
    );
    if (one.delivery.failure?.kind === 'aborted') return cutOff(sends, one);
    sends.push(one);
  }
  return { ...treated(test, repeat, { first: response, sends }), sends, unfinished: null };
}

function treated(
  { expect }: PlannedTest,
  { idPath }: Repeat,
  { first, sends }: { readonly first: Parameters<typeof treatmentOf>[0]; readonly sends: readonly SentOne[] },
): Treatment {
  return treatmentOfAll(sends.map(({ delivery }) => treatmentOf(first, delivery, { idPath, expect })));
}

function notSent(because: string): RepeatedSend {
  return { treatedAs: 'unknown', because, sends: [], unfinished: null };
}

function cutOff(sends: readonly SentOne[], unfinished: SentOne | null): RepeatedSend {
  return {
    treatedAs: 'unknown',
    because: 'the run ended before all planned resends',
    sends,
    unfinished,
  };
}
