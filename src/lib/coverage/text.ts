/** The coverage of a configuration for the terminal. */
import { tableLines } from '../report/formatters/pretty/table.ts';
import type { Screen } from '../terminal/capabilities.ts';
import { layOut, type Span } from '../terminal/layout.ts';
import { countOf, numberText } from '../terminal/quantities.ts';
import { glyphsFor, type Style } from '../terminal/signs.ts';
import { textWidth } from '../terminal/width.ts';
import { nameList } from '../trace/spans/span-text.ts';
import type { Coverage, CoverageEntry } from './coverage.ts';

const FLUSH = { indent: 0, hang: 2 };
const LISTED = { indent: 2, hang: 4 };
const BELOW = { indent: 4, hang: 6 };
/** Columns between two cells, and left of the first. */
const GAP = 2;

export interface CoverageText {
  readonly coverage: Coverage;
  readonly runIds: readonly string[];
  /** Scenarios without a good test. */
  readonly unmeasured: readonly string[];
  /** The lines that `--write` adds, as YAML; empty without any. */
  readonly additions: string;
  /** The file that they would be added to; null without one, or if it is code. */
  readonly file: string | null;
  readonly isWritten: boolean;
}

export function headline({ noticed, faults, failing, shown }: Coverage): string {
  const how =
    noticed === 0 ? '' : ` (${numberText(failing)} fail the run, ${numberText(shown)} are only shown)`;
  return `Would notice ${numberText(noticed)} of ${countOf(faults, 'fault')}${how}`;
}

export function coverageText(input: CoverageText, screen: Screen): string {
  const { coverage, runIds } = input;
  const from =
    runIds.length === 1 ? `run ${runIds[0]}` : `${countOf(runIds.length, 'run')}, ${runIds[0]} and before`;
  const sections = [
    [
      ...layOut([{ text: headline(coverage), style: 'bold' }], FLUSH, screen),
      ...layOut(
        [
          {
            text: `${coverage.percent}% · fault catalog ${coverage.catalog} · from the good tests of ${from}`,
            style: 'dim',
          },
        ],
        FLUSH,
        screen,
      ),
    ],
    entryLines(coverage.entries, screen),
    [
      ...layOut([{ text: transportText(coverage) }], FLUSH, screen),
      ...(input.unmeasured.length === 0
        ? []
        : layOut(
            [{ text: `Not measured, without a good test: ${nameList(input.unmeasured)}` }],
            FLUSH,
            screen,
          )),
    ],
    proposalLines(input, screen),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function transportText({ transport: { faults, noticed } }: Coverage): string {
  const what = 'faults of the connection and HTTP 5xx';
  return noticed === faults
    ? `All ${numberText(faults)} ${what} fail the run; they are not in the score.`
    : `${numberText(noticed)} of ${numberText(faults)} ${what} fail the run; they are not in the score.`;
}

const NOTICED: Readonly<
  Record<
    CoverageEntry['noticed'],
    readonly [words: string, style: Style | null, glyph: 'ok' | 'warn' | 'fail' | null]
  >
> = {
  error: ['error', 'green', 'ok'],
  warning: ['warning', 'yellow', 'ok'],
  shown: ['only shown', 'yellow', 'warn'],
  none: ['not at all', 'red', 'fail'],
  'cannot-say': ['cannot say', 'dim', null],
};

function entryLines(entries: readonly CoverageEntry[], screen: Screen): readonly string[] {
  const rows = entries.map((entry) => {
    const [words, style, glyph] = NOTICED[entry.noticed];
    const mark = glyph === null ? '?' : glyphsFor(screen)[glyph];
    const paint = style === null ? {} : { style };
    return { entry, mark: { text: mark, ...paint }, words: { text: noticedText(entry, words), ...paint } };
  });
  const width = (texts: readonly string[]) => Math.max(0, ...texts.map(textWidth));
  const all =
    width(rows.map(({ mark }) => mark.text)) +
    width(entries.map(({ text }) => text)) +
    width(entries.map(({ place }) => place)) +
    width(rows.map(({ words }) => words.text)) +
    4 * GAP;
  // The name of a fault stands once, above or beside its places.
  const isFirst = (at: number) => at === 0 || entries[at - 1]?.fault !== entries[at]?.fault;
  if (all <= screen.columns) {
    return tableLines(
      screen,
      rows.map(({ entry, mark, words }, at): readonly Span[] => [
        mark,
        { text: isFirst(at) ? entry.text : '' },
        { text: entry.place },
        words,
      ]),
    );
  }
  return rows.flatMap(({ entry, mark, words }, at) => [
    ...(isFirst(at) ? layOut([{ text: entry.text }], LISTED, screen) : []),
    ...layOut([mark, { text: ` ${entry.place}: ` }, words], BELOW, screen),
  ]);
}

/** Where else it is shown, and for which scenarios, if that says more. */
function noticedText({ noticed, code, elsewhere, because }: CoverageEntry, words: string): string {
  if (noticed === 'cannot-say') return `${words}: ${because}`;
  if (noticed === 'none' && elsewhere !== null) return `at the wrong place (${elsewhere})`;
  return code === null ? words : `${words} (${code})`;
}

function proposalLines(
  { coverage, additions, file, isWritten }: CoverageText,
  screen: Screen,
): readonly string[] {
  const byHand = [
    ...new Set(
      coverage.entries.flatMap(({ proposal }) =>
        proposal === null || proposal.edit !== null ? [] : proposal.lines.join('\n'),
      ),
    ),
  ];
  const heading = isWritten ? `Written to ${file}` : 'These lines notice more';
  return [
    ...(additions === ''
      ? []
      : [
          ...layOut([{ text: heading, style: 'bold' }], FLUSH, screen),
          ...indented(additions),
          ...(file === null || isWritten
            ? []
            : layOut(
                [{ text: `Add them to ${file}: prod-e2e coverage --write`, style: 'dim' }],
                FLUSH,
                screen,
              )),
        ]),
    ...(byHand.length === 0
      ? []
      : [
          ...(additions === '' ? [] : ['']),
          ...layOut(
            [
              {
                text: 'These also notice more, but need your decision: they send more webhooks, need a query, or fail more runs',
                style: 'bold',
              },
            ],
            FLUSH,
            screen,
          ),
          ...byHand.flatMap(indented),
        ]),
  ];
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}
