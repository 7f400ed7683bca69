/** The sandbox is ours, but what SDKs, searches and `--fault` bring is not. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { ProdE2eError } from '../../src/lib/errors.ts';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { parseFault } from '../../src/sandbox/faults/faults.ts';
import { parseEnvelope } from '../../src/sandbox/sentry-server/envelope.ts';
import { matchesQuery, parseEventsQuery, traceOf } from '../../src/sandbox/sentry-server/events-query.ts';
import { readStoreBody } from '../../src/sandbox/sentry-server/ingest.ts';
import { readEnvelope } from '../../src/sandbox/sentry-server/received-items.ts';
import { durationMs, isoTime } from '../../src/sandbox/sentry-server/span-fields.ts';
import { fuzz } from './support/fuzz.ts';
import {
  hostileBytes,
  hostileData,
  hostileObject,
  hostileText,
  jsonText,
  longText,
} from './support/hostile.ts';
import { damaged, damages, mutated, mutations } from './support/mutate.ts';

const SPAN = {
  trace_id: '1234567890abcdef1234567890abcdef',
  span_id: '1234567890abcdef',
  parent_span_id: null,
  name: 'data-enrichment',
  status: 'ok',
  is_segment: true,
  start_timestamp: 1_795_396_550.187,
  end_timestamp: 1_795_396_550.687,
  timestamp: 1_795_396_551,
  attributes: { 'sentry.op': { type: 'string', value: 'function' } },
};
const SPAN_CONTAINER = 'application/vnd.sentry.items.span.v2+json';
const DSC = { trace_id: SPAN.trace_id, public_key: 'a'.repeat(32) };
const TRANSACTION = {
  event_id: '0daf40dc453a429c8c57e4c215c4e82c',
  transaction: 'POST /webhook',
  start_timestamp: 1_795_396_550.187,
  timestamp: '2026-04-15T18:22:31.000250Z',
  contexts: { trace: SPAN },
  spans: [SPAN, SPAN],
};

const payload = fc.oneof(
  {
    weight: 4,
    arbitrary: mutations.map((changes) => JSON.stringify(mutated({ items: [SPAN, SPAN] }, changes)) ?? ''),
  },
  { weight: 4, arbitrary: mutations.map((changes) => JSON.stringify(mutated(TRANSACTION, changes)) ?? '') },
  { weight: 1, arbitrary: jsonText },
);
const envelope = fc
  .tuple(
    fc.oneof(fc.constant(JSON.stringify({ sdk: { name: 'x' }, trace: DSC })), jsonText),
    fc.array(
      fc.tuple(
        fc.constantFrom('span', 'transaction', 'event', 'check_in', 'client_report', '__proto__'),
        payload,
        fc.option(fc.integer({ min: -5, max: 400 })),
      ),
      { maxLength: 3 },
    ),
    damages,
  )
  .map(([header, items, all]) => {
    const lines = items.map(([type, text, length]) => {
      const container = type === 'span' ? { content_type: SPAN_CONTAINER, item_count: 2 } : {};
      const itemHeader = { type, ...container, ...(length === null ? {} : { length }) };
      return `${JSON.stringify(itemHeader)}\n${text}\n`;
    });
    return damaged(Buffer.from(`${header}\n${lines.join('')}`), all);
  });

fuzz('any envelope is read or refused', {
  surface: 'sandbox inputs',
  runs: 200,
  share: 0.4,
  input: fc.oneof({ weight: 6, arbitrary: envelope }, { weight: 1, arbitrary: hostileBytes }),
  check: (bytes) => {
    const parsed = parseEnvelope(bytes);
    if (!parsed.ok) {
      expect(parsed.reason).not.toBe('');
      return;
    }
    const { spans, errors, outcomes } = readEnvelope(parsed.envelope, 1);
    for (const span of spans) {
      expect(durationMs(span)).toBeGreaterThanOrEqual(0);
      expect(isoTime(span.startTimestamp)).toContain('T');
    }
    for (const { title, timestamp } of errors) {
      expect(title).not.toBe('');
      expect(isoTime(timestamp ?? 0)).toContain('T');
    }
    for (const { quantity } of outcomes) expect(Number.isSafeInteger(quantity)).toBe(true);
  },
});

fuzz('any bare event is read or refused', {
  surface: 'sandbox inputs',
  runs: 200,
  share: 0.3,
  input: fc.oneof(
    fc.tuple(payload, damages).map(([text, all]) => damaged(Buffer.from(text), all)),
    hostileBytes,
    jsonText.map((text) => Buffer.from(Buffer.from(text).toString('base64'))),
  ),
  check: async (bytes) => {
    const read = await readStoreBody(bytes, () => 'a'.repeat(32));
    if (read.ok) readEnvelope(read.envelope, 1);
    else expect([read.detail, read.reason]).not.toContain('');
  },
});

fuzz('any search gets results or an error', {
  surface: 'sandbox inputs',
  runs: 300,
  share: 0.4,
  input: fc.tuple(
    fc.oneof(
      hostileText,
      longText,
      fc
        .array(
          fc.oneof(
            fc.constantFrom('span.name:*a*', '!has:x', 'tags[a,string]:"b c"', 'AND', 'OR', '('),
            hostileText,
          ),
        )
        .map((parts) => parts.join(' ')),
    ),
    hostileObject,
  ),
  check: ([query, fields]) => {
    const parsed = parseEventsQuery(query);
    if (!parsed.ok) return;
    traceOf(parsed.terms);
    matchesQuery(parsed.terms, (name) =>
      Object.hasOwn(fields, name) ? ((fields as JsonObject)[name] ?? null) : null,
    );
  },
});

fuzz('any fault is known or refused', {
  surface: 'sandbox inputs',
  runs: 200,
  share: 0.4,
  input: fc.oneof(
    hostileText,
    longText,
    fc
      .tuple(
        fc.oneof(fc.constantFrom('*=', 'CHOP=', '='), hostileText),
        fc.constantFrom(
          'status',
          'slow',
          'missing',
          'span-slow',
          'span-error',
          'detached',
          'constructor',
          '__proto__',
        ),
        fc.oneof(fc.constantFrom(':500', ':2s', ':a+b', ':data-enrichment:2s', ':', ''), hostileText),
      )
      .map((parts) => parts.join('')),
  ),
  check: (text) => {
    try {
      parseFault(text);
    } catch (thrown) {
      if (!(thrown instanceof ProdE2eError)) throw thrown;
    }
  },
});

fuzz('a span with any fields is read or skipped', {
  surface: 'sandbox inputs',
  runs: 150,
  share: 0.3,
  input: fc.tuple(hostileData, hostileObject),
  check: ([value, fields]) => {
    const item = (header: JsonObject, body: unknown) => ({
      type: String(header.type),
      header,
      payload: Buffer.from(JSON.stringify(body)),
    });
    const container = item(
      { type: 'span', content_type: SPAN_CONTAINER, item_count: 2 },
      { items: [{ ...SPAN, ...fields, attributes: value }, value] },
    );
    const transaction = item(
      { type: 'transaction' },
      { ...TRANSACTION, spans: value, contexts: value, ...fields },
    );
    const { spans, outcomes } = readEnvelope({ header: { trace: DSC }, items: [container, transaction] }, 1);
    const counted = outcomes.filter(({ category, outcome }) => category === 'span' && outcome === 'accepted');
    expect(counted.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(spans.length);
  },
});
