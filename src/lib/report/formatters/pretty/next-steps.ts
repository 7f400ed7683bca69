/** NEXT STEPS of the terminal report: what to do, by what was found. */
import { layOut, type Span } from '../../../terminal/layout.ts';
import type { Advice } from '../../advice/response-advice.ts';
import { cleanupCommandOf, leftoverText } from '../../store/cleanup/leftover-text.ts';
import { advised } from '../words.ts';
import { heading, LEVEL, type Page } from './page.ts';

/** Only a few: more would hide the first. */
const STEPS_SHOWN = 4;

export function nextStepLines(page: Page): readonly string[] {
  const { head, digest } = page;
  const steps = advised(head, digest);
  const last = commands(page);
  if (steps.length + last.length === 0) return [];
  const shown = shownOf(steps);
  return [
    heading(page, 'next', 'NEXT STEPS'),
    ...shown.flatMap((advice, position) => stepLines(page, advice, position + 1)),
    ...hiddenLines(
      page,
      steps.filter((step) => !shown.includes(step)),
    ),
    ...(steps.length === 0 || last.length === 0 ? [] : ['']),
    ...last,
  ];
}

/** Advice on a missing required field is always shown, even with other problems. */
function shownOf(steps: readonly Advice[]): readonly Advice[] {
  const first = steps.slice(0, STEPS_SHOWN);
  const field = steps.slice(STEPS_SHOWN).find(({ isRequiredField }) => isRequiredField === true);
  if (field === undefined || first.some(({ isRequiredField }) => isRequiredField === true)) return first;
  return [...first.slice(0, -1), field];
}

function hiddenLines({ glyphs, screen }: Page, hidden: readonly Advice[]): readonly string[] {
  if (hidden.length === 0) return [];
  const titles = hidden.map(({ title }) => title).join(', ');
  return layOut(
    [{ text: `${glyphs.more} and ${hidden.length} more: ${titles}`, style: 'dim' }],
    LEVEL[1],
    screen,
  );
}

function stepLines({ screen }: Page, { title, solutions }: Advice, ordinal: number): readonly string[] {
  return [
    ...layOut([{ text: `${ordinal}. ${title}` }], LEVEL[1], screen),
    ...solutions.flatMap((text) => layOut([{ text: `- ${text}` }], { indent: 5, hang: 7 }, screen)),
  ];
}

/** Commands that can be pasted; a comment that would not fit on the line is dropped. */
function commands({ head, digest, screen }: Page): readonly string[] {
  const { savedAs } = digest;
  if (savedAs === null) return [];
  const line = (command: string, comment: string): readonly string[] => {
    const bare: Span = { text: command, style: 'bold' };
    const lines = layOut([bare, { text: ` # ${comment}`, style: 'dim' }], LEVEL[1], screen);
    return lines.length === 1 ? lines : layOut([bare], LEVEL[1], screen);
  };
  const [pick, comment] =
    head.summary.failed > 0
      ? ['--failed', 'a failed test in Sentry']
      : ['--slowest', 'the slowest test in Sentry'];
  return [
    ...(digest.linked ? line(`prod-e2e trace open ${pick}`, comment) : []),
    ...(leftoverText(head) === null ? [] : line(cleanupCommandOf(head), 'removes what is left behind')),
  ];
}
