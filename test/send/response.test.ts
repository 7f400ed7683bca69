import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JSON_DEPTH_LIMIT } from '../../src/lib/json/parts.ts';
import { decodeBody, flatHeaders, parseJson, readBody } from '../../src/lib/send/response.ts';

describe('decodeBody', () => {
  it.each<[string, number[], string | undefined, string]>([
    ['no content type: UTF-8', [0xc3, 0xa9], undefined, 'é'],
    ['no charset: UTF-8', [0xc3, 0xa9], 'application/json', 'é'],
    ['latin1', [0xe9], 'text/plain; charset=ISO-8859-1', 'é'],
    ['quoted and in capitals', [0xe9], 'text/plain; Charset="Latin1"', 'é'],
    ['utf-16 little endian', [0x7b, 0, 0x7d, 0], 'application/json; charset=utf-16', '{}'],
    [
      'utf-16 by its mark, big endian',
      [0xfe, 0xff, 0, 0x7b, 0, 0x7d],
      'application/json; charset=utf-16',
      '{}',
    ],
    ['a mark wins over the charset', [0xff, 0xfe, 0x7b, 0], 'text/plain; charset=utf-8', '{'],
    ['a UTF-8 mark is taken off', [0xef, 0xbb, 0xbf, 0x7b, 0x7d], 'application/json', '{}'],
    ['an unknown charset is read as UTF-8', [0xc3, 0xa9], 'text/plain; charset=klingon', 'é'],
    ['bytes that are no UTF-8', [0x61, 0xff, 0x62], undefined, 'a\uFFFDb'],
    ['NUL bytes stay', [0x61, 0, 0x62], undefined, 'a\0b'],
    ['nothing', [], 'application/json', ''],
  ])('%s', (_name, bytes, contentType, expected) => {
    expect(decodeBody(Uint8Array.from(bytes), contentType)).toBe(expected);
  });

  it('never throws, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.option(fc.string(), { nil: undefined }), (bytes, type) => {
        expect(typeof decodeBody(bytes, type === undefined ? type : `a/b; charset=${type}`)).toBe('string');
      }),
    );
  });
});

describe('parseJson', () => {
  it('equals JSON.parse for all JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('never throws, and refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseJson(text);
        if (parsed.ok) expect(JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it.each([
    ['', 'empty'],
    [' \r\n\t', 'empty'],
    ['<html>oops</html>', 'not-json'],
    ['{"a":1', 'not-json'],
    ['{"a":"\0"}', 'not-json'],
  ])('%j', (text, kind) => {
    expect(parseJson(text)).toMatchObject({ ok: false, kind });
  });

  it('nesting: the limit is read, one level more is not', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(JSON_DEPTH_LIMIT))).toMatchObject({ ok: true });
    expect(parseJson(nested(JSON_DEPTH_LIMIT + 1))).toMatchObject({ ok: false, kind: 'too-deep' });
    expect(parseJson('{"a":'.repeat(500_000))).toMatchObject({ ok: false, kind: 'too-deep' });
  });

  it('brackets within strings do not count as nesting', () => {
    const text = JSON.stringify({ a: `"\\${'['.repeat(1_000)}` });
    expect(parseJson(text)).toMatchObject({ ok: true });
  });
});

describe('flatHeaders', () => {
  it('joins repeated headers', () => {
    expect(flatHeaders({ a: '1', 'set-cookie': ['x=1', 'y=2'], gone: undefined })).toEqual({
      a: '1',
      'set-cookie': 'x=1, y=2',
    });
  });
});

describe('readBody', () => {
  const utf8 = Buffer.from('{"a":"é"}');
  it.each<[string, Buffer, string, string, boolean]>([
    [
      'UTF-8 announced as UTF-16 is read as what it is',
      utf8,
      'application/json; charset=utf-16',
      '{"a":"é"}',
      true,
    ],
    ['a charset that makes JSON is believed', utf8, 'application/json; charset=latin1', '{"a":"Ã©"}', true],
    [
      'what is JSON in neither is told as announced',
      Buffer.from([0xe9]),
      'text/plain; charset=latin1',
      'é',
      false,
    ],
    ['nothing stays nothing', Buffer.from(''), 'application/json; charset=utf-16', '', false],
  ])('%s', (_name, bytes, contentType, body, ok) => {
    const read = readBody(bytes, contentType);
    expect(read.body).toBe(body);
    expect(read.json.ok).toBe(ok);
  });
});
