import { defineConfig } from 'vitest/config';

/** Ends a test that hangs. No test needs it, also on a machine whose cores are all busy. */
const HANG_MS = 300_000;

/** Folders of tests that start the built program, a browser or other people's programs, or try thousands of random cases. */
const WHOLE_PROGRAM = [
  'acceptance',
  'browser',
  'cli',
  'docs',
  'evidence',
  'fuzz',
  'library',
  'sandbox',
  'support',
];

export default defineConfig({
  test: {
    reporters: ['default', './test/summary-reporter.ts'],
    testTimeout: HANG_MS,
    hookTimeout: HANG_MS,
    teardownTimeout: HANG_MS,
    expect: { poll: { timeout: HANG_MS } },
    // Most of a test is waiting for servers and child processes: four files at a time keep two cores busy.
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['test/**/*.test.ts'],
          exclude: WHOLE_PROGRAM.map((folder) => `test/${folder}/**`),
          // Files of a worker share its modules: loading them anew for each file takes as long as the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'program',
          include: WHOLE_PROGRAM.map((folder) => `test/${folder}/**/*.test.ts`),
          globalSetup: 'test/build-program.ts',
        },
      },
    ],
  },
});
