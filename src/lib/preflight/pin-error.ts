/** Payloads of a file have no dimensions that `--set` could pin. */
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';

/** Null where nothing is pinned. */
export function pinError({ set }: Pick<Settings, 'set'>): ProdE2eError | null {
  const [first] = Object.keys(set);
  if (first === undefined) return null;
  return new ProdE2eError(`--set ${first} has no effect on payloads that are replayed as they are.`, {
    code: 'REPLAY_SET',
    hints: [
      'Leave out --set, or change the file: jq -c \'.symbol = "SPY"\' payloads.ndjson | prod-e2e run --from -',
    ],
  });
}
