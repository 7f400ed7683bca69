/** What alerts remember from run to run, as it is saved. */
import * as z from 'zod';
import type { Outage, Told } from '../model/alert.ts';

export interface AlertState {
  readonly outages: readonly Outage[];
  /** By the name of the notifier. */
  readonly told: ReadonlyMap<string, readonly Told[]>;
}

export const NOTHING_OPEN: AlertState = { outages: [], told: new Map() };

const VERSION = 2;
/** Outages that are remembered at once: a run with more of them is one that somebody looks at anyway. */
export const MAX_OUTAGES = 1_000;
/** Notifiers whose reports are remembered; those that are not configured any more are among them. */
const MAX_NAMES = 100;

const text = z.string();
const count = z.int().min(0);
const time = text.refine((value) => !Number.isNaN(Date.parse(value)));
const proof = z.enum(['response', 'trace']);

const failing = z.object({
  ...{ testId: text, traceId: text, spanId: text.nullable(), traceUrl: text.nullable() },
  ...{ issueUrl: text.nullable(), responded: z.boolean() },
});
const cause = z.object({
  ...{ scenario: text, slot: text, key: text, code: text, proof, stage: text.nullable() },
  ...{ message: text, hint: text.nullable(), tests: count, judged: count, failing },
});
const scenario = z.object({ name: text, code: text, proof, stage: text.nullable(), worked: count });
const outage: z.ZodType<Outage> = z.object({
  ...{ key: text, slot: text, since: time, failedRuns: count },
  scenarios: z.array(scenario).min(1),
  last: z.object({ runId: text, startedAt: time, cause }),
});
const told: z.ZodType<Told> = z.object({ key: text, since: time, toldAt: time.nullable() });
const list = z.array(z.unknown()).catch([]);
const state = z.object({
  schemaVersion: z.literal(VERSION),
  outages: list,
  told: z.record(text, list).catch({}),
});

export function stateJson({ outages, told: all }: AlertState): object {
  return {
    schemaVersion: VERSION,
    outages: outages.slice(-MAX_OUTAGES),
    told: Object.fromEntries([...all].filter(([, each]) => each.length > 0).slice(-MAX_NAMES)),
  };
}

/** Null where it is no state, or one of another version. What in it is damaged is left out. */
export function readState(json: unknown): AlertState | null {
  const read = state.safeParse(json);
  if (!read.success) return null;
  const outages = whole(outage, read.data.outages).slice(-MAX_OUTAGES);
  const keys = new Set(outages.map(({ key }) => key));
  const names = Object.entries(read.data.told).slice(0, MAX_NAMES);
  return {
    outages,
    told: new Map(names.map(([name, each]) => [name, whole(told, each).filter(({ key }) => keys.has(key))])),
  };
}

function whole<Value>(schema: z.ZodType<Value>, values: readonly unknown[]): readonly Value[] {
  return values.flatMap((value) => {
    const read = schema.safeParse(value);
    return read.success ? [read.data] : [];
  });
}
