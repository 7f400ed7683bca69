/** An answer as a result keeps it. Plain readonly data. */

/** The answer as kept: bodies are cut at {@link MAX_STORED_BODY} characters. */
export interface StoredResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyBytes: number;
  readonly bodyCut: boolean;
}

/** How many characters of an answer's body a result keeps. */
export const MAX_STORED_BODY = 16_384;
