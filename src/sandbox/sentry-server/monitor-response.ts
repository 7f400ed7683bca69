/** Cron monitors, as check-ins made them, in the shape of `GET /api/0/organizations/{org}/monitors/`. */
import type { Json, JsonObject } from '../../lib/model/json.ts';
import { objectAt, textAt } from '../json-fields.ts';
import { isoTime, type SlugOf } from './span-fields.ts';
import type { StoredCheckIn } from './span-store.ts';

const DEFAULT_ENVIRONMENT = 'production';

/** Oldest first, of one monitor. */
type CheckIns = readonly [StoredCheckIn, ...StoredCheckIn[]];

const receivedAt = ({ receivedAtMs }: StoredCheckIn): string => isoTime(receivedAtMs / 1_000);

/** By project and slug, in the order in which they were first seen. */
export function monitorsOf(checkIns: readonly StoredCheckIn[]): readonly CheckIns[] {
  const monitors = new Map<string, [StoredCheckIn, ...StoredCheckIn[]]>();
  for (const record of checkIns) {
    const key = `${record.projectId} ${textAt(record.checkIn, 'monitor_slug')}`;
    const known = monitors.get(key);
    if (known === undefined) monitors.set(key, [record]);
    else known.push(record);
  }
  return [...monitors.values()];
}

/** Of the last check-in that had one: each replaces the one before. */
function configOf(checkIns: CheckIns): JsonObject {
  const config = checkIns
    .map(({ checkIn }) => objectAt(checkIn, 'monitor_config'))
    .findLast((candidate) => Object.keys(candidate).length > 0);
  const { schedule: _, ...settings } = config ?? {};
  const schedule = objectAt(config ?? {}, 'schedule');
  const isInterval = schedule.type === 'interval';
  return {
    checkin_margin: null,
    max_runtime: null,
    timezone: 'UTC',
    failure_issue_threshold: null,
    recovery_threshold: null,
    alert_rule_id: null,
    ...settings,
    schedule_type: schedule.type ?? null,
    schedule: isInterval ? [schedule.value ?? null, schedule.unit ?? null] : (schedule.value ?? null),
  };
}

function environmentsOf(checkIns: CheckIns): Json[] {
  const names = new Set(checkIns.map(({ checkIn }) => textAt(checkIn, 'environment') ?? DEFAULT_ENVIRONMENT));
  return [...names].map((name) => {
    const own = checkIns.filter(
      ({ checkIn }) => (textAt(checkIn, 'environment') ?? DEFAULT_ENVIRONMENT) === name,
    );
    const [first] = own;
    const last = own.at(-1);
    const finished = own.findLast(({ checkIn }) => checkIn.status !== 'in_progress');
    return {
      name,
      status: textAt(finished?.checkIn ?? {}, 'status') ?? 'active',
      isMuted: false,
      dateCreated: first === undefined ? null : receivedAt(first),
      lastCheckIn: last === undefined ? null : receivedAt(last),
      nextCheckIn: null,
      nextCheckInLatest: null,
      activeIncident: null,
    };
  });
}

/** `index` is its place among all, counted from 0. */
export function monitorResponse(checkIns: CheckIns, index: number, slugOf: SlugOf): JsonObject {
  const [first] = checkIns;
  const slug = textAt(first.checkIn, 'monitor_slug') ?? '';
  const project = slugOf(first.projectId);
  return {
    id: String(index + 1),
    slug,
    name: slug,
    status: 'active',
    isMuted: false,
    isUpserting: true,
    owner: null,
    config: configOf(checkIns),
    dateCreated: receivedAt(first),
    project: { id: String(first.projectId), slug: project, name: project, platform: 'node' },
    environments: environmentsOf(checkIns),
  };
}
