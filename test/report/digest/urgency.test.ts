import { expect, test } from 'vitest';
import type { TestResult } from '../../../src/lib/model/result.ts';
import { hasWarnings, urgencyOf } from '../../../src/lib/report/digest/urgency.ts';
import { anError, aTest, aWarning } from '../../support/builders.ts';

const ERROR = { errors: [anError('http-5xx', 'HTTP 500')] };
const WARNING = { warnings: [aWarning('slow', 'Took 4 s')] };
const MISSING = { missingData: [{ field: 'variant', level: 'recommended' }] } as const;
const FLAKY = { flaky: true };

test.each<[string, Partial<TestResult>, string, boolean]>([
  ['a working test', {}, 'passed', false],
  ['a warning', WARNING, 'warning', true],
  ['missing data', MISSING, 'warning', true],
  ['a pass after a retry', FLAKY, 'warning', true],
  ['all three', { ...WARNING, ...MISSING, ...FLAKY }, 'warning', true],
  ['an error', ERROR, 'broken', false],
  ['an error and a warning', { ...ERROR, ...WARNING }, 'broken', true],
])('%s: %j is %s, has warnings: %s', (_, overrides, urgency, warnings) => {
  const result = aTest(overrides);
  expect([urgencyOf(result), hasWarnings(result)]).toEqual([urgency, warnings]);
});
