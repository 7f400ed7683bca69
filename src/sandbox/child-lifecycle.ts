/** The child's side of the supervision: it starts on a message and ends with its parent at the latest. */
import { codeOf, messageOf } from '../lib/errors.ts';
import type { ChildMessage, StartMessage, TargetSettings } from './child-messages.ts';
import type { IngestNotice } from './notices.ts';
import type { SentrySettings } from './sentry-server/sentry-server.ts';

export interface RunningService {
  readonly port: number;
  stop(): Promise<void>;
}

/** A stop that takes longer is given up, in milliseconds. Shorter than the supervisor's time limit. */
const STOP_LIMIT_MS = 4_000;

/**
 * Waits for the parent's settings, starts the service with them and stops it on SIGTERM or when the parent
 * has gone, however it went: the IPC channel closes with it.
 */
export function serveParent<Settings extends TargetSettings | SentrySettings>(
  start: (settings: Settings, notify: (notice: IngestNotice) => void) => Promise<RunningService>,
): void {
  let service: Promise<RunningService> | null = null;
  let isEnding = false;

  const end = async (code: number): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => process.exit(code), STOP_LIMIT_MS).unref();
    await service?.then((running) => running.stop()).catch(() => undefined);
    process.exit(code);
  };

  const send = (message: ChildMessage): void => {
    // The callback takes the error of a channel which closes at the same moment; `disconnect` follows anyway.
    process.send?.(message, undefined, undefined, () => undefined);
  };

  const begin = async (settings: Settings): Promise<void> => {
    service = start(settings, (notice) => send({ type: 'notice', notice }));
    try {
      send({ type: 'ready', port: (await service).port });
    } catch (error) {
      send({ type: 'failed', code: codeOf(error), message: messageOf(error) });
    }
  };

  // A terminal sends these to the whole group; the parent decides when its sandbox ends.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.on('SIGTERM', () => void end(0));
  process.on('disconnect', () => void end(0));
  if (!process.connected) {
    process.stderr.write('This is a part of the sandbox; start it with: prod-e2e sandbox\n');
    process.exit(2);
  }
  // The parent is the supervisor of the same build: only it has this channel.
  process.once('message', (message) => void begin((message as StartMessage<Settings>).settings));
}
