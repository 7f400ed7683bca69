/**
 * A property over hostile input, as a test. In the usual tests it takes a few cases, in `npm run fuzz` many
 * (docs/fuzzing.md): FUZZ_RUNS sets how many, FUZZ_SEED and FUZZ_PATH take a failure up again, FUZZ_LOG counts cases.
 */
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'vitest';
import { expectUntouchedPrototypes } from './invariants.ts';

/** What comes from outside; each is fuzzed with thousands of cases. */
export type Surface =
  | 'responses'
  | 'patterns'
  | 'payload files'
  | 'replayed files'
  | 'config'
  | 'stored runs'
  | 'trace API responses'
  | 'ids'
  | 'numbers'
  | 'DSNs'
  | 'sandbox inputs';

interface FuzzOptions<Value> {
  readonly surface: Surface;
  readonly input: fc.Arbitrary<Value>;
  readonly check: (value: Value) => void | Promise<void>;
  /** Cases in the usual tests. */
  readonly runs: number;
  /** Which part of FUZZ_RUNS a long run takes; less for cases that cost a process or a file each. */
  readonly share?: number;
  /** CPU time of one case, in milliseconds. */
  readonly limitMs?: number;
}

export const IS_LONG_RUN = process.env.FUZZ_RUNS !== undefined;

/** CPU time, so that other programs do not count: no case takes a hundredth of it, and one that never ends takes for ever. */
const CASE_LIMIT_MS = 20_000;
/** After this long a property takes no new case: a busy machine makes the usual tests try less, not fail. */
const PROPERTY_LIMIT_MS = IS_LONG_RUN ? 600_000 : 60_000;
/** The usual tests have vitest's own limit. */
const TEST_LIMIT_MS = IS_LONG_RUN ? PROPERTY_LIMIT_MS + 120_000 : undefined;
/** Counterexamples may be megabytes; seed and path, which come first, bring one back. */
const REPORT_SHOWN = 6_000;

export function fuzz<Value>(title: string, options: FuzzOptions<Value>): void {
  const { surface, input, check, limitMs = CASE_LIMIT_MS } = options;
  test(
    title,
    async () => {
      const began = performance.now();
      let cases = 0;
      const property = fc.asyncProperty(input, async (value) => {
        cases++;
        const usedBefore = process.cpuUsage();
        await check(value);
        expectUntouchedPrototypes();
        const { user, system } = process.cpuUsage(usedBefore);
        const tookMs = Math.round((user + system) / 1_000);
        if (tookMs > limitMs) throw new Error(`took ${tookMs} ms of CPU time (limit ${limitMs} ms)`);
      });
      try {
        const details = await fc.check(property, settings(options));
        if (details.failed) {
          const message = fc.defaultReportMessage(details) ?? 'no report';
          throw new Error(message.slice(0, REPORT_SHOWN), { cause: details.errorInstance });
        }
      } finally {
        log({ surface, title, cases, ms: performance.now() - began });
      }
    },
    TEST_LIMIT_MS,
  );
}

function settings({ runs, share = 1 }: Pick<FuzzOptions<unknown>, 'runs' | 'share'>) {
  const { FUZZ_RUNS, FUZZ_SEED, FUZZ_PATH } = process.env;
  return {
    interruptAfterTimeLimit: PROPERTY_LIMIT_MS,
    numRuns: Math.max(runs, Math.ceil(Number(FUZZ_RUNS ?? 0) * share)),
    ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }),
    ...(FUZZ_PATH === undefined ? {} : { path: FUZZ_PATH }),
  };
}

function log(entry: {
  readonly surface: Surface;
  readonly title: string;
  readonly cases: number;
  readonly ms: number;
}): void {
  const { FUZZ_LOG } = process.env;
  if (FUZZ_LOG !== undefined) appendFileSync(FUZZ_LOG, `${JSON.stringify(entry)}\n`);
}
