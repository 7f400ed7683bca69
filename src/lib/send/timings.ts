import type { Timings } from '../model/result.ts';

/** A request's own timings, before lateness against a plan is added. */
export type PhaseTimings = Omit<Timings, 'lateMs'>;

/** The part of got's `timings` that is used; points in time and phases in whole milliseconds. */
interface GotTimings {
  readonly phases: {
    readonly wait?: number | undefined;
    readonly dns?: number | undefined;
    readonly tcp?: number | undefined;
    readonly tls?: number | undefined;
    readonly request?: number | undefined;
    readonly firstByte?: number | undefined;
    readonly download?: number | undefined;
  };
}

interface Measured {
  /** By a monotonic clock, finer than got's phases. */
  readonly totalMs: number;
  /** On a kept connection got repeats the phases of the request that made it. */
  readonly reused: boolean;
}

export function timingsOf(timings: GotTimings | undefined, { totalMs, reused }: Measured): PhaseTimings {
  const phases = timings?.phases ?? {};
  return {
    waitMs: phaseOf(phases.wait),
    dnsMs: reused ? null : phaseOf(phases.dns),
    tcpMs: reused ? null : phaseOf(phases.tcp),
    tlsMs: reused ? null : phaseOf(phases.tls),
    requestMs: phaseOf(phases.request),
    firstByteMs: phaseOf(phases.firstByte),
    downloadMs: phaseOf(phases.download),
    totalMs: round(totalMs),
  };
}

/** Phases that had ended when the request failed. */
export function failedAfter(timings: GotTimings | undefined, measured: Measured): PhaseTimings {
  return { ...timingsOf(timings, measured), downloadMs: null };
}

/** got measures by the wall clock, which may be set back, and gives NaN where a phase's start is missing. */
function phaseOf(ms: number | undefined): number | null {
  return ms === undefined || !Number.isFinite(ms) || ms < 0 ? null : ms;
}

/** Microseconds are the last digits that mean anything. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
