/** HTTP-level faults: connections that break; responses that end too early, too late or never, or are not HTTP. */
import { gzipSync } from 'node:zlib';
import {
  HEAD,
  HEALTHY_BODY,
  httpResponse,
  says,
  saysAndCloses,
  saysAndResets,
  saysSlowly,
  saysWithoutEnd,
} from './bytes.ts';
import type { Reported, WireFault } from './fault.ts';

/** What `docs/faults.md` names; a clock of the test decides when it is over. */
const SHORT = { timeoutMs: 400 };
const LONG_BODY = 3_000_000;

const RESET: Reported = {
  code: 'reset',
  message: 'Request failed: Connection reset before a response',
  hint: 'crash over the webhook',
};
const SILENT: Reported = {
  code: 'response-timeout',
  message: 'Request failed: No response in 0.4 s',
  hint: '--timeout',
};
const STALLED: Reported = {
  code: 'body-timeout',
  message: 'Request failed: Response not complete within 0.4 s',
  hint: '--timeout',
};
const CUT: Reported = {
  code: 'truncated',
  message: 'Request failed: Response was cut off',
  hint: 'crashes and time-outs',
};
const INVALID: Reported = {
  code: 'protocol',
  message: 'Request failed: Response is not valid HTTP (HPE_',
  hint: 'host and port',
};
const IN_HEADERS: Reported = { ...INVALID, hint: "what writes the response's headers" };
const IN_LENGTHS: Reported = { ...INVALID, hint: 'what sets Content-Length' };
const LARGE_HEADERS: Reported = {
  code: 'too-large',
  message: 'Request failed: Headers of the response are larger than 16384 bytes',
  hint: 'which header grows',
};
const TOO_LARGE: Reported = {
  code: 'too-large',
  message: 'Request failed: Response larger than 1048576 bytes',
  hint: 'webhook responses are small',
};

const gzipped = (bytes: Buffer, lengthBytes = bytes.length) =>
  httpResponse('200 OK', bytes, {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    'content-length': String(lengthBytes),
  });
const GZIP = gzipSync(HEALTHY_BODY);
/** A thousand gzip members of 1 MB each: RFC 1952, 2.2 lets them follow each other. */
const BOMB = Buffer.concat(Array<Buffer>(1_000).fill(gzipSync(Buffer.alloc(1_000_000, ' '))));
const tenGigabytes = { 'content-length': String(10 * 1024 ** 3) };

