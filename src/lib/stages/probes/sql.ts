/** The SQL probe: a query whose rows show whether a stage happened. */
import { fillJson } from '../../json/placeholders.ts';
import { sameAsWritten } from '../../json/text.ts';
import { isScalar, type Json, type JsonObject } from '../../model/json.ts';
import type { SqlProbe } from '../../model/probe.ts';
import { countOf } from '../../terminal/quantities.ts';
import { matchFindings } from '../../validate/match.ts';
import {
  couldNotRun,
  isMissingOnly,
  isStopped,
  type ProbePorts,
  type ProbeResult,
  type ProbeTiming,
} from './probe-result.ts';
import { rowText } from './row-text.ts';

/** Prepared once for a test; a probe whose placeholders have no value cannot run. */
export function runSqlProbe(
  probe: SqlProbe,
  values: JsonObject,
  { query }: Pick<ProbePorts, 'query'>,
): (timing: ProbeTiming) => Promise<ProbeResult> {
  const params = fillJson(probe.params, values);
  const match = fillJson(probe.match, values);
  const { min, max } = probe.rows;
  return async (timing) => {
    if (!params.ok) return couldNotRun(params.problem, { final: true });
    if (!match.ok) return couldNotRun(match.problem, { final: true });
    const outcome = await query({
      ...timing,
      url: probe.url,
      query: probe.query,
      params: params.value as readonly Json[],
      countUpTo: Math.max(min, max === null ? 0 : max + 1, 1),
    });
    if (!outcome.ok) return couldNotRun(outcome.reason, outcome);
    const { rows } = outcome;
    const wanted = match.value as JsonObject | null;
    const first = outcome.first === null ? null : asWritten(outcome.first, wanted);
    const row = first === null ? null : rowText(first, { match: wanted, stop: probe.stop });
    const expected = rangeWords(probe.rows);
    if (rows < min)
      return { statement: 'absent', detail: `${countOf(rows, 'row')} (expected ${expected})`, final: false };
    if (max !== null && rows > max) {
      const many =
        max === 0
          ? `found a row (expected ${expected})`
          : `more than ${countOf(max, 'row')} (expected ${expected})`;
      const detail = row === null ? many : `${many}: ${row}`;
      return { statement: 'contradicts', detail, final: max === 0, row };
    }
    const [difference] = wanted === null || first === null ? [] : matchFindings(first, wanted);
    const fits = difference === undefined;
    // What is expected is checked first: a final value may be among what is expected.
    const stopped = first !== null && (wanted === null || !fits) && isStopped(first, probe.stop);
    if (fits && !stopped) return { statement: 'confirms', detail: null, final: true, row };
    const isAbsent = !stopped && wanted !== null && isMissingOnly(first, wanted);
    const statement = isAbsent ? 'absent' : 'contradicts';
    return { statement, detail: row ?? difference?.message ?? null, final: stopped, row };
  };
}

function rangeWords({ min, max }: SqlProbe['rows']): string {
  if (max === null) return `at least ${min}`;
  return min === max ? String(min) : `${min} to ${max}`;
}

/** A number that is written as text in the configuration, or the other way round, is the same one. */
function asWritten(row: JsonObject, wanted: JsonObject | null): JsonObject {
  if (wanted === null) return row;
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      const expected = Object.hasOwn(wanted, column) ? wanted[column] : undefined;
      const same = isScalar(expected) && isScalar(value) && sameAsWritten(expected, value);
      return [column, same ? expected : value];
    }),
  );
}
