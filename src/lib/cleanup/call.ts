/** One call of `cleanup`: its values, its result, and what it leaves. The same within a run and later. */

import { valuesNamed } from '../json/placeholders.ts';
import { tryParseJson, writeJson } from '../json/text.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { JsonObject } from '../model/json.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { CleanupCall } from '../model/probe.ts';
import type { Leftover } from '../model/report.ts';
import type { WebhookRequest } from '../model/result.ts';
import { statusFits } from '../model/status-pattern.ts';
import type { CleanupLog } from '../report/store/cleanup/log.ts';
import { touches } from '../report/store/cleanup/saved-values.ts';
import { MASK } from '../secrets/forms.ts';
import { maskUrl, type Redact } from '../secrets/redact.ts';
import type { ProbePorts } from '../stages/probes/probe-result.ts';

/** Maximum calls in flight: clean-up must not be a load test. */
export const CALLS_AT_ONCE = 5;
/** For one call, in milliseconds. */
const CALL_LIMIT_MS = 10_000;
/** After a stop 2 s are left in total, part of it for the report. */
export const STOPPED_LIMIT_MS = 1_800;

export interface CleanupPort {
  readonly call: ProbePorts['call'];
  readonly userAgent: string;
  /** A line for a shell, with secrets as variables or masked. */
  readonly commandFor: (request: WebhookRequest, redact: Redact) => string;
  /** Masks the secrets of the configuration. */
  readonly redact: Redact;
  /** Dotted paths of payloads and responses that are masked. */
  readonly redactPaths: readonly string[];
  /** Null if nothing can be removed later. */
  readonly log: CleanupLog | null;
}

/** Identifies a call of the configuration in the log. */
export function templateText({ method, url, body }: CleanupCall, redact: Redact): string {
  return redact(`${method} ${url}${body === null ? '' : ` ${writeJson(body)}`}`);
}

/** Names a webhook in a list of leftovers. */
export function aboutWebhook(
  { testId, name }: Pick<Leftover, 'testId' | 'name'>,
  {
    call,
    values,
    mask,
    port,
  }: {
    readonly call: CleanupCall;
    readonly values: JsonObject;
    readonly mask: Redact;
    readonly port: Pick<CleanupPort, 'redactPaths'>;
  },
): Pick<Leftover, 'testId' | 'name' | 'ids'> {
  const named = Object.entries(valuesNamed([call.url, call.body], values));
  const shown = (path: string, value: string) => (touches(path, port.redactPaths) ? MASK : mask(value));
  return { testId, name, ids: Object.fromEntries(named.map(([path, value]) => [path, shown(path, value)])) };
}

/** A call without a request, since a value is missing. */
export function unknownLeftover(
  about: Pick<Leftover, 'testId' | 'name' | 'ids'>,
  { call, reason, mask }: { readonly call: CleanupCall; readonly reason: string; readonly mask: Redact },
): Leftover {
  return {
    ...about,
    call: mask(`${call.method} ${call.url}`),
    certain: false,
    reason: mask(reason, 'sentence'),
    command: null,
  };
}

export interface FailedCall {
  readonly request: WebhookRequest;
  readonly call: CleanupCall;
  readonly about: Pick<Leftover, 'testId' | 'name' | 'ids'>;
  readonly mask: Redact;
}

export function failedLeftover(
  { request, call, about, mask }: FailedCall,
  {
    reason,
    certain,
    port,
  }: { readonly reason: string; readonly certain: boolean; readonly port: CleanupPort },
): Leftover {
  return {
    ...about,
    call: mask(`${request.method} ${maskUrl(request.url)}`),
    certain,
    reason: mask(reason, 'sentence'),
    command: commandOf({ request, call, mask }, port),
  };
}

/** A line to paste that makes the call. */
export function commandOf(
  { request, call, mask }: Omit<FailedCall, 'about'>,
  { commandFor }: Pick<CleanupPort, 'commandFor'>,
): string {
  return commandFor({ ...request, headers: ownHeaders(request, call) }, mask);
}

/** The headers of the configuration, and the content type of the body. */
function ownHeaders({ headers }: WebhookRequest, call: CleanupCall): WebhookRequest['headers'] {
  const own = (name: string) => name === 'content-type' || Object.hasOwn(call.headers, name);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => own(name)));
}

export type CallResult =
  | { readonly ok: true; readonly status: number }
  /** `status` is null without a response; `reason` is null if the signal ended the call. */
  | { readonly ok: false; readonly status: number | null; readonly reason: string | null };

/** Never rejects. */
export async function makeCall(
  { request, call }: Pick<FailedCall, 'request' | 'call'>,
  { port, signal }: { readonly port: CleanupPort; readonly signal: AbortSignal },
): Promise<CallResult> {
  const { response, failure } = await port
    .call(request, { withinMs: CALL_LIMIT_MS, signal })
    .catch(() => ({ response: null, failure: null }));
  if (response !== null) {
    return statusFits(response.status, call.status)
      ? { ok: true, status: response.status }
      : { ok: false, status: response.status, reason: `HTTP ${response.status}` };
  }
  if (failure?.kind === 'aborted') return { ok: false, status: null, reason: null };
  const reason = failure?.message ?? 'The call could not be made';
  return { ok: false, status: null, reason };
}

/** The values for placeholders of probes and clean-up. They hold secrets: use them for requests, not for reports. */
export function callValues(
  test: PlannedTest,
  { response, startedAt }: { readonly response: HttpResponse | null; readonly startedAt: string },
): JsonObject {
  return {
    ...test.dimensions,
    testId: test.testId,
    runId: test.testId.replace(/-\d+$/, ''),
    scenario: test.scenario,
    index: test.index,
    startedAt,
    openBraces: '{{',
    origin: new URL(test.request.url).origin,
    request: tryParseJson(test.request.body) ?? null,
    response: response?.json.ok ? response.json.value : null,
  };
}
