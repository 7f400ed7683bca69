/** Each way in which Sentry can fail has its own words and its own advice. */
import { describe, expect, test } from 'vitest';
import { firstAdvice } from '../../src/lib/trace/advice.ts';
import { createSentryApi } from '../../src/lib/trace/sentry-api/client.ts';
import { apiFailureCause } from '../../src/lib/trace/sentry-api/failures.ts';
import { makeCertificates } from '../support/certificates.ts';
import { type SentryFailure, withFailingSentry } from '../support/failing-sentry.ts';
import { closedPort, respondingWith, withFaultyServer } from '../support/faulty-server.ts';

interface Row {
  readonly reason: string;
  /** HOST stands for host and port. */
  readonly message: string;
  readonly hint: string;
  readonly cause: string;
  readonly permanent: boolean;
}

const STATUS = 'Check whether Sentry works: status.sentry.io for the hosted service, its logs if self-hosted';
const ADDRESS = 'Check SENTRY_URL: it is the address of Sentry itself, such as https://sentry.io';
const SLUG = 'Check SENTRY_ORG: it is the slug in the URL of your Sentry, not the display name';
const UPGRADE =
  'Self-hosted: upgrade Sentry, or check the stages with probes (sql or http) instead of traces';

const ROWS: Readonly<Record<SentryFailure, Row>> = {
  hang: {
    ...{ reason: 'api-error', permanent: false, cause: 'Sentry did not respond' },
    ...{ message: 'HOST did not respond in time', hint: STATUS },
  },
  'hang-mid-body': {
    ...{ reason: 'api-error', permanent: false, cause: 'Sentry did not respond' },
    ...{ message: 'HOST did not respond in time', hint: STATUS },
  },
  drip: {
    ...{ reason: 'api-error', permanent: false, cause: 'Sentry did not respond' },
    ...{ message: 'HOST did not respond in time', hint: STATUS },
  },
  reset: {
    ...{ reason: 'api-error', permanent: false, cause: 'the connection to Sentry broke off' },
    ...{ message: 'The connection to HOST broke off before the response was complete', hint: STATUS },
  },
  'rate-limit': {
    ...{ reason: 'api-error', permanent: false, cause: 'Sentry limits requests' },
    message: 'HOST limits requests (HTTP 429) and asks to wait 60 min',
    hint: 'Read fewer traces (trace.limit), or less often (trace.interval)',
  },
  'server-error': {
    ...{ reason: 'api-error', permanent: false, cause: 'Sentry responded with HTTP 503' },
    ...{ message: 'HOST responded with HTTP 503: Service unavailable', hint: STATUS },
  },
  'bad-request': {
    ...{ reason: 'api-error', permanent: true, cause: 'Sentry responded with HTTP 400' },
    ...{ message: 'HOST responded with HTTP 400: Invalid statsPeriod', hint: ADDRESS },
  },
  html: {
    ...{ reason: 'api-error', permanent: true, cause: 'an HTML page instead of Sentry' },
    message: 'HOST responded with an HTML page instead of JSON',
    hint: 'Check SENTRY_URL: a login page or a proxy responds there, not the API of Sentry',
  },
  'not-json': {
    ...{ reason: 'api-error', permanent: true, cause: "Sentry's response is not JSON" },
    ...{ message: 'HOST responded with something that is not JSON', hint: ADDRESS },
  },
  empty: {
    ...{ reason: 'api-error', permanent: true, cause: "Sentry's response is not JSON" },
    ...{ message: 'HOST responded with an empty body', hint: ADDRESS },
  },
  'not-a-trace': {
    ...{ reason: 'api-error', permanent: true, cause: "Sentry's response is not JSON" },
    ...{ message: 'HOST responded with JSON that is not a trace', hint: ADDRESS },
  },
  token: {
    ...{ reason: 'unauthorized', permanent: true, cause: 'Sentry does not accept the token' },
    message: 'HOST does not accept the token (HTTP 401: Invalid token)',
    hint: 'Check SENTRY_AUTH_TOKEN: the token may be mistyped, expired, revoked, or of another server (SENTRY_URL)',
  },
  scope: {
    ...{ reason: 'unauthorized', permanent: true, cause: 'the token may not read traces' },
    message:
      'HOST does not let the token read traces of "acme" (HTTP 403: You do not have permission to perform this action)',
    hint: 'Use a token with the scope org:read: a personal token, or one of an internal integration',
  },
  sso: {
    ...{ reason: 'unauthorized', permanent: true, cause: 'Sentry requires single sign-on' },
    message: 'HOST requires single sign-on for "acme" (HTTP 401: Must login via SSO)',
    hint: 'Sign in at http://HOST/auth/login/acme/ as the owner of the token, then run again',
  },
  'sso-forbidden': {
    ...{ reason: 'unauthorized', permanent: true, cause: 'Sentry requires single sign-on' },
    message: 'HOST requires single sign-on for "acme" (HTTP 403: Must login via SSO)',
    hint: 'Sign in with single sign-on as the owner of the token, then run again',
  },
  redirect: {
    ...{ reason: 'api-error', permanent: true, cause: 'Sentry redirects elsewhere' },
    message: 'HOST redirects to http://sentry.invalid (HTTP 302); the token is not sent there',
    hint: 'Set SENTRY_URL to where it redirects, if that is your Sentry: http://sentry.invalid',
  },
  'redirect-loop': {
    ...{ reason: 'api-error', permanent: true, cause: 'Sentry redirects elsewhere' },
    ...{ message: 'HOST redirects in a loop', hint: ADDRESS },
  },
  'redirect-to-login': {
    ...{ reason: 'api-error', permanent: true, cause: 'an HTML page instead of Sentry' },
    message: 'HOST responded with an HTML page instead of JSON',
    hint: 'Check SENTRY_URL: a login page or a proxy responds there, not the API of Sentry',
  },
  'no-organization': {
    ...{ reason: 'org-mismatch', permanent: true, cause: 'Sentry shows no such organization' },
    ...{ message: 'HOST shows this token no organization "acme" (HTTP 404)', hint: SLUG },
  },
  'no-trace-view': {
    ...{ reason: 'unavailable', permanent: true, cause: 'Sentry shows no traces of the organization' },
    message: 'HOST has the organization "acme", but shows this token no traces of it (HTTP 404)',
    hint: 'Check that the owner of the token has access to at least one project of the organization',
  },
  'too-old': {
    ...{ reason: 'unavailable', permanent: true, cause: 'this Sentry is too old' },
    ...{ message: 'HOST has the trace API of an older Sentry, which shows no spans', hint: UPGRADE },
  },
  'too-old-shape': {
    ...{ reason: 'unavailable', permanent: true, cause: 'this Sentry is too old' },
    ...{ message: 'HOST has the trace API of an older Sentry, which shows no spans', hint: UPGRADE },
  },
};

