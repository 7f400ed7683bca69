/** Finds a trace id in a URL, a header or other text. */

/** The bare id, a `sentry-trace` or `traceparent` header (value or whole line), or a URL of Sentry. */
export function readTraceId(text: string): string | null {
  const trimmed = text.trim();
  const candidates = [
    /^([0-9a-f]{32})$/i,
    /^(?:sentry-trace:\s*)?([0-9a-f]{32})-[0-9a-f]{16}(?:-[01])?$/i,
    /^(?:traceparent:\s*)?[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i,
    /^https?:\/\/[^\s]*\/(?:trace|traces)\/([0-9a-f]{32})(?:[/?#]|$)/i,
  ];
  for (const candidate of candidates) {
    const id = candidate.exec(trimmed)?.[1]?.toLowerCase();
    if (id !== undefined && !/^0+$/.test(id)) return id;
  }
  return null;
}

/** The span id in a `sentry-trace` header's value; null if it has none. */
export function sentSpanId(header: string | undefined): string | null {
  return /^[0-9a-f]{32}-([0-9a-f]{16})(?:-[01])?$/i.exec(header?.trim() ?? '')?.[1]?.toLowerCase() ?? null;
}
