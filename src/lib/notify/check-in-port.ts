/** Checks in with a Sentry monitor: the same id at the start and at the end of a run. */
import type { Monitor } from '../model/notifier.ts';
import type { Dsn } from '../send/dsn.ts';
import { VERSION } from '../version.ts';
import type { CheckInPort } from './alert-ports.ts';
import { checkInRequest } from './check-in.ts';
import type { Post } from './post.ts';

export function createCheckIn({
  monitor,
  dsn,
  environment,
  release,
  post,
  newId,
}: {
  readonly monitor: Monitor;
  readonly dsn: Dsn;
  readonly environment: string;
  readonly release: string;
  readonly post: Post;
  /** 32 hex characters. */
  readonly newId: () => string;
}): CheckInPort {
  const checkInId = newId();
  return {
    slug: monitor.slug,
    host: dsn.host,
    send: ({ status, durationMs }, stop) => {
      const checkIn = { checkInId, status, durationMs, environment, release };
      const envelope = { dsn, version: VERSION, sentAt: new Date().toISOString() };
      return post(checkInRequest(monitor, { checkIn, envelope }), stop);
    },
  };
}
