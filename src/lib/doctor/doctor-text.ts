/** The lines of a check for a terminal. */
import type { Screen } from '../terminal/capabilities.ts';
import { layOut } from '../terminal/layout.ts';
import { countOf } from '../terminal/quantities.ts';
import { glyphsFor, type Style, styled } from '../terminal/signs.ts';
import { terminalText } from '../terminal/text.ts';
import type { Check, CheckState } from './check.ts';

const STYLES: Readonly<Record<CheckState, Style>> = { ok: 'green', warn: 'yellow', fail: 'red' };
/** Width of the longest name, in columns. */
const NAME_WIDTH = 'trace-continued'.length;
const GAP = 2;

/** Lines without newlines: the message next to the name, the advice below. */
export function checkLines(
  { name, state, message, problems = [], advice }: Check,
  screen: Screen,
): readonly string[] {
  const glyphs = glyphsFor(screen);
  const mark = glyphs[state];
  const width = Math.max(glyphs.ok.length, glyphs.warn.length, glyphs.fail.length);
  const indent = width + 1 + NAME_WIDTH + GAP;
  const [first = '', ...rest] = layOut([{ text: message }], { indent, hang: indent }, screen);
  const shown = screen.color ? styled(mark, STYLES[state]) : mark;
  const label = `${shown}${' '.repeat(width - mark.length + 1)}${name.padEnd(NAME_WIDTH + GAP)}`;
  return [
    label + first.slice(indent),
    ...rest,
    ...problems.flatMap((text) => layOut([{ text: `- ${text}` }], { indent, hang: indent + 2 }, screen)),
    ...advice.flatMap((text) => adviceLines(text, { indent, hint: glyphs.hint, screen })),
  ];
}

function adviceLines(
  text: string,
  { indent, hint, screen }: { readonly indent: number; readonly hint: string; readonly screen: Screen },
): readonly string[] {
  const lines = text.split('\n');
  if (lines.length === 1) {
    const hang = indent + hint.length + 1;
    return layOut([{ text: `${hint} ${text}` }], { indent, hang }, screen);
  }
  // Code is never wrapped, so that it can be copied.
  return lines.map((line) => {
    const code = line.trimStart();
    return ' '.repeat(indent + 2 + line.length - code.length) + terminalText(code, screen);
  });
}

/** The last line: how many checks passed, and what was not checked. */
export function conclusion(
  checks: readonly Check[],
  { interrupted }: { readonly interrupted: boolean } = { interrupted: false },
): string {
  const count = (state: CheckState): number => checks.filter((check) => check.state === state).length;
  const sent = checks.some(({ name }) => name === 'webhook');
  return [
    result({ all: checks.length, passed: count('ok'), failed: count('fail'), warned: count('warn') }),
    ...(sent ? [] : ['No webhook was sent']),
    ...(interrupted ? ['Interrupted: the other checks did not run'] : []),
  ].join('. ');
}

/** `5 checks: 3 passed, 2 warnings` */
function result(counted: {
  readonly all: number;
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
}): string {
  const parts = [
    ...(counted.failed > 0 ? [`${counted.failed} failed`] : []),
    ...(counted.passed > 0 ? [`${counted.passed} passed`] : []),
    ...(counted.warned > 0 ? [countOf(counted.warned, 'warning')] : []),
  ];
  return `${countOf(counted.all, 'check')}: ${parts.join(', ')}`;
}
