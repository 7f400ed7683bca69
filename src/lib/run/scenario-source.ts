/** The place of the scenarios as a report tells it: a file of the project, and a line for each of them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { scenarioLines } from '../config/scenario-lines.ts';
import type { ScenariosAt } from '../config/scenarios-at.ts';
import type { ScenarioSource } from '../model/report.ts';
import type { RunSettings } from './ports.ts';

/**
 * The same with the place of its scenarios, where they have one. A report is shown elsewhere: of the paths of this machine
 * it gets only what is below the root of the repository, where CI tells it, or below the working folder.
 */
export async function withSource(
  settings: RunSettings,
  at: ScenariosAt | null,
  places: {
    readonly cwd: string;
    /** `GITHUB_WORKSPACE` */
    readonly workspace: string | undefined;
  },
): Promise<RunSettings> {
  const { facts } = settings;
  const source = at === null ? null : await sourceOf(at, { ...places, used: facts.scenarios });
  return source === null ? settings : { ...settings, facts: { ...facts, source } };
}

async function sourceOf(
  at: ScenariosAt,
  { cwd, workspace, used }: { cwd: string; workspace: string | undefined; used: readonly string[] },
): Promise<ScenarioSource | null> {
  const file = below(workspace ?? '', at.file) ?? below(cwd, at.file);
  if (file === null) return null;
  const text = await readFile(at.file, 'utf8').catch(() => null);
  const lines = await scenarioLines(text ?? '', at);
  return { file, lines: Object.fromEntries([...lines].filter(([name]) => used.includes(name))) };
}

/** With `/`, as annotations want it; null where it is not below. */
function below(folder: string, file: string): string | null {
  if (folder === '') return null;
  const relative = path.relative(folder, file);
  if (relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative)) return null;
  return relative.split(path.sep).join('/');
}
