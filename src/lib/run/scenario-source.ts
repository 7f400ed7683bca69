/** The place of the scenarios as a report tells it: a file of the project, and a line for each of them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { scenarioLines } from '../config/layers/scenario-lines.ts';
import type { ScenariosAt } from '../config/layers/scenarios-at.ts';
import type { ScenarioSource } from '../model/report.ts';

/** What names of files in a report begin at; absolute. */
export interface ReportRoots {
  readonly cwd: string;
  /** The root of the repository, as CI tells it (`GITHUB_WORKSPACE`). */
  readonly workspace: string | undefined;
}

/**
 * A report is shown elsewhere: of the paths of this machine it gets only what is below the root of the repository, where CI
 * tells it, or below the working folder; null for others.
 * @param used names of the scenarios that are sent
 */
export async function scenarioSource(
  at: ScenariosAt | null,
  { cwd, workspace, used }: ReportRoots & { readonly used: readonly string[] },
): Promise<ScenarioSource | null> {
  if (at === null) return null;
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
