/** The ways a request can fail, one row each. Whatever depends on the kind of a failure reads it here. */

export interface FailureTraits {
  /** False where no connection to the target was made, so that nothing of the webhook can have arrived. */
  readonly connected: boolean;
  /** False where a second attempt would end the same way, or must not begin. */
  readonly retry: boolean;
  /** The target had the webhook, and no complete response came within the time limit. */
  readonly timedOut: boolean;
  /** The target as a whole does not work: such failures of all scenarios are one outage. */
  readonly outage: boolean;
  /** Stands before "since" where the target responded earlier in the run; null where the target is still there. */
  readonly lost: string | null;
  /** The entry of the advice catalog; null where there is nothing to try. */
  readonly advice: 'connection' | 'proxy' | 'tls' | 'timeout' | 'wire' | 'unreadable' | null;
  /** What to try first where that is not the first solution of the entry. */
  readonly tryFirst?: string;
}

const UNCONNECTED = { connected: false, retry: true, timedOut: false, outage: true } as const;
const TIMED_OUT = { connected: true, retry: true, timedOut: true, outage: true, lost: null } as const;
const FINAL = { connected: true, retry: false, timedOut: false, outage: false, lost: null } as const;

export const FAILURE_KINDS = {
  dns: { ...UNCONNECTED, lost: 'host name not found', advice: 'connection' },
  refused: {
    ...UNCONNECTED,
    lost: 'connection refused',
    advice: 'connection',
    tryFirst: 'Check if production server is running',
  },
  unreachable: {
    ...UNCONNECTED,
    lost: 'host unreachable',
    advice: 'connection',
    tryFirst: 'Verify network connectivity',
  },
  'connect-timeout': { ...UNCONNECTED, lost: 'connection timeout', advice: 'connection' },
  tls: { ...UNCONNECTED, lost: 'TLS failed', advice: 'tls' },
  reset: {
    connected: true,
    retry: true,
    timedOut: false,
    outage: true,
    lost: 'connection reset',
    advice: 'connection',
    tryFirst: 'Review server logs for a crash over the webhook, and check http or https in the URL',
  },
  'response-timeout': { ...TIMED_OUT, advice: 'timeout' },
  'body-timeout': { ...TIMED_OUT, advice: 'timeout' },
  truncated: {
    connected: true,
    retry: true,
    timedOut: false,
    outage: true,
    lost: null,
    advice: 'wire',
    tryFirst: 'Check for crashes and time-outs of the server, or a proxy before it, while it answers',
  },
  'too-large': {
    ...FINAL,
    advice: 'unreadable',
    tryFirst: 'Check response format in webhook handler: webhook answers are small',
  },
  protocol: { ...FINAL, advice: 'wire' },
  // The proxy does not work: that says nothing about the target.
  proxy: { ...UNCONNECTED, outage: false, lost: 'proxy failed', advice: 'proxy' },
  // The run was stopped, not the target.
  aborted: { ...FINAL, advice: null },
} as const satisfies Readonly<Record<string, FailureTraits>>;

export type FailureKind = keyof typeof FAILURE_KINDS;

export const FAILURE_KIND_NAMES = Object.keys(FAILURE_KINDS) as readonly FailureKind[];

/** @param code of a finding: that of a failed request is the kind of its failure; null where it is about something else */
export function traitsOf(code: string): FailureTraits | null {
  return Object.hasOwn(FAILURE_KINDS, code) ? FAILURE_KINDS[code as FailureKind] : null;
}
