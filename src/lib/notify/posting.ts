/** The requests that report changes. Plain readonly data. */
import type { Change } from '../model/alert.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Posting {
  /** Null where the service has no message for this change. */
  readonly request: PostRequest | null;
  /** The changes that are reported once the service accepts the request. */
  readonly covers: readonly Change[];
}

export function jsonRequest(url: string, payload: unknown): PostRequest {
  return {
    url,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(payload), 'utf8'),
  };
}
