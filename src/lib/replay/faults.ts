/** Words what keeps payloads from being sent. No payload is quoted: what is in it may be secret. */
import { ProdE2eError } from '../errors.ts';
import { FAULTS_SHOWN } from './limits.ts';

export interface ReplayFault {
  /** `line 17`, `payload 3 (line 12)`. */
  readonly place: string;
  readonly problem: string;
}

export interface FaultList {
  readonly add: (fault: ReplayFault) => void;
  readonly count: () => number;
  /** @throws ProdE2eError `REPLAY_INVALID` where there are any */
  readonly check: () => void;
}

/** @param name of the file */
export function createFaultList(name: string): FaultList {
  const shown: ReplayFault[] = [];
  let count = 0;
  return {
    add: (fault) => {
      count++;
      if (shown.length < FAULTS_SHOWN) shown.push(fault);
    },
    count: () => count,
    check: () => {
      if (count > 0) throw replayInvalid(name, shown, count);
    },
  };
}

function replayInvalid(name: string, shown: readonly ReplayFault[], count: number): ProdE2eError {
  const more = count - shown.length;
  const lines = [
    `${name} has ${count === 1 ? 'a payload' : `${count.toLocaleString('en-US')} payloads`} that cannot be sent:`,
    ...shown.map(({ place, problem }) => `  ${name}, ${place}: ${problem}`),
    ...(more > 0 ? [`  and ${more.toLocaleString('en-US')} more`] : []),
  ];
  return new ProdE2eError(lines.join('\n'), {
    code: 'REPLAY_INVALID',
    hints: ['Correct what is listed; nothing was sent.'],
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
