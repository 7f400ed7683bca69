/** Servers whose TLS is wrong, and what they make of it. */
import type { TlsOptions } from 'node:tls';
import type { SenderOptions } from '../../../src/lib/send/traced-sender.ts';
import type { Certificate, Certificates } from '../certificates.ts';
import { afterRequest, type Fault as ConnectionFault } from '../faulty-server.ts';
import { accept, withTarget } from '../target.ts';
import { HEALTHY, says } from './bytes.ts';
import type { PlaceFault, Reported } from './fault.ts';
import { atServer, CONNECT_TIMEOUT, RESET, SHORT_CONNECT, type Use } from './places.ts';

const trusting = ({ caPath }: Certificates): SenderOptions['tls'] => ({
  ca: caPath,
  cert: null,
  key: null,
  insecure: false,
});

/** A fatal alert of TLS instead of a handshake (RFC 8446, 6.2). */
const alert = (description: number): ConnectionFault => {
  return (socket) => {
    socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, description])));
  };
};

/** @param certificates made for the test; read when a place is opened, so that the table can be written before */
export function tlsFaults(certificates: () => Certificates): readonly PlaceFault[] {
  const secure =
    (
      pick: (all: Certificates) => Certificate,
      { trusted = true, ...options }: TlsOptions & { trusted?: boolean } = {},
    ) =>
    (use: Use): Promise<void> => {
      const all = certificates();
      const { cert, key } = pick(all);
      const serve = atServer(afterRequest(says(HEALTHY)), 'https', { cert, key, ...options });
      return serve((place) => use({ ...place, ...(trusted ? { sender: { tls: trusting(all) } } : {}) }));
    };
  const reportedAs = (message: string, hint: string): Reported => ({
    code: 'tls',
    message: `Request failed: ${message}`,
    hint,
  });
  return [
    {
      name: 'tls-expired',
      what: 'The certificate has expired',
      reported: reportedAs('Certificate has expired', 'Renew'),
      open: secure(({ expired }) => expired),
    },
    {
      name: 'tls-not-yet-valid',
      what: 'The certificate is not valid yet',
      reported: reportedAs('Certificate is not valid yet', "machine's clock"),
      open: secure(({ notYetValid }) => notYetValid),
    },
    {
      name: 'tls-self-signed',
      what: 'The certificate is self-signed',
      reported: reportedAs('Certificate is self-signed', '--cacert'),
      open: secure(({ selfSigned }) => selfSigned),
    },
    {
      name: 'tls-wrong-host',
      what: 'The certificate is for another host name',
      reported: reportedAs('Certificate is for another host name (elsewhere.example.com)', 'Use a host name'),
      open: secure(({ wrongName }) => wrongName),
    },
    {
      name: 'tls-unknown-authority',
      what: 'The certificate is signed by an unknown authority, or its chain is incomplete',
      reported: reportedAs('Certificate chain is incomplete', '--cacert'),
      open: secure(({ good }) => good, { trusted: false }),
    },
    {
      name: 'tls-old-protocol',
      what: 'The server speaks only TLS 1.1',
      reported: reportedAs('Server speaks only TLS versions that are too old', 'TLS 1.2'),
      open: secure(({ good }) => good, {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    },
    {
      name: 'tls-no-common-cipher',
      what: 'Server and client have no cipher in common',
      reported: reportedAs('Server refused the TLS handshake', 'ciphers'),
      open: secure(({ good }) => good, { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' }),
    },
    {
      name: 'tls-client-certificate',
      what: 'The server wants a client certificate',
      reported: reportedAs('Server requires a client certificate', '--cert'),
      open: secure(({ good }) => good, { requestCert: true, rejectUnauthorized: true }),
    },
    {
      name: 'tls-unknown-name',
      what: 'The server has no certificate for this host name',
      reported: reportedAs('Server does not know this host name', 'host name'),
      open: atServer(alert(112), 'https'),
    },
    {
      name: 'tls-internal-error',
      what: 'The server breaks down over the handshake',
      reported: reportedAs('TLS handshake failed (ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR)', 'terminates TLS'),
      open: atServer(alert(80), 'https'),
    },
    {
      name: 'tls-cut',
      what: 'The handshake is cut off',
      reported: reportedAs('TLS handshake failed, the server closed the connection', 'terminates TLS'),
      open: atServer((socket) => socket.once('data', () => socket.destroy()), 'https'),
    },
    {
      name: 'tls-reset',
      what: 'The handshake is reset',
      reported: reportedAs('TLS handshake failed, the server closed the connection', 'terminates TLS'),
      undocumented: true,
      open: atServer((socket) => socket.once('data', () => socket.resetAndDestroy()), 'https'),
    },
    {
      name: 'tls-silent',
      what: 'The handshake gets no response',
      reported: CONNECT_TIMEOUT,
      sender: SHORT_CONNECT,
      open: atServer(() => {}, 'https'),
    },
    {
      name: 'tls-none',
      what: 'https, but the server speaks plain HTTP',
      reported: reportedAs('TLS handshake failed, the server does not speak TLS', 'http://'),
      open: (use) => withTarget(accept, ({ port }) => use({ url: `https://127.0.0.1:${port}/webhook` })),
    },
    {
      name: 'tls-wanted',
      what: 'http, but the server speaks TLS',
      reported: RESET,
      open: (use) =>
        secure(({ good }) => good)((place) => use({ url: place.url.replace('https:', 'http:') })),
    },
  ];
}
