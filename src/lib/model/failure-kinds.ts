/** The ways in which a request can fail, one row each. Everything that depends on the kind of failure is defined here. */

export interface FailureTraits {
  /** False if no connection to the target was made, so it cannot have received anything. */
  readonly connected: boolean;
  /** False if a second attempt would fail the same way or must not be made. */
  readonly retry: boolean;
  /** The target received the webhook, but there was no complete response within the time limit. */
  readonly timedOut: boolean;
  /** The target as a whole does not work: such failures in all scenarios count as one outage. */
  readonly outage: boolean;
  /** Text before "since" if the target responded earlier in the run; null if the target is still there. */
  readonly lost: string | null;
  /** The entry in the advice catalog; null if there is no advice. */
  readonly advice: 'connection' | 'proxy' | 'tls' | 'timeout' | 'wire' | 'unreadable' | null;
  /** What to try first, if it is not the entry's first solution. */
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
    tryFirst: 'Check for crashes and time-outs of the server, or a proxy before it, while it responds',
  },
  'too-large': {
    ...FINAL,
    advice: 'unreadable',
    tryFirst: 'Check response format in webhook handler: webhook responses are small',
  },
  protocol: { ...FINAL, advice: 'wire' },
  // A broken proxy is no evidence about the target.
  proxy: { ...UNCONNECTED, outage: false, lost: 'proxy failed', advice: 'proxy' },
  // The run was stopped, so this is no evidence about the target.
  aborted: { ...FINAL, advice: null },
} as const satisfies Readonly<Record<string, FailureTraits>>;

export type FailureKind = keyof typeof FAILURE_KINDS;

export const FAILURE_KIND_NAMES = Object.keys(FAILURE_KINDS) as readonly FailureKind[];

/** @param code a finding's code, which for a failed request is the kind of failure; returns null for other codes */
export function traitsOf(code: string): FailureTraits | null {
  return Object.hasOwn(FAILURE_KINDS, code) ? FAILURE_KINDS[code as FailureKind] : null;
}
