/** Reads the payloads of `--from` once, to check every one before anything is sent, and makes a plan that reads them again. */
import { DEFAULT_MARK } from '../config/settings/defaults.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { shardFor } from '../plan/prepare-shard.ts';
import { shardPlanError } from '../plan/shard.ts';
import { compileTemplate, timesOf } from '../plan/templates.ts';
import { preparePayloadChecks } from '../preflight/payload-checks.ts';
import { pinError } from '../preflight/selection-problems.ts';
import type { Redact } from '../secrets/redact.ts';
import { cleanupTooMany } from '../verify/prepare-probes.ts';
import { type Counted, checkAll, findingsOf, type Mark, type Parts } from './check-replay.ts';
import { withMark } from './mark.ts';
import { createReplayPlan, type Replayed, type ReplayPlanOptions } from './plan.ts';
import { readReplay } from './read-replay.ts';
import { replayScenarios } from './scenarios.ts';
import { isRereadable, openSource } from './source.ts';

export interface ReplayPreparation {
  readonly settings: Settings;
  /** `settings.replay.from` */
  readonly from: string;
  readonly redact: Redact;
  /** Aborted when the run is to stop. */
  readonly stop: AbortSignal | null;
  readonly plan: Omit<
    ReplayPlanOptions,
    'total' | 'sends' | 'used' | 'testsPerScenario' | 'findings' | 'payloads' | 'headers'
  >;
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
    testsPerScenario: counted.testsPerScenario,
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
    if (!isRereadable(from)) return null;
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
  return { parts, counted: await checkAll(parts, { checks, stop, masking, limit: settings.replay.count }) };
}

/** The same mark as in the payloads that are made. */
function markOf(runId: string): Mark {
  const render = compileTemplate({ template: DEFAULT_MARK, names: [], where: 'the mark' });
  return (scenario) => {
    const context = { testId: '', runId, scenario, index: 0, uuid: '', ...timesOf(new Date(0)) };
    const draws = { random: { int: (from: number) => from, fraction: () => 0 }, newUuid: () => '' };
    // The rendering of an object is an object.
    return render({ context, ...draws }) as JsonObject;
  };
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
