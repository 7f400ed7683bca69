/** Rules for scenarios beyond the schema: unique names, and only dimensions as keys of the short form. */

import { isPlain, type Path } from '../paths.ts';
import { nearest } from '../problems/problems.ts';
import { DEFAULT_DIMENSIONS } from '../settings/defaults.ts';
import type { PlacedProblem } from './check-tree.ts';

/** Checks the scenarios of a config and of its profiles; the schema reports parts with the wrong shape. */
export function checkScenarios(config: unknown): readonly PlacedProblem[] {
  if (!isPlain(config)) return [];
  const profiles = isPlain(config.profiles) ? Object.entries(config.profiles) : [];
  const known = [...Object.keys(DEFAULT_DIMENSIONS), ...dimensionsOf(config)];
  const anywhere = [...known, ...profiles.flatMap(([, profile]) => dimensionsOf(profile))];
  return [
    ...checkList(config, { path: [], dimensions: anywhere }),
    ...profiles.flatMap(([name, profile]) =>
      checkList(profile, { path: ['profiles', name], dimensions: [...known, ...dimensionsOf(profile)] }),
    ),
  ];
}

function dimensionsOf(layer: unknown): readonly string[] {
  return isPlain(layer) && isPlain(layer.dimensions) ? Object.keys(layer.dimensions) : [];
}

function checkList(
  layer: unknown,
  { path, dimensions }: { readonly path: Path; readonly dimensions: readonly string[] },
): readonly PlacedProblem[] {
  if (!isPlain(layer) || !Array.isArray(layer.scenarios)) return [];
  const seen = new Map<string, number>();
  return layer.scenarios.flatMap((scenario: unknown, at): readonly PlacedProblem[] => {
    if (!isPlain(scenario)) return [];
    const place: Path = [...path, 'scenarios', at];
    const isShort = 'scenario' in scenario && !('name' in scenario);
    const name = isShort ? scenario.scenario : scenario.name;
    const problems = isShort ? unknownDimensions(scenario, { place, dimensions }) : [];
    if (typeof name !== 'string') return problems;
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, at);
      return problems;
    }
    const problem = `duplicate name ${JSON.stringify(name)}: scenarios[${first}] has it too`;
    return [...problems, { path: [...place, isShort ? 'scenario' : 'name'], problem }];
  });
}

function unknownDimensions(
  scenario: Readonly<Record<string, unknown>>,
  { place, dimensions }: { readonly place: Path; readonly dimensions: readonly string[] },
): readonly PlacedProblem[] {
  const known = [...new Set(dimensions)];
  return Object.keys(scenario)
    .filter((key) => key !== 'scenario' && !known.includes(key))
    .map((key) => {
      const meant = nearest(key, known);
      const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
      return {
        path: [...place, key],
        problem: `not a dimension${suggestion} (with "scenario" a key is a dimension: ${known.join(', ')}; other settings need "name")`,
      };
    });
}
