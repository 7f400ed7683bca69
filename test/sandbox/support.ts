/** What several tests of the sandbox need: its built entries, envelopes, requests. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Json, JsonObject } from '../../src/lib/model/json.ts';

export const TRACE_ID = '90410b134f1a4bdba8caa19399af9089';
export const SPAN_ID = 'bcea0a40bfd27c87';
/** Of the sender that began the trace. */
export const TRACE_KEY = 'c'.repeat(32);

/** Where `npm run build` puts the two processes. */
export function entryFolder(): string {
  const folder = fileURLToPath(new URL('../../dist/sandbox', import.meta.url));
  if (!existsSync(folder)) throw new Error('dist/sandbox is not there: run npm run build first');
  return folder;
}

export function aSignal(more: JsonObject = {}): JsonObject {
  return {
    symbol: 'SPY',
    direction: 'long',
    timeframe: '5m',
    timestamp: '2026-11-23T01:15:52.366Z',
    test_id: 'run-1',
    scenario: 'CHOP',
    metadata: { is_test: true, test_session_id: 'run', test_scenario: 'CHOP' },
    ...more,
  };
}

/** The headers a traced sender puts on a webhook. */
export function traceHeaders(traceId: string, spanId = SPAN_ID): Record<string, string> {
  return {
    'sentry-trace': `${traceId}-${spanId}-1`,
    baggage: `sentry-environment=test,sentry-public_key=${TRACE_KEY},sentry-trace_id=${traceId},sentry-sampled=true,sentry-sample_rand=0.4,sentry-sample_rate=1`,
  };
}

/** What Relay has to know of the trace that streamed spans belong to. */
export const traceOfEnvelope = (traceId: string): JsonObject => ({
  trace_id: traceId,
  public_key: TRACE_KEY,
});

/** The header of a container of so many streamed spans. */
export const containerHeader = (count: number): JsonObject => ({
  type: 'span',
  item_count: count,
  content_type: 'application/vnd.sentry.items.span.v2+json',
});

/** An envelope as the JavaScript SDK writes it: items without `length`. */
export function envelopeText(header: JsonObject, ...items: readonly [JsonObject, Json][]): string {
  const lines = items.flatMap(([itemHeader, payload]) => [
    JSON.stringify(itemHeader),
    JSON.stringify(payload),
  ]);
  return [JSON.stringify(header), ...lines].join('\n');
}

const SDK = { name: 'sentry.javascript.node', version: '11.12.0' };

/** Streamed: the child comes before its segment, there is no event id. */
export function streamedEnvelope(traceId = TRACE_ID): string {
  const ids = { trace_id: traceId, version: undefined };
  const child = {
    ...ids,
    name: 'POST',
    span_id: '975f34e3665af084',
    parent_span_id: SPAN_ID,
    start_timestamp: 1795396552.3371913,
    end_timestamp: 1795396552.3651102,
    is_segment: false,
    status: 'error',
    attributes: {
      'sentry.status.message': { value: 'internal_error', type: 'string' },
      'sentry.op': { value: 'http.client', type: 'string' },
      'http.response.status_code': { value: 500, type: 'integer' },
      'sentry.segment.id': { value: SPAN_ID, type: 'string' },
      'sentry.segment.name': { value: 'webhook payment.created', type: 'string' },
    },
  };
  const segment = {
    ...ids,
    name: 'webhook payment.created',
    span_id: SPAN_ID,
    start_timestamp: 1795396552.3330884,
    end_timestamp: 1795396552.365977,
    is_segment: true,
    status: 'ok',
    attributes: { 'sentry.op': { value: 'webhook.send', type: 'string' } },
  };
  const payload: Json = JSON.parse(JSON.stringify({ version: 2, items: [child, segment] }));
  return envelopeText({ sent_at: '2026-11-23T01:15:52.366Z', sdk: SDK, trace: traceOfEnvelope(traceId) }, [
    containerHeader(2),
    payload,
  ]);
}

/** Static: the same two spans as a transaction. */
export function transactionEnvelope(traceId = TRACE_ID): string {
  const eventId = '4b545391abed4bab96f341fad459aa34';
  const child = {
    trace_id: traceId,
    span_id: '975f34e3665af084',
    parent_span_id: SPAN_ID,
    op: 'http.client',
    description: 'POST',
    status: 'internal_error',
    start_timestamp: 1795396552.3371913,
    timestamp: 1795396552.3651102,
    data: { 'http.response.status_code': 500 },
  };
  const transaction = {
    type: 'transaction',
    transaction: 'webhook payment.created',
    event_id: eventId,
    start_timestamp: 1795396552.3330884,
    timestamp: 1795396552.365977,
    platform: 'node',
    contexts: {
      trace: {
        trace_id: traceId,
        span_id: SPAN_ID,
        op: 'webhook.send',
        status: 'ok',
        data: { 'webhook.event': 'x' },
      },
    },
    spans: [child],
  };
  return envelopeText({ event_id: eventId, sdk: SDK }, [{ type: 'transaction' }, transaction]);
}
