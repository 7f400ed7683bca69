/** Classification of what cannot be produced on every machine. */
import { describe, expect, it } from 'vitest';
import { classifyFailure, type Progress, timedOut } from '../../src/lib/send/classify-failure.ts';

const START: Progress = {
  begun: true,
  resolving: false,
  connected: false,
  responded: false,
  secure: false,
  proxy: null,
  timeoutMs: 10_000,
  connectTimeoutMs: 5_000,
};

function error(
  code: string | null,
  { name, event, cause }: { name?: string; event?: string; cause?: Error } = {},
) {
  const made = new Error(`something with ${code}`, cause === undefined ? undefined : { cause });
  if (name !== undefined) made.name = name;
  return Object.assign(made, code === null ? {} : { code }, event === undefined ? {} : { event });
}

const kindOf = (thrown: unknown, progress: Partial<Progress> = {}) => {
  const { kind, message } = classifyFailure(thrown, { ...START, ...progress });
  return `${kind}: ${message}`;
};

describe('classifyFailure', () => {
  it.each([
    ['EHOSTUNREACH', 'unreachable: Host unreachable'],
    ['ENETUNREACH', 'unreachable: Host unreachable'],
    ['EADDRNOTAVAIL', 'unreachable: Host unreachable'],
    ['EINVAL', 'unreachable: Host unreachable'],
    ['ETIMEDOUT', 'connect-timeout: Connection timeout'],
    ['ECONNREFUSED', 'refused: Connection refused'],
    ['ENOTFOUND', 'dns: Host name not found'],
    // The name server did not respond: that says nothing about the name.
    ['EAI_AGAIN', 'dns: Host name could not be looked up'],
    ['EMFILE', 'protocol: something with EMFILE'],
  ])('while connecting: %s', (code, expected) => {
    expect(kindOf(error(code))).toBe(expected);
  });

  it.each([
    ['ECONNRESET', 'reset: Connection reset before a response'],
    ['EPIPE', 'reset: Connection reset before a response'],
    // The system gave up sending again and again into a connection that once stood.
    ['ETIMEDOUT', 'reset: Connection reset before a response'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls: Server requires a client certificate'],
    ['HPE_INVALID_CONSTANT', 'protocol: Response is not valid HTTP (HPE_INVALID_CONSTANT)'],
  ])('once connected: %s', (code, expected) => {
    expect(kindOf(error(code), { connected: true })).toBe(expected);
  });

  it.each([
    ['ECONNRESET', 'truncated: Response was cut off'],
    ['Z_BUF_ERROR', 'truncated: Response was cut off'],
    ['ERR_HTTP_CONTENT_LENGTH_MISMATCH', 'truncated: Response was cut off'],
    ['Z_DATA_ERROR', 'protocol: Response cannot be decompressed (Z_DATA_ERROR)'],
    ['ZSTD_error_prefix_unknown', 'protocol: Response cannot be decompressed (ZSTD_error_prefix_unknown)'],
  ])('within the response: %s', (code, expected) => {
    expect(kindOf(error(code), { connected: true, responded: true })).toBe(expected);
  });

  it.each([
    ['CERT_NOT_YET_VALID', 'tls: Certificate is not valid yet'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls: Certificate chain is self-signed'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls: TLS handshake failed, the server does not speak TLS'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls: Server speaks only TLS versions that are too old'],
    // OpenSSL's words since 3.2, as Node makes a code of them.
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'tls: Server refused the TLS handshake'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tls: Server requires a different client certificate'],
    ['ERR_SSL_EE_KEY_TOO_SMALL', 'tls: Certificate is too weak'],
    ['ECONNRESET', 'tls: TLS handshake failed, the server closed the connection'],
    ['INVALID_PURPOSE', 'tls: TLS handshake failed (INVALID_PURPOSE)'],
    ['ECONNREFUSED', 'refused: Connection refused'],
  ])('within the TLS handshake: %s', (code, expected) => {
    expect(kindOf(error(code), { secure: true })).toBe(expected);
  });

  it.each([
    [
      'sslv3 alert handshake failure',
      'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
      'Server refused the TLS handshake',
    ],
    [
      'wrong version number',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'TLS handshake failed, the server does not speak TLS',
    ],
    ['no such words', 'ERR_SSL_NO_SUCH_WORDS', 'TLS handshake failed (ERR_SSL_NO_SUCH_WORDS)'],
  ])("reads OpenSSL's reason from a plain EPROTO: %s", (reason, code, said) => {
    const message = `write EPROTO 804C6991CC7F0000:error:0A000410:SSL routines:ssl3_read_bytes:${reason}:../a.c:1:\n`;
    const thrown = Object.assign(new Error(message), { code: 'EPROTO' });
    expect(classifyFailure(thrown, { ...START, secure: true })).toEqual({
      kind: 'tls',
      message: `${said}`,
      code,
    });
  });

  it('an EPROTO without a reason stays an EPROTO', () => {
    expect(classifyFailure(error('EPROTO'), { ...START, secure: true }).code).toBe('EPROTO');
  });

  it('names the hosts of a certificate for another host, unless there are too many', () => {
    const altnames = (subjectaltname: string) =>
      Object.assign(new Error('altnames'), {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        cert: { subjectaltname },
      });
    const kind = (names: string) => kindOf(altnames(names), { secure: true });
    const words = 'tls: Certificate is for another host name';
    expect(kind('DNS:a.example, IP Address:10.0.0.1')).toBe(`${words} (a.example, 10.0.0.1)`);
    expect(kind(Array(20).fill('DNS:many.example').join(', '))).toBe(words);
    expect(kind('')).toBe(words);
  });

  it('finds the code below wrapped errors', () => {
    const wrapped = error('ERR_GOT_REQUEST_ERROR', { cause: error('ECONNREFUSED') });
    expect(classifyFailure(wrapped, START).code).toBe('ECONNREFUSED');
    expect(classifyFailure(error('ERR_GOT_REQUEST_ERROR'), START).code).toBeNull();
    expect(classifyFailure('not even an error', START)).toEqual({
      kind: 'protocol',
      message: 'not even an error',
      code: null,
    });
  });

  it('of several addresses, the one that refused is reported', () => {
    const tried = new AggregateError([error('ENETUNREACH'), error('ECONNREFUSED')], '');
    expect(kindOf(Object.assign(tried, { code: 'ENETUNREACH' }))).toMatch(/^refused/);
  });

  it('timeouts of a phase', () => {
    const timeout = (event: string) => error('ETIMEDOUT', { name: 'TimeoutError', event });
    expect(kindOf(timeout('lookup'), { resolving: true })).toBe('dns: Host name not resolved within 5 s');
    expect(kindOf(timeout('connect'))).toBe('connect-timeout: Connection timeout');
    expect(kindOf(timeout('secureConnect'), { secure: true })).toBe('connect-timeout: Connection timeout');
  });

  it.each([
    [error('EHOSTUNREACH'), 'is unreachable'],
    [error('ECONNRESET'), 'closed the connection'],
    [new Error('Bad response: 403'), 'refused to connect to the target (HTTP 403)'],
    [new Error('Bad response: 407'), 'requires credentials (HTTP 407)'],
    [new Error('Bad response: 504'), 'could not reach the target (HTTP 504)'],
    [error('HPE_INVALID_CONSTANT'), 'does not respond as a proxy (HPE_INVALID_CONSTANT)'],
    [new Error('Proxy timeout'), 'did not respond in time'],
    [error('CERT_HAS_EXPIRED'), 'failed (CERT_HAS_EXPIRED)'],
  ])('before a proxy tunnel is open: %s', (thrown, expected) => {
    expect(kindOf(thrown, { proxy: 'proxy:3128', begun: false, secure: true })).toBe(
      `proxy: Proxy proxy:3128 ${expected}`,
    );
  });
});

describe('timedOut', () => {
  it.each<[string, Partial<Progress>]>([
    ['dns: Host name not resolved within 10 s', { resolving: true }],
    ['connect-timeout: Connection timeout', {}],
    ['response-timeout: No response in 10 s', { connected: true }],
    ['body-timeout: Response not complete within 10 s', { connected: true, responded: true }],
    ['proxy: Proxy proxy:3128 did not respond in time', { proxy: 'proxy:3128', begun: false }],
    ['response-timeout: No response in 1.5 s', { connected: true, timeoutMs: 1_500 }],
  ])('%s', (expected, progress) => {
    const { kind, message, code } = timedOut({ ...START, ...progress });
    expect(`${kind}: ${message}`).toBe(expected);
    expect(code).toBe('ETIMEDOUT');
  });
});
