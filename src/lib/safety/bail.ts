/** Decides when a run stops sending. */
import { traitsOf } from '../model/failure-kinds.ts';
import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import { hintFor } from '../report/advice/advice.ts';
import { countOf } from '../terminal/quantities.ts';
import { type QuietSpell, quietText } from './quiet-hours.ts';

/** Number of tests in a row that could not connect, after which the next ones are not expected to connect either. */
export const TESTS_WITHOUT_CONNECTION = 3;

export interface Bail {
  readonly judged: (result: TestResult) => void;
  /** Why nothing more is sent, or null. It depends on the time: call it before each test. */
  readonly reason: () => string | null;
  /** The finding of the run, once sending is over; null if failed tests already show it. */
  readonly finding: (notSent: number) => Finding | null;
}

export interface BailOptions {
  readonly enabled: boolean;
  readonly maxFailures: number | null;
  /** The quiet hours before which everything must be sent, or null. */
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
  const outage = createOutage();
  // A reason stays: a late response of a test in flight does not resume sending.
  let stop: Stop | null = null;
  return {
    judged: (result) => {
      const { verdict, errors } = result;
      outage.judged(result);
      inARow = errors.some(({ code }) => traitsOf(code)?.connected === false) ? inARow + 1 : 0;
      if (verdict === 'broken') broken++;
      stop ??= stopAfterTest(options, { inARow, broken });
    },
    reason: () => {
      stop ??= stopForQuiet(options);
      return stop?.because ?? null;
    },
    finding: (notSent) => {
      const lost = outage.finding();
      if (lost !== null && (stop === null || stop.finding?.code === 'no-connection')) return lost;
      if (stop?.finding == null || notSent === 0) return null;
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
      because: `${TESTS_WITHOUT_CONNECTION} tests in a row could not connect (use --no-bail to continue).`,
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
    because: `The run stopped for ${quietText(quiet, now)} (use --yes to continue).`,
    finding: {
      severity: 'warning',
      code: 'quiet-hours',
      message: 'Quiet hours began before everything was sent',
    },
  };
}

/**
 * Number of tests at the end of a run that could not connect, after one that got a response, that count as an outage.
 */
const OUTAGE_TESTS = 2;

/** Orders tests by time: a run that worked first and failed later is not one in which everything failed. */
function createOutage() {
  let tests = 0;
  let responded = 0;
  let lastResponseAt: string | null = null;
  let failures: readonly Finding[] = [];
  return {
    judged: ({ errors, response, startedAt, timings }: TestResult) => {
      tests += 1;
      const failure = errors.find(({ code }) => (traitsOf(code)?.lost ?? null) !== null);
      if (failure !== undefined && response === null) {
        failures = [...failures.slice(-OUTAGE_TESTS), failure];
        return;
      }
      failures = [];
      if (response === null) return;
      responded += 1;
      lastResponseAt = new Date(Date.parse(startedAt) + timings.totalMs).toISOString();
    },
    finding: (): Finding | null => {
      const last = failures.at(-1);
      if (lastResponseAt === null || last === undefined || failures.length < OUTAGE_TESTS) return null;
      const until = `The target responded until ${lastResponseAt.slice(11, 19)} UTC`;
      const since = `${traitsOf(last.code)?.lost ?? last.code} since`;
      const message = `${until}, ${since} (${countOf(responded, 'response')} of ${countOf(tests, 'webhook')})`;
      return { severity: 'error', code: 'connection-lost', message, hint: hintFor('connection-lost') };
    },
  };
}
