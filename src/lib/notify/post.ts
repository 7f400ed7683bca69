/** Sends alerts, one request each. Never throws for what a server does, follows no redirect, does not retry. */
import type http from 'node:http';
import type https from 'node:https';
import got from 'got';
import { codeOf, messageOf } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { PostRequest } from './posting.ts';
import { line } from './words.ts';

export type PostOutcome =
  | { readonly ok: true }
  /** A few words, without the address. */
  | { readonly ok: false; readonly reason: string };

/** @param stop ends the request at once */
export type Post = (request: PostRequest, stop: AbortSignal) => Promise<PostOutcome>;

/** Only the status counts; a longer body is not a response to an alert. */
const MAX_RESPONSE_BYTES = 64 * 1024;
/** Number of characters of the response that are quoted. */
const QUOTED_RESPONSE = 120;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
};

interface AgentPair {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** @param agentsFor the connections for a URL, such as through a proxy; may throw */
export function createPost(agentsFor: (url: string) => AgentPair): Post {
  return async (request, stop) => {
    if (stop.aborted) return OUT_OF_TIME;
    // A response that is too long is closed, not read.
    const controller = new AbortController();
    try {
      const sent = got.post(request.url, {
        agent: agentsFor(request.url),
        headers: { ...request.headers, 'user-agent': `prod-e2e/${VERSION}` },
        body: request.body,
        signal: AbortSignal.any([stop, controller.signal]),
        retry: { limit: 0 },
        followRedirect: false,
        throwHttpErrors: false,
      });
      sent.on('downloadProgress', ({ transferred }) => {
        if (transferred > MAX_RESPONSE_BYTES) controller.abort();
      });
      const { statusCode, body } = await sent;
      return statusCode >= 200 && statusCode < 300 ? { ok: true } : refused(statusCode, body);
    } catch (thrown) {
      if (stop.aborted) return OUT_OF_TIME;
      if (controller.signal.aborted) return { ok: false, reason: 'the response is longer than 64 KiB' };
      return { ok: false, reason: WORDS[codeOf(thrown) ?? ''] ?? line(messageOf(thrown), QUOTED_RESPONSE) };
    }
  };
}

const OUT_OF_TIME: PostOutcome = { ok: false, reason: 'no response in time' };

/** Redirects are not followed: where they lead was not configured. */
function refused(status: number, body: string): PostOutcome {
  const quoted = line(body, QUOTED_RESPONSE);
  const isText = quoted !== '' && !quoted.startsWith('<');
  return { ok: false, reason: `HTTP ${status}${isText ? `: ${quoted}` : ''}` };
}
