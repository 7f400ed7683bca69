/** Makes outside text (responses, names, URLs) safe to print: it cannot control the terminal or a CI system. */
import { writeJson } from '../json/text.ts';

/**
 * Complete ECMA-48 control sequences: CSI (`ESC [ … letter`), the strings OSC, DCS, SOS, PM and APC up to their
 * terminator, and two-character escapes, in 7-bit and 8-bit form. No character class contains the start of a sequence,
 * so that matching is linear.
 */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]?/g;

/** White space and line ends of every kind, which must not break lines outside the layout. */
const SPACES = /[\s\u0085]+/g;

/** C0, DEL, C1, and characters that reorder or hide text (bidirectional controls, zero width, BOM). */
const CONTROLS = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * The first characters of commands that CI systems read from a job's output: GitHub `::add-mask::…` at the start of a line
 * and `##[…` anywhere (actions/runner, ActionCommand), Azure Pipelines `##vso[…`, TeamCity `##teamcity[…`. Lines are wrapped
 * later, so any text may end up at the start of a line.
 */
const ORDERS =
  /:(?=:(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)(?:::| ))|#(?=#(?:vso|teamcity)?\[)/gi;

/** A space after the first character disables the command. */
const BROKEN_ORDER = '$& ';

/** Runs of line separators and {@link CONTROLS}; only `\n` is safe in multi-line text. */
const STEERING = /(?:(?!\n)[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff])+/gu;

/** ASCII replacements for characters that messages of this program and of servers often contain. */
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

/** One safe line: no escape sequences, no control characters, white space collapsed. */
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

/** Several safe lines: line ends and spaces do not change. */
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

/** Escapes everything that could control a screen or a CI system, or hide text; `\n` stays. */
export function withoutSteering(text: string, written: (characters: string) => string): string {
  return text.replace(STEERING, written).replace(ORDERS, written);
}

/** Equivalent JSON that is safe to print. */
export function terminalJson(value: unknown, indent?: number): string {
  return withoutSteering(writeJson(value, indent), jsonEscaped);
}

/** Every character escaped as in JSON: `\u001b`. */
export function jsonEscaped(characters: string): string {
  return characters.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
