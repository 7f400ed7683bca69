/** The lines of `cleanup.ndjson`: what is saved with a run for clean-up. They contain no secrets. */
import type { Json } from '../../../model/json.ts';
import type { Leftover } from '../../../model/report.ts';
import { isLeftover } from '../report-shapes.ts';
import type { RunOwner } from '../run-owner.ts';
import { fields, isFlag, isNumber, isText, listOf, orNull, recordOf } from '../saved-shape.ts';

export const CLEANUP_FILE = 'cleanup.ndjson';

/** Identifies a webhook: the test, and 0 for its first send, 1 for its first resend. */
export interface EntryKey {
  readonly index: number;
  readonly send: number;
}

/** Dotted path → value. Null if the response had no such value. */
export type SavedValues = Readonly<Record<string, Json>>;

/** Written before the webhook is sent: from then on it may leave something behind. */
export interface SentRecord extends EntryKey {
  readonly type: 'sent';
  readonly testId: string;
  readonly name: string;
  readonly scenario: string;
  /** Replayed from a file, so its scenario may be missing in the config. */
  readonly replayed: boolean;
  /** The calls as templates, such as `DELETE {{origin}}/signals/{{response.signal_id}}`; secrets masked. */
  readonly calls: readonly string[];
  readonly values: SavedValues;
  /** Paths whose values are secret or too long to save. */
  readonly hidden: readonly string[];
}

/** Written once the response is there, with the values from it. */
export interface RespondedRecord extends EntryKey {
  readonly type: 'responded';
  readonly values: SavedValues;
  readonly hidden: readonly string[];
}

/** The call at this index has nothing left to remove. */
export interface RemovedRecord extends EntryKey {
  readonly type: 'removed';
  readonly at: number;
  /** False if there was nothing to remove. */
  readonly called: boolean;
  /** Made by `prod-e2e cleanup`, not by the run itself. */
  readonly later: boolean;
}

/** The call at this index failed or could not be made. */
export interface LeftRecord extends EntryKey {
  readonly type: 'left';
  readonly at: number;
  readonly leftOver: Leftover;
}

/** The webhook has left nothing behind. */
export interface ClosedRecord extends EntryKey {
  readonly type: 'closed';
}

/** The process that sends, so that no other process cleans up while the run is in progress. */
export interface ProcessRecord extends RunOwner {
  readonly type: 'process';
}

export type CleanupRecord =
  | SentRecord
  | RespondedRecord
  | RemovedRecord
  | LeftRecord
  | ClosedRecord
  | ProcessRecord;

const isEntry = { index: isNumber, send: isNumber } as const;
const isValues = recordOf(() => true);
const always = () => true;

const SHAPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  sent: fields<SentRecord>({
    ...{ type: always, ...isEntry, testId: isText, name: isText, scenario: isText, replayed: isFlag },
    ...{ calls: listOf(isText), values: isValues, hidden: listOf(isText) },
  }),
  responded: fields<RespondedRecord>({ type: always, ...isEntry, values: isValues, hidden: listOf(isText) }),
  removed: fields<RemovedRecord>({ type: always, ...isEntry, at: isNumber, called: isFlag, later: isFlag }),
  left: fields<LeftRecord>({ type: always, ...isEntry, at: isNumber, leftOver: isLeftover }),
  closed: fields<ClosedRecord>({ type: always, ...isEntry }),
  process: fields<ProcessRecord>({
    ...{ type: always, pid: isNumber, host: isText },
    started: orNull(isText),
  }),
};

export function isCleanupRecord(value: unknown): value is CleanupRecord {
  const type = (value as { readonly type?: unknown } | null)?.type;
  return typeof type === 'string' && Object.hasOwn(SHAPES, type) && SHAPES[type]?.(value) === true;
}

/** A test has fewer sends than this: the limit of `repeat` is far lower. */
const SENDS = 1_000;

/** Equal for all records of a webhook; sorts by test. */
export function keyOf({ index, send }: EntryKey): number {
  return index * SENDS + send;
}
