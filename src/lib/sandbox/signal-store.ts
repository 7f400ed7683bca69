/** The target's database: saved signals, in memory and bounded. */
import type { JsonObject } from '../model/json.ts';

/** Enough for a soak; the oldest goes first. */
const MAX_SIGNALS = 20_000;

export interface SignalStore {
  save(signalId: string, row: JsonObject): void;
  find(signalId: string): JsonObject | null;
}

export function createSignalStore(maxSignals: number = MAX_SIGNALS): SignalStore {
  const rows = new Map<string, JsonObject>();
  return {
    save(signalId, row) {
      rows.set(signalId, row);
      const oldest = rows.keys().next();
      if (rows.size > maxSignals && !oldest.done) rows.delete(oldest.value);
    },
    find: (signalId) => rows.get(signalId) ?? null,
  };
}
