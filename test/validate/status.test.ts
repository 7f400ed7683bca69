import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { StatusPattern } from '../../src/lib/model/status-pattern.ts';
import { aResponse, errorsOf, jsonResponse, textResponse } from './support.ts';

describe('a status', () => {
  it.each<[number, readonly StatusPattern[]]>([
    [200, ['2xx']],
    [204, ['2xx']],
    [400, [400]],
    [409, [200, 409]],
    [422, ['2xx', '4xx']],
    [101, ['1xx']],
    [302, ['3xx']],
    [503, ['5xx']],
    [500, []],
    [299, ['2xx']],
    [199, ['1xx']],
    [300, ['3xx']],
    [499, ['4xx']],
    [500, ['5xx']],
  ])('%i is correct if %j is expected', async (status, expected) => {
    expect(await errorsOf(aResponse({ status }), { status: expected })).toEqual([]);
  });

  it.each<[HttpResponse, readonly StatusPattern[], string]>([
    [jsonResponse({}, { status: 200 }), [400], 'http-2xx: HTTP 200: expected 400'],
    [jsonResponse({}, { status: 202 }), [200, 201], 'http-2xx: HTTP 202: expected 200 or 201'],
    [
      aResponse({ status: 301, headers: { location: 'https://x.example/' } }),
      ['2xx'],
      'redirect: HTTP 301: Redirected to https://x.example/',
    ],
    [aResponse({ status: 302, headers: {} }), ['2xx'], 'redirect: HTTP 302: Redirected, without a Location'],
    [
      aResponse({ status: 308, headers: { location: 'https://hooks.example.com/webhook' } }),
      ['2xx'],
      'redirect: HTTP 308: Redirected to itself',
    ],
    [
      aResponse({ status: 301, headers: { location: '/webhook/' } }),
      ['2xx'],
      'redirect: HTTP 301: Redirected to /webhook/',
    ],
    [
      aResponse({ status: 301, headers: { location: 'https://[' } }),
      ['2xx'],
      'redirect: HTTP 301: Redirected to https://[',
    ],
    [
      aResponse({ status: 300, headers: { location: '/a' } }),
      ['2xx'],
      'redirect: HTTP 300: Redirected to /a',
    ],
    [
      aResponse({ status: 399, headers: { location: '/a' } }),
      ['2xx'],
      'redirect: HTTP 399: Redirected to /a',
    ],
    [aResponse({ status: 299, headers: { location: '/a' } }), [200], 'http-2xx: HTTP 299: expected 200'],
    [
      aResponse({ status: 400, statusText: 'Bad Request', headers: { location: '/a' } }),
      ['2xx'],
      'http-4xx: HTTP 400: Bad Request',
    ],
    ...[301, 302, 303, 307, 308].map((status): [HttpResponse, readonly StatusPattern[], string] => [
      aResponse({ status, headers: {} }),
      ['2xx'],
      `redirect: HTTP ${status}: Redirected, without a Location`,
    ]),
    [aResponse({ status: 306, statusText: '', headers: {} }), ['2xx'], 'http-3xx: HTTP 306: no reason given'],
    // Not every 3xx sends elsewhere.
    [
      aResponse({ status: 304, statusText: 'Not Modified', headers: {} }),
      ['2xx'],
      'http-3xx: HTTP 304: Not Modified',
    ],
    [
      aResponse({ status: 405, statusText: 'Method Not Allowed', headers: { allow: 'GET,  HEAD' } }),
      ['2xx'],
      'not-found: HTTP 405: Method Not Allowed (allowed: GET, HEAD)',
    ],
    [
      aResponse({ status: 403, statusText: 'Forbidden', headers: { 'retry-after': '120' } }),
      ['2xx'],
      'unauthorized: HTTP 403: Forbidden (retry after 120 s)',
    ],
    [
      textResponse('upstream connect error\n', {
        status: 503,
        statusText: 'Service Unavailable',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      }),
      ['2xx'],
      'http-5xx: HTTP 503: upstream connect error',
    ],
    [
      textResponse('<html>', { status: 503, statusText: '', headers: { 'content-type': 'text/plain' } }),
      ['2xx'],
      'http-5xx: HTTP 503: Service Unavailable',
    ],
    [jsonResponse({ error: 'no direction' }, { status: 400 }), ['2xx'], 'http-4xx: HTTP 400: no direction'],
    [aResponse({ status: 401, statusText: 'Unauthorized' }), ['2xx'], 'unauthorized: HTTP 401: Unauthorized'],
    [aResponse({ status: 403, statusText: 'Forbidden' }), ['2xx'], 'unauthorized: HTTP 403: Forbidden'],
    [aResponse({ status: 404, statusText: 'Not Found' }), ['2xx'], 'not-found: HTTP 404: Not Found'],
    [aResponse({ status: 410, statusText: 'Gone' }), ['2xx'], 'not-found: HTTP 410: Gone'],
    [
      aResponse({ status: 429, statusText: 'Too Many Requests', headers: { 'retry-after': '60' } }),
      ['2xx'],
      'rate-limited: HTTP 429: Too Many Requests (retry after 60 s)',
    ],
    [
      aResponse({ status: 429, statusText: '', headers: {} }),
      ['2xx'],
      'rate-limited: HTTP 429: Too Many Requests',
    ],
    [aResponse({ status: 599, statusText: '', headers: {} }), ['2xx'], 'http-5xx: HTTP 599: no reason given'],
    [
      jsonResponse({ error: 'Internal server error' }, { status: 500 }),
      ['2xx'],
      'http-5xx: HTTP 500: Internal server error',
    ],
    [
      aResponse({
        status: 503,
        statusText: 'Down',
        headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' },
      }),
      ['2xx'],
      'http-5xx: HTTP 503: Down (retry after Wed, 21 Oct 2026 07:28:00 GMT)',
    ],
    [
      textResponse('<html>', { status: 502, statusText: 'Bad Gateway' }),
      ['2xx'],
      'http-5xx: HTTP 502: Bad Gateway',
    ],
  ])('%# is reported in the words of the response', async (response, status, expected) => {
    expect(await errorsOf(response, { status })).toEqual([expected]);
  });

  it('that is wrong is the only finding', async () => {
    const response = textResponse('oops', { status: 500, statusText: 'Error', headers: {} });
    const expected = {
      required: ['a'],
      headers: { 'x-a': 'b' },
      contentType: 'application/json',
      maxDurationMs: 1,
    };
    expect(await errorsOf(response, expected)).toEqual(['http-5xx: HTTP 500: Error']);
  });
});

