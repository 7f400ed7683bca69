/** The HTTP probe: a call that shows whether a stage happened. */
import { retryAfterMs } from '../../http/retry-after.ts';
import { fillJson } from '../../json/placeholders.ts';
import type { HttpResponse } from '../../model/delivery.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { HttpProbe } from '../../model/probe.ts';
import type { Failure } from '../../model/result.ts';
import { statusFits } from '../../model/status-pattern.ts';
import { matchFindings } from '../../validate/match.ts';
import { isMissingAt } from '../../validate/missing.ts';
import { fillCall } from './call.ts';
import {
  couldNotRun,
  isMissingOnly,
  isStopped,
  type ProbePorts,
  type ProbeResult,
  type ProbeTiming,
} from './probe-result.ts';
import { rowText } from './row-text.ts';

/** The credentials of the probe are not accepted: another call would end the same way. */
const REFUSED = new Set([401, 403, 407]);
const LONGEST_WAIT_MS = 3_600_000;

/** Prepared once for a test; a probe whose placeholders have no value cannot run. */
export function runHttpProbe(
  probe: HttpProbe,
  values: JsonObject,
  ports: Pick<ProbePorts, 'call' | 'checkSchema' | 'userAgent'>,
): (timing: ProbeTiming) => Promise<ProbeResult> {
  const request = fillCall(probe, { values, userAgent: ports.userAgent });
  const match = fillJson(probe.match, values);
  return async (timing) => {
    if (!request.ok) return couldNotRun(request.problem, { final: true });
    if (!match.ok) return couldNotRun(match.problem, { final: true });
    const { response, failure } = await ports.call(request.value, timing);
    if (response === null) return couldNotRun(failedWords(failure));
    return judge(response, { probe: { ...probe, match: match.value as JsonObject | null }, ports });
  };
}

function failedWords(failure: Failure | null): string {
  return failure === null ? 'no response' : lowerFirst(failure.message);
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function judge(
  response: HttpResponse,
  { probe, ports }: { readonly probe: HttpProbe; readonly ports: Pick<ProbePorts, 'checkSchema'> },
): ProbeResult {
  const { status } = response;
  const body = response.json.ok ? response.json.value : null;
  if (!statusFits(status, probe.status)) return { ...otherStatus(response, probe), status };
  if (probe.required.length === 0 && probe.match === null && probe.schema === null && probe.stop === null)
    return CONFIRMS;
  if (!response.json.ok) {
    // Nothing is in it, or it cannot be read.
    if (response.json.kind === 'empty') return { ...absent(`HTTP ${status}, and its body is empty`), status };
    return { ...couldNotRun(`HTTP ${status}, but its body is not JSON`), status };
  }
  const row = isJsonObject(body) ? rowText(body, probe) : null;
  const missing = probe.required.filter((path) => isMissingAt(body, path));
  const wrong = [
    ...(probe.match === null ? [] : matchFindings(body, probe.match)),
    ...(probe.schema === null ? [] : ports.checkSchema(body, probe.schema)),
  ];
  const fits = missing.length === 0 && wrong.length === 0;
  // What is expected is checked first: a final value may be among what is expected.
  if ((probe.match === null || !fits) && isJsonObject(body) && isStopped(body, probe.stop))
    return { statement: 'contradicts', detail: row, final: true, row };
  if (fits) return { ...CONFIRMS, row };
  if (missing.length > 0) return absent(`${missing.join(', ')} not in its response`);
  const [first] = wrong;
  const isAbsent = probe.schema === null && probe.match !== null && isMissingOnly(body, probe.match);
  return {
    statement: isAbsent ? 'absent' : 'contradicts',
    detail: row ?? first?.message ?? null,
    ...{ final: false, row },
  };
}

const CONFIRMS: ProbeResult = { statement: 'confirms', detail: null, final: true };

function absent(detail: string): ProbeResult {
  return { statement: 'absent', detail, final: false };
}

/** An unexpected status is no evidence, unless it means that nothing exists. */
function otherStatus({ status, headers, json }: HttpResponse, probe: HttpProbe): ProbeResult {
  const statusText = `HTTP ${status}`;
  if (expectsNothing(probe)) {
    if (status < 200 || status >= 300) return couldNotRun(statusText);
    const row = json.ok && isJsonObject(json.value) ? rowText(json.value, probe) : null;
    return {
      statement: 'contradicts',
      detail: row === null ? statusText : `${statusText}: ${row}`,
      final: true,
      row,
    };
  }
  if (status === 404 || status === 410) return absent(statusText);
  // Taken, and not done yet; or done, and nothing came of it.
  if (status === 202 || status === 204) return absent(statusText);
  if (REFUSED.has(status))
    return couldNotRun(`${statusText}: its credentials are not accepted`, { final: true });
  if (status >= 300 && status < 400)
    return couldNotRun(`${statusText}: redirected, and redirects are not followed`, { final: true });
  const askedMs = retryAfterMs(headers, Date.now()) ?? 0;
  return { ...couldNotRun(statusText), waitMs: Math.min(askedMs, LONGEST_WAIT_MS) };
}

/** Its expected status means that nothing exists. */
export function expectsNothing({ status }: Pick<HttpProbe, 'status'>): boolean {
  return status.length > 0 && status.every((each) => each === 404 || each === 410);
}
