/**
 * Reads traces from Sentry's web API. Never throws for what a server does: failures are answers. The token goes into
 * the Authorization header and nowhere else, to the base URL it was given for (or its region) and nowhere else.
 */
import http from 'node:http';
import https from 'node:https';
import got from 'got';
import { VERSION } from '../version.ts';
import { hostOf, normalisedBase, staysAt } from './api-base.ts';
import { type Asker, createEndpoints, type Patience, type SentryApi } from './api-endpoints.ts';
import { type ApiFailure, failure, failureOfError, failureOfStatus } from './api-failures.ts';
import { atMost, REQUESTS_AT_ONCE } from './at-most.ts';

/** Beside the first attempt. Whoever polls asks again anyway. */
const RETRIES = 2;
/** A longer Retry-After, in milliseconds, is passed on instead of waited out here. */
const MAX_RETRY_AFTER_MS = 5_000;
const MAX_BACKOFF_MS = 4_000;
/** Hosted Sentry's gateways add 52x to the usual ones. */
const RETRIED_STATUSES = [408, 429, 500, 502, 503, 504, 521, 522, 524];
/** A trace of 10,000 spans takes about 10 MB; what is much longer is not one that a person can use. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Same host only, such as for a missing slash. */
const MAX_REDIRECTS = 3;

export interface SentryApiOptions {
  /** `https://sentry.io`, or a self-hosted server's URL with its path if it has one. */
  readonly baseUrl: string;
  /** Organisation slug. */
  readonly org: string;
  readonly token: string;
  /** For one request without its retries. */
  readonly timeoutMs: number;
  /** Connections to use, e.g. through a proxy; its own kept-alive ones without. */
  readonly agents?: { readonly http: http.Agent; readonly https: https.Agent };
}

export function createSentryApi(options: SentryApiOptions): SentryApi {
  const place = { baseUrl: normalisedBase(options.baseUrl), org: options.org };
  const { ask, close } = createAsker({ ...options, ...place });
  return { ...createEndpoints(place, ask), close };
}

function createAsker(options: SentryApiOptions) {
  const own = options.agents === undefined ? keptAlive() : null;
  const place = { host: hostOf(options.baseUrl), org: options.org };
  const inTurn = atMost(REQUESTS_AT_ONCE);
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
  const masked = (failed: ApiFailure): ApiFailure =>
    options.token === '' ? failed : { ...failed, message: failed.message.replaceAll(options.token, '***') };

  const ask: Asker = ({ url, params, patience }) =>
    inTurn(async () => {
      const stop = stopSignal(patience);
      try {
        const request = client.get(url, {
          searchParams: new URLSearchParams(params.map(([name, value]): [string, string] => [name, value])),
          signal: stop.signal,
          ...(patience.retries === undefined ? {} : { retry: { limit: patience.retries } }),
        });
        request.on('downloadProgress', ({ transferred }) => {
          if (transferred > MAX_ANSWER_BYTES) stop.tooLong();
        });
        const { statusCode: status, headers, body } = await request;
        if (status < 200 || status >= 300) {
          return masked(failureOfStatus(place, { status, headers, body, nowMs: Date.now() }));
        }
        return { kind: 'json', json: JSON.parse(body), link: [headers.link].flat().join(', ') };
      } catch (thrown) {
        if (stop.wasTooLong()) return failure(`${place.host} answers more than 64 MiB.`, { permanent: true });
        if (thrown instanceof SyntaxError) {
          return failure(`${place.host} answers something that is not JSON.`, { permanent: true });
        }
        return masked(failureOfError(place, thrown));
      } finally {
        stop.end();
      }
    });
  const close = (): void => {
    own?.http.destroy();
    own?.https.destroy();
  };
  return { ask, close };
}

function keptAlive() {
  const options = { keepAlive: true, maxSockets: REQUESTS_AT_ONCE };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

/** One signal for all that can end a request early. */
function stopSignal({ signal, withinMs }: Patience) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let tooLong = false;
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const timer = withinMs === undefined ? undefined : setTimeout(abort, withinMs);
  return {
    signal: controller.signal,
    tooLong: () => {
      tooLong = true;
      abort();
    },
    wasTooLong: () => tooLong,
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
