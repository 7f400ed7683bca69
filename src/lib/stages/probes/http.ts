/** The HTTP probe: a call that shows whether a stage happened. */
import type { Answer, Failure } from '../../model/delivery.ts';
import type { JsonObject } from '../../model/json.ts';
import type { HttpProbe } from '../../model/probe.ts';
import { fillJson } from '../../placeholders.ts';
import { isMissing, valueAt } from '../../validate/json-path.ts';
import { matchFindings } from '../../validate/match.ts';
import { fillCall, statusFits } from './call.ts';
import { type Look, type Patience, type ProbePorts, unverified } from './look.ts';

/** Why asking again is of no use: who asks is not let in, or is sent elsewhere. */
const REFUSED = new Set([401, 403, 407]);
const LONGEST_WAIT_S = 3_600;

/** Prepared once for a test; a probe whose placeholders have no value cannot look. */
export function httpLook(
  probe: HttpProbe,
  values: JsonObject,
  ports: Pick<ProbePorts, 'call' | 'checkSchema' | 'userAgent'>,
): (patience: Patience) => Promise<Look> {
  const request = fillCall(probe, { values, userAgent: ports.userAgent });
  const match = fillJson(probe.match, values);
  return async (patience) => {
    if (!request.ok) return unverified(request.problem, { final: true });
    if (!match.ok) return unverified(match.problem, { final: true });
    const { answer, failure } = await ports.call(request.value, patience);
    if (answer === null) return unverified(failedWords(failure));
    return judge(answer, { probe: { ...probe, match: match.value as JsonObject | null }, ports });
  };
}

/** `Connection refused` without the words for webhooks. */
function failedWords(failure: Failure | null): string {
  return failure === null ? 'no answer' : lowerFirst(failure.message.replace(/^Request failed: /, ''));
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function judge(
  answer: Answer,
  { probe, ports }: { readonly probe: HttpProbe; readonly ports: Pick<ProbePorts, 'checkSchema'> },
): Look {
  const { status } = answer;
  if (!statusFits(status, probe.status)) return wrongStatus(answer);
  if (probe.required.length === 0 && probe.match === null && probe.schema === null) return OK;
  if (!answer.json.ok) {
    const detail = answer.json.kind === 'empty' ? 'its body is empty' : 'its body is not JSON';
    return { state: 'failed', detail: `HTTP ${status}, but ${detail}`, final: false };
  }
  const body = answer.json.value;
  const absent = probe.required.filter((path) => isMissing(valueAt(body, path)));
  const wrong = [
    ...(probe.match === null ? [] : matchFindings(body, probe.match)),
    ...(probe.schema === null ? [] : ports.checkSchema(body, probe.schema)),
  ];
  if (absent.length > 0)
    return { state: 'missing', detail: `${absent.join(', ')} not in its answer`, final: false };
  const [first] = wrong;
  return first === undefined ? OK : { state: 'failed', detail: first.message, final: false };
}

const OK: Look = { state: 'ok', detail: null, final: true };

/** What a wrong status says: nothing where the one asked is in trouble, or does not let this probe look. */
function wrongStatus({ status, headers }: Answer): Look {
  if (REFUSED.has(status))
    return unverified(`HTTP ${status}: its credentials are not accepted`, { final: true });
  if (status >= 300 && status < 400) {
    return unverified(`HTTP ${status}: redirected, which is not followed`, { final: true });
  }
  if (status === 429 || status >= 500) {
    const seconds = /^\d{1,6}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : 0;
    return { ...unverified(`HTTP ${status}`), waitMs: Math.min(seconds, LONGEST_WAIT_S) * 1_000 };
  }
  return { state: 'missing', detail: `HTTP ${status}`, final: false };
}
