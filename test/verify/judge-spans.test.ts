import { expect, test } from 'vitest';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import { judgeSpans } from '../../src/lib/verify/judge-spans.ts';
import { anExpectation, aSpan, aTrace, checksAt } from '../trace/span-builders.ts';

const SPANS = [anExpectation('first'), anExpectation('second', { required: true })];
const FAILED = aSpan('first', { status: 'error' });
const SLOW = aSpan('slow', { durationMs: 5_000 });

function judged(spans: readonly TraceSpan[], endedEarly: boolean) {
  const {
    findings,
    missing,
    spans: by,
  } = judgeSpans({
    sources: { trace: aTrace(spans), followed: [], ourSpanIds: new Set() },
    spans: SPANS,
    checks: checksAt('warn'),
    usualDurations: new Map([['api||slow', 10]]),
    endedEarly,
  });
  return {
    found: findings.map(({ severity, code }) => `${severity} ${code}`),
    missing: [...missing.keys()],
    needed: by.map(({ minCount }) => minCount),
  };
}

test.each<[string, readonly TraceSpan[], boolean, ReturnType<typeof judged>]>([
  ['all there', [aSpan('first'), aSpan('second')], false, { found: [], missing: [], needed: [1, 1] }],
  [
    'one missing',
    [aSpan('first')],
    false,
    { found: ['error trace-missing'], missing: ['second'], needed: [1, 1] },
  ],
  // What was not waited for cannot be called missing.
  [
    'one missing where the way ended early',
    [aSpan('first')],
    true,
    { found: [], missing: [], needed: [0, 0] },
  ],
  [
    'a slow one where the way ended early',
    [aSpan('first'), SLOW],
    true,
    { found: ['warning trace-slow'], missing: [], needed: [0, 0] },
  ],
  // A failed span accounts for what was not reached.
  [
    'a failure that explains it',
    [FAILED],
    true,
    { found: ['error trace-error'], missing: [], needed: [1, 1] },
  ],
  [
    'a failure and a slow one',
    [FAILED, SLOW],
    true,
    { found: ['error trace-error', 'warning trace-slow'], missing: [], needed: [1, 1] },
  ],
])('%s', (_, spans, endedEarly, expected) => {
  expect(judged(spans, endedEarly)).toEqual(expected);
});
