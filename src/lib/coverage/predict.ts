/** How a run would notice a fault: its judgment of the faulty scene compared with that of the good one. Pure. */
import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import type { FailOn } from '../report/digest/outcome.ts';
import type { Place } from './catalog.ts';

/**
 * `error`: the test is broken. `warning`: the test has a warning. `shown`: the report shows it, as missing data or as the
 * state of a stage, without a finding. `none`: the report is as of a good test.
 */
export type Level = 'error' | 'warning' | 'shown' | 'none';

export interface Prediction {
  readonly level: Level;
  /** Of the finding that notices it; null without a finding. */
  readonly code: string | null;
  /** Where the report shows it, if not at its place. */
  readonly elsewhere: string | null;
  /** The run exits with a code other than 0. */
  readonly fails: boolean;
}

export interface RunRules {
  readonly failOn: readonly FailOn[];
  readonly requireTraces: boolean;
  readonly requireStages: boolean;
  readonly stages: readonly StageExpectation[];
}

const ORDER: readonly Level[] = ['error', 'warning', 'shown', 'none'];

interface Notice {
  readonly level: Exclude<Level, 'none'>;
  readonly code: string | null;
  readonly atPlace: boolean;
  readonly where: string;
}

export function predict(
  good: TestResult,
  faulty: TestResult,
  { place, rules }: { readonly place: Place; readonly rules: RunRules },
): Prediction {
  const notices = [
    ...findingNotices(good, faulty, { place, stages: rules.stages }),
    ...missingNotices(good, faulty, place),
    ...stateNotices(good, faulty, place),
    ...sourceNotices(good, faulty, place),
  ].toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  const best = notices.find(({ atPlace }) => atPlace);
  const [any] = notices;
  return {
    level: best?.level ?? 'none',
    code: best?.code ?? null,
    elsewhere: best === undefined && any !== undefined ? any.where : null,
    fails: best !== undefined && failsRun(faulty, rules),
  };
}

function findingNotices(
  good: TestResult,
  faulty: TestResult,
  at: { readonly place: Place; readonly stages: readonly StageExpectation[] },
): readonly Notice[] {
  const known = new Set([...good.errors, ...good.warnings].map(keyOf));
  return [...faulty.errors, ...faulty.warnings]
    .filter((finding) => !known.has(keyOf(finding)))
    .map((finding) => ({
      level: finding.severity === 'error' ? 'error' : 'warning',
      code: finding.code,
      atPlace: isAt(finding, faulty, at),
      where: finding.stage ?? finding.field ?? finding.code,
    }));
}

function keyOf({ severity, code, stage, message }: Finding): string {
  return JSON.stringify([severity, code, stage, message]);
}

function isOfTrace({ code }: Finding): boolean {
  return code.startsWith('trace-');
}

function isAt(
  finding: Finding,
  { stuckAt, cause }: TestResult,
  { place, stages }: { readonly place: Place; readonly stages: readonly StageExpectation[] },
): boolean {
  const { stage, field, message } = finding;
  switch (place.kind) {
    case 'response':
      if (stage === undefined && !isOfTrace(finding))
        return place.field === null || field === undefined || field === place.field;
      return (
        place.field !== null &&
        stages.some(({ name, response }) => name === stage && response === place.field)
      );
    case 'stage':
      return (
        stage === place.name ||
        (field !== undefined && field === place.field) ||
        (stage === undefined &&
          isOfTrace(finding) &&
          [place.name, ...place.spans].some((name) => isNamedIn(message, name))) ||
        (stuckAt?.stage === place.name && stage === stuckAt.stage) ||
        (cause?.stage === place.name && stage === undefined && isOfTrace(finding))
      );
    case 'span':
      return place.spans.some((name) => isNamedIn(message, name) || (cause?.span ?? []).includes(name));
    case 'source':
      return finding.code === 'stage-unverified';
  }
}

/** Findings of spans name them in their text alone. Part of a longer name is another name. */
function isNamedIn(message: string, name: string): boolean {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(message);
}

function missingNotices(good: TestResult, faulty: TestResult, place: Place): readonly Notice[] {
  const known = new Set(good.missingData.map(({ field }) => field));
  return faulty.missingData
    .filter(({ field }) => !known.has(field))
    .map(({ field }) => ({ level: 'shown', code: null, atPlace: field === place.field, where: field }));
}

/** A note on a stage that is ok does not count: a healthy run hides it. */
function stateNotices(good: TestResult, faulty: TestResult, place: Place): readonly Notice[] {
  const before = new Map(good.stages.map(({ name, state }) => [name, state]));
  return faulty.stages
    .filter(({ name, state }) => ['slow', 'failed', 'missing'].includes(state) && before.get(name) !== state)
    .map(({ name }) => ({
      level: 'shown',
      code: null,
      atPlace: place.kind === 'stage' && name === place.name,
      where: name,
    }));
}

/** The run reports once that traces were not read, and that probes could not run. */
function sourceNotices(good: TestResult, faulty: TestResult, place: Place): readonly Notice[] {
  const atPlace = place.kind === 'source';
  const notice = (code: string, where: string): Notice => ({ level: 'shown', code, atPlace, where });
  const isUnread = faulty.trace.state === 'unverified' && good.trace.state !== 'unverified';
  const isBlind = faulty.stages.some(
    ({ evidence: { http, sql } }) => http === 'unknown' || sql === 'unknown',
  );
  return [
    ...(isUnread ? [notice(`trace-${faulty.trace.reason}`, 'traces')] : []),
    ...(isBlind && atPlace ? [notice('probe-unverified', 'probes')] : []),
  ];
}

/** As in a run: exit codes 1 and 4. */
function failsRun(faulty: TestResult, { failOn, requireTraces, requireStages, stages }: RunRules): boolean {
  const required = new Set(stages.filter((stage) => stage.required).map(({ name }) => name));
  const unchecked = faulty.stages.some(({ name, state }) => state === 'unverified' && required.has(name));
  if ((requireTraces && faulty.trace.state === 'unverified') || (requireStages && unchecked)) return true;
  if (failOn.includes('never')) return false;
  return (
    faulty.errors.length > 0 ||
    (failOn.includes('warning') && faulty.warnings.length > 0) ||
    (failOn.includes('missing') && faulty.missingData.length > 0)
  );
}
