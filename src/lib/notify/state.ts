/** What notifiers were told, as it is kept with a run. */
import type { Told } from '../model/alert.ts';
import { MAX_OPEN } from './changes.ts';

/** What is open, by the name of the notifier. */
export type AlertState = ReadonlyMap<string, readonly Told[]>;

const VERSION = 1;
/** Notifiers of whom it is remembered; those that are not configured any more are among them. */
const MAX_NAMES = 100;

export function stateJson(state: AlertState): object {
  return { schemaVersion: VERSION, open: Object.fromEntries([...state].slice(-MAX_NAMES)) };
}

/** Null where it is no state, or one of a newer version. What in it is damaged is left out. */
export function readState(json: unknown): AlertState | null {
  if (!isRecord(json) || json.schemaVersion !== VERSION || !isRecord(json.open)) return null;
  return new Map(
    Object.entries(json.open)
      .slice(0, MAX_NAMES)
      .map(([name, open]) => [name, Array.isArray(open) ? open.filter(isTold).slice(0, MAX_OPEN) : []]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTold(value: unknown): value is Told {
  if (!isRecord(value)) return false;
  const { key, scenario, code, since, toldAt } = value;
  const texts = [key, scenario, code, since, toldAt];
  return texts.every((text) => typeof text === 'string') && [since, toldAt].every(isTime);
}

function isTime(value: unknown): boolean {
  return !Number.isNaN(Date.parse(String(value)));
}
