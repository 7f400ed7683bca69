/** Resends a webhook and judges the further responses: does the target treat it as a duplicate? */

import type { PlannedTest } from '../model/plan.ts';
import type { Treatment } from '../model/result.ts';
import type { Repeat } from '../model/scenario.ts';
import type { MinGap } from '../send/pacing.ts';
import type { RetryGate } from '../send/retries.ts';
import { treatmentOf, treatmentOfAll } from '../validate/treatment.ts';
import { type SentOne, sendOne } from './send-one.ts';

export interface RepeatedSend extends Treatment {
  readonly sends: readonly SentOne[];
  /** The resend after them, if the end of the run aborted it: it may have arrived. */
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
  /** Between two sends of one test, in milliseconds: with a rate, every test has its slots. */
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
  again: RepeatPorts,
): Promise<RepeatedSend | null> {
  const { repeat } = test;
  const { response } = first.delivery;
  if (repeat === null) return null;
  if (response === null || first.judgment.errors.length > 0) return notSent('it did not work the first time');
  const sends: SentOne[] = [];
  let last = Date.parse(first.delivery.startedAt);
  for (let time = 0; time < repeat.times; time++) {
    await again.sleep(Math.max(repeat.afterMs, last + again.gapMs - Date.now()));
    await again.minGap.wait();
    await again.ports.tracer.ready();
    if (again.stopped()) return cutOff(sends, null);
    last = Date.now();
    again.sending(time + 1);
    const one = await sendOne(
      { ...test, expect: repeat.expect },
      { lateMs: 0, isResend: true, mayRetry: again.mayRetry },
      again.ports,
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
    because: 'the run ended before it was sent again as often as planned',
    sends,
    unfinished,
  };
}