describe('the reason in a body', () => {
  it.each([
    [{ error: 'from error', message: 'from message' }, 'from error'],
    [{ error: { message: 'nested', code: 7 }, message: 'other' }, 'nested'],
    [{ message: 'from message', detail: 'from detail' }, 'from message'],
    [
      { type: 'about:blank', title: 'You do not have enough credit.', status: 500 },
      'You do not have enough credit.',
    ],
    [{ title: 'Title', detail: 'RFC 9457 detail' }, 'RFC 9457 detail'],
    [{ error: '', message: '   ', title: 'Title' }, 'Title'],
    [{ error: 17, message: null }, 'Server Error'],
    [{ error: 'two\n  lines\tof it' }, 'two lines of it'],
    [{ detail: [{ loc: ['body', 'symbol'], msg: 'Field required' }] }, 'Field required'],
    [{ errors: [{ message: 'from a list' }] }, 'from a list'],
    [{ errors: ['a word'] }, 'a word'],
    [{ errors: [] }, 'Server Error'],
    [['error'], 'Server Error'],
    ['error', 'Server Error'],
    [null, 'Server Error'],
  ])('of %j is %j', async (body, said) => {
    const response = jsonResponse(body, { status: 500, statusText: 'Server Error' });
    expect(await errorsOf(response, {})).toEqual([`http-5xx: HTTP 500: ${said}`]);
  });

  it('is cut if it is long, but not within a character', async () => {
    const [message] = await errorsOf(
      jsonResponse({ error: `${'x'.repeat(299)}👍${'y'.repeat(50)}` }, { status: 500 }),
      {},
    );
    expect(message).toBe(`http-5xx: HTTP 500: ${'x'.repeat(299)}…`);
  });
});
