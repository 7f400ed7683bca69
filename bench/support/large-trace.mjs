// Sends one trace of many spans to a Sentry, as several envelopes of at most 1,000 spans (the SDKs' own limit).
import { randomBytes } from 'node:crypto';

const PER_ENVELOPE = 1_000;

/** @returns the trace id */
export async function sendLargeTrace({ dsn }, count) {
  const { protocol, host, username, pathname } = new URL(dsn);
  const endpoint = `${protocol}//${host}/api${pathname}/envelope/?sentry_version=7&sentry_key=${username}`;
  const traceId = randomBytes(16).toString('hex');
  const spans = spansOf(traceId, count);
  for (let from = 0; from < spans.length; from += PER_ENVELOPE) {
    const items = spans.slice(from, from + PER_ENVELOPE);
    const lines = [
      {
        sent_at: new Date().toISOString(),
        trace: { trace_id: traceId, public_key: username, sampled: 'true' },
      },
      { type: 'span', item_count: items.length, content_type: 'application/vnd.sentry.items.span.v2+json' },
      { version: 2, items },
    ];
    const response = await fetch(endpoint, {
      method: 'POST',
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    });
    if (!response.ok) throw new Error(`Sentry answered ${response.status}`);
  }
  return traceId;
}

/** A root, a hundred steps below it, and database spans below those; every 97th span failed. */
function spansOf(traceId, count) {
  const start = Date.now() / 1000 - 60;
  const ids = Array.from({ length: count }, () => randomBytes(8).toString('hex'));
  return ids.map((id, at) => ({
    trace_id: traceId,
    span_id: id,
    ...(at === 0 ? {} : { parent_span_id: at <= 100 ? ids[0] : ids[1 + (at % 100)] }),
    name: at === 0 ? 'large' : at <= 100 ? `step-${at}` : 'SELECT signals',
    status: at % 97 === 96 ? 'error' : 'ok',
    is_segment: at === 0,
    start_timestamp: start + at / 1000,
    end_timestamp: at === 0 ? start + 30 : start + at / 1000 + 0.004,
    attributes: {
      'sentry.op': { type: 'string', value: at === 0 ? 'http.server' : at <= 100 ? 'function' : 'db.query' },
    },
  }));
}
