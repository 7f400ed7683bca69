/** One item for Sentry, as an envelope to the host of a DSN (develop.sentry.dev/sdk/foundations/transport/envelopes). Pure. */
import type { PostRequest } from './posting.ts';

/** The parts of a DSN that an envelope needs. */
export interface EnvelopeTarget {
  /** `https://key@host/path/42`, without a secret part. */
  readonly text: string;
  readonly publicKey: string;
  readonly projectId: string;
}

export interface EnvelopeOptions {
  readonly dsn: EnvelopeTarget;
  readonly version: string;
  /** ISO 8601. */
  readonly sentAt: string;
}

export function envelopeRequest(
  item: {
    readonly type: 'check_in' | 'event';
    /** 32 hex characters; only of events. */
    readonly eventId?: string;
    readonly payload: object;
  },
  { dsn, version, sentAt }: EnvelopeOptions,
): PostRequest {
  const payload = Buffer.from(JSON.stringify(item.payload), 'utf8');
  const header = {
    ...(item.eventId === undefined ? {} : { event_id: item.eventId }),
    sent_at: sentAt,
    sdk: { name: 'prod-e2e', version },
  };
  const itemHeader = { type: item.type, length: payload.length };
  return {
    url: envelopeUrl(dsn),
    headers: {
      'content-type': 'application/x-sentry-envelope',
      'x-sentry-auth': `Sentry sentry_version=7, sentry_client=prod-e2e/${version}, sentry_key=${dsn.publicKey}`,
    },
    body: Buffer.concat([
      Buffer.from(`${JSON.stringify(header)}\n${JSON.stringify(itemHeader)}\n`, 'utf8'),
      payload,
      Buffer.from('\n', 'utf8'),
    ]),
  };
}

function envelopeUrl({ text, projectId }: EnvelopeTarget): string {
  const { protocol, host, pathname } = new URL(text);
  const prefix = pathname.slice(0, -projectId.length);
  return `${protocol}//${host}${prefix}api/${projectId}/envelope/`;
}
