/** What stands below a drawn trace: issues that have no place in the tree, and what was noticed. */

import type { Finding } from '../model/finding.ts';
import type { TraceIssue } from '../model/trace.ts';
import { layOut, type Span } from '../terminal/layout.ts';
import { numberText } from '../terminal/quantities.ts';
import type { TracePage } from './trace-page.ts';

/** Longer messages are cut: an answer's own words may be a whole page. */
const MESSAGE_SHOWN = 400;

/** Indents by depth; wrapped lines stand two columns further in. */
const LEVEL = [
  { indent: 0, hang: 2 },
  { indent: 2, hang: 4 },
  { indent: 4, hang: 6 },
] as const;

/** The lines, with an empty one before each section. */
export function* findingsLines(options: {
  readonly page: TracePage;
  /** Issues of the trace that belong to no span of it. */
  readonly issues?: readonly TraceIssue[];
  readonly findings: readonly Finding[];
  /** Spans that were counted, but not drawn. */
  readonly hidden: number;
}): Iterable<string> {
  const { page, issues = [], findings, hidden } = options;
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
  yield* section(
    'ISSUES WITHOUT A SPAN',
    issues.flatMap((issue) => layOut(issueSpans(issue), LEVEL[1], screen)),
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

function shortened(text: string): string {
  return text.length <= MESSAGE_SHOWN ? text : `${text.slice(0, MESSAGE_SHOWN)}…`;
}
