import { describe, expect, it } from 'vitest';
import { aResponse, errorsOf } from './support.ts';

const withHeaders = (headers: Record<string, string>) => aResponse({ headers });

describe('a header', () => {
  it.each([
    ['x-id', 'abc', 'abc'],
    ['X-ID', 'abc', 'abc'],
    ['x-id', 'req_7f', '/^req_[0-9a-f]+$/'],
    ['x-id', 'REQ_7F', '/^req_[0-9a-f]+$/i'],
    ['x-id', '/signals/abc', '/signals/abc'],
    ['x-id', '/', '/'],
    ['x-id', '//', '//'],
    ['x-id', 'aaa', '/a/g'],
  ])('%s: %s matches %s', async (name, actual, expected) => {
    expect(await errorsOf(withHeaders({ 'x-id': actual }), { headers: { [name]: expected } })).toEqual([]);
  });

  it.each([
    ['x-id', 'Abc', 'Header x-id is "abc", expected Abc'],
    ['x-id', '/^b/', 'Header x-id is "abc", expected /^b/'],
    ['x-none', 'abc', 'Header x-none is missing, expected abc'],
    ['x-none', '/.*/', 'Header x-none is missing, expected /.*/'],
    ['constructor', '/.*/', 'Header constructor is missing, expected /.*/'],
    ['__proto__', '/.*/', 'Header __proto__ is missing, expected /.*/'],
  ])('%s does not match %s', async (name, expected, message) => {
    const headers = Object.fromEntries([[name, expected]]);
    expect(await errorsOf(withHeaders({ 'x-id': 'abc' }), { headers })).toEqual([`header: ${message}`]);
  });

  it('judges each response anew, also with stateful flags', async () => {
    const expected = { headers: { 'x-id': '/a/y' } };
    for (let time = 0; time < 3; time++)
      expect(await errorsOf(withHeaders({ 'x-id': 'a' }), expected)).toEqual([]);
  });

  it.each(['/(/', '/a/ii', '/[/m', '/(?=a)a/', '/(a)\\1/'])(
    'with the invalid pattern %s is reported before anything is sent',
    async (pattern) => {
      await expect(errorsOf(aResponse(), { headers: { 'x-id': pattern } })).rejects.toMatchObject({
        code: 'HEADER_PATTERN',
        message: expect.stringContaining('expect.headers.x-id'),
      });
    },
  );
});

it('a header that could make a pattern run forever is judged', async () => {
  const response = withHeaders({ 'x-id': `${'a'.repeat(10_000)}!` });
  expect(await errorsOf(response, { headers: { 'x-id': '/^(a+)+$/' } })).toEqual([
    expect.stringContaining('expected /^(a+)+$/'),
  ]);
});

describe('a content type', () => {
  it.each(['application/json', 'Application/JSON'])(
    'is compared case-insensitively: %s',
    async (contentType) => {
      const response = withHeaders({ 'content-type': 'APPLICATION/json' });
      expect(await errorsOf(response, { contentType })).toEqual([]);
    },
  );

  it.each(['application/json', 'Application/JSON; charset=utf-8', ' application/json ;x=y'])(
    '%s is JSON',
    async (type) => {
      expect(
        await errorsOf(withHeaders({ 'content-type': type }), { contentType: 'application/json' }),
      ).toEqual([]);
    },
  );

  it.each([
    [{ 'content-type': 'text/html' }, 'Content type is "text/html", expected application/json'],
    [
      { 'content-type': 'application/json-seq' },
      'Content type is "application/json-seq", expected application/json',
    ],
    [{}, 'Content type is missing, expected application/json'],
  ])('%j is not', async (headers, message) => {
    expect(await errorsOf(withHeaders(headers), { contentType: 'application/json' })).toEqual([
      `content-type: ${message}`,
    ]);
  });
});
