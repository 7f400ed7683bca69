/** When a run stops sending by itself. */
import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import { hintFor } from '../report/advice.ts';
import { countOf } from '../terminal/quantities.ts';
import { type QuietSpell, quietText } from './quiet-hours.ts';

/** So many tests in a row without any connection say that the next ones will have none either. */
export const TESTS_WITHOUT_CONNECTION = 3;

const NO_CONNECTION = new Set(['dns', 'refused', 'unreachable', 'connect-timeout', 'proxy', 'tls']);

export interface Bail {
  readonly judged: (result: TestResult) => void;
  /** Why nothing more is sent; null while sending goes on. Looks at the clock: ask before each test. */
  readonly reason: () => string | null;
  /** What it means for the run, once there is a reason; null where failed tests say it already. */
  readonly finding: (notSent: number) => Finding | null;
}

export interface BailOptions {
  readonly enabled: boolean;
  readonly maxFailures: number | null;
  /** The quiet hours before which everything has to be sent; null for none. */
  readonly quiet: QuietSpell | null;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

interface Stop {
  readonly because: string;
  readonly finding: {
    readonly severity: Finding['severity'];
    readonly code: string;
    readonly message: string;
  } | null;
}

export function createBail(options: BailOptions): Bail {
  let inARow = 0;
  let broken = 0;
  // Once there is a reason it stays: a late answer of a test in flight does not start sending again.
  let stop: Stop | null = null;
  return {
    judged: ({ verdict, errors }) => {
      inARow = errors.some(({ code }) => NO_CONNECTION.has(code)) ? inARow + 1 : 0;
      if (verdict === 'broken') broken++;
      stop ??= stopAfterTest(options, { inARow, broken });
    },
    reason: () => {
      stop ??= stopForQuiet(options);
      return stop?.because ?? null;
    },
    finding: (notSent) => {
      if (stop?.finding == null) return null;
      const { severity, code, message } = stop.finding;
      const rest = `${countOf(notSent, 'webhook was', 'webhooks were')} not sent`;
      return { severity, code, message: `${message}: ${rest}`, hint: hintFor(code) };
    },
  };
}

function stopAfterTest(
  { enabled, maxFailures }: BailOptions,
  { inARow, broken }: { readonly inARow: number; readonly broken: number },
): Stop | null {
  if (enabled && inARow >= TESTS_WITHOUT_CONNECTION) {
    return {
      because: `${TESTS_WITHOUT_CONNECTION} tests in a row got no connection (--no-bail goes on).`,
      finding: { severity: 'error', code: 'no-connection', message: 'The target cannot be reached' },
    };
  }
  if (maxFailures !== null && broken >= maxFailures) {
    const because = `${broken} ${broken === 1 ? 'test is' : 'tests are'} broken (--max-failures ${maxFailures}).`;
    return { because, finding: null };
  }
  return null;
}

function stopForQuiet({ quiet, nowMs }: BailOptions): Stop | null {
  if (quiet === null) return null;
  const now = nowMs();
  if (now < quiet.startsAtMs) return null;
  return {
    because: `The run came to ${quietText(quiet, now)} (--yes goes on).`,
    finding: {
      severity: 'warning',
      code: 'quiet-hours',
      message: 'Quiet hours began before everything was sent',
    },
  };
}
