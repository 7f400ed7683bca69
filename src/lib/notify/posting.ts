/** What is sent to tell of changes. Plain readonly data. */
import type { Change } from '../model/alert.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Posting {
  /** Null where the change is nothing that the service could be told. */
  readonly request: PostRequest | null;
  /** What is told once it has been taken. */
  readonly covers: readonly Change[];
}

export function jsonRequest(url: string, payload: unknown): PostRequest {
  return {
    url,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(payload), 'utf8'),
  };
}
