/** The errors of payloads that cannot be sent. No payload is quoted, since it may hold secrets. */
import { EXIT, ProdE2eError } from '../errors.ts';
import { countOf } from '../terminal/quantities.ts';

export interface ReplayProblem {
  /** `line 17`, `payload 3 (line 12)`. */
  readonly place: string;
  readonly problem: string;
}

export interface ProblemList {
  /** Problems of one payload come one after another. */
  readonly add: (problem: ReplayProblem) => void;
  /** @throws ProdE2eError `REPLAY_INVALID` if any were added */
  readonly check: () => void;
}

/** @param name of the file */
export function createProblemList(name: string): ProblemList {
  const shown: ReplayProblem[] = [];
  let problems = 0;
  let payloads = 0;
  let last = '';
  return {
    add: (problem) => {
      problems++;
      if (problem.place !== last) payloads++;
      last = problem.place;
      if (shown.length < PROBLEMS_SHOWN) shown.push(problem);
    },
    check: () => {
      if (problems > 0) throw replayInvalid(name, { shown, problems, payloads });
    },
  };
}

function replayInvalid(
  name: string,
  {
    shown,
    problems,
    payloads,
  }: { readonly shown: readonly ReplayProblem[]; readonly problems: number; readonly payloads: number },
): ProdE2eError {
  const more = problems - shown.length;
  const lines = [
    `${name} has ${countOf(payloads, 'payload')} that cannot be sent:`,
    ...shown.map(({ place, problem }) => `  ${name}, ${place}: ${problem}`),
    ...(more > 0 ? [`  and ${countOf(more, 'more problem')}`] : []),
  ];
  return new ProdE2eError(lines.join('\n'), {
    code: 'REPLAY_INVALID',
    hints: ['Nothing was sent. Fix the payloads above.'],
  });
}

/** What is wrong with the file as a whole. */
export function replayFileError(message: string, hints: readonly string[], cause?: unknown): ProdE2eError {
  return new ProdE2eError(message, {
    code: 'REPLAY_FILE',
    hints,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** @param signal by which it was stopped */
export function interrupted(signal: unknown): ProdE2eError {
  return new ProdE2eError('Interrupted; nothing was sent.', {
    code: 'INTERRUPTED',
    hints: [],
    exit: signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated,
  });
}

/** A result is saved with its payload, and its line must fit into the 16 MiB that `report/results-file` reads. */
export const MAX_PAYLOAD_BYTES = 4 * 1024 ** 2;
/** A JSON list or a HAR file is held in memory; NDJSON is read line by line. */
export const MAX_DOCUMENT_BYTES = 128 * 1024 ** 2;
/** Input from a pipe is written to a temporary file, since it is read twice. */
export const MAX_PIPED_BYTES = 1024 ** 3;
/** Further problems are counted, not listed. */
export const PROBLEMS_SHOWN = 20;
