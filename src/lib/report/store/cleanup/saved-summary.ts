/** The current clean-up state of a saved run: as the run ended, or after `prod-e2e cleanup`. */
import { canParseUrl } from '../../../http/url.ts';
import { shownTemplate } from '../../../json/placeholders.ts';
import { writeJson } from '../../../json/text.ts';
import { isScalar } from '../../../model/json.ts';
import type { CleanupSummary, Leftover, ReportHead } from '../../../model/report.ts';
import { MAX_LISTED_LEFTOVERS } from '../../../model/report-source.ts';
import { cleanupFindings, isCleanupFinding, NOT_SAVED } from './findings.ts';
import { keyOf, type RespondedRecord, type SentRecord } from './records.ts';
import { fromSaved, ownValues } from './saved-values.ts';
import { type CleanupState, has, readCleanupRecords, readCleanupState } from './state.ts';

/** Why a call was not made, if the run could not record that itself. */
const CUT_OFF = 'Not made: the run was cut off';
const NO_RESPONSE = 'The run was cut off before the response';

/** The head with the current clean-up state. */
export async function withSavedCleanup(head: ReportHead, folder: string): Promise<ReportHead> {
  const state = await readCleanupState(folder);
  if (state === null) return head;
  const before = head.cleanup === null ? null : head.cleanup.done;
  // A merged run's log has no records of shards that had nothing left.
  const done = before === null ? state.done : before + state.later;
  const now = { ...(await summaryOf(state, { folder, origin: originOf(head.target) })), done };
  // Some left-overs are only in the head.
  if (head.findings.some(({ code }) => code === NOT_SAVED)) {
    const { open = 0 } = now;
    return head.cleanup === null || open === 0 ? head : { ...head, cleanup: { ...head.cleanup, open } };
  }
  if (head.endedAt === null) return { ...head, cleanup: now.done + state.open.size === 0 ? null : now };
  const at = head.findings.findIndex(isCleanupFinding);
  if (at === -1) return { ...head, cleanup: now };
  const others = head.findings.filter((finding) => !isCleanupFinding(finding));
  return { ...head, cleanup: now, findings: others.toSpliced(at, 0, ...cleanupFindings(now)) };
}

function originOf(target: string): string | null {
  return canParseUrl(target) ? new URL(target).origin : null;
}

async function summaryOf(
  state: CleanupState,
  { folder, origin }: { readonly folder: string; readonly origin: string | null },
): Promise<Omit<CleanupSummary, 'done'>> {
  const counts = { failed: 0, unknown: 0 };
  for (const { calls, removed, certain } of state.open.values())
    for (let at = 0; at < calls; at++)
      if (!has(removed, at)) counts[has(certain, at) ? 'failed' : 'unknown'] += 1;
  const leftOvers = await leftOversOf(state, { folder, origin });
  const open = state.open.size;
  return { ...counts, leftOvers, ...(open === 0 ? {} : { open }) };
}

interface Known {
  sent: SentRecord | null;
  responded: RespondedRecord | null;
  /** By index of the call. */
  readonly left: Map<number, Leftover>;
}

async function leftOversOf(
  { open }: CleanupState,
  { folder, origin }: { readonly folder: string; readonly origin: string | null },
): Promise<readonly Leftover[]> {
  // Every open webhook has at least one left-over call.
  const keys = [...open.keys()].sort((a, b) => a - b).slice(0, MAX_LISTED_LEFTOVERS);
  if (keys.length === 0) return [];
  const known = new Map(
    keys.map((key): [number, Known] => [key, { sent: null, responded: null, left: new Map() }]),
  );
  for await (const record of readCleanupRecords(folder)) {
    const of = record.type === 'process' ? undefined : known.get(keyOf(record));
    if (of === undefined) continue;
    if (record.type === 'sent') of.sent = record;
    if (record.type === 'responded') of.responded = record;
    if (record.type === 'left') of.left.set(record.at, record.leftOver);
  }
  return [...known]
    .flatMap(([key, { sent, responded, left }]) =>
      (sent?.calls ?? []).flatMap((_, at) => {
        const entry = open.get(key);
        if (sent === null || entry === undefined || has(entry.removed, at)) return [];
        return [left.get(at) ?? cutOff({ sent, responded, at, origin })];
      }),
    )
    .slice(0, MAX_LISTED_LEFTOVERS);
}

function cutOff({
  sent,
  responded,
  at,
  origin,
}: {
  readonly sent: SentRecord;
  readonly responded: RespondedRecord | null;
  readonly at: number;
  readonly origin: string | null;
}): Leftover {
  const values = { ...sent.values, ...responded?.values };
  const ids = Object.entries(values).flatMap(([path, value]) =>
    value === null ? [] : [[path, isScalar(value) ? String(value) : writeJson(value)]],
  );
  return {
    testId: sent.testId,
    name: sent.name,
    call: shownTemplate(sent.calls[at] ?? '', {
      ...fromSaved(values),
      ...ownValues(sent),
      ...(origin === null ? {} : { origin }),
    }),
    ids: Object.fromEntries(ids),
    certain: responded !== null,
    reason: responded === null ? NO_RESPONSE : CUT_OFF,
    command: null,
  };
}
