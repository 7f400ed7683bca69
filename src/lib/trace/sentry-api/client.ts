/**
 * Reads traces from Sentry's web API. Never throws for what a server does: failures are results. The token goes into the
 * Authorization header and nowhere else, to the base URL it was given for (or its region) and nowhere else.
 */
import http from 'node:http';
import https from 'node:https';
import got from 'got';
import pLimit from 'p-limit';
import { REQUESTS_AT_ONCE } from '../../limit-concurrency.ts';
import { sleep } from '../../sleep.ts';
import { VERSION } from '../../version.ts';
import { type TimeLimit, timeLimit } from '../reading/time-limit.ts';
import { hostOf, normalizedBase, staysAt } from './base.ts';
import { type ApiClient, type ApiRequest, createEndpoints, type Reply, type SentryApi } from './endpoints.ts';
import { type ApiFailure, failure, failureOfError, limited } from './failures.ts';
import { failureOfStatus, notJson } from './responses.ts';
import { explainNotFound } from './why-not-found.ts';

/** After the first attempt. A poll sends its request again anyway. */
const RETRIES = 2;
/** A longer Retry-After, in milliseconds, is passed on instead of waited out here. */
const MAX_RETRY_AFTER_MS = 5_000;
const MAX_BACKOFF_MS = 4_000;
/** Hosted Sentry's gateways add 52x to the usual ones. 429 is not among them: it concerns all requests, not one. */
const RETRIED_STATUSES = [408, 500, 502, 503, 504, 521, 522, 524];
/** A trace of 10,000 spans takes about 10 MB; what is much longer is not one that a person can use. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** Same host only, such as for a missing slash. */
const MAX_REDIRECTS = 3;

export interface SentryApiOptions {
  /** `https://sentry.io`, or a self-hosted server's URL with its path if it has one. */
  readonly baseUrl: string;
  /** Organization slug. */
  readonly org: string;
  readonly token: string;
  /** For one request without its retries. */
  readonly timeoutMs: number;
  /** False for a Sentry that ends with the run: links to its issues would lead nowhere. Default true. */
  readonly links?: boolean;
  /** Connections to use, e.g. through a proxy; its own kept-alive ones without. */
  readonly agents?: { readonly http: http.Agent; readonly https: https.Agent };
}

export function createSentryApi(options: SentryApiOptions): SentryApi {
  const place = { baseUrl: normalizedBase(options.baseUrl), org: options.org };
  const { ask, close } = createAsker({ ...options, ...place });
  const endpoints = createEndpoints({ ...place, links: options.links ?? true }, ask);
  return { ...explainNotFound(endpoints, { ...place, ask }), close };
}

function createAsker(options: SentryApiOptions) {
  const own = options.agents === undefined ? keepAliveAgents() : null;
  const place = { host: hostOf(options.baseUrl), org: options.org };
  const inTurn = pLimit(REQUESTS_AT_ONCE);
  const client = got.extend({
    agent: options.agents ?? own ?? {},
    headers: {
      authorization: `Bearer ${options.token}`,
      accept: 'application/json',
      'user-agent': `prod-e2e/${VERSION}`,
    },
    timeout: { request: options.timeoutMs },
    retry: {
      limit: RETRIES,
      methods: ['GET'],
      statusCodes: RETRIED_STATUSES,
      maxRetryAfter: MAX_RETRY_AFTER_MS,
      backoffLimit: MAX_BACKOFF_MS,
    },
    throwHttpErrors: false,
    followRedirect: ({ url, headers }) => staysAt(url, headers.location),
    maxRedirects: MAX_REDIRECTS,
  });
  /** A server may quote what it was sent. */
  const mask = (text: string) => (options.token === '' ? text : text.replaceAll(options.token, '***'));
  const masked = (failed: ApiFailure): ApiFailure => ({
    ...{ ...failed, message: mask(failed.message) },
    link: failed.link === null ? null : mask(failed.link),
  });

  const pause = createRatePause(place.host);
  const send = async ({ url, params, limits }: ApiRequest, limit: TimeLimit): Promise<Reply | ApiFailure> => {
    let tooLong = false;
    try {
      const response = client.get(url, {
        searchParams: new URLSearchParams(params.map(([name, value]): [string, string] => [name, value])),
        signal: limit.signal,
        ...(limits.retries === undefined ? {} : { retry: { limit: limits.retries } }),
      });
      response.on('downloadProgress', ({ transferred }) => {
        if (transferred <= MAX_RESPONSE_BYTES) return;
        tooLong = true;
        limit.abort();
      });
      const { statusCode: status, headers, body } = await response;
      if (status < 200 || status >= 300) {
        return pause.noted(masked(failureOfStatus(place, { status, headers, body, url, nowMs: Date.now() })));
      }
      const json = parsed(body);
      return json === undefined
        ? notJson(place, body)
        : { kind: 'json', json, link: [headers.link].flat().join(', ') };
    } catch (thrown) {
      if (tooLong) return failure('too-large', `${place.host} responded with more than 64 MiB`);
      return masked(failureOfError(place, thrown));
    }
  };
  const ask: ApiClient = (request) =>
    inTurn(async () => {
      const limit = timeLimit(request.limits.withinMs ?? null, request.limits.signal);
      try {
        let retries = request.limits.retries ?? RETRIES;
        for (;;) {
          const paused = pause.left();
          const reply = paused ?? (await send(request, limit));
          if (paused === null && (reply.kind !== 'error' || reply.problem !== 'rate-limit')) return reply;
          if (retries === 0 || pause.leftMs() > MAX_RETRY_AFTER_MS) return reply;
          // A timer drops fractions of a millisecond, and may be early by one.
          await sleep(Math.ceil(pause.leftMs()) + 1, limit.signal);
          if (limit.signal.aborted) return reply;
          if (paused === null) retries -= 1;
        }
      } finally {
        limit.end();
      }
    });
  const close = (): void => {
    own?.http.destroy();
    own?.https.destroy();
  };
  return { ask, close };
}

function keepAliveAgents() {
  const options = { keepAlive: true, maxSockets: REQUESTS_AT_ONCE };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

/** Undefined for what is not JSON. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

// The pause that a server asks for. Its limits are per token, so it holds for every request with that token.

/** After a 429 that names no time, in milliseconds. */
const USUAL_PAUSE_MS = 1_000;

interface RatePause {
  /** Notes what a failure asks for, and gives it back. */
  readonly noted: (failure: ApiFailure) => ApiFailure;
  /** Instead of a request that may not go out yet; null where it may. */
  readonly left: () => ApiFailure | null;
  readonly leftMs: () => number;
}

function createRatePause(host: string): RatePause {
  let untilMs = Number.NEGATIVE_INFINITY;
  let status: number | null = null;
  const leftMs = () => Math.max(0, untilMs - performance.now());
  return {
    noted: (failure) => {
      const pauseMs = failure.retryAfterMs ?? (failure.problem === 'rate-limit' ? USUAL_PAUSE_MS : 0);
      if (pauseMs > leftMs()) {
        untilMs = performance.now() + pauseMs;
        status = failure.status;
      }
      return failure;
    },
    left: () => (leftMs() > 0 ? limited(host, { status, retryAfterMs: leftMs() }) : null),
    leftMs,
  };
}
