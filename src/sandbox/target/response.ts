/** Writing the target's answer to the wire, with the faults asked for. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import type { ResponseFaults } from './response-faults.ts';

export interface TargetResponse {
  readonly status: number;
  readonly body: JsonObject;
}

export interface DeliveryOptions {
  readonly answer: TargetResponse;
  readonly faults: ResponseFaults;
  readonly outgoing: ServerResponse;
  /** The client has gone, or the process is to stop. */
  readonly gone: AbortSignal;
}

/** Seconds a rate-limited client is told to wait. */
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
export function withoutPath(body: JsonObject, path: string): JsonObject {
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
export function wireResponse({ status, body }: TargetResponse, faults: ResponseFaults): Wire | null {
  const { replacement } = faults;
  const whole = faults.missing.reduce(withoutPath, body);
  switch (replacement?.kind) {
    case undefined:
      return { status, headers: JSON_TYPE, text: JSON.stringify(whole) };
    case 'malformed':
      return { status: 200, headers: JSON_TYPE, text: JSON.stringify(whole).slice(0, -1) };
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
      const said = isSuccess ? whole : { error: reasonOf(replacement.status) };
      return { status: replacement.status, headers: JSON_TYPE, text: JSON.stringify(said) };
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

/** Answers, or does what a fault asks for instead; resolves when the client has all it will get. */
export async function deliver({ answer, faults, outgoing, gone }: DeliveryOptions): Promise<void> {
  // Only what a fault holds back is given up at a stop; other answers still go out.
  const isOnTime = faults.delayMs === 0 || (await wait(faults.delayMs, gone));
  const wire = isOnTime ? wireResponse(answer, faults) : null;
  if (wire !== null) return write(outgoing, wire);
  if (faults.replacement?.kind === 'timeout') await untilAborted(gone);
  // A reset, or nobody there to answer: RST instead of the orderly end.
  outgoing.socket?.resetAndDestroy();
}
