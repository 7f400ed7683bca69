/** The commands that an output tells its reader to paste. */

/** A word of a command: an argument, a flag, or a quoted text. */
const WORD = /^(?:'[^']*'|"[^"]*"|[\w./:=@%+*-]*[\w/*])$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colors of a terminal
const ESCAPES = /\u001b\[[\d;]*m/g;

export interface PrintedCommand {
  /** As printed, without what follows it in the line. */
  readonly text: string;
  readonly args: readonly string[];
}

/** @param commands ids of the program's commands: `report show` */
export function commandsIn(text: string, commands: readonly string[]): readonly PrintedCommand[] {
  const lines = text.replaceAll(ESCAPES, '').split('\n');
  return lines.flatMap((line) =>
    line
      .split(/(?<![\w/@-])prod-e2e (?=[a-z])/)
      .slice(1)
      .flatMap((after) => commandOf(after, commands) ?? []),
  );
}

/** Null for a mention of the program that is no command: `prod-e2e has no such variable`. */
function commandOf(after: string, commands: readonly string[]): PrintedCommand | null {
  // A command ends at a gap, a bracket, a comment, or the end of a sentence.
  const [written = ''] = after.split(/ {2}|[()`→|·#;]|[.,:](?= |$)|(?<=\S)" /);
  const words = written.trim().match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const id = [2, 1].map((count) => words.slice(0, count).join(' ')).find((each) => commands.includes(each));
  if (id === undefined) return null;
  const own = id.split(' ').length;
  const args: string[] = [];
  for (const word of words.slice(own)) {
    if (!WORD.test(word)) break;
    args.push(word.replace(/^(['"])(.*)\1$/, '$2'));
  }
  return {
    text: `prod-e2e ${[id, ...words.slice(own, own + args.length)].join(' ')}`,
    args: [...id.split(' '), ...args],
  };
}
