/** Makes text from elsewhere (responses, names, URLs) safe to print: it steers neither the terminal nor a CI system. */
import { writeJson } from '../json/text.ts';

/**
 * ECMA-48 control sequences as a whole: CSI (`ESC [ … letter`), the strings OSC, DCS, SOS, PM and APC up to their
 * terminator, and two-character escapes, in their 7-bit and 8-bit spellings. No class contains what starts a
 * sequence, so that matching stays linear.
 */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]?/g;

/** White space and line ends of every kind, which must not break a line where the layout does not. */
const SPACES = /[\s\u0085]+/g;

/** C0, DEL, C1, and the marks that reorder or hide text (bidirectional controls, zero width, BOM). */
const CONTROLS = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * What CI systems take out of the output of a job as orders of their own: GitHub `::add-mask::…` at the beginning of a
 * line and `##[…` anywhere (actions/runner, ActionCommand), Azure Pipelines `##vso[…`, TeamCity `##teamcity[…`. The first
 * character of each; lines are broken later, so that anything may come to stand at their beginning.
 */
const ORDERS =
  /:(?=:(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)(?:::| ))|#(?=#(?:vso|teamcity)?\[)/gi;

/** A space after its first character makes it plain text. */
const BROKEN_ORDER = '$& ';

/** Line separators and all of {@link CONTROLS}, in runs; only `\n` is harmless where lines are meant. */
const STEERING = /(?:(?!\n)[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff])+/gu;

/** ASCII spellings of the characters that messages of this program and of servers use most. */
const ASCII: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '→': '->',
  '·': '-',
  '×': 'x',
  µ: 'u',
};

/** One line of harmless text: no escape sequences, no control characters, white space collapsed. */
export function terminalText(
  text: string,
  options: { readonly unicode: boolean } = { unicode: true },
): string {
  const clean = text
    .replace(SEQUENCES, '')
    .replace(CONTROLS, (character) => (/[\s\u0085]/.test(character) ? ' ' : ''))
    .replace(SPACES, ' ')
    .replace(ORDERS, BROKEN_ORDER);
  return options.unicode ? clean : clean.replace(/[^ -~]/gu, (character) => ASCII[character] ?? '?');
}

/** Several lines of harmless text: line ends and spaces stay, as they were written. */
export function terminalLines(text: string): string {
  const lines = text.split(/\r?\n/);
  return lines
    .map((line) =>
      line
        .replace(SEQUENCES, '')
        .replace(/[^\S ]|\u0085/g, ' ')
        .replace(CONTROLS, '')
        .replace(ORDERS, BROKEN_ORDER),
    )
    .join('\n');
}

/** The text with whatever could steer a screen or a CI system, or hide something, written another way; `\n` stays. */
export function withoutSteering(text: string, written: (characters: string) => string): string {
  return text.replace(STEERING, written).replace(ORDERS, written);
}

/** JSON that is harmless on a screen and means the same. */
export function terminalJson(value: unknown, indent?: number): string {
  return withoutSteering(writeJson(value, indent), jsonEscaped);
}

/** Every character as JSON escapes it: `\u001b`. */
export function jsonEscaped(characters: string): string {
  return characters.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
