import { defineConfig } from 'vitest/config';

/** Ends a test that hangs. No test needs it, also on a machine whose cores are all busy. */
const HANG_MS = 300_000;

export default defineConfig({
  test: {
    reporters: ['default', './test/summary-reporter.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    teardownTimeout: HANG_MS,
    expect: { poll: { timeout: HANG_MS } },
    // Most of a test is waiting for servers and child processes: four files at a time keep two cores busy.
    maxWorkers: 4,
  },
});
