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
    return new ProdE2eError('A command comes first, then its flags.', {
      code: 'UNKNOWN_COMMAND',
      hints: [`Such as: ${PROGRAM} run --sandbox`, `All commands: ${PROGRAM} --help`],
    });
  }
  const begun = wholeCommand(words, commands);
  if (begun !== null) {
    const isHeader = /^[A-Za-z][\w-]*:/.test(begun.next);
    return new ProdE2eError(
      `${PROGRAM} ${begun.command} takes no such argument (not shown: it may hold a secret).`,
      {
        code: 'UNKNOWN_COMMAND',
        hints: [
          ...(isHeader ? ['A header takes -H: -H "NAME: VALUE"'] : []),
          `What it takes: ${PROGRAM} ${begun.command} --help`,
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
    ? `There is no command "${typed.join(' ')}".`
    : 'There is no such command (not shown: it may hold a secret).';
}

/** A known command, followed by a word that it does not take. */
function wholeCommand(words: readonly string[], commands: readonly string[]) {
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