const HANGING = ['hang', 'hang-mid-body', 'drip'];

async function rowFor(url: string, timeoutMs: number): Promise<Row> {
  const api = createSentryApi({ baseUrl: url, org: 'acme', token: 'sntryu_secret', timeoutMs });
  const read = await api.readTrace('a'.repeat(32), { startedAt: 0, retries: 0 });
  api.close();
  if (read.kind !== 'error') return expect.fail('it was read');
  const { host } = new URL(url);
  const { reason, permanent } = read;
  return {
    ...{ reason, permanent, cause: apiFailureCause(read) },
    message: read.message.replaceAll(host, 'HOST'),
    hint: (firstAdvice(read.reason, read) ?? '').replaceAll(host, 'HOST'),
  };
}

test.each(Object.entries(ROWS) as [SentryFailure, Row][])('%s', (failure, row) =>
  withFailingSentry(failure, async ({ url }) => {
    expect(await rowFor(url, HANGING.includes(failure) ? 300 : 60_000)).toEqual(row);
  }),
);

test('a connection that is refused', async () => {
  expect(await rowFor(`http://127.0.0.1:${await closedPort()}`, 60_000)).toEqual({
    ...{ reason: 'api-error', permanent: false, cause: 'Sentry refused the connection' },
    message: 'HOST refused the connection',
    hint: 'Check SENTRY_URL, and that Sentry is running there',
  });
});

test('a host name that does not exist', async () => {
  const { message, hint, reason } = await rowFor('http://sentry.invalid', 60_000);
  expect(reason).toBe('api-error');
  // Whether the name servers can be reached is not ours to say.
  expect(message).toMatch(/^The host name of HOST (was not found|could not be looked up)$/);
  expect(hint).toBe('Check the host name in SENTRY_URL, and the DNS of this machine');
});

describe('TLS', () => {
  const CA = "Have Node.js trust Sentry's certificate: NODE_EXTRA_CA_CERTS=/path/to/ca.pem";

  test('certificates that cannot be trusted', async () => {
    const certificates = await makeCertificates();
    try {
      for (const [certificate, message] of [
        [certificates.selfSigned, 'The TLS certificate of HOST is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)'],
        [certificates.good, 'The TLS certificate of HOST is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)'],
      ] as const) {
        const { cert, key } = certificate;
        await withFaultyServer(
          respondingWith('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]'),
          async ({ port }) => {
            expect(await rowFor(`https://127.0.0.1:${port}`, 60_000)).toEqual({
              ...{ reason: 'api-error', permanent: true, cause: 'no trusted TLS connection to Sentry' },
              ...{ message, hint: CA },
            });
          },
          { tls: { cert, key } },
        );
      }
    } finally {
      await certificates.remove();
    }
  });

  test('spoken to a server without it', () =>
    withFailingSentry('server-error', async ({ port }) => {
      const { reason, message, permanent, hint } = await rowFor(`https://127.0.0.1:${port}`, 60_000);
      expect([reason, permanent, hint]).toEqual(['api-error', true, CA]);
      expect(message).toMatch(/^No TLS connection to HOST could be made \((EPROTO|ERR_SSL_\w+)\)$/);
    }));
});

test('a server that does not speak HTTP', () =>
  withFaultyServer(respondingWith('SSH-2.0-OpenSSH_9.2\r\n'), async ({ port }) => {
    const { message, hint } = await rowFor(`http://127.0.0.1:${port}`, 60_000);
    expect(message).toMatch(/^HOST responded with something that is not HTTP \(HPE_\w+\)$/);
    expect(hint).toBe(ADDRESS);
  }));
