/** Ends a test run with one plain line, `N passed, N failed`, also into the file PROD_E2E_TEST_SUMMARY names. */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        if (state === 'failed') failed++;
      }
      failed += module.errors().length;
    }
    const line = `${passed} passed, ${failed} failed\n`;
    process.stdout.write(line);
    const file = process.env.PROD_E2E_TEST_SUMMARY;
    if (file) writeFileSync(file, line);
  }
}
