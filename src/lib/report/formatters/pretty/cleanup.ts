/** LEFT OVER in the terminal report: what tests left at the target, and the commands that remove it. */
import type { Leftover } from '../../../model/report.ts';
import { layOut } from '../../../terminal/layout.ts';
import { countOf } from '../../../terminal/quantities.ts';
import { terminalLines } from '../../../terminal/text.ts';
import { leftoverText } from '../../store/cleanup/leftover-text.ts';
import { heading, LEVEL, moreLine, type Page, PROSE, withCommand } from './page.ts';

/** Left-overs listed; the JSON report has more. */
const SHOWN = 20;

export function cleanupLines(page: Page): readonly string[] {
  const { cleanup } = page.head;
  if (cleanup === null) return [];
  const { done, failed, unknown, leftOvers } = cleanup;
  const left = failed + unknown;
  const removed = `Clean-up: ${countOf(done, 'call')} succeeded`;
  if (left === 0 && leftoverText(page.head) === null) {
    return [heading(page, 'cleanup', 'CLEAN-UP'), ...layOut([{ text: removed }], PROSE, page.screen)];
  }
  const counts = [
    removed,
    ...(failed === 0 ? [] : [`${failed} left over`]),
    ...(unknown === 0 ? [] : [`${unknown} possibly left over`]),
  ].join(', ');
  const shown = leftOvers.slice(0, SHOWN);
  const commands = shown.flatMap(({ command }) => (command === null ? [] : [command]));
  return [
    heading(page, 'cleanup', 'LEFT OVER'),
    ...layOut([{ text: counts }], PROSE, page.screen),
    ...laterLines(page),
    ...shown.flatMap((each) => leftOverLines(page, each)),
    ...moreLine(page, left - shown.length),
    ...commandLines(page, commands),
  ];
}

function laterLines(page: Page): readonly string[] {
  const later = leftoverText(page.head);
  return later === null
    ? []
    : withCommand(page, { text: `${later.text}:`, command: later.command, at: PROSE });
}

const BEYOND_ASCII = /[^ -~]/;

function commandLines(page: Page, commands: readonly string[]): readonly string[] {
  // Not laid out, because a wrapped command cannot be pasted.
  const lines = commands.map((command) => `  ${terminalLines(command).replaceAll('\n', ' ')}`);
  // With a character replaced, the command would remove something else.
  const shown = page.screen.unicode ? lines : lines.filter((line) => !BEYOND_ASCII.test(line));
  const hidden = lines.length - shown.length;
  const elsewhere = `${countOf(hidden, 'command')} with more than ASCII: see the JSON report`;
  return [
    ...(shown.length === 0 ? [] : layOut([{ text: 'To remove it, paste:' }], PROSE, page.screen)),
    ...shown,
    ...(hidden === 0 ? [] : layOut([{ text: elsewhere, style: 'dim' }], PROSE, page.screen)),
  ];
}

function leftOverLines(page: Page, leftOver: Leftover): readonly string[] {
  const { name, testId, ids, call, certain, reason, command } = leftOver;
  const title = `${name}: ${reason}${certain ? '' : '; nobody knows whether anything is left'}`;
  const named = Object.entries(ids)
    .filter(([path]) => path !== 'testId')
    .map(([path, value]) => `${path.replace(/^response\./, '')} ${value}`);
  // A command already contains the call.
  const facts = [...named, `test ${testId}`, ...(command === null ? [call] : [])];
  return [
    ...layOut([{ text: page.glyphs.warn, style: 'yellow' }, { text: ` ${title}` }], LEVEL[1], page.screen),
    ...facts.flatMap((text) => layOut([{ text, style: 'dim' }], LEVEL[2], page.screen)),
  ];
}
