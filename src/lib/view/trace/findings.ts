/** The lines below a drawn trace: issues without a span in the tree, and findings. */

import type { Finding } from '../../model/finding.ts';
import type { OtherItem, TraceIssue } from '../../model/trace.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import { countOf, durationText, numberText } from '../../terminal/quantities.ts';
import { traceText } from './drawn-forest.ts';
import type { TracePage } from './page.ts';

/** Longer messages are cut, because a response may quote an entire page. */
const MESSAGE_SHOWN = 400;
/** Issues without a span that are listed. */
const ISSUES_SHOWN = 20;
/** Other items listed per kind; the rest are counted. */
const OTHERS_SHOWN = 3;

/** Indents by depth; wrapped lines are indented by two more columns. */
const LEVEL = [
  { indent: 0, hang: 2 },
  { indent: 2, hang: 4 },
  { indent: 4, hang: 6 },
] as const;

/** The lines, with an empty line before each section. */
export function* findingsLines(options: {
  readonly page: TracePage;
  /** Issues of the trace without a span in it. */
  readonly issues?: readonly TraceIssue[];
  /** Items of the trace that are neither spans nor issues. */
  readonly others?: readonly OtherItem[];
  readonly findings: readonly Finding[];
  /** Number of spans that are counted but not drawn. */
  readonly hidden: number;
}): Iterable<string> {
  const { page, issues = [], others = [], findings, hidden } = options;
  const { screen, glyphs } = page;
  const section = function* (title: string, lines: readonly string[]) {
    if (lines.length === 0) return;
    yield '';
    yield* layOut([{ text: title, style: 'bold' }], LEVEL[0], screen);
    yield* lines;
  };
  if (hidden > 0) {
    yield '';
    const text = `${numberText(hidden)} repeated spans are only counted here; --json has every one`;
    yield* layOut([{ text, style: 'dim' }], LEVEL[0], screen);
  }
  yield* section('ISSUES WITHOUT A SPAN', [
    ...issues.slice(0, ISSUES_SHOWN).flatMap((issue) => layOut(issueSpans(issue), LEVEL[1], screen)),
    ...(issues.length > ISSUES_SHOWN
      ? layOut(
          [
            {
              text: `${glyphs.more} and ${countOf(issues.length - ISSUES_SHOWN, 'more issue')}`,
              style: 'dim',
            },
          ],
          LEVEL[1],
          screen,
        )
      : []),
  ]);
  yield* section(
    'ALSO IN THE TRACE',
    otherTexts(others, page).flatMap((text) => layOut([{ text }], LEVEL[1], screen)),
  );
  yield* section(
    'FINDINGS',
    findings.flatMap(({ severity, message, hint }) => {
      const [mark, style] =
        severity === 'error' ? ([glyphs.fail, 'red'] as const) : ([glyphs.warn, 'yellow'] as const);
      return [
        ...layOut([{ text: `${mark} ${shortened(message)}`, style }], LEVEL[1], screen),
        ...(hint === null
          ? []
          : layOut([{ text: `${glyphs.hint} ${hint}`, style: 'dim' }], LEVEL[2], screen)),
      ];
    }),
  );
}

function issueSpans({ shortId, message, level, url }: TraceIssue): readonly Span[] {
  const id = shortId ?? level;
  return [
    { text: id, style: 'bold', ...(url === null ? {} : { link: url }) },
    { text: `: ${shortened(message)}` },
  ];
}

/** `2 uptime_check: Uptime Check Request [failure] - https://… (200 ms), …` */
function otherTexts(others: readonly OtherItem[], { screen, glyphs }: TracePage): readonly string[] {
  return [...new Set(others.map(({ kind }) => kind))].map((kind) => {
    const same = others.filter((each) => each.kind === kind);
    const described = same.slice(0, OTHERS_SHOWN).flatMap(({ name, durationMs }) => {
      const took = durationMs === null ? null : durationText(durationMs);
      const text = name === null ? (took ?? '') : `${shortened(name)}${took === null ? '' : ` (${took})`}`;
      return text === '' ? [] : [traceText(text, screen)];
    });
    const more = same.length > OTHERS_SHOWN && described.length > 0 ? [glyphs.more] : [];
    const words = [...described, ...more].join(', ');
    return `${numberText(same.length)} ${traceText(kind, screen)}${words === '' ? '' : `: ${words}`}`;
  });
}

function shortened(text: string): string {
  return text.length <= MESSAGE_SHOWN ? text : `${text.slice(0, MESSAGE_SHOWN)}…`;
}
