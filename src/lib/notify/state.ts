/** The saved state of alerts between runs. */

import type { Outage, SentAlert } from '../model/alert.ts';
import { isRecord } from '../report/store/saved-json.ts';

export interface AlertState {
  readonly outages: readonly Outage[];
  /** By the name of the notifier. */
  readonly sent: ReadonlyMap<string, readonly SentAlert[]>;
}

export const NOTHING_OPEN: AlertState = { outages: [], sent: new Map() };

const VERSION = 2;
/** Limit of saved outages: a run with more of them gets attention anyway. */
const MAX_OUTAGES = 1_000;
/** Limit of notifiers whose alerts are saved, including notifiers that are no longer configured. */
const MAX_NAMES = 100;

export function stateJson({ outages, sent: all }: AlertState): object {
  return {
    schemaVersion: VERSION,
    outages: outages.slice(-MAX_OUTAGES),
    sent: Object.fromEntries([...all].filter(([, each]) => each.length > 0).slice(-MAX_NAMES)),
  };
}

/** Null where this is not a state, or one of another version. Damaged entries are skipped. */
export function readState(json: unknown): AlertState | null {
  if (!isRecord(json) || json.schemaVersion !== VERSION) return null;
  const outages = listOf(json.outages, isOutage).slice(-MAX_OUTAGES);
  const keys = new Set(outages.map(({ key }) => key));
  const names = Object.entries(isRecord(json.sent) ? json.sent : {}).slice(0, MAX_NAMES);
  return {
    outages,
    sent: new Map(
      names.map(([name, each]) => [name, listOf(each, isSentAlert).filter(({ key }) => keys.has(key))]),
    ),
  };
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isTextOrNull: Check = (value) => value === null || isText(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isTime: Check = (value) => isText(value) && !Number.isNaN(Date.parse(String(value)));
const isEvidenceSource: Check = (value) => value === 'response' || value === 'trace';

const FAILING: Readonly<Record<string, Check>> = {
  ...{
    testId: isText,
    traceId: isText,
    spanId: isTextOrNull,
    traceUrl: isTextOrNull,
    issueUrl: isTextOrNull,
  },
  responded: (value) => typeof value === 'boolean',
};
const CAUSE: Readonly<Record<string, Check>> = {
  ...{
    scenario: isText,
    slot: isText,
    key: isText,
    code: isText,
    evidence: isEvidenceSource,
    stage: isTextOrNull,
  },
  ...{ message: isText, hint: isTextOrNull, tests: isCount, judged: isCount },
  failing: (value) => has(value, FAILING),
};
const SCENARIO = {
  name: isText,
  code: isText,
  evidence: isEvidenceSource,
  stage: isTextOrNull,
  worked: isCount,
};
const LAST = { runId: isText, startedAt: isTime, cause: (value: unknown) => has(value, CAUSE) };
const OUTAGE: Readonly<Record<string, Check>> = {
  ...{ key: isText, slot: isText, since: isTime, failedRuns: isCount },
  scenarios: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => has(each, SCENARIO)),
  last: (value) => has(value, LAST),
};
const SENT_ALERT = {
  key: isText,
  since: isTime,
  reportedAt: (value: unknown) => value === null || isTime(value),
};

function isOutage(value: unknown): value is Outage {
  return has(value, OUTAGE);
}

function isSentAlert(value: unknown): value is SentAlert {
  return has(value, SENT_ALERT);
}

function has(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  return isRecord(value) && Object.entries(checks).every(([name, holds]) => holds(value[name]));
}

function listOf<Value>(value: unknown, isOne: (each: unknown) => each is Value): readonly Value[] {
  return Array.isArray(value) ? value.filter(isOne) : [];
}
