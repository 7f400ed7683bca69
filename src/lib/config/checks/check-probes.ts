/** Rules for probes and cleanup beyond the schema: names that exist, bodies only where allowed. */
import { pathProblem, stepsOf } from '../../json/path.ts';
import { pathsIn, VALUE_NAMES } from '../../json/placeholders.ts';
import type { Path } from '../paths.ts';
import { nearest } from '../problems/problems.ts';
import type { CleanupConfig } from '../schema/probe.ts';
import type { LayerConfig } from '../schema/schema.ts';
import type { StageConfig } from '../schema/trace.ts';
import { DEFAULT_DIMENSIONS } from '../settings/defaults.ts';
import { callsOf } from '../settings/probe.ts';
import { asList, normalizeScenario } from '../settings/scenarios.ts';
import { stagesBefore } from '../settings/trace.ts';
import type { PlacedProblem } from './check-tree.ts';

/** Stages with a probe; each costs a query for every test that is checked. */
const MAX_PROBES = 20;

/** Checks the merged configuration, because the dimensions may come from another source than the probe that names them. */
export function checkProbes(config: LayerConfig): readonly PlacedProblem[] {
  const known = [...VALUE_NAMES, ...Object.keys(config.dimensions ?? DEFAULT_DIMENSIONS)];
  const named = (value: unknown, path: Path) => unknownNames(value, { path, known });
  const stages = config.stages ?? [];
  const probes = stages.flatMap(({ http, sql }) => [http, sql]).filter((probe) => probe !== undefined);
  const ofStages = stages.flatMap(({ http, sql }, at): readonly PlacedProblem[] => [
    ...(http === undefined ? [] : checkCall(http, ['stages', at, 'http'])),
    ...named(http, ['stages', at, 'http']),
    ...named({ ...sql, url: null }, ['stages', at, 'sql']),
    ...(sql?.match !== undefined && rowsMin(sql.rows) === 0
      ? [
          {
            path: ['stages', at, 'sql', 'match'],
            problem: 'needs at least one row, but rows allows 0',
          },
        ]
      : []),
  ]);
  return [
    ...(probes.length > MAX_PROBES
      ? [{ path: ['stages'], problem: `too many probes: ${probes.length} (maximum ${MAX_PROBES})` }]
      : []),
    ...ofStages,
    ...stages.flatMap(({ after }, at) =>
      unknownStages(asList(after), { stages, path: ['stages', at, 'after'] }),
    ),
    ...stagesInCircles(stages),
    ...checkCleanup(config.cleanup, ['cleanup'], named),
    ...(config.scenarios ?? [])
      .map(normalizeScenario)
      .flatMap(({ cleanup }, at) => checkCleanup(cleanup, ['scenarios', at, 'cleanup'], named)),
  ];
}

/** A stage after an unknown one would silently come after none. */
function unknownStages(
  after: readonly string[],
  { stages, path }: { readonly stages: readonly { readonly name: string }[]; readonly path: Path },
): readonly PlacedProblem[] {
  const names = stages.map(({ name }) => name);
  return after
    .filter((each) => !names.includes(each))
    .map((each) => {
      const meant = nearest(each, names);
      const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
      return { path, problem: `unknown stage ${each}${suggestion} (known: ${names.join(', ')})` };
    });
}

/** In a cycle of stages each would excuse the other: no webhook could get stuck there. */
function stagesInCircles(stages: readonly StageConfig[]): readonly PlacedProblem[] {
  const before = new Map(stages.map(({ name }, at) => [name, stagesBefore(stages, at)]));
  const comesAfterItself = (name: string) => {
    const earlier = new Set(before.get(name));
    // The set grows while it is walked.
    for (const each of earlier) for (const further of before.get(each) ?? []) earlier.add(further);
    return earlier.has(name);
  };
  return stages.flatMap(({ name, after }, at) =>
    after !== undefined && comesAfterItself(name)
      ? [{ path: ['stages', at, 'after'], problem: `found a circle; ${name} would come after itself` }]
      : [],
  );
}

function rowsMin(
  rows: number | { readonly min?: number | undefined; readonly max?: number | undefined } | undefined,
): number {
  if (typeof rows === 'number') return rows;
  return rows?.min ?? (rows?.max === undefined ? 1 : 0);
}

function checkCleanup(
  cleanup: CleanupConfig | undefined,
  path: Path,
  named: (value: unknown, path: Path) => readonly PlacedProblem[],
): readonly PlacedProblem[] {
  return callsOf(cleanup).flatMap((call, at) => {
    const place = Array.isArray(cleanup) ? [...path, at] : path;
    return [...checkCall(call, place), ...named(call, place)];
  });
}

function checkCall(
  call: { readonly method?: string | undefined; readonly body?: unknown },
  path: Path,
): readonly PlacedProblem[] {
  const method = call.method ?? (path.includes('cleanup') ? 'DELETE' : 'GET');
  if (call.body === undefined || (method !== 'GET' && method !== 'HEAD')) return [];
  return [
    {
      path: [...path, 'body'],
      problem: `a ${method} request has no body; use POST, PUT or PATCH`,
    },
  ];
}

function unknownNames(
  value: unknown,
  { path, known }: { readonly path: Path; readonly known: readonly string[] },
): readonly PlacedProblem[] {
  const paths = pathsIn(value);
  const problems = paths.flatMap((named) => {
    const problem = named === '' ? null : pathProblem(named);
    return problem === null ? [] : [{ path, problem: `{{${named}}} cannot be used; expected ${problem}` }];
  });
  if (problems.length > 0) return problems;
  return paths
    .map((named) => stepsOf(named)[0] ?? '')
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      const suggestion = meant === null ? '' : `; did you mean {{${meant}}}?`;
      return {
        path,
        problem: `unknown placeholder {{${name}}}${suggestion} (known: ${known.map((each) => `{{${each}}}`).join(', ')})`,
      };
    });
}
