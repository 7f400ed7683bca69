/** Writing the target's response to the wire, with the faults asked for. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import type { ResponseReplacement } from '../faults/fault-kinds.ts';
import { effectsFor, type Fault } from '../faults/faults.ts';

export interface TargetResponse {
  readonly status: number;
  readonly body: JsonObject;
}

interface DeliveryOptions {
  readonly response: TargetResponse;
  readonly faults: ResponseFaults;
  readonly outgoing: ServerResponse;
  /** The client has gone, or the process is to stop. */
  readonly gone: AbortSignal;
}

/** Retry-After of a rate-limited response, in seconds. */
const RETRY_AFTER_SECONDS = 30;

const JSON_TYPE = { 'content-type': 'application/json' };

/** Where the redirect leads; nothing is served there. */
const REDIRECT_LOCATION = '/moved/webhook';

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A copy of `body` without what is at the dotted path. */
function withoutPath(body: JsonObject, path: string): JsonObject {
  const [key = '', ...rest] = path.split('.');
  const entries = Object.entries(body).flatMap(([name, value]): [string, Json][] => {
    if (name !== key) return [[name, value]];
    if (rest.length === 0) return [];
    return [[name, isJsonObject(value) ? withoutPath(value, rest.join('.')) : value]];
  });
  return Object.fromEntries(entries);
}

/** `Internal server error`: the reason phrase in sentence case. */
export function reasonOf(status: number): string {
  const phrase = STATUS_CODES[status] ?? `Status ${status}`;
  return phrase.charAt(0) + phrase.slice(1).toLowerCase();
}

interface Wire {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What goes over the wire; null for the faults that send nothing. */
function wireResponse(response: TargetResponse, faults: ResponseFaults): Wire | null {
  const { replacement } = faults;
  const { status } = response;
  const body = faults.missing.reduce(withoutPath, response.body);
  switch (replacement?.kind) {
    case undefined:
      return { status, headers: JSON_TYPE, text: JSON.stringify(body) };
    case 'malformed':
      return { status: 200, headers: JSON_TYPE, text: JSON.stringify(body).slice(0, -1) };
    case 'empty':
      return { status: 200, headers: {}, text: '' };
    case 'redirect':
      return { status: 302, headers: { location: REDIRECT_LOCATION }, text: '' };
    case 'rate-limit':
      return {
        status: 429,
        headers: { ...JSON_TYPE, 'retry-after': String(RETRY_AFTER_SECONDS) },
        text: JSON.stringify({ error: reasonOf(429) }),
      };
    case 'status': {
      const isSuccess = replacement.status >= 200 && replacement.status < 300;
      const content = isSuccess ? body : { error: reasonOf(replacement.status) };
      return { status: replacement.status, headers: JSON_TYPE, text: JSON.stringify(content) };
    }
    case 'timeout':
    case 'reset':
      return null;
  }
}

async function write(outgoing: ServerResponse, { status, headers, text }: Wire): Promise<void> {
  if (outgoing.destroyed) return;
  await new Promise<void>((resolve) => {
    outgoing.once('close', resolve);
    outgoing.once('finish', resolve);
    const mayHaveBody = status >= 200 && status !== 204 && status !== 304;
    outgoing.writeHead(status, mayHaveBody ? { ...headers, 'content-length': Buffer.byteLength(text) } : {});
    outgoing.end(mayHaveBody ? text : undefined);
  });
}

/** False when `gone` came first. */
async function wait(delayMs: number, gone: AbortSignal): Promise<boolean> {
  return pause(delayMs, true, { signal: gone }).catch(() => false);
}

/** Sends the response, or what a fault replaces it with; resolves when the client has received all it will get. */
export async function deliver({ response, faults, outgoing, gone }: DeliveryOptions): Promise<void> {
  // Only what a fault holds back is given up at a stop; other responses still go out.
  const isOnTime = faults.delayMs === 0 || (await wait(faults.delayMs, gone));
  const wire = isOnTime ? wireResponse(response, faults) : null;
  if (wire !== null) return write(outgoing, wire);
  if (faults.replacement?.kind === 'timeout') await untilAborted(gone);
  // A reset, or a client that has disconnected: RST instead of an orderly end.
  outgoing.socket?.resetAndDestroy();
}

/** What is wrong with the responses to one scenario. */
export interface ResponseFaults {
  readonly replacement: ResponseReplacement | null;
  readonly delayMs: number;
  /** Dotted paths taken out of the response. */
  readonly missing: readonly string[];
}

/** A scenario's own faults go before those for every scenario; of two of one sort the later counts. */
export function responseFaultsFor(faults: readonly Fault[], scenario: string): ResponseFaults {
  let replacement: ResponseReplacement | null = null;
  let delayMs = 0;
  let missing: readonly string[] = [];
  for (const effect of effectsFor(faults, scenario)) {
    switch (effect.kind) {
      case 'slow':
        delayMs = effect.delayMs;
        break;
      case 'missing':
        missing = effect.paths;
        break;
      case 'status':
      case 'timeout':
      case 'reset':
      case 'malformed':
      case 'empty':
      case 'redirect':
      case 'rate-limit':
        replacement = effect;
    }
  }
  return { replacement, delayMs, missing };
}
