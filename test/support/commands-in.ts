/** The commands of prod-e2e in a text, and whether the program would understand them. */
import { readFileSync } from 'node:fs';

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

const manifest: Manifest = JSON.parse(
  readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'),
);

/** Every `prod-e2e …` up to the end of its line, a parenthesis or a separator. */
export function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/prod-e2e [a-z][^\n()·,;]*/g)].map(([command]) =>
    command.replace(/ - exit.*/, '').trim(),
  );
}

/** Null if the command exists with these arguments and flags, else what is wrong. */
export function problemWith(command: string): string | null {
  const words = command.split(' ').slice(1);
  const id = [words.slice(0, 2).join(':'), words[0] ?? ''].find((name) =>
    Object.hasOwn(manifest.commands, name),
  );
  if (id === undefined) return `no command: ${command}`;
  const { args, flags, strict } = manifest.commands[id] ?? { args: {}, flags: {} };
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
    if (flag === undefined) return `no flag ${word}: ${command}`;
    if (flag.type === 'option' && !word.includes('=')) at += 1;
  }
  if (strict !== false && values > Object.keys(args).length) return `too many arguments: ${command}`;
  return null;
}
