/** Reads the payloads of `--from` once, to check every one before anything is sent, and makes a plan that reads them again. */

import { MAX_COUNT } from '../config/limits.ts';
import { DEFAULT_MARK } from '../config/settings/defaults.ts';
import { REPLAY } from '../config/settings/scenarios.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import { parseJson } from '../json/text.ts';
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { Scenario } from '../model/scenario.ts';
import { shardFor } from '../plan/prepare-shard.ts';
import { shardPlanError } from '../plan/shard.ts';
import { compileTemplate, timesOf } from '../plan/templates.ts';
import { type PayloadChecks, preparePayloadChecks } from '../preflight/payload-checks.ts';
import { pinError } from '../preflight/selection-faults.ts';
import { hintFor } from '../report/advice/advice.ts';
import type { Redact } from '../secrets/redact.ts';
import { maskingOf } from '../secrets/redact-paths.ts';
import { countOf, numberText } from '../terminal/quantities.ts';
import { cleanupTooMany } from '../verify/prepare-probes.ts';
import { createFaultList, interrupted, replayFileError } from './faults.ts';
import { noPlaceForMark, withMark } from './mark.ts';
import type { ReplayPayload } from './payload.ts';
import { createReplayPlan, type Replayed, type ReplayPlanOptions } from './plan.ts';
import { type ReplayFile, readReplay } from './read-replay.ts';
import { NAMES_LIMIT, type ReplayScenarios, replayScenarios } from './scenarios.ts';
import { isReadAgain, openSource } from './source.ts';

/** Payloads checked between two pauses in which signals are handled. */
const CHECKED_AT_ONCE = 1_000;

export interface ReplayPreparation {
  readonly settings: Settings;
  /** `settings.replay.from` */
  readonly from: string;
  readonly redact: Redact;
  /** Aborted when the run is to stop. */
  readonly stop: AbortSignal | null;
  readonly plan: Omit<ReplayPlanOptions, 'total' | 'sends' | 'used' | 'findings' | 'payloads' | 'headers'>;
}

/**
 * @throws ProdE2eError `REPLAY_FILE`, `REPLAY_INVALID`, `REPLAY_NOTHING`, `REPLAY_SET`, and for scenarios or tags that do not
 * exist; the tests of the plan throw `REPLAY_CHANGED`
 */
export async function prepareReplay(preparation: ReplayPreparation): Promise<Plan> {
  const { settings, from, redact, stop } = preparation;
  const pins = pinError(settings);
  if (pins !== null) throw pins;
  const { parts, counted } = await readWhole({ settings, from, redact, stop, runId: preparation.plan.runId });
  return createReplayPlan({
    ...preparation.plan,
    total: counted.total,
    sends: counted.sends,
    used: counted.used,
    findings: findingsOf(parts.file.name, counted, parts.scenarios),
    headers: settings.headers,
    payloads: () => replayed(parts),
  });
}

