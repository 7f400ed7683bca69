/** What alerts of a run need of the outside. */
import type { AlertFacts, Change } from '../model/alert.ts';
import type { Notifier } from '../model/notifier.ts';
import type { Required } from './causes.ts';
import type { Post, PostOutcome } from './post.ts';
import type { Posting } from './posting.ts';
import type { OpenAlertState } from './state-file.ts';

/** A notifier that can be told in this run. */
export interface OpenNotifier {
  readonly notifier: Notifier;
  /** `hooks.slack.com`; nothing else of an address may be told. */
  readonly host: string;
}

export interface CheckInPort {
  readonly slug: string;
  readonly host: string;
  readonly send: (
    checkIn: { readonly status: 'in_progress' | 'ok' | 'error'; readonly durationMs: number | null },
    stop: AbortSignal,
  ) => Promise<PostOutcome>;
}

export interface AlertPorts {
  /** Null where no monitor is checked in with. */
  readonly checkIn: CheckInPort | null;
  readonly notifiers: readonly OpenNotifier[];
  /** What a test has to show to count as working. */
  readonly required: Required;
  /** What earlier runs left; null where another run holds it for longer than there is time. */
  readonly openState: (stop: AbortSignal) => Promise<OpenAlertState | null>;
  /** False where the next run will know nothing of this one. */
  readonly remembers: boolean;
  readonly postingsOf: (
    notifier: Notifier,
    told: { readonly changes: readonly Change[]; readonly facts: AlertFacts },
  ) => readonly Posting[];
  readonly post: Post;
  /** Aborted when the run is to stop. */
  readonly stop: AbortSignal;
}
