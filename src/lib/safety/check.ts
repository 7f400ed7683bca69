/** Asks what has to be agreed to before a run may begin. */
import type { Settings } from '../config/settings/settings.ts';
import { nextQuiet, type QuietSpell, quietAt, quietText } from './quiet-hours.ts';
import { type Destination, type SafetyQuestion, safetyQuestions, staysHere } from './safety.ts';

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
  /** Resolves once all of them are agreed to; throws where they are not. */
  readonly ask: (questions: readonly SafetyQuestion[]) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}): Promise<QuietSpell | null> {
  const { settings, count, to, agreed, ask, nowMs } = options;
  if (agreed || staysHere(to)) return null;
  const now = quietAt(nowMs, settings.quietHours);
  const quiet = now === null ? null : quietText(now, nowMs);
  await ask(safetyQuestions({ ...settings, ...to, count, quiet }));
  if (now === null) return nextQuiet(nowMs, settings.quietHours);
  return now.endsAtMs === null ? null : nextQuiet(now.endsAtMs, settings.quietHours);
}
