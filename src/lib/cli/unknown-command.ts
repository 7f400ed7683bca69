/** A command line that names no command: suggests what was most likely meant. */
import { distance } from 'fastest-levenshtein';
import { isNear, ProdE2eError } from '../errors.ts';
import { isCommandWord } from './stray-arguments.ts';

const PROGRAM = 'prod-e2e';

/**
 * @param words what was typed, up to the first flag: `report shwo`
 * @param commands the commands listed in the help: `report show`
 */
export function unknownCommand(words: readonly string[], commands: readonly string[]): ProdE2eError {
  if (words.length === 0) {
    return new ProdE2eError('The command must come before its flags.', {
      code: 'UNKNOWN_COMMAND',
      hints: [`Example: ${PROGRAM} run --sandbox`, `All commands: ${PROGRAM} --help`],
    });
  }
  const begun = completeCommand(words, commands);
  if (begun !== null) {
    const isHeader = /^[A-Za-z][\w-]*:/.test(begun.next);
    return new ProdE2eError(
      `${PROGRAM} ${begun.command} got an unexpected argument (not shown: it may contain a secret).`,
      {
        code: 'UNKNOWN_COMMAND',
        hints: [
          ...(isHeader ? ['Pass headers with -H: -H "NAME: VALUE"'] : []),
          `Usage: ${PROGRAM} ${begun.command} --help`,
        ],
      },
    );
  }
  const topic = commands.some((each) => each.startsWith(`${words[0]} `)) ? ` ${words[0]}` : '';
  const meant = nearestCommand(words, commands);
  return new ProdE2eError(notThere(words, topic !== ''), {
    code: 'UNKNOWN_COMMAND',
    hints: [
      ...(meant === null ? [] : [`Did you mean: ${PROGRAM} ${meant}`]),
      `All commands: ${PROGRAM}${topic} --help`,
    ],
  });
}

/** Only words that look like a command are printed back: others may be secret. */
function notThere(words: readonly string[], isTopic: boolean): string {
  const typed = words.slice(0, isTopic ? 2 : 1);
  return typed.every(isCommandWord)
    ? `Unknown command "${typed.join(' ')}".`
    : 'Unknown command (not shown: it may contain a secret).';
}

/** A known command, followed by a word that it does not take. */
function completeCommand(words: readonly string[], commands: readonly string[]) {
  for (let length = words.length - 1; length > 0; length -= 1) {
    const command = words.slice(0, length).join(' ');
    const next = words[length];
    if (next !== undefined && commands.includes(command)) return { command, next };
  }
  return null;
}

/** Compares as many words of the line as the command has; the others may be its arguments. */
function nearestCommand(words: readonly string[], commands: readonly string[]): string | null {
  const near = commands.map((command) => {
    const typed = words.slice(0, command.split(' ').length).join(' ');
    const edits = distance(typed.toLowerCase(), command);
    return { command, edits, isClose: isNear(typed.toLowerCase(), command) };
  });
  const [best] = near.filter(({ isClose }) => isClose).sort((a, b) => a.edits - b.edits);
  return best?.command ?? null;
}
