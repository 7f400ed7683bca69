/** An answer as a result keeps it. Plain readonly data. */

/** The answer as kept: bodies are cut at {@link RESPONSE_BODY_KEPT} characters. */
export interface KeptResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bodyBytes: number;
  readonly bodyCut: boolean;
}

/** How many characters of an answer's body a result keeps. */
export const RESPONSE_BODY_KEPT = 16_384;
