/** Faults of what a webhook leaves in a database, or behind an API. Pure. */
import { pathsIn } from '../json/placeholders.ts';
import { isScalar, type JsonObject } from '../model/json.ts';
import type { HttpProbe, SqlProbe } from '../model/probe.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { expectsNothing } from '../stages/probes/http.ts';
import type { Place } from './catalog.ts';
import { withStored } from './changes.ts';
import type { FaultCase } from './fault-case.ts';
import type { Scene, Stored } from './scene.ts';

/** Columns that say what became of the webhook. */
const OUTCOME_COLUMNS: readonly string[] = ['status', 'state', 'outcome', 'result'];
/** Placeholders that only one webhook has. */
const OWN_VALUE = /^(testId|runId|index|response\.)/;

const NOT_SAVED = 'the saved run does not show the row';

export function rowCases(scene: Scene, stages: readonly StageExpectation[]): readonly FaultCase[] {
  return stages.flatMap((stage) => [
    ...(stage.sql === null || stage.sql.rows.max === 0
      ? []
      : casesOf(scene, { stage, source: 'sql', probe: stage.sql })),
    ...(stage.http === null || expectsNothing(stage.http)
      ? []
      : casesOf(scene, { stage, source: 'http', probe: stage.http })),
  ]);
}

function casesOf(
  scene: Scene,
  {
    stage,
    source,
    probe,
  }: {
    readonly stage: StageExpectation;
    readonly source: 'http' | 'sql';
    readonly probe: HttpProbe | SqlProbe;
  },
): readonly FaultCase[] {
  const { name } = stage;
  const place: Place = { name, kind: 'stage', field: null, spans: stage.span?.name ?? [] };
  const evidence = scene.saved.stages.find((each) => each.name === name)?.evidence[source];
  const unseen =
    evidence === 'confirms' ? {} : { cannotSay: `the saved run has no row that confirms ${name}` };
  const change = (stored: Stored) => withStored(scene, { stage: name, source, stored });
  const row = scene.stored.get(name)?.row ?? null;
  const rows = (first: JsonObject, count = 1): Stored => ({ kind: 'rows', count, first });
  const noRow = row === null ? { cannotSay: NOT_SAVED } : unseen;
  const column = outcomeColumn(row, probe);
  const isOwn = pathsIn('query' in probe ? probe.params : [probe.url, probe.body]).some((path) =>
    OWN_VALUE.test(path),
  );
  const value = column === null ? undefined : row?.[column];
  return [
    { fault: 'row-missing', place, scene: change({ kind: 'nothing' }), ...unseen },
    ...(column === null || value === undefined
      ? []
      : [
          {
            ...{ fault: 'row-outcome' as const, place, ...noRow },
            scene: change(rows({ ...row, [column]: 'SOMETHING_ELSE' })),
            expected: { [column]: value },
          },
        ]),
    ...(source === 'sql'
      ? [{ fault: 'second-row' as const, place, scene: change(rows(row ?? {}, 2)), ...noRow }]
      : []),
    {
      // A query by an id of this webhook does not find the row of another.
      ...{ fault: 'foreign-row', place, ...(isOwn ? unseen : noRow) },
      scene: change(isOwn ? { kind: 'nothing' } : rows(foreignRow(row ?? {}))),
    },
  ];
}

/** What the probe compares comes first. */
function outcomeColumn(row: JsonObject | null, probe: HttpProbe | SqlProbe): string | null {
  if (row === null) return null;
  const named = [...Object.keys(probe.match ?? {}), ...Object.keys(probe.stop ?? {}), ...Object.keys(row)];
  return named.find((column) => OUTCOME_COLUMNS.includes(column) && column in row) ?? null;
}

/** Ids and times differ, and what was sent may; the outcome does not. */
function foreignRow(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'string' && isScalar(value) && !OUTCOME_COLUMNS.includes(column)
        ? `another ${value}`
        : value,
    ]),
  );
}
