/** What the supervisor and its two processes say to each other over IPC. */
import type { Fault } from './faults/faults.ts';
import type { IngestNotice } from './notices.ts';
import type { SentrySettings } from './sentry-server/sentry-server.ts';

export interface TargetSettings {
  /** 0 for a free one. */
  readonly port: number;
  readonly faults: readonly Fault[];
  readonly dsn: string;
  /** `sandbox-target@1.0.0` */
  readonly release: string;
  /** URL of a PostgreSQL; null to keep signals in memory. */
  readonly database: string | null;
}

/** The message of a target that cannot use its database. */
export const DATABASE_FAILED = 'SANDBOX_DATABASE';

/** Settings travel by message, not by environment or arguments: those can be read by other programs. */
export interface StartMessage<Settings extends TargetSettings | SentrySettings> {
  readonly type: 'start';
  readonly settings: Settings;
}

export type ChildMessage =
  | { readonly type: 'ready'; readonly port: number }
  /** At any time after it is ready. */
  | { readonly type: 'notice'; readonly notice: IngestNotice }
  | { readonly type: 'failed'; readonly code: string | null; readonly message: string };
