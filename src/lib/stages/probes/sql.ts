/** The SQL probe: a query whose rows show whether a stage happened. */
import type { Json, JsonObject } from '../../model/json.ts';
import type { SqlProbe } from '../../model/probe.ts';
import { fillJson } from '../../placeholders.ts';
import { countOf } from '../../terminal/quantities.ts';
import { matchFindings } from '../../validate/match.ts';
import { type Look, type Patience, type ProbePorts, unverified } from './look.ts';

/** Prepared once for a test; a probe whose placeholders have no value cannot look. */
export function sqlLook(
  probe: SqlProbe,
  values: JsonObject,
  { query }: Pick<ProbePorts, 'query'>,
): (patience: Patience) => Promise<Look> {
  const params = fillJson(probe.params, values);
  const match = fillJson(probe.match, values);
  const { min, max } = probe.rows;
  return async (patience) => {
    if (!params.ok) return unverified(params.problem, { final: true });
    if (!match.ok) return unverified(match.problem, { final: true });
    const outcome = await query({
      ...patience,
      url: probe.url,
      query: probe.query,
      params: params.value as readonly Json[],
      countUpTo: Math.max(min, max === null ? 0 : max + 1, 1),
    });
    if (!outcome.ok) return unverified(outcome.reason, outcome);
    const { rows, first } = outcome;
    const expected = rangeWords(probe.rows);
    if (rows < min)
      return { state: 'missing', detail: `${countOf(rows, 'row')}, expected ${expected}`, final: false };
    if (max !== null && rows > max) {
      return {
        state: 'failed',
        detail: `more than ${countOf(max, 'row')}, expected ${expected}`,
        final: false,
      };
    }
    const wanted = match.value as JsonObject | null;
    const wrong = wanted === null || first === null ? [] : matchFindings(inTheirWords(first, wanted), wanted);
    const [difference] = wrong;
    return difference === undefined
      ? { state: 'ok', detail: null, final: true }
      : { state: 'failed', detail: difference.message, final: false };
  };
}

function rangeWords({ min, max }: SqlProbe['rows']): string {
  if (max === null) return `at least ${min}`;
  return min === max ? String(min) : `${min} to ${max}`;
}

/** A number that is written as text in the configuration, or the other way round, is the same one. */
function inTheirWords(row: JsonObject, wanted: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      const expected = Object.hasOwn(wanted, column) ? wanted[column] : undefined;
      const same = isPlain(expected) && isPlain(value) && String(expected) === String(value);
      return [column, same ? expected : value];
    }),
  );
}

function isPlain(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
