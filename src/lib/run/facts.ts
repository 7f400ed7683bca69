/** The facts of a run that are known before it begins. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { scenarioLines } from '../config/layers/scenario-lines.ts';
import type { ScenariosAt } from '../config/layers/scenarios-at.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFacts, ScenarioSource } from '../model/report.ts';
import { shardFacts } from '../plan/prepare-shard.ts';
import { VERSION } from '../version.ts';
import { shownTarget } from './prepare-plan.ts';
import type { RunWiring } from './wiring.ts';

export async function factsOf(wiring: RunWiring, plan: Plan): Promise<RunFacts> {
  const { settings, config, redact, shard } = wiring;
  const scenarios = [...new Set(plan.scenarios)];
  const source = await scenarioSource(config.scenariosAt, scenarios);
  return {
    schemaVersion: 1,
    tool: { name: 'prod-e2e', version: VERSION },
    runId: plan.runId,
    target: shownTarget(wiring),
    ...(wiring.sandbox ? { sandbox: true } : {}),
    seed: plan.seed,
    profile: config.profile,
    environment: redact(settings.environment),
    startedAt: new Date().toISOString(),
    planned: plan.planned,
    scenarios,
    shard: shard === null ? null : shardFacts(shard, plan, settings),
    ...(source === null ? {} : { source }),
  };
}

/**
 * A report is read on other machines: it names files relative to the root of the repository (`GITHUB_WORKSPACE`), or to the
 * working directory; null for other files.
 * @param used names of the scenarios that are sent
 */
async function scenarioSource(
  at: ScenariosAt | null,
  used: readonly string[],
): Promise<ScenarioSource | null> {
  if (at === null) return null;
  const file = below(process.env.GITHUB_WORKSPACE ?? '', at.file) ?? below(process.cwd(), at.file);
  if (file === null) return null;
  const text = await readFile(at.file, 'utf8').catch(() => null);
  const lines = await scenarioLines(text ?? '', at);
  return { file, lines: Object.fromEntries([...lines].filter(([name]) => used.includes(name))) };
}

/** With `/`, as annotations need it; null if the file is not in that directory. */
function below(folder: string, file: string): string | null {
  if (folder === '') return null;
  const relative = path.relative(folder, file);
  if (relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative)) return null;
  return relative.split(path.sep).join('/');
}