export const BROKEN_CONNECTIONS: readonly WireFault[] = [
  {
    name: 'reset-within-request',
    what: 'The connection is reset while the webhook is being sent',
    reported: RESET,
    early: true,
    bodyBytes: LONG_BODY,
    act: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'reset-after-request',
    what: 'The connection is reset once the webhook was read',
    reported: RESET,
    act: (socket) => socket.resetAndDestroy(),
  },
  {
    name: 'empty-response',
    what: 'The connection is closed in order, without a byte of a response',
    reported: RESET,
    act: (socket) => socket.end(),
  },
  {
    name: 'cut-in-status-line',
    what: 'The connection is closed within the status line',
    reported: RESET,
    act: saysAndCloses('HTTP/1.1 2'),
  },
  {
    name: 'cut-in-headers',
    what: 'The connection is closed within the headers',
    reported: RESET,
    act: saysAndCloses(`${HEAD}content-le`),
  },
  {
    name: 'no-response',
    what: 'The webhook is read, but gets no response',
    reported: SILENT,
    sender: SHORT,
    act: () => {},
  },
  {
    name: 'slow-headers',
    what: 'Headers come byte by byte, slower than the time-out',
    reported: SILENT,
    sender: SHORT,
    dripping: true,
    act: saysSlowly([...HEAD, 'x'], { everyMs: 20, endless: true }),
  },
  {
    name: 'stalled-headers',
    what: 'The headers stop halfway',
    reported: SILENT,
    sender: SHORT,
    act: says(`${HEAD}content-le`),
  },
  {
    name: 'endless-informational',
    what: '102 Processing forever, and no response',
    reported: SILENT,
    sender: SHORT,
    dripping: true,
    act: saysWithoutEnd('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)),
  },
];

export const BROKEN_BODIES: readonly WireFault[] = [
  {
    name: 'no-body',
    what: 'Headers come, the body never does',
    reported: STALLED,
    sender: SHORT,
    act: says(`${HEAD}content-length: 100\r\n\r\n`),
  },
  {
    name: 'stalled-body',
    what: 'The body stops halfway',
    reported: STALLED,
    sender: SHORT,
    act: says(`${HEAD}content-length: 100\r\n\r\n{"status":`),
  },
  {
    name: 'slow-body',
    what: 'The body comes byte by byte, slower than the time-out',
    reported: STALLED,
    sender: SHORT,
    dripping: true,
    act: saysSlowly([`${HEAD}content-length: 1000\r\n\r\n`, ' '], { everyMs: 20, endless: true }),
  },
  {
    name: 'stalled-gzip',
    what: 'A compressed body stops halfway',
    reported: STALLED,
    sender: SHORT,
    act: says(gzipped(GZIP.subarray(0, 20), GZIP.length)),
  },
  {
    name: 'content-length-too-long',
    what: '`Content-Length` is longer than the body, and the connection stays open',
    reported: STALLED,
    sender: SHORT,
    act: says(httpResponse('200 OK', HEALTHY_BODY, { 'content-length': '1000' })),
  },
  {
    name: 'content-length-too-long-closed',
    what: '`Content-Length` is longer than the body, and the connection is closed',
    reported: CUT,
    act: saysAndCloses(httpResponse('200 OK', HEALTHY_BODY, { 'content-length': '1000' })),
  },
  {
    name: 'content-length-too-short',
    what: '`Content-Length` is shorter than the body',
    reported: {
      code: 'not-json',
      message: 'HTTP 200, but the body is not JSON: "{\\"status\\":\\"ACC',
      hint: 'Content-Length is as long as the body',
    },
    act: says(httpResponse('200 OK', HEALTHY_BODY, { 'content-length': '20' })),
  },
  {
    name: 'reset-within-body',
    what: 'The connection is reset within the body',
    reported: CUT,
    act: saysAndResets(`${HEAD}content-length: 100\r\n\r\n{"status":`),
  },
  {
    name: 'cut-in-chunk',
    what: 'The connection is closed within a chunk',
    reported: CUT,
    act: saysAndCloses(`${HEAD}transfer-encoding: chunked\r\n\r\n20\r\n{"status":`),
  },
  {
    name: 'no-last-chunk',
    what: 'The connection is closed before the last chunk',
    reported: CUT,
    act: saysAndCloses(`${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n`),
  },
  {
    name: 'cut-gzip',
    what: 'A compressed body ends before its end',
    reported: CUT,
    act: says(gzipped(GZIP.subarray(0, 20))),
  },
  {
    name: 'not-gzip',
    what: '`Content-Encoding: gzip`, but the body is not compressed',
    reported: {
      code: 'protocol',
      message: 'Request failed: Response cannot be decompressed (Z_',
      hint: 'Content-Encoding',
    },
    act: says(gzipped(Buffer.from(HEALTHY_BODY))),
  },
  {
    name: 'not-brotli',
    what: '`Content-Encoding: br`, but the body is not compressed',
    reported: {
      code: 'protocol',
      message: 'Request failed: Response cannot be decompressed (ERR_',
      hint: 'Content-Encoding',
    },
    act: says(httpResponse('200 OK', HEALTHY_BODY, { 'content-encoding': 'br' })),
  },
  {
    name: 'gzip-bomb',
    what: 'A compressed body of 1 MB becomes 1 GB',
    reported: TOO_LARGE,
    act: says(gzipped(BOMB)),
  },
  {
    name: 'ten-gigabytes',
    what: 'A body of 10 GB',
    reported: TOO_LARGE,
    act: saysWithoutEnd(httpResponse('200 OK', '', tenGigabytes), Buffer.alloc(65_536, ' ')),
  },
  {
    name: 'endless-body',
    what: 'A body without a length and without an end',
    reported: TOO_LARGE,
    act: saysWithoutEnd(`${HEAD}\r\n`, Buffer.alloc(65_536, ' ')),
  },
  {
    name: 'endless-chunks',
    what: 'Chunks without an end',
    reported: TOO_LARGE,
    act: saysWithoutEnd(
      `${HEAD}transfer-encoding: chunked\r\n\r\n`,
      `1000\r\n${' '.repeat(4096)}\r\n`.repeat(16),
    ),
  },
];

export const NOT_HTTP: readonly WireFault[] = [
  {
    name: 'another-protocol',
    what: 'Something other than a web server responds (here mail)',
    reported: INVALID,
    act: saysAndCloses('220 mail.example.com ESMTP\r\n'),
  },
  {
    name: 'garbage',
    what: 'Bytes without meaning instead of HTTP',
    reported: INVALID,
    act: saysAndCloses(Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46, 0x00, 0xff])),
  },
  {
    name: 'http-2-only',
    what: 'The server speaks nothing but HTTP/2',
    reported: INVALID,
    act: saysAndCloses(
      Buffer.from([0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 128, 0, 4, 0, 1, 0, 0, 0, 5, 0, 255, 255, 255]),
    ),
  },
  {
    name: 'http-0.9',
    what: 'A body without a status line',
    reported: INVALID,
    act: saysAndCloses(HEALTHY_BODY),
  },
  {
    name: 'bare-line-feeds',
    what: 'Header lines end in a line feed alone',
    reported: IN_HEADERS,
    act: saysAndCloses(`HTTP/1.1 200 OK\ncontent-length: 2\n\n{}`),
  },
  {
    name: 'header-without-name',
    what: 'A header without a name',
    reported: IN_HEADERS,
    act: says('HTTP/1.1 200 OK\r\n: no name\r\n\r\n'),
  },
  {
    name: 'header-with-nul',
    what: 'A NUL byte in a header',
    reported: IN_HEADERS,
    act: says('HTTP/1.1 200 OK\r\nx-a: b\0c\r\ncontent-length: 2\r\n\r\n{}'),
  },
  {
    name: 'two-lengths',
    what: 'Two `Content-Length` that differ',
    reported: IN_LENGTHS,
    act: says(`${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`),
  },
  {
    name: 'length-no-number',
    what: '`Content-Length` is not a number',
    reported: IN_LENGTHS,
    act: says(`${HEAD}content-length: many\r\n\r\n{}`),
  },
  {
    name: 'length-and-chunks',
    what: '`Content-Length` together with `Transfer-Encoding`',
    reported: IN_LENGTHS,
    act: says(`${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  },
  {
    name: 'bad-chunk-size',
    what: 'A chunk size that is no number',
    reported: IN_LENGTHS,
    act: says(`${HEAD}transfer-encoding: chunked\r\n\r\nnot a size\r\n`),
  },
  {
    name: 'header-too-large',
    what: 'One header of 70 kB',
    reported: LARGE_HEADERS,
    act: says(`${HEAD}x-long: ${'x'.repeat(70_000)}\r\n\r\n`),
  },
  {
    name: 'endless-headers',
    what: 'Headers without an end',
    reported: LARGE_HEADERS,
    act: saysWithoutEnd(HEAD, 'x-more: and more\r\n'.repeat(100)),
  },
  {
    name: 'endless-trailers',
    what: 'Trailers without an end behind a whole body',
    reported: LARGE_HEADERS,
    act: saysWithoutEnd(
      `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`,
      'x-more: and more\r\n'.repeat(100),
    ),
  },
  {
    name: 'switched-protocol',
    what: '101 Switching Protocols without an Upgrade request',
    reported: {
      code: 'protocol',
      message: 'Request failed: Server switched to another protocol (HTTP 101)',
      hint: 'WebSocket',
    },
    act: says('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
  },
];
