/** What is saved with a run for clean-up: the lines of `cleanup.ndjson`. No secret is in them. */
import type { Json } from '../../../model/json.ts';
import type { Leftover } from '../../../model/report.ts';
import { isLeftover } from '../report-shapes.ts';
import type { RunOwner } from '../run-owner.ts';
import { fields, isFlag, isNumber, isText, listOf, orNull, recordOf } from '../saved-shape.ts';

export const CLEANUP_FILE = 'cleanup.ndjson';

/** Names a webhook: the test, and 0 for its first send, 1 for the first resend. */
export interface EntryKey {
  readonly index: number;
  readonly send: number;
}

/** Dotted path → value. Null where there is none: the response did not name it. */
export type SavedValues = Readonly<Record<string, Json>>;

/** Written before the webhook leaves: from here on it may have left something. */
export interface SentRecord extends EntryKey {
  readonly type: 'sent';
  readonly testId: string;
  readonly name: string;
  readonly scenario: string;
  /** Replayed from a file: its scenario need not be in the config. */
  readonly replayed: boolean;
  /** The calls as templates, such as `DELETE {{origin}}/signals/{{response.signal_id}}`; secrets masked. */
  readonly calls: readonly string[];
  readonly values: SavedValues;
  /** Paths whose values are secret, or too long to be saved. */
  readonly hidden: readonly string[];
}

/** Written once the response is there, with the values that it gives. */
export interface RespondedRecord extends EntryKey {
  readonly type: 'answered';
  readonly values: SavedValues;
  readonly hidden: readonly string[];
}

/** The call at this place of the list has nothing to remove any more. */
export interface RemovedRecord extends EntryKey {
  readonly type: 'removed';
  readonly at: number;
  /** False where there was nothing to remove. */
  readonly called: boolean;
  /** Not by the run itself, but by `prod-e2e cleanup`. */
  readonly later: boolean;
}

/** The call at this place failed, or could not be made. */
export interface LeftRecord extends EntryKey {
  readonly type: 'left';
  readonly at: number;
  readonly leftOver: Leftover;
}

/** Nothing is left of this webhook. */
export interface ClosedRecord extends EntryKey {
  readonly type: 'closed';
}

/** The process that sends, so that no other process cleans up after a run that is still in progress. */
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
  answered: fields<RespondedRecord>({ type: always, ...isEntry, values: isValues, hidden: listOf(isText) }),
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

/** Sends of one test are fewer than this: `repeat` has a limit far below. */
const SENDS = 1_000;

/** The same for every record of a webhook; in the order of the tests. */
export function keyOf({ index, send }: EntryKey): number {
  return index * SENDS + send;
}
