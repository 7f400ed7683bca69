import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TestResult } from '../../src/lib/model/result.ts';
import { type Candidate, createCandidates } from '../../src/lib/verify/candidate.ts';
import { anError, aTest, aWarning } from '../support/builders.ts';

const BROKEN = { errors: [anError('http-5xx', 'HTTP 500')] };
const WARNED = { warnings: [aWarning('slow', 'Response took 4000 ms')] };
const INCOMPLETE = { missingData: [{ field: 'variant', level: 'recommended' }] } as const;
const FLAKY = { flaky: true };

function aCandidate(index: number, overrides: Partial<TestResult> = {}): Candidate {
  const result = aTest({ index, ...overrides });
  return {
    result,
    delivery: {
      response: null,
      failure: null,
      trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), headers: {} },
    },
    respondedAtMs: 0,
    values: () => ({}),
    mask: (text) => text,
  };
}

function pickedOf(limit: number, tests: readonly Partial<TestResult>[]): readonly number[] {
  const candidates = createCandidates(limit);
  tests.forEach((test, at) => {
    candidates.add(aCandidate(at + 1, test));
  });
  return candidates.picked().map(({ result }) => result.index);
}

describe('the traces to read', () => {
  it.each([
    ['all in order where none is remarkable', 5, [{}, {}, {}], [1, 2, 3]],
    ['broken ones first', 5, [{}, BROKEN, {}, BROKEN], [2, 4, 1, 3]],
    [
      'after them warned, incomplete and flaky ones, in order',
      9,
      [{}, FLAKY, INCOMPLETE, BROKEN, WARNED],
      [4, 2, 3, 5, 1],
    ],
    ['no more than the limit, the least urgent left out', 2, [{}, WARNED, {}, BROKEN], [4, 2]],
    ['the first ones of a kind', 2, [{}, {}, {}], [1, 2]],
    ['none for a limit of none', 0, [BROKEN, {}], []],
    ['none of no tests', 3, [], []],
  ])('%s', (_, limit, tests, expected) => {
    expect(pickedOf(limit, tests)).toEqual(expected);
  });

  it('respect the limit and never include a working test while a broken one is left', () => {
    fc.assert(
      fc.property(
        fc.nat(6),
        fc.array(fc.constantFrom({}, WARNED, BROKEN), { maxLength: 30 }),
        (limit, tests) => {
          const picked = pickedOf(limit, tests);
          expect(picked).toHaveLength(Math.min(limit, tests.length));
          expect(new Set(picked).size).toBe(picked.length);
          const broken = tests.filter((test) => test === BROKEN).length;
          const pickedBroken = picked.filter((index) => tests[index - 1] === BROKEN).length;
          expect(pickedBroken).toBe(Math.min(limit, broken));
        },
      ),
    );
  });
});
