/** What is wrong with the spans the target makes for one scenario. */
import { effectsFor, type Fault } from './faults.ts';

export interface SpanFaults {
  /** Spans that are not made; their work is done all the same. */
  readonly missing: ReadonlySet<string>;
  /** Spans that are marked as failed; their work succeeds all the same. */
  readonly failing: ReadonlySet<string>;
  /** By name of the span, how much longer it takes, in milliseconds. */
  readonly delaysMs: ReadonlyMap<string, number>;
  /** As if the service had no SDK: no spans and no errors. */
  readonly isUntraced: boolean;
  /** How often the background work runs, each time in a separate trace; null if it stays in the webhook's. */
  readonly detachedAttempts: number | null;
  /** The signal is not saved; spans and response claim that it is. */
  readonly isUnsaved: boolean;
}

/** Faults of several spans add up. */
export function spanFaultsFor(faults: readonly Fault[], scenario: string): SpanFaults {
  const missing = new Set<string>();
  const failing = new Set<string>();
  const delaysMs = new Map<string, number>();
  let isUntraced = false;
  let isUnsaved = false;
  let detachedAttempts: number | null = null;
  for (const effect of effectsFor(faults, scenario)) {
    if (effect.kind === 'span-missing') missing.add(effect.span);
    else if (effect.kind === 'span-error') failing.add(effect.span);
    else if (effect.kind === 'span-slow') delaysMs.set(effect.span, effect.delayMs);
    else if (effect.kind === 'no-sdk') isUntraced = true;
    else if (effect.kind === 'unsaved') isUnsaved = true;
    else if (effect.kind === 'detached') detachedAttempts = effect.attempts;
  }
  return { missing, failing, delaysMs, isUntraced, detachedAttempts, isUnsaved };
}

/** Whether the target's SDK is to drop the traces of a scenario. */
export function isSampledOut(faults: readonly Fault[], scenario: string): boolean {
  return effectsFor(faults, scenario).some((effect) => effect.kind === 'sampled-out');
}
