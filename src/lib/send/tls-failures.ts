/** Names the problem with a certificate or a handshake. Codes: OpenSSL's verify(1) and SSL reasons, as Node passes them on. */

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Certificate has expired',
  CERT_NOT_YET_VALID: 'Certificate is not valid yet',
  CERT_REVOKED: 'Certificate is revoked',
  CERT_UNTRUSTED: 'Certificate is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'Certificate chain is self-signed',
  UNABLE_TO_GET_ISSUER_CERT: 'Certificate issuer is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Certificate issuer is unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Certificate chain is incomplete',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Certificate is for another host name',
};

/** By the end of the code: its beginning changes with the version of TLS, and of OpenSSL. */
const HANDSHAKE: readonly (readonly [RegExp, string])[] = [
  [/_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/, 'TLS handshake failed, the server does not speak TLS'],
  [/_(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/, 'Server speaks only TLS versions that are too old'],
  [/_ALERT_CERTIFICATE_REQUIRED$/, 'Server requires a client certificate'],
  [
    /_ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|UNKNOWN_CA)$/,
    'Server requires a different client certificate',
  ],
  [/_ALERT_HANDSHAKE_FAILURE$/, 'Server refused the TLS handshake'],
  [/_UNRECOGNIZED_NAME$/, 'Server does not know this host name'],
  [/_(KEY_TOO_SMALL|MD_TOO_WEAK)$/, 'Certificate is too weak'],
  [/^(ECONNRESET|EPIPE)$/, 'TLS handshake failed, the server closed the connection'],
];

/** The names of a certificate are not shown if they are longer than this many characters. */
const NAMES_SHOWN = 120;

/** @param error the innermost one, which has the certificate where that is for another name */
export function tlsProblem(code: string | null, error: unknown): string {
  if (code === null) return 'TLS handshake failed';
  const known = HANDSHAKE.find(([pattern]) => pattern.test(code))?.[1];
  if (known !== undefined) return known;
  if (!Object.hasOwn(CERTIFICATE, code)) return `TLS handshake failed (${code})`;
  const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? namesOf(error) : '';
  return `${CERTIFICATE[code]}${names}`;
}

/** The names that a certificate is for, in brackets; empty where they are unknown or too many to read. */
function namesOf(error: unknown): string {
  if (!(error instanceof Error && 'cert' in error)) return '';
  const { subjectaltname } = error.cert as { readonly subjectaltname?: string };
  const names = subjectaltname?.replaceAll(/(DNS|IP Address):/g, '') ?? '';
  return names === '' || names.length > NAMES_SHOWN ? '' : ` (${names})`;
}

export function isTls(code: string): boolean {
  return Object.hasOwn(CERTIFICATE, code) || /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_)/.test(code);
}

/**
 * Where a handshake fails while writing, Node's code is a mere EPROTO and OpenSSL's reason stands in the message:
 * `write EPROTO 80…:error:0A000410:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:…`.
 * @returns the code that Node gives to the same reason while reading; null if the message has no reason
 */
export function opensslCode(message: string): string | null {
  const reason = /:error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1];
  return reason === undefined ? null : `ERR_SSL_${reason.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`;
}
