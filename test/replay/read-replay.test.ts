import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/lib/model/json.ts';
import { readReplay } from '../../src/lib/replay/read-replay.ts';
import { readText, sourceOfText } from './reading.ts';

describe('NDJSON', () => {
  it('is read line by line, ignoring blank lines and all kinds of line ends', async () => {
    expect(await readText('{"a":1}\r\n\n  {"b": 2.50}  \n\t\n{"c":12345678901234567890}')).toEqual([
      'line 1: {"a":1}',
      'line 3: {"b": 2.50}',
      'line 5: {"c":12345678901234567890}',
    ]);
  });

  it('may start with a byte order mark, and be one line', async () => {
    expect(await readText('\uFEFF{"a":1}')).toEqual(['line 1: {"a":1}']);
  });

  it('reports each invalid line with what was expected and what was there', async () => {
    const bad = ['{"a":1}', '{"a":', '{"a":1}}', '"text"', '42', '{a:1}', '{"ok":true}'].join('\n');
    expect(await readText(bad)).toEqual([
      'line 1: {"a":1}',
      'line 2, column 6! expected a JSON value (got the end of the line)',
      'line 3, column 8! expected the end of the line (got "}")',
      'line 4! expected an object or a list (got a string)',
      'line 5! expected an object or a list (got a number)',
      'line 6, column 2! expected a key in double quotes (got "a")',
      'line 7: {"ok":true}',
    ]);
  });

  it('is recognized even if its first line is invalid, or by the file name', async () => {
    expect(await readText('{"a":1,}\n{"b":2}')).toEqual([
      'line 1, column 8! expected a key in double quotes (got "}")',
      'line 2: {"b":2}',
    ]);
    expect(await readText('{"a":\n1}', { name: 'a.ndjson' })).toEqual([
      'line 1, column 6! expected a JSON value (got the end of the line)',
      'line 2, column 2! expected the end of the line (got "}")',
    ]);
  });

  it('reports bytes that are not UTF-8, whatever surrounds them', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":1}\n{"b":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n{"c":3}'),
    ]);
    expect(await readText(bytes)).toEqual(['line 1: {"a":1}', 'line 2! is not UTF-8', 'line 3: {"c":3}']);
  });

  it.each([
    ['a.ndjson', (long: string) => `${long}\n{"a":1}`, 'line 1'],
    ['a.json', (long: string) => `[${long},\n{"a":1}]`, 'payload 1 (line 1)'],
  ])('reports a payload that is too long: %s', async (name, around, place) => {
    const long = JSON.stringify({ pad: 'x'.repeat(4 * 1024 ** 2) });
    const [first, second] = await readText(around(long), { name });
    expect(first).toBe(`${place}! is longer than 4 MiB`);
    expect(second).toMatch(/2.*: \{"a":1\}$/);
  });

  it('gives the same lines wherever the file is split into chunks', async () => {
    // Pieces are 64 KiB: lines of many lengths fall across their borders.
    const lines = Array.from({ length: 300 }, (_, at) => JSON.stringify({ at, pad: 'ä€😀x'.repeat(at) }));
    const read = await readText(lines.join('\n'));
    expect(read).toEqual(lines.map((line, at) => `line ${at + 1}: ${line}`));
  });
});

