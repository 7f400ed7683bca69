/** Reads and checks the headers that carry a trace. */
import { expect } from 'vitest';

/** Key → decoded value of every entry. */
export function baggageOf(header: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (header ?? '').split(',').map((entry) => {
      const [key = '', value = ''] = entry.trim().split('=');
      return [key, decodeURIComponent(value)];
    }),
  );
}

/** The three headers agree with each other and with the ids. */
export function expectTraceHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  { traceId, spanId }: { readonly traceId: string; readonly spanId: string },
): void {
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(headers['sentry-trace']).toBe(`${traceId}-${spanId}-1`);
  expect(headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  expect(baggageOf(String(headers.baggage))).toMatchObject({
    'sentry-trace_id': traceId,
    'sentry-sampled': 'true',
    'sentry-sample_rate': '1',
  });
}
