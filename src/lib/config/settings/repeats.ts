/** What the config says of sending again, made whole. */
import type { Expectation, Repeat } from '../../model/scenario.ts';
import type { ExpectConfig } from '../schema/expect.ts';
import type { RepeatConfig } from '../schema/repeat.ts';
import { parseDuration } from './duration.ts';

const DEFAULTS = { times: 1, id: 'signal_id', secondEvent: 'error' } as const;

/** 409 and 208 (Already Reported) are how HTTP says that something is there already. */
export const EXPECT_REPEAT: ExpectConfig = { status: ['2xx', 409] };

export function toRepeat(config: RepeatConfig | undefined, expect: Expectation): Repeat | null {
  if (config === undefined) return null;
  const { times, after, id, secondEvent } = typeof config === 'number' ? { times: config } : config;
  return {
    times: times ?? DEFAULTS.times,
    afterMs: after === undefined ? 0 : (parseDuration(after) ?? 0),
    idPath: id ?? DEFAULTS.id,
    secondEvent: secondEvent ?? DEFAULTS.secondEvent,
    expect,
  };
}
