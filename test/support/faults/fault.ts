/** What a row of the fault matrix says: how a fault is produced, and what has to be reported of it. */
import type { Socket } from 'node:net';
import type { SenderOptions } from '../../../src/lib/send/traced-sender.ts';

/** The one finding of a fault. */
export interface Reported {
  /** Stable code of the finding. */
  readonly code: string;
  /** How its message begins; all of it where nothing of it depends on the machine. */
  readonly message: string;
  /** A part of its hint. */
  readonly hint: string;
}

export interface Fault {
  /** Unique, kebab case. */
  readonly name: string;
  /** What goes wrong, for `docs/faults.md`. */
  readonly what: string;
  /** `working` where nothing is to be said: odd, but harmless. */
  readonly reported: Reported | 'working';
  readonly sender?: Partial<SenderOptions>;
  /** Left out of `docs/faults.md`, as another row says the same. */
  readonly undocumented?: true;
}

/** A fault within one connection to a server that is there. */
export interface WireFault extends Fault {
  /** What the server does to this webhook. */
  readonly act: (socket: Socket) => void;
  /** As soon as the head of the request is there, instead of after all of it. */
  readonly early?: true;
  /** It goes on saying something until the time-out. */
  readonly dripping?: true;
  /** What it still does on the connection once the webhook has been judged, and before the next one is sent. */
  readonly afterwards?: (socket: Socket) => Promise<void>;
  /** Length of the webhook's body, in bytes, where it has to be a long one. */
  readonly bodyBytes?: number;
}

/** A fault of the place that is sent to. */
export interface PlaceFault extends Fault {
  /** Stands the place up, and takes it down afterwards. */
  readonly open: (use: (place: Place) => Promise<void>) => Promise<void>;
  /** Not on every machine: whether it can be produced here. */
  readonly possible?: boolean;
}

export interface Place {
  readonly url: string;
  readonly sender?: Partial<SenderOptions>;
}
