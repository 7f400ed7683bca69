/** What places of faults have in common: where they stand, and what is reported of several of them. */
import type { TlsOptions } from 'node:tls';
import { type Fault as ConnectionFault, withFaultyServer } from '../faulty-server.ts';
import type { Place, Reported } from './fault.ts';

export type Use = (place: Place) => Promise<void>;

export const URL_HINT = 'PRODUCTION_URL';
export const SHORT_CONNECT = { connectTimeoutMs: 400 };
export const CONNECT_TIMEOUT: Reported = {
  code: 'connect-timeout',
  message: 'Request failed: Connection timeout',
  hint: URL_HINT,
};
export const RESET: Reported = {
  code: 'reset',
  message: 'Request failed: Connection reset before a response',
  hint: 'crash over the webhook',
};

export const atServer =
  (fault: ConnectionFault, scheme: 'http' | 'https', tls?: TlsOptions) =>
  (use: Use): Promise<void> =>
    withFaultyServer(
      fault,
      ({ port }) => use({ url: `${scheme}://127.0.0.1:${port}/webhook` }),
      tls === undefined ? {} : { tls },
    );
