import { expect, test } from 'vitest';
import type { UnverifiedReason } from '../../src/lib/model/result.ts';
import { adviceFor, firstAdvice, TRACES_SAMPLER_SNIPPET } from '../../src/lib/trace/advice.ts';

const WORDS: Readonly<Record<UnverifiedReason, RegExp>> = {
  'not-found': /--trace-timeout.*SENTRY_ORG/,
  'only-our-spans': /baggage.*tracesSampler.*organisation/,
  'sampled-out': /tracesSampler/,
  late: /--trace-timeout.*trace show/,
  unauthorized: /org:read.*sntrys_.*SENTRY_AUTH_TOKEN/,
  'org-mismatch': /SENTRY_ORG.*slug/,
  'api-error': /SENTRY_URL/,
};

test.each(Object.entries(WORDS))('%s comes with what to do about it', (reason, words) => {
  const { meaning, solutions } = adviceFor(reason as UnverifiedReason);
  expect(meaning).toMatch(/^[A-Z].*[^.]$/);
  expect(solutions.join(' ')).toMatch(words);
});

test('fewer traces are the advice only where Sentry limits requests', () => {
  expect(firstAdvice('api-error', 429)).toMatch(/fewer traces/);
  expect(firstAdvice('api-error', 503)).toMatch(/SENTRY_URL/);
  expect(firstAdvice('api-error', null)).toMatch(/SENTRY_URL/);
});

test('the sampler for services keeps an incoming decision, whatever it is', () => {
  const [, expression = ''] = /tracesSampler: (.*?), \/\//.exec(TRACES_SAMPLER_SNIPPET) ?? [];
  const sampler: unknown = new Function(`return ${expression}`)();
  if (typeof sampler !== 'function') throw new Error('no function');
  expect(sampler({ parentSampled: true })).toBe(true);
  expect(sampler({ parentSampled: false })).toBe(false);
  expect(sampler({})).toBe(0.1);
});
