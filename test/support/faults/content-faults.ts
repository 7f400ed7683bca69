/** Complete responses that refuse, are empty, or are unusual. */
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { HEAD, HEALTHY, HEALTHY_BODY, httpResponse, says, saysAndCloses, saysSlowly } from './bytes.ts';
import type { Reported, WireFault } from './fault.ts';

const NOT_JSON: Reported = {
  code: 'not-json',
  message: 'HTTP 200, but the body is not JSON: ',
  hint: 'error page',
};
const EMPTY: Reported = {
  code: 'empty-body',
  message: 'HTTP 200, but the body is empty',
  hint: 'Check response format',
};
const HEALTHY_HEAD = HEALTHY.toString('latin1').replace(HEALTHY_BODY, '');
const NOT_YOURS = httpResponse('500 Internal Server Error', '{"error":"not yours"}');
const utf8 = { 'content-type': 'application/json; charset=utf-8' };

export const BAD_CONTENT: readonly WireFault[] = [
  { name: 'ok-without-body', what: '200 without a body', reported: EMPTY, act: says(httpResponse('200 OK')) },
  {
    name: 'no-content',
    what: '204, where data is expected',
    reported: { ...EMPTY, message: 'HTTP 204, but the body is empty' },
    act: says('HTTP/1.1 204 No Content\r\n\r\n'),
  },
  {
    name: 'no-content-with-body',
    what: '204 with a body, which must not be',
    reported: { ...EMPTY, message: 'HTTP 204, but the body is empty' },
    act: says(httpResponse('204 No Content', HEALTHY_BODY)),
  },
  {
    name: 'ok-html',
    what: '200 with an HTML page',
    reported: {
      code: 'not-json',
      message: 'HTTP 200, but the body is HTML: "<!doctype html>',
      hint: 'error page',
    },
    act: says(
      httpResponse('200 OK', '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    ),
  },
  {
    name: 'half-json',
    what: '200 with half a JSON document',
    reported: {
      ...NOT_JSON,
      hint: 'how the handler writes its JSON',
      message: 'HTTP 200, but the body is not JSON: "{\\"status\\":\\"ACCEPTED\\",',
    },
    act: says(httpResponse('200 OK', HEALTHY_BODY.slice(0, 30))),
  },
  {
    name: 'nul-bytes',
    what: 'NUL bytes around the JSON',
    reported: NOT_JSON,
    act: says(httpResponse('200 OK', `\0\0${HEALTHY_BODY}\0`)),
  },
  {
    name: 'ok-but-error',
    what: '200, and the body says that it failed',
    reported: {
      code: 'refused-by-body',
      message: 'HTTP 200, but status error: database is read-only',
      hint: 'reason in the response',
    },
    act: says(httpResponse('200 OK', '{"status":"error","error":"database is read-only"}')),
  },
];

export const REDIRECTS: readonly WireFault[] = [
  {
    name: 'redirect',
    what: 'Redirected to another address',
    reported: {
      code: 'redirect',
      message: 'HTTP 301: Redirected to https://hooks.example.com/new',
      hint: 'Use the address in Location',
    },
    act: says(httpResponse('301 Moved Permanently', '', { location: 'https://hooks.example.com/new' })),
  },
  {
    name: 'redirect-loop',
    what: 'Redirected to the same address, again and again',
    reported: { code: 'redirect', message: 'HTTP 302: Redirected to itself', hint: 'X-Forwarded-Proto' },
    act: says(httpResponse('302 Found', '', { location: '/redirect-loop' })),
  },
  {
    name: 'redirect-nowhere',
    what: 'Redirected without an address',
    reported: {
      code: 'redirect',
      message: 'HTTP 307: Redirected, without a Location',
      hint: 'Use the address in Location',
    },
    act: says(httpResponse('307 Temporary Redirect')),
  },
  {
    name: 'not-modified',
    what: '304 Not Modified',
    reported: { code: 'http-3xx', message: 'HTTP 304: Not Modified', hint: 'cache' },
    act: says('HTTP/1.1 304 Not Modified\r\n\r\n'),
  },
];

export const HARMLESS: readonly WireFault[] = [
  {
    name: 'http-1.0',
    what: 'HTTP/1.0',
    reported: 'working',
    act: saysAndCloses(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${HEALTHY_BODY}`),
  },
  {
    name: 'no-reason-no-type',
    what: 'No reason phrase and no content type',
    reported: 'working',
    act: says(httpResponse('200', HEALTHY_BODY, {})),
  },
  {
    name: 'early-hints',
    what: '103 Early Hints, then the response',
    reported: 'working',
    act: says('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', HEALTHY),
  },
  {
    name: 'informational-storm',
    what: '3000 times 100, 102 and 103, then the response',
    reported: 'working',
    act: says(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'.repeat(
        1_000,
      ),
      HEALTHY,
    ),
  },
  {
    name: 'slow-in-time',
    what: 'Slow, but within the time-out',
    reported: 'working',
    act: saysSlowly(HEALTHY.toString('latin1').match(/.{1,10}/gs) ?? [], { everyMs: 10 }),
  },
  {
    name: 'chunks-with-trailers',
    what: 'Chunks with extensions and trailers',
    reported: 'working',
    act: says(
      `${HEAD}transfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n`,
      `${HEALTHY_BODY.length.toString(16)};ext=1\r\n${HEALTHY_BODY}\r\n0\r\nx-sum: 1\r\n\r\n`,
    ),
  },
  {
    name: 'wrong-charset',
    what: 'UTF-8, announced as UTF-16',
    reported: 'working',
    act: says(httpResponse('200 OK', HEALTHY_BODY, { 'content-type': 'application/json; charset=utf-16' })),
  },
  {
    name: 'unknown-charset',
    what: 'A charset that does not exist',
    reported: 'working',
    act: says(httpResponse('200 OK', HEALTHY_BODY, { 'content-type': 'application/json; charset=klingon' })),
  },
  {
    name: 'not-utf-8',
    what: 'Latin-1 bytes, announced as UTF-8',
    reported: 'working',
    act: says(httpResponse('200 OK', Buffer.from(HEALTHY_BODY.replace('sig_1', 'é'), 'latin1'), utf8)),
  },
  {
    name: 'byte-order-mark',
    what: 'JSON behind a byte order mark',
    reported: 'working',
    act: says(httpResponse('200 OK', `\uFEFF${HEALTHY_BODY}`, utf8)),
  },
  {
    name: 'gzip-with-tail',
    what: 'Bytes behind the end of a compressed body',
    reported: 'working',
    act: says(
      httpResponse('200 OK', Buffer.concat([gzipSync(HEALTHY_BODY), Buffer.from('\0\0\0')]), {
        'content-encoding': 'gzip',
      }),
    ),
  },
  {
    name: 'more-than-announced',
    what: 'Bytes after the end of the response',
    reported: 'working',
    act: says(Buffer.concat([HEALTHY, Buffer.from('<!-- cached -->')])),
  },
  {
    name: 'more-than-announced-later',
    what: 'The same, with the headers a moment before the rest',
    reported: 'working',
    undocumented: true,
    act: saysSlowly([HEALTHY_HEAD, `${HEALTHY_BODY}<!-- cached -->`], { everyMs: 30 }),
  },
  {
    name: 'closed-on-reuse',
    what: 'The response has keep-alive, but the connection is closed at once',
    reported: 'working',
    act: saysAndCloses(HEALTHY),
  },
  {
    name: 'two-responses',
    what: 'Two responses: the second must not be taken for that to the next webhook',
    reported: 'working',
    act: says(Buffer.concat([HEALTHY, NOT_YOURS])),
  },
  {
    name: 'late-second-response',
    what: 'A second response a moment later',
    reported: 'working',
    act: says(HEALTHY),
    // Once the next webhook is on its way this would be its response, for any client.
    afterwards: async (socket) => {
      socket.write(NOT_YOURS);
      await once(socket, 'close');
    },
  },
];
