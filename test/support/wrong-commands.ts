/** Printed commands that the program would refuse: unknown flags, too many arguments. */
import { readFileSync } from 'node:fs';
import { commandsIn, type PrintedCommand } from './printed-commands.ts';

interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      {
        readonly args: Readonly<Record<string, unknown>>;
        readonly flags: Readonly<
          Record<string, { readonly char?: string; readonly type: string; readonly allowNo?: boolean }>
        >;
        readonly strict?: boolean;
      }
    >
  >;
}

const { commands }: Manifest = JSON.parse(
  readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'),
);
const IDS = Object.keys(commands).map((id) => id.replaceAll(':', ' '));

export function printedCommands(text: string): readonly string[] {
  return commandsIn(text, IDS).map((each) => each.text);
}

/** What is wrong with each command in the text that is not right. */
export function wrongCommands(text: string): readonly string[] {
  return commandsIn(text, IDS).flatMap((command) => problemOf(command) ?? []);
}

/** Null if the command exists with these arguments and flags, else what is wrong. */
export function problemWith(command: string): string | null {
  const args = command.split(' ').slice(1);
  return idOf(args) === undefined ? `no command: ${command}` : problemOf({ text: command, args });
}

function idOf(words: readonly string[]): string | undefined {
  return [words.slice(0, 2).join(':'), words[0] ?? ''].find((each) => Object.hasOwn(commands, each));
}

function problemOf({ text, args: words }: PrintedCommand): string | null {
  const id = idOf(words) ?? '';
  const { args = {}, flags = {}, strict } = commands[id] ?? {};
  const given = words.slice(id.split(':').length);
  let values = 0;
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? '';
    if (!word.startsWith('-')) {
      values += 1;
      continue;
    }
    const name = word.replace(/^--?/, '').split('=')[0] ?? '';
    const flag = Object.entries(flags).find(
      ([long, { char, allowNo }]) =>
        long === name || char === name || (allowNo === true && `no-${long}` === name),
    )?.[1];
    if (flag === undefined) return `no flag ${word}: ${text}`;
    if (flag.type === 'option' && !word.includes('=')) at += 1;
  }
  return strict !== false && values > Object.keys(args).length ? `too many arguments: ${text}` : null;
}
