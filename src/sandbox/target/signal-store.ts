/** The target's database: saved signals. Without PostgreSQL they are kept in memory, bounded. */
import type { JsonObject } from '../../lib/model/json.ts';

/** Enough for a soak; the oldest goes first. */
const MAX_SIGNALS = 20_000;

export interface SignalStore {
  /** What spans say of it: `memory` or `postgresql`. */
  readonly system: string;
  save(signalId: string, row: JsonObject): Promise<void>;
  find(signalId: string): Promise<JsonObject | null>;
  /** False where there was none. */
  remove(signalId: string): Promise<boolean>;
  close(): Promise<void>;
}

export function createSignalStore(maxSignals: number = MAX_SIGNALS): SignalStore {
  const rows = new Map<string, JsonObject>();
  return {
    system: 'memory',
    async save(signalId, row) {
      rows.set(signalId, row);
      const oldest = rows.keys().next();
      if (rows.size > maxSignals && !oldest.done) rows.delete(oldest.value);
    },
    find: async (signalId) => rows.get(signalId) ?? null,
    remove: async (signalId) => rows.delete(signalId),
    close: async () => {},
  };
}
