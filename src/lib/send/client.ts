/** The HTTP client of webhooks, probes and clean-up: no redirects, no retries, unchanged failures. */
import got, { type Got } from 'got';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';

export type HttpClient = Got;

/** @throws ProdE2eError `TLS_FILE` when a certificate file cannot be used */
export async function createClient(options: {
  readonly connectTimeoutMs: number;
  /** Paths of PEM files. */
  readonly tls: TlsFiles & { readonly insecure: boolean };
}): Promise<Got> {
  const { ca, cert, key } = await readTlsFiles(options.tls);
  return got.extend({
    followRedirect: false,
    // Done in content-coding.ts.
    decompress: false,
    throwHttpErrors: false,
    // With nothing at all in it, got does not copy for each webhook what it would retry.
    retry: { limit: 0, methods: [], statusCodes: [], errorCodes: [] },
    timeout: {
      lookup: options.connectTimeoutMs,
      connect: options.connectTimeoutMs,
      secureConnect: options.connectTimeoutMs,
    },
    https: {
      rejectUnauthorized: !options.tls.insecure,
      ...(ca === null ? {} : { certificateAuthority: ca }),
      ...(cert === null ? {} : { certificate: cert }),
      ...(key === null ? {} : { key }),
    },
  });
}
