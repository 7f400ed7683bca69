/** What reading a trace has to know of the spans that are expected of it. */
import type { SpanExpectation } from '../../model/trace-expectation.ts';
import { compilePattern, textAndNumber } from '../spans/span-pattern.ts';
import type { AwaitedSpan } from './wait.ts';

export function awaitedSpans(spans: readonly SpanExpectation[]): readonly AwaitedSpan[] {
  return spans.map(({ label, stage, required, minCount, pattern }) => ({
    label,
    stage,
    required,
    minCount,
    matches: compilePattern(pattern),
  }));
}

/** What identifies a service and its version: saved with the trace, to compare it with another one. */
export const IDENTIFYING_ATTRIBUTES: readonly string[] = [
  ...['release', 'environment', 'sentry.release', 'sentry.environment', 'server_name', 'server.address'],
  ...['host.name', 'http.response.status_code', 'db.system', 'db.system.name'],
];

/** Attributes that expectations look at: they have to be asked for, as a number too where one would fit. */
export function attributesOf(spans: readonly SpanExpectation[]): readonly string[] {
  const asked = spans.flatMap(({ pattern }) =>
    Object.entries(pattern.attributes).flatMap(([name, values]) =>
      values.some(mayBeNumber) ? textAndNumber(name) : [name],
    ),
  );
  return [...new Set(asked)];
}

/** `503`, `5*` or `*`. */
function mayBeNumber(value: string): boolean {
  return /^[-\d.*]+$/.test(value);
}
