/** Checks the one webhook: was it sent with its trace headers, is its response right, and do the clocks agree? */
import { type Delivery, requestFailed } from '../model/delivery.ts';
import type { Judgment } from '../model/finding.ts';
import { hintFor } from '../report/advice/advice.ts';
import { detailedHint, detailOf } from '../report/advice/details.ts';
import { durationText } from '../terminal/quantities.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Each of them lets a service continue the trace: Sentry's SDKs read the first, OpenTelemetry the second. */
const TRACE_HEADERS = ['sentry-trace', 'traceparent', 'baggage'] as const;

export function webhookCheck(delivery: Delivery): Check {
  const { request, failure, trace } = delivery;
  if (failure !== null) return fail('webhook', requestFailed(failure), hintsOf(failure.kind, delivery));
  const sent = TRACE_HEADERS.filter((name) => request.headers[name]?.includes(trace.traceId));
  const message = `Sent in trace ${trace.traceId}`;
  const only = sent.length < TRACE_HEADERS.length ? ` (only ${sent.join(', ')})` : '';
  return sent.length > 0
    ? ok('webhook', message + only)
    : fail('webhook', `${message}, but without trace headers`, [
        'Check that the headers of the configuration do not replace sentry-trace and baggage',
      ]);
}

/** @param quiet the current quiet hours, as text */
export function quietCheck(quiet: string): Check {
  return warn('webhook', `Not sent in ${quiet}`, [
    'Run doctor after the quiet hours, or send the webhook now: --yes',
  ]);
}

export function responseCheck(delivery: Delivery, judgment: Judgment): Check {
  const { response, timings } = delivery;
  const { errors, warnings, missingData } = judgment;
  const status = `HTTP ${response?.status ?? '?'} in ${durationText(timings.totalMs)}`;
  const findings = [...errors, ...warnings];
  if (findings.length + missingData.length === 0) return ok('response', `${status}, as expected`);
  const said = findings.map(({ message }) => message);
  const named = new Set(findings.map(({ field }) => field));
  const missing = missingData.map(({ field }) => field).filter((field) => !named.has(field));
  const text = [...said, ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`])].join('; ');
  // A finding about the status already names it.
  const message =
    findings[0]?.status !== undefined ? `${text} (${durationText(timings.totalMs)})` : `${status}; ${text}`;
  const advice = [
    ...findings.flatMap(({ hint, code }) => (hint === null ? hintsOf(code, delivery) : [hint])),
    ...missingData.flatMap(({ field, level }) => hintFor(`${level}-missing`, field) ?? []),
  ];
  return (errors.length > 0 ? fail : warn)('response', message, [...new Set(advice)]);
}

function hintsOf(code: string, delivery: Delivery): readonly string[] {
  const hint = detailedHint(code, detailOf(delivery)) ?? hintFor(code);
  return hint === null ? [] : [hint];
}

/** If two clocks differ by more than this many milliseconds, their spans are hard to read together. */
const DIFFERENCE_WARNED_MS = 2_000;
/** The header has whole seconds, rounded down. */
const RESOLUTION_MS = 1_000;

export interface DatedResponse {
  /** The header; undefined where it is missing. */
  readonly date: string | undefined;
  /** Milliseconds since the epoch, of this machine's clock. */
  readonly sentMs: number;
  readonly receivedMs: number;
}

/**
 * How far the target's clock is ahead of this one, in milliseconds, negative for behind: the smallest difference that
 * explains the header; 0 where the clocks can agree. Null without a usable header.
 */
export function clockDifferenceMs({ date, sentMs, receivedMs }: DatedResponse): number | null {
  const dateMs = Date.parse(date ?? '');
  if (!Number.isFinite(dateMs)) return null;
  if (dateMs > receivedMs) return dateMs - receivedMs;
  if (dateMs + RESOLUTION_MS < sentMs) return dateMs + RESOLUTION_MS - sentMs;
  return 0;
}

/** Null where the response has no usable date. */
export function clockCheck(response: DatedResponse): Check | null {
  const differenceMs = clockDifferenceMs(response);
  if (differenceMs === null) return null;
  if (Math.abs(differenceMs) <= DIFFERENCE_WARNED_MS)
    return ok('clock', 'Agrees with the clock of the target');
  const side = differenceMs > 0 ? 'behind' : 'ahead of';
  return warn(
    'clock',
    `This clock is at least ${durationText(Math.abs(differenceMs))} ${side} the target's`,
    ['Synchronize both with NTP: timestamps, signatures and traces are off by that much'],
  );
}
