import { describe, expect, it } from 'vitest';
import { createBail } from '../../src/lib/run/bail.ts';
import { anError, aTest } from '../support/builders.ts';

const REFUSED = aTest({ errors: [anError('refused', 'Request failed: Connection refused')] });
const BROKEN = aTest({ errors: [anError('http-5xx', 'HTTP 500: oops')] });
const WORKING = aTest();

function reasonAfter(
  results: readonly (typeof WORKING)[],
  { enabled = true, maxFailures = null }: { enabled?: boolean; maxFailures?: number | null } = {},
): string | null {
  const bail = createBail({ enabled, maxFailures });
  for (const result of results) bail.judged(result);
  return bail.reason();
}

describe('sending stops', () => {
  it.each(['dns', 'refused', 'unreachable', 'connect-timeout', 'proxy', 'tls'])(
    'after three tests without a connection (%s)',
    (code) => {
      const failed = aTest({ errors: [anError(code, 'Request failed')] });
      expect(reasonAfter([failed, failed])).toBeNull();
      expect(reasonAfter([failed, failed, failed])).toBe(
        '3 tests in a row got no connection (--no-bail goes on).',
      );
    },
  );

  it('for good: a late answer of a test in flight does not start it again', () => {
    expect(reasonAfter([REFUSED, REFUSED, REFUSED, WORKING])).toContain('in a row');
  });

  it.each([
    [1, '1 test is broken (--max-failures 1).'],
    [2, '2 tests are broken (--max-failures 2).'],
  ])('after %i broken tests where that is asked for', (maxFailures, reason) => {
    const broken = Array.from({ length: maxFailures }, () => BROKEN);
    expect(reasonAfter([WORKING, ...broken.slice(1)], { maxFailures })).toBeNull();
    expect(reasonAfter([...broken, WORKING], { maxFailures })).toBe(reason);
  });
});

describe('sending goes on', () => {
  it.each([
    ['when a test in between had an answer', [REFUSED, REFUSED, BROKEN, REFUSED, REFUSED]],
    ['with any number of wrong answers', Array.from({ length: 20 }, () => BROKEN)],
    [
      'with time-outs after the connection',
      Array.from({ length: 5 }, () => aTest({ errors: [anError('response-timeout', 'x')] })),
    ],
  ])('%s', (_, results) => {
    expect(reasonAfter(results)).toBeNull();
  });

  it('with --no-bail', () => {
    expect(
      reasonAfter(
        Array.from({ length: 10 }, () => REFUSED),
        { enabled: false },
      ),
    ).toBeNull();
  });
});
