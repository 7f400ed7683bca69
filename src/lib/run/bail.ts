/** When a run stops sending by itself. */
import type { TestResult } from '../model/result.ts';

/** So many tests in a row without any connection say that the next ones will have none either. */
export const TESTS_WITHOUT_CONNECTION = 3;

const NO_CONNECTION = new Set(['dns', 'refused', 'unreachable', 'connect-timeout', 'proxy', 'tls']);

export interface Bail {
  readonly judged: (result: TestResult) => void;
  /** Why nothing more is sent; null while sending goes on. */
  readonly reason: () => string | null;
}

export function createBail(options: {
  readonly enabled: boolean;
  readonly maxFailures: number | null;
}): Bail {
  let inARow = 0;
  let broken = 0;
  // Once there is a reason it stays: a late answer of a test in flight does not start sending again.
  let reason: string | null = null;
  const findReason = () => {
    if (options.enabled && inARow >= TESTS_WITHOUT_CONNECTION) {
      return `${TESTS_WITHOUT_CONNECTION} tests in a row got no connection (--no-bail goes on).`;
    }
    if (options.maxFailures !== null && broken >= options.maxFailures) {
      return `${broken} ${broken === 1 ? 'test is' : 'tests are'} broken (--max-failures ${options.maxFailures}).`;
    }
    return null;
  };
  return {
    judged: ({ verdict, errors }) => {
      inARow = errors.some(({ code }) => NO_CONNECTION.has(code)) ? inARow + 1 : 0;
      if (verdict === 'broken') broken++;
      reason ??= findReason();
    },
    reason: () => reason,
  };
}