describe('a JSON document', () => {
  it.each([
    [
      'a list',
      '[\n  {"a": 1.0},\n  {"b": 2}\n]',
      ['payload 1 (line 2): {"a": 1.0}', 'payload 2 (line 3): {"b": 2}'],
    ],
    [
      'a list on one line',
      '[{"a":1},{"b":2}]\n',
      ['payload 1 (line 1): {"a":1}', 'payload 2 (line 1): {"b":2}'],
    ],
    ['an empty list', '[]', []],
    ['payloads', '{"note": "x", "payloads": [{"a":1}]}', ['payload 1 (line 1): {"a":1}']],
    ['one payload', '{\n  "a": 1\n}\n', ['line 1: {\n  "a": 1\n}']],
    [
      'items that are none',
      '[1,{"a":1}]',
      ['payload 1 (line 1)! expected an object or a list (got a number)', 'payload 2 (line 1): {"a":1}'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await readText(text)).toEqual(expected);
  });

  it('keeps every item as written', async () => {
    const json = fc.array(fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(json, fc.nat(3), async (items, indent) => {
        const text = JSON.stringify(items, null, indent);
        const source = await sourceOfText(text, 'a.json');
        const read = [...readReplay(source, { harHeaders: [] }).payloads()];
        const texts = read.map((one) => (one.kind === 'payload' ? one.payload.text : ''));
        expect(texts.map((one) => JSON.parse(one))).toEqual(JSON.parse(text));
        for (const one of texts) expect(text).toContain(one);
      }),
      { numRuns: 100 },
    );
  });

  it('that ends early is reported with line and column', async () => {
    await expect(readText('[\n  {"a":1},\n  {"b"}\n]')).rejects.toThrow(
      'payloads, line 3, column 7: expected ":" (got "}").',
    );
  });

  it('after another one is reported, with advice', async () => {
    await expect(readText('{\n"a":1\n}\n{\n"b":2\n}')).rejects.toMatchObject({
      message: expect.stringContaining('line 4, column 1: expected the end of the file (got "{")'),
      suggestions: expect.arrayContaining([expect.stringContaining('jq -c')]),
    });
  });

  it.each([
    ['', 'contains no payload: it is empty'],
    ['\n \n', 'contains no payload: it is empty'],
  ])('%j is refused', async (text, problem) => {
    await expect(readText(text)).rejects.toThrow(problem);
  });

  it('in UTF-16, as PowerShell writes it, is reported', async () => {
    await expect(readText(Buffer.from('\uFEFF{"a":1}\n', 'utf16le'))).rejects.toThrow('is UTF-16');
  });
});

describe('HAR', () => {
  const entry = (request: object) => ({ request });
  const har = (...entries: object[]) => JSON.stringify({ log: { version: '1.2', entries } }, null, 1);
  const body = (text: unknown, more: object = {}) => ({
    mimeType: 'application/json; charset=utf-8',
    text,
    ...more,
  });

  it('yields body, content type and method of the entries with a body', async () => {
    const text = har(
      entry({ method: 'GET', url: 'https://a.example/' }),
      entry({ method: 'POST', url: 'https://a.example/hook', postData: body('{"a": 1.0}') }),
      entry({ method: 'OPTIONS', postData: body('x') }),
      entry({
        method: 'put',
        postData: body(Buffer.from('{"b":2}').toString('base64'), { encoding: 'base64' }),
      }),
    );
    expect(await readText(text)).toEqual([
      '-',
      expect.stringMatching(/^entry 2 \(line \d+\): \{"a": 1\.0\}$/),
      '-',
      expect.stringMatching(/^entry 4 \(line \d+\): \{"b":2\}$/),
    ]);
  });

  it('sends only the configured headers', async () => {
    const headers = [
      { name: 'Cookie', value: 'session=canary' },
      { name: 'Authorization', value: 'Bearer canary' },
      { name: 'X-GitHub-Event', value: 'push' },
    ];
    const source = await sourceOfText(har(entry({ method: 'POST', headers, postData: body('{}') })));
    const [read] = readReplay(source, { harHeaders: ['x-github-event'] }).payloads();
    expect(read).toMatchObject({
      kind: 'payload',
      payload: {
        method: 'POST',
        contentType: 'application/json; charset=utf-8',
        headers: { 'x-github-event': 'push' },
      },
    });
    expect(JSON.stringify(read)).not.toContain('canary');
  });

  it('sends the fields of a form as its body', async () => {
    const params = [{ name: 'a b', value: 'é&=' }, { name: 'plus', value: '1+1' }, { name: 'empty' }];
    const form = 'application/x-www-form-urlencoded';
    const text = har(
      entry({ method: 'POST', postData: { mimeType: form, params } }),
      entry({ method: 'POST', postData: { mimeType: form, params, text: 'a=1' } }),
      entry({ method: 'POST', postData: { params: [{ name: 'a', value: '1' }] } }),
    );
    expect(await readText(text)).toEqual([
      expect.stringMatching(/^entry 1 \(line \d+\): a\+b=%C3%A9%26%3D&plus=1%2B1&empty=$/),
      expect.stringMatching(/^entry 2 \(line \d+\): a=1$/),
      expect.stringMatching(/^entry 3 \(line \d+\): a=1$/),
    ]);
    const [, , third] = readReplay(await sourceOfText(text), { harHeaders: [] }).payloads();
    expect(third).toMatchObject({ kind: 'payload', payload: { contentType: form } });
  });

  it('distinguishes a body that is missing from the file from no body', async () => {
    const params = [{ name: 'file', fileName: 'a.png' }];
    const text = har(
      entry({ method: 'POST', bodySize: 12, postData: { mimeType: 'application/json' } }),
      entry({ method: 'POST', bodySize: 12 }),
      entry({ method: 'POST', bodySize: -1, postData: { mimeType: 'multipart/form-data', params } }),
      entry({ method: 'POST', bodySize: -1 }),
      entry({ method: 'POST', bodySize: 0, postData: body('') }),
    );
    expect(await readText(text)).toEqual([
      expect.stringMatching(/^entry 1 \(line \d+\): -$/),
      expect.stringMatching(/^entry 2 \(line \d+\): -$/),
      expect.stringMatching(/^entry 3 \(line \d+\): -$/),
      '-',
      '-',
    ]);
  });

  it('reports headers that are not valid in HTTP', async () => {
    const headers = [
      { name: 'X-Broken', value: 'a\r\nb: c' },
      { name: 'X-Other', value: '€' },
    ];
    const mimeType = 'application/json; x=€';
    const text = har(
      entry({ method: 'POST', headers, postData: body('{}') }),
      entry({ method: 'POST', headers: [], postData: { mimeType, text: '{}' } }),
    );
    expect(await readText(text, { harHeaders: ['x-broken'] })).toEqual([
      expect.stringMatching(/^entry 1 \(line \d+\)! has a value of x-broken that is not valid in HTTP$/),
      expect.stringMatching(/^entry 2 \(line \d+\)! has a value of content-type that is not valid in HTTP$/),
    ]);
  });

  it('reports a body that cannot be sent', async () => {
    const text = har(
      entry({ method: 'POST', postData: body(7) }),
      entry({ method: 'POST', postData: body('/w==', { encoding: 'base64' }) }),
    );
    expect(await readText(text)).toEqual([
      expect.stringMatching(
        /^entry 1 \(line \d+\)! expected a string in request\.postData\.text \(got a number\)$/,
      ),
      expect.stringMatching(/^entry 2 \(line \d+\)! has a body that is not UTF-8$/),
    ]);
  });
});

describe('a gzip file', () => {
  it.each(['payloads.ndjson.gz', 'payloads.gz', 'payloads.ndjson'])('is read: %s', async (name) => {
    expect(await readText(gzipSync('{"a":1}\n{"a":2}\n'), { name })).toEqual([
      'line 1: {"a":1}',
      'line 2: {"a":2}',
    ]);
  });

  it('that is cut off is an error', async () => {
    await expect(
      readText(gzipSync('{"a":1}\n').subarray(0, 20), { name: 'a.ndjson.gz' }),
    ).rejects.toMatchObject({
      code: 'REPLAY_FILE',
      message: 'a.ndjson.gz cannot be read: unexpected end of file.',
    });
  });
});
