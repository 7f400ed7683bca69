/** Decides when a latency is slower than usual: the rule of docs/comparing.md. Its constants come from the simulation in its test. */
import { quantile, sampleOf } from './sample.ts';

/** Saved tests needed to know how much latency varies: across scenarios, and for one scenario. */
export const MIN_SAVED_TESTS = 25;
const MIN_OF_SCENARIO = 3;
/** Smaller changes do not matter. */
const MIN_CHANGE_MS = 50;
/** Added to each latency before it is compared, so that jitter of a target that responds within 1 ms is not a slowdown. */
const JITTER_MS = 10;
/** For several tests of a scenario: how many times the usual median theirs must be. */
const FACTOR = 2;
/** For a single test: the minimum multiple of the usual latency, and of a quick one (twice the spread below the usual one). */
const SINGLE_FACTOR = 3;
const SINGLE_FACTOR_OF_QUICK = 4.25;
/** A single test shows nothing if the slowest saved test is farther from the usual one than this many times the spread below it. */
const LONG_TAIL = 4.5;
/** For several tests, the most distant saved ones are ignored: this share of all is used. */
const FAR = 0.98;

/** How far saved latencies are from the usual one of their scenario, as logarithms of the ratio. */
export interface Noise {
  readonly tests: number;
  /** Of the slowest and the quickest test; both positive. */
  readonly slowest: number;
  readonly quickest: number;
  /** The same without the most distant 2 %. */
  readonly slow: number;
  readonly quick: number;
  /** Mean distance above and below; both positive. */
  readonly above: number;
  readonly below: number;
}

/** @param scenarios saved latencies of each, in milliseconds */
export function noiseOf(scenarios: readonly (readonly number[])[]): Noise {
  const all = scenarios.filter(isEnough).flatMap((saved) => {
    const usual = usualOf(saved);
    return saved.map((ms) => distance(ms, usual));
  });
  const sorted = all.toSorted((a, b) => a - b);
  const dropped = Math.floor(sorted.length * (1 - FAR));
  return {
    tests: sorted.length,
    slowest: Math.max(0, sorted.at(-1) ?? 0),
    quickest: Math.max(0, -(sorted[0] ?? 0)),
    slow: Math.max(0, sorted.at(-1 - dropped) ?? 0),
    quick: Math.max(0, -(sorted[dropped] ?? 0)),
    above: mean(sorted.filter((each) => each > 0)),
    below: mean(sorted.filter((each) => each < 0).map(Math.abs)),
  };
}

export function isEnough(saved: readonly number[]): boolean {
  return saved.length >= MIN_OF_SCENARIO;
}

/** The median; 0 for an empty list. */
export function usualOf(saved: readonly number[]): number {
  return quantile(sampleOf(saved), 0.5) ?? 0;
}

export interface Limits {
  /** Null if one test is not enough to call it slower. */
  readonly slowerMs: number | null;
  readonly fasterMs: number;
}

/**
 * The limits above which a run's median is slower and below which it is faster; null if too few tests are saved.
 * @param options.tests number of tests in the run
 */
export function limitsOf(options: {
  readonly usualMs: number;
  readonly noise: Noise;
  readonly tests: number;
}): Limits | null {
  const { usualMs, noise, tests } = options;
  if (noise.tests < MIN_SAVED_TESTS) return null;
  // With fewer saved tests, the next one may be farther beyond the slowest of them.
  const power = 1.5 + 25 / noise.tests;
  const single = tests === 1;
  const hasLongTail = single && noise.slowest > LONG_TAIL * noise.below;
  const times = (spread: number) =>
    single ? Math.max(SINGLE_FACTOR, SINGLE_FACTOR_OF_QUICK * Math.exp(-2 * spread)) : FACTOR;
  const beyond = (by: number) => (usualMs + JITTER_MS) * Math.exp(by) - JITTER_MS;
  return {
    slowerMs: hasLongTail
      ? null
      : Math.max(
          usualMs + MIN_CHANGE_MS,
          usualMs * times(noise.below),
          beyond(power * (single ? noise.slowest : noise.slow)),
        ),
    fasterMs: Math.min(
      usualMs - MIN_CHANGE_MS,
      usualMs / times(noise.above),
      beyond(-power * (single ? noise.quickest : noise.quick)),
    ),
  };
}

function distance(ms: number, usualMs: number): number {
  return Math.log((ms + JITTER_MS) / (usualMs + JITTER_MS));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