/** The error with which a run would refuse the file, or null. Also null for a pipe: reading it here would consume it. */
export async function replayError(
  options: Pick<ReplayPreparation, 'settings' | 'from' | 'redact'> & {
    readonly runId: string;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): Promise<ProdE2eError | null> {
  const { settings, from, env } = options;
  try {
    if (!isReadAgain(from)) return null;
    const { counted } = await readWhole({ ...options, stop: null });
    const shard = shardFor(settings, env);
    return (
      (shard === null ? null : shardPlanError(counted.total, shard.total)) ??
      cleanupTooMany(counted.used, counted.total)
    );
  } catch (thrown) {
    // An invalid shard is reported by its own check.
    if (thrown instanceof ProdE2eError) return thrown.code.startsWith('SHARD_') ? null : thrown;
    throw thrown;
  }
}

/** @throws ProdE2eError for what is wrong with any payload */
async function readWhole({
  settings,
  from,
  redact,
  stop,
  runId,
}: Pick<ReplayPreparation, 'settings' | 'from' | 'redact' | 'stop'> & { readonly runId: string }): Promise<{
  readonly parts: Parts;
  readonly counted: Counted;
}> {
  const source = await openSource(from, { stdin: process.stdin, stop });
  const file = readReplay(source, settings.replay);
  const scenarios = replayScenarios(settings, redact);
  const mark = settings.replay.mark ? markOf(runId) : null;
  const masking = { redact, redactPaths: settings.redact };
  const checks = await preparePayloadChecks(scenarios.known, masking);
  const parts = { file, scenarios, mark };
  return { parts, counted: await checkAll(parts, { checks, stop, masking, most: settings.replay.count }) };
}

type Mark = (scenario: string) => JsonObject;

/** The mark that generated payloads have. */
function markOf(runId: string): Mark {
  const render = compileTemplate({ template: DEFAULT_MARK, names: [], where: 'the mark' });
  return (scenario) => {
    const context = { testId: '', runId, scenario, index: 0, uuid: '', ...timesOf(new Date(0)) };
    const draws = { random: { int: (from: number) => from, fraction: () => 0 }, newUuid: () => '' };
    // The rendering of an object is an object.
    return render({ context, ...draws }) as JsonObject;
  };
}

interface Parts {
  readonly file: ReplayFile;
  readonly scenarios: ReplayScenarios;
  readonly mark: Mark | null;
}

interface Masking {
  readonly redact: Redact;
  readonly redactPaths: readonly string[];
}

interface Counted {
  /** HAR entries without a body. */
  readonly empty: number;
  /** Places of HAR entries whose body the file does not hold. */
  readonly missing: readonly string[];
  /** Payloads of the selected scenarios. */
  readonly chosen: number;
  /** How many of them are sent. */
  readonly total: number;
  /** Including resends. */
  readonly sends: number;
  readonly used: readonly Scenario[];
}

/** Reads the whole file: an error in its last line is reported before the first payload is sent. */
async function checkAll(
  { file, scenarios, mark }: Parts,
  {
    checks,
    stop,
    masking,
    most,
  }: {
    readonly checks: PayloadChecks;
    readonly stop: AbortSignal | null;
    readonly masking: Masking;
    readonly most: number | null;
  },
): Promise<Counted> {
  const faults = createFaultList(file.name);
  const used = new Set<Scenario>();
  const missing: string[] = [];
  let [read, payloads, empty, chosen, total, sends] = [0, 0, 0, 0, 0, 0];
  for (const one of file.payloads()) {
    if (read++ % CHECKED_AT_ONCE === 0) await pause(stop);
    if (one.kind === 'empty') empty++;
    if (one.kind === 'missing') missing.push(one.place);
    if (one.kind === 'fault') faults.add(one);
    if (one.kind !== 'payload') continue;
    payloads++;
    const { payload } = one;
    const scenario = scenarios.of(payload.json);
    if (!scenarios.isSelected(scenario)) continue;
    chosen++;
    for (const problem of faultsOf(payload, { scenario, checks, mark, masking }))
      faults.add({ place: payload.place, problem });
    if (total >= (most ?? MAX_COUNT)) continue;
    total++;
    sends += 1 + (scenario.repeat?.times ?? 0);
    used.add(scenario);
  }
  faults.check();
  scenarios.checkSelection();
  if (total === 0) throw nothing(file.name, { payloads, empty, missing });
  if (most === null && chosen > MAX_COUNT) throw tooMany(file.name, chosen);
  return { empty, missing, chosen, total, sends, used: [...used] };
}

function faultsOf(
  payload: ReplayPayload,
  {
    scenario,
    checks,
    mark,
    masking,
  }: {
    readonly scenario: Scenario;
    readonly checks: PayloadChecks;
    readonly mark: Mark | null;
    readonly masking: Masking;
  },
): readonly string[] {
  const problem = mark === null ? null : noPlaceForMark(payload.json);
  if (problem !== null) return [problem];
  if (checks.none) return [];
  const wrong = schemaFaults(payload, { scenario, checks, mark });
  if (wrong.length === 0) return [];
  const { text } = maskingOf([payload.text], masking);
  return wrong.map((fault) => text(fault, 'sentence'));
}

function nothing(
  name: string,
  {
    payloads,
    empty,
    missing,
  }: { readonly payloads: number; readonly empty: number; readonly missing: readonly string[] },
): ProdE2eError {
  if (payloads === 0 && missing.length > 0) {
    return new ProdE2eError(`${missingText(name, missing)}.`, {
      code: 'REPLAY_NOTHING',
      hints: ['Record it again with the bodies of requests.'],
    });
  }
  const found =
    payloads > 0
      ? `${countOf(payloads, 'payload')}, but none of a scenario that was asked for`
      : `no payload${empty > 0 ? `: none of its ${countOf(empty, 'entry', 'entries')} has a body that a webhook could have` : ''}`;
  return new ProdE2eError(`${name} holds ${found}.`, {
    code: 'REPLAY_NOTHING',
    hints: [payloads > 0 ? 'Loosen --scenario, --tag or --exclude.' : 'Check --from.'],
  });
}

const PLACES_SHOWN = 5;

function missingText(name: string, places: readonly string[]): string {
  const more = places.length > PLACES_SHOWN ? ', …' : '';
  const listed = places.slice(0, PLACES_SHOWN).join(', ') + more;
  return `${countOf(places.length, 'entry', 'entries')} of ${name} had a body that the file does not contain: ${listed}`;
}

function tooMany(name: string, chosen: number): ProdE2eError {
  return replayFileError(
    `${name} holds ${numberText(chosen)} payloads; a run sends at most ${numberText(MAX_COUNT)}.`,
    ['Send the first ones with --count, or cut the file up.'],
  );
}

function findingsOf(
  name: string,
  { chosen, total, empty, missing }: Counted,
  scenarios: ReplayScenarios,
): readonly Finding[] {
  const toWarning = (code: string, message: string): Finding => ({
    severity: 'warning',
    code,
    message,
    hint: hintFor(code),
  });
  return [
    ...(total < chosen
      ? [
          toWarning(
            'replay-cut',
            `Of ${countOf(chosen, 'payload')} of ${name} only the first ${total === 1 ? 'is' : `${numberText(total)} are`} sent (--count)`,
          ),
        ]
      : []),
    ...(empty > 0
      ? [
          toWarning(
            'replay-left-out',
            `${countOf(empty, 'entry', 'entries')} of ${name} without a body left out`,
          ),
        ]
      : []),
    ...(missing.length > 0 ? [toWarning('replay-body-missing', missingText(name, missing))] : []),
    ...(scenarios.tooMany()
      ? [
          toWarning(
            'replay-names',
            `The payloads of ${name} have more than ${NAMES_LIMIT} scenario names: those of further ones are called ${REPLAY}`,
          ),
        ]
      : []),
  ];
}

function schemaFaults(
  { text, json }: ReplayPayload,
  {
    scenario,
    checks,
    mark,
  }: { readonly scenario: Scenario; readonly checks: PayloadChecks; readonly mark: Mark | null },
): readonly string[] {
  if (json === undefined)
    return scenario.payloadSchema === null ? [] : ['is no JSON, so its payloadSchema cannot be checked'];
  const sent = mark === null ? json : parseJson(withMark(text, mark(scenario.name)));
  return checks.faults(sent, scenario);
}

/** Gives the process time to handle signals. */
async function pause(stop: AbortSignal | null): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (stop?.aborted === true) throw interrupted(stop.reason);
}

function* replayed({ file, scenarios, mark }: Parts): Iterable<Replayed> {
  for (const read of file.payloads()) {
    if (read.kind !== 'payload') continue;
    const { place, text, json, contentType, method, headers } = read.payload;
    const scenario = scenarios.of(json);
    if (!scenarios.isSelected(scenario)) continue;
    yield {
      scenario,
      body: mark === null ? text : withMark(text, mark(scenario.name)),
      from: `${file.name}, ${place}`,
      method,
      headers: { ...(contentType === null ? {} : { 'content-type': contentType }), ...headers },
    };
  }
}
