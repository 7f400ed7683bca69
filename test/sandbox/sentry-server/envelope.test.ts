import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itemJson, MAX_ENVELOPE_ITEMS, parseEnvelope } from '../../../src/sandbox/sentry-server/envelope.ts';
import { streamedEnvelope, transactionEnvelope } from '../support.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (payload: Uint8Array | undefined): string => new TextDecoder().decode(payload);

function parsed(body: string | Uint8Array) {
  const result = parseEnvelope(typeof body === 'string' ? bytes(body) : body);
  if (!result.ok) throw new Error(result.reason);
  return result.envelope;
}

function reason(body: string | Uint8Array): string {
  const result = parseEnvelope(typeof body === 'string' ? bytes(body) : body);
  return result.ok ? 'accepted' : result.reason;
}

describe('parseEnvelope', () => {
  it('reads the streamed and the static format', () => {
    expect(parsed(streamedEnvelope()).items.map((item) => item.type)).toEqual(['span']);
    expect(parsed(transactionEnvelope()).items.map((item) => item.type)).toEqual(['transaction']);
    expect(parsed(transactionEnvelope()).header).toMatchObject({
      event_id: '4b545391abed4bab96f341fad459aa34',
    });
  });

  it.each(['{}', '{}\n', '{}\n\n'])('accepts an envelope without items: %j', (body) => {
    expect(parsed(body)).toEqual({ header: {}, items: [] });
  });

  it('accepts newlines inside a payload with a length', () => {
    const payload = '{"a":\n1}\n';
    const { items } = parsed(
      `{}\n{"type":"event","length":${payload.length}}\n${payload}\n{"type":"x"}\nrest`,
    );
    expect(items.map((item) => [item.type, text(item.payload)])).toEqual([
      ['event', payload],
      ['x', 'rest'],
    ]);
    expect(items[0] && itemJson(items[0])).toEqual({ a: 1 });
  });

  it('treats the end of the body as the end of a payload, with and without a length', () => {
    expect(text(parsed('{}\n{"type":"a","length":3}\nabc').items[0]?.payload)).toBe('abc');
    expect(text(parsed('{}\n{"type":"a"}\nabc').items[0]?.payload)).toBe('abc');
    expect(text(parsed('{}\n{"type":"a"}').items[0]?.payload)).toBe('');
    expect(text(parsed('{}\n{"type":"a","length":0}\n\n{"type":"b"}\n{}').items[1]?.payload)).toBe('{}');
  });

  it('counts a length in bytes, not in characters', () => {
    expect(text(parsed('{}\n{"type":"a","length":4}\néé').items[0]?.payload)).toBe('éé');
    expect(reason('{}\n{"type":"a","length":2}\néé')).toContain('no line ends');
  });

  it('keeps items of unknown types', () => {
    expect(parsed('{}\n{"type":"replay_video","segment":1}\nbinary').items[0]?.header).toEqual({
      type: 'replay_video',
      segment: 1,
    });
  });

  it.each([
    ['', 'the envelope header (line 1) is not a JSON object'],
    ['garbage', 'the envelope header (line 1) is not a JSON object'],
    ['[]', 'the envelope header (line 1) is not a JSON object'],
    ['{}\n{"type":1}\n{}', 'item 1: the header is not a JSON object with a type'],
    ['{}\n{"type":"a"}\n{}\nnope', 'item 2: the header is not a JSON object with a type'],
    ['{}\n{"type":"a","length":9}\n{}', 'item 1 (a): its length is 9, but only 2 bytes follow'],
    ['{}\n{"type":"a","length":2}', 'item 1 (a): its length is 2, but only 0 bytes follow'],
    ['{}\n{"type":"a","length":1}\n{}', 'item 1 (a): no line ends after its 1 bytes'],
    ['{}\n{"type":"a","length":-1}\n{}', 'item 1 (a): its length is not an integer'],
    ['{}\n{"type":"a","length":"2"}\n{}', 'item 1 (a): its length is not an integer'],
  ])('refuses %j with a message', (body, words) => {
    expect(reason(body)).toBe(words);
  });

  it('refuses bytes that are not UTF-8 and too many items', () => {
    expect(reason(Uint8Array.of(0xff, 0xfe))).toContain('line 1');
    expect(reason(`{}\n${'{"type":"a"}\n{}\n'.repeat(MAX_ENVELOPE_ITEMS + 1)}`)).toBe(
      `more than ${MAX_ENVELOPE_ITEMS} items`,
    );
  });

  it('reads back whatever was written, with lengths', () => {
    const item = fc.record({
      type: fc.stringMatching(/^[a-z_]{1,10}$/),
      payload: fc.uint8Array({ maxLength: 200 }),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), fc.boolean(), (items, trailing) => {
        const lines = items.map(({ type, payload }) =>
          Buffer.concat([Buffer.from(`${JSON.stringify({ type, length: payload.length })}\n`), payload]),
        );
        const parts = [Buffer.from('{"event_id":"x"}'), ...lines].flatMap((line) => [
          line,
          Buffer.from('\n'),
        ]);
        const body = Buffer.concat(trailing ? parts : parts.slice(0, -1));
        const { items: read } = parsed(new Uint8Array(body));
        expect(read.map(({ type, payload }) => ({ type, payload: [...payload] }))).toEqual(
          items.map(({ type, payload }) => ({ type, payload: [...payload] })),
        );
      }),
    );
  });

  it('returns a result for any bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (body) => typeof parseEnvelope(body).ok === 'boolean'),
    );
  });
});
