/** Checks every payload of `--from` before anything is sent, and counts what a run would send of them. */
import { MAX_COUNT } from '../config/limits.ts';
import { REPLAY } from '../config/settings/scenarios.ts';
import { ProdE2eError } from '../errors.ts';
import { parseJson } from '../json/text.ts';
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { Scenario } from '../model/scenario.ts';
import type { PayloadChecks } from '../preflight/payload-checks.ts';
import { hintFor } from '../report/advice/advice.ts';
import type { Redact } from '../secrets/redact.ts';
import { maskingOf } from '../secrets/redact-paths.ts';
import { countOf, numberText } from '../terminal/quantities.ts';
import { noPlaceForMark, withMark } from './mark.ts';
import type { ReplayPayload } from './payload.ts';
import { createProblemList, interrupted, replayFileError } from './problems.ts';
import type { ReplayFile } from './read-replay.ts';
import { NAMES_LIMIT, type ReplayScenarios } from './scenarios.ts';

/** Between two looks at the signals, while a large file is checked. */
const CHECKED_AT_ONCE = 1_000;

/** The mark of a payload, by its scenario. */
export type Mark = (scenario: string) => JsonObject;

export interface Parts {
  readonly file: ReplayFile;
  readonly scenarios: ReplayScenarios;
  readonly mark: Mark | null;
}

interface Masking {
  readonly redact: Redact;
  readonly redactPaths: readonly string[];
}

export interface Counted {
  /** HAR entries without a body. */
  readonly empty: number;
  /** Places of HAR entries whose body the file does not hold. */
  readonly missing: readonly string[];
  /** Payloads of the scenarios that were asked for. */
  readonly chosen: number;
  /** Of these, how many are sent. */
  readonly total: number;
  /** Including resends. */
  readonly sends: number;
  readonly used: readonly Scenario[];
  readonly testsPerScenario: ReadonlyMap<string, number>;
}

/** Reads the whole file: an error in its last line is reported before the first payload is sent. */
export async function checkAll(
  { file, scenarios, mark }: Parts,
  {
    checks,
    stop,
    masking,
    limit,
  }: {
    readonly checks: PayloadChecks;
    readonly stop: AbortSignal | null;
    readonly masking: Masking;
    readonly limit: number | null;
  },
): Promise<Counted> {
  const problems = createProblemList(file.name);
  const used = new Set<Scenario>();
  const testsPerScenario = new Map<string, number>();
  const missing: string[] = [];
  let [read, payloads, empty, chosen, total, sends] = [0, 0, 0, 0, 0, 0];
  for (const one of file.payloads()) {
    if (read++ % CHECKED_AT_ONCE === 0) await pause(stop);
    if (one.kind === 'empty') empty++;
    if (one.kind === 'missing') missing.push(one.place);
    if (one.kind === 'problem') problems.add(one);
    if (one.kind !== 'payload') continue;
    payloads++;
    const { payload } = one;
    const scenario = scenarios.of(payload.json);
    if (!scenarios.isSelected(scenario)) continue;
    chosen++;
    for (const problem of problemsOf(payload, { scenario, checks, mark, masking }))
      problems.add({ place: payload.place, problem });
    if (total >= (limit ?? MAX_COUNT)) continue;
    total++;
    sends += 1 + (scenario.repeat?.times ?? 0);
    used.add(scenario);
    testsPerScenario.set(scenario.name, (testsPerScenario.get(scenario.name) ?? 0) + 1);
  }
  problems.check();
  scenarios.checkSelection();
  if (total === 0) throw nothing(file.name, { payloads, empty, missing });
  if (limit === null && chosen > MAX_COUNT) throw tooMany(file.name, chosen);
  return { empty, missing, chosen, total, sends, used: [...used], testsPerScenario };
}

function problemsOf(
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
  const wrong = schemaProblems(payload, { scenario, checks, mark });
  if (wrong.length === 0) return [];
  const { text } = maskingOf([payload.text], masking);
  return wrong.map((each) => text(each, 'sentence'));
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
      hints: ['Record it again with request bodies.'],
    });
  }
  const found =
    payloads > 0
      ? `${countOf(payloads, 'payload')}, but none of the selected scenarios`
      : `no payload${empty > 0 ? `: none of its ${countOf(empty, 'entry', 'entries')} has a usable body` : ''}`;
  return new ProdE2eError(`${name} contains ${found}.`, {
    code: 'REPLAY_NOTHING',
    hints: [payloads > 0 ? 'Change --scenario, --tag or --exclude.' : 'Check --from.'],
  });
}

const PLACES_SHOWN = 5;

function missingText(name: string, places: readonly string[]): string {
  const more = places.length > PLACES_SHOWN ? ', …' : '';
  const listed = places.slice(0, PLACES_SHOWN).join(', ') + more;
  return `${name} does not contain the body of ${countOf(places.length, 'entry', 'entries')}: ${listed}`;
}

function tooMany(name: string, chosen: number): ProdE2eError {
  return replayFileError(
    `${name} contains ${numberText(chosen)} payloads (limit per run ${numberText(MAX_COUNT)}).`,
    ['Send only the first ones with --count, or split the file.'],
  );
}

export function findingsOf(
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
            `Only the first ${total === 1 ? 'is' : `${numberText(total)} are`} sent of the ${countOf(chosen, 'payload')} in ${name} (--count)`,
          ),
        ]
      : []),
    ...(empty > 0
      ? [
          toWarning(
            'replay-left-out',
            `Skipped ${countOf(empty, 'entry', 'entries')} of ${name} without a body`,
          ),
        ]
      : []),
    ...(missing.length > 0 ? [toWarning('replay-body-missing', missingText(name, missing))] : []),
    ...(scenarios.tooMany()
      ? [
          toWarning(
            'replay-names',
            `The payloads of ${name} have more than ${NAMES_LIMIT} scenario names: the rest are named ${REPLAY}`,
          ),
        ]
      : []),
  ];
}

function schemaProblems(
  { text, json }: ReplayPayload,
  {
    scenario,
    checks,
    mark,
  }: { readonly scenario: Scenario; readonly checks: PayloadChecks; readonly mark: Mark | null },
): readonly string[] {
  if (json === undefined)
    return scenario.payloadSchema === null ? [] : ['is not JSON, so its payloadSchema cannot be checked'];
  const sent = mark === null ? json : parseJson(withMark(text, mark(scenario.name)));
  return checks.problems(sent, scenario);
}

/** Lets signals be heard. */
async function pause(stop: AbortSignal | null): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (stop?.aborted === true) throw interrupted(stop.reason);
}
