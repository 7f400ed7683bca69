/**
 * Ends a test run with one plain line, `N passed, N failed` (and `, N skipped`), also in the file that
 * PROD_E2E_TEST_SUMMARY names. Above it stands every test that was skipped: what it needs is not on this machine.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const skipped = inState('skipped');
    const broken = modules.reduce((sum, module) => sum + module.errors().length, errors.length);
    for (const test of skipped) process.stdout.write(`Skipped: ${describe(test)}\n`);
    const counts = [
      `${inState('passed').length} passed`,
      `${inState('failed').length + broken} failed`,
      ...(skipped.length === 0 ? [] : [`${skipped.length} skipped`]),
    ];
    const line = `${counts.join(', ')}\n`;
    process.stdout.write(line);
    const file = process.env.PROD_E2E_TEST_SUMMARY;
    if (file) writeFileSync(file, line);
  }
}

/** `test/cli/completion.test.ts: fish > offers what bash does (fish is not installed)`. */
function describe(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : '';
  return `${path.relative(process.cwd(), test.module.moduleId)}: ${test.fullName}${note}`;
}
