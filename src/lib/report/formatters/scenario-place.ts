/** Where viewers that can show a file may show what is said of a scenario. */
import type { ScenarioSource } from '../../model/report.ts';

export interface Place {
  readonly file: string;
  /** Null where it is not known. */
  readonly line: number | null;
}

/** Null for a scenario that stands in no file: a built-in one, or one that a replayed payload named. */
export function placeOf(source: ScenarioSource | undefined, scenario: string): Place | null {
  if (source === undefined || !Object.hasOwn(source.lines, scenario)) return null;
  return { file: source.file, line: source.lines[scenario] ?? null };
}
