/** Asks what has to be agreed to before a run may begin. */
import type { Settings } from '../config/settings.ts';
import { nextQuiet, type QuietSpell, quietAt, quietText } from '../run/quiet-hours.ts';
import { type Destination, safetyQuestions, staysHere } from '../run/safety.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { agree } from './agreement.ts';

/**
 * A yes to what is asked is no yes to quiet hours that begin later.
 * @returns the quiet hours before which everything has to be sent; null for none
 * @throws ProdE2eError `NOT_AGREED`, `INTERRUPTED`
 */
export async function checkSafety(options: {
  readonly settings: Settings;
  /** Webhooks that the plan has, those that are sent again on purpose included. */
  readonly count: number;
  readonly to: Destination;
  /** `--yes` */
  readonly agreed: boolean;
  /** Where questions are asked. */
  readonly terminal: Terminal;
  /** Aborted by a signal. */
  readonly stop: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}): Promise<QuietSpell | null> {
  const { settings, count, to, agreed, terminal, stop, nowMs } = options;
  if (agreed || staysHere(to)) return null;
  const now = quietAt(nowMs, settings.quietHours);
  const quiet = now === null ? null : quietText(now, nowMs);
  await agree({ questions: safetyQuestions({ ...settings, ...to, count, quiet }), terminal, stop });
  if (now === null) return nextQuiet(nowMs, settings.quietHours);
  return now.endsAtMs === null ? null : nextQuiet(now.endsAtMs, settings.quietHours);
}
