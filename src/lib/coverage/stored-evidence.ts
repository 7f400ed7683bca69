/** What the probes of a scene say, by the same functions as in a run. */
import type { HttpResponse } from '../model/delivery.ts';
import type { JsonObject } from '../model/json.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { runHttpProbe } from '../stages/probes/http.ts';
import type { ProbeResult, SqlOutcome } from '../stages/probes/probe-result.ts';
import type { ProbeEvidence, ProbesOfTest } from '../stages/probes/run-probes.ts';
import { runSqlProbe } from '../stages/probes/sql.ts';
import type { Scene, Stored } from './scene.ts';

/** Nothing is sent, so no time passes. */
const TIMING = { withinMs: 1_000, signal: new AbortController().signal };

const CONFIRMS: ProbeResult = { statement: 'confirms', detail: null, final: true };

/** @param values for the placeholders of the probes */
export async function probesOf(
  { stored }: Scene,
  { stages, values }: { readonly stages: readonly StageExpectation[]; readonly values: JsonObject },
): Promise<ProbesOfTest> {
  const probed = await Promise.all(
    stages.map(async (stage) => {
      const { http = null, sql = null } = stored.get(stage.name) ?? {};
      const both = {
        http: http === null ? null : evidence('http', await httpResult(stage, { stored: http, values })),
        sql: sql === null ? null : evidence('sql', await sqlResult(stage, { stored: sql, values })),
      };
      return [stage.name, both] as const;
    }),
  );
  return new Map(probed.filter(([, { http, sql }]) => http !== null || sql !== null));
}

interface Found {
  readonly stored: Stored;
  readonly values: JsonObject;
}

async function sqlResult({ sql }: StageExpectation, { stored, values }: Found): Promise<ProbeResult> {
  if (sql === null) return CONFIRMS;
  let ran = false;
  const query = async (): Promise<SqlOutcome> => {
    ran = true;
    if (stored.kind === 'unreachable')
      return { ok: false, reason: 'the connection was refused', final: false };
    if (stored.kind === 'rows') return { ok: true, rows: stored.count, first: stored.first };
    return { ok: true, rows: 0, first: null };
  };
  const result = await runSqlProbe(sql, values, { query })(TIMING);
  return ran && stored.kind === 'as-saved' ? CONFIRMS : result;
}

async function httpResult({ http }: StageExpectation, { stored, values }: Found): Promise<ProbeResult> {
  if (http === null) return CONFIRMS;
  let ran = false;
  const call = async () => {
    ran = true;
    if (stored.kind === 'unreachable') {
      const failure = { kind: 'refused', message: 'Connection refused', code: 'ECONNREFUSED' } as const;
      return { response: null, failure };
    }
    if (stored.kind === 'rows') return { response: jsonResponse(200, stored.first), failure: null };
    return { response: jsonResponse(404, {}), failure: null };
  };
  const ports = { call, checkSchema: () => [], userAgent: '' };
  const result = await runHttpProbe(http, values, ports)(TIMING);
  return ran && stored.kind === 'as-saved' ? CONFIRMS : result;
}

function jsonResponse(status: number, value: JsonObject): HttpResponse {
  const body = JSON.stringify(value);
  return {
    ...{ status, statusText: '', httpVersion: '1.1', headers: {}, body, bodyBytes: body.length },
    json: { ok: true, value },
  };
}

function evidence(kind: ProbeEvidence['kind'], result: ProbeResult): ProbeEvidence {
  const { statement, detail, row = null, hint = null, status = null } = result;
  return {
    ...{ kind, statement, detail, row, hint, status, circumstances: null, late: null },
    reason: statement === 'unknown' ? 'probe-failed' : null,
  };
}
