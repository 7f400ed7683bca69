/** Asks for the confirmations that a run needs before it begins. */
import type { Settings } from '../config/settings/settings.ts';
import { nextQuiet, type QuietSpell, quietAt, quietText } from './quiet-hours.ts';
import { type Destination, type SafetyQuestion, safetyQuestions, staysHere } from './safety.ts';

/**
 * Confirming what is asked does not confirm quiet hours that begin later.
 * @returns the quiet hours before which everything has to be sent; null for none
 * @throws ProdE2eError `NOT_AGREED`, `INTERRUPTED`
 */
export async function checkSafety(
  options: Destination & {
    readonly settings: Settings;
    /** Webhooks of the plan, resends included. */
    readonly sends: number;
    /** `--yes` */
    readonly confirmed: boolean;
    /** Resolves once all of them are confirmed; throws where they are not. */
    readonly ask: (questions: readonly SafetyQuestion[]) => Promise<void>;
    /** Milliseconds since the epoch. */
    readonly nowMs: number;
  },
): Promise<QuietSpell | null> {
  const { settings, url, proxy, sends, confirmed, ask, nowMs } = options;
  if (confirmed || staysHere({ url, proxy })) return null;
  const now = quietAt(nowMs, settings.quietHours);
  const quiet = now === null ? null : quietText(now, nowMs);
  await ask(safetyQuestions({ ...settings, url, proxy, sends, quiet }));
  if (now === null) return nextQuiet(nowMs, settings.quietHours);
  return now.endsAtMs === null ? null : nextQuiet(now.endsAtMs, settings.quietHours);
}
