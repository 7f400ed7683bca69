/** Check-ins with a Sentry cron monitor (develop.sentry.dev/sdk/telemetry/check-ins). */
import type { Monitor } from '../model/notifier.ts';
import type { Dsn } from '../send/dsn.ts';
import { VERSION } from '../version.ts';
import { type EnvelopeOptions, envelopeRequest } from './envelope.ts';
import type { Post } from './post.ts';
import type { PostRequest } from './posting.ts';
import type { CheckInPort } from './send-alerts.ts';

export interface CheckIn {
  /** 32 hex characters, the same at the start and at the end. */
  readonly checkInId: string;
  readonly status: 'in_progress' | 'ok' | 'error';
  /** Null at the start. */
  readonly durationMs: number | null;
  readonly environment: string;
  readonly release: string;
}

export function checkInRequest(
  monitor: Monitor,
  { checkIn, envelope }: { readonly checkIn: CheckIn; readonly envelope: EnvelopeOptions },
): PostRequest {
  const { checkInId, status, durationMs, environment, release } = checkIn;
  const payload = {
    check_in_id: checkInId,
    monitor_slug: monitor.slug,
    status,
    ...(durationMs === null ? {} : { duration: durationMs / 1_000 }),
    environment,
    release,
    ...configOf(monitor),
  };
  return envelopeRequest({ type: 'check_in', payload }, envelope);
}

/** Sentry creates or updates the monitor from this, which it cannot do without a schedule. */
function configOf({ schedule, timezone, checkinMarginMinutes, maxRuntimeMinutes }: Monitor): object {
  if (schedule === null) return {};
  return {
    monitor_config: {
      schedule,
      ...(timezone === null ? {} : { timezone }),
      ...(checkinMarginMinutes === null ? {} : { checkin_margin: checkinMarginMinutes }),
      ...(maxRuntimeMinutes === null ? {} : { max_runtime: maxRuntimeMinutes }),
    },
  };
}

/** Both check-ins of a run have the same id. */
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
