/** Comparisons of traces as text and as JSON. */
import type { TestResult } from '../../model/result.ts';
import type { Screen } from '../../terminal/capabilities.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import { countOf } from '../../terminal/quantities.ts';
import { glyphsFor, type Style } from '../../terminal/signs.ts';
import { differenceText } from '../../trace/diff/diff-text.ts';
import type { Difference, TraceDiff } from '../../trace/diff/difference.ts';
import type { Place } from '../../trace/diff/trace-nodes.ts';
import { nameList, spanName } from '../../trace/spans/span-text.ts';
import type { Comparison } from './diff.ts';

/** Names in the path of a span, from the span up. */
const MAX_PATH = 20;
/** Of one comparison; the rest are counted, and --json has them all. */
const DIFFERENCES_SHOWN = 20;

const TITLE = { indent: 0, hang: 2 } as const;
const DETAIL = { indent: 2, hang: 4 } as const;

/** The lines of all comparisons, each with its newline. */
export function* diffLines(comparisons: readonly Comparison[], screen: Screen): Iterable<string> {
  for (const [at, comparison] of comparisons.entries()) {
    if (at > 0) yield '\n';
    for (const line of comparisonLines(comparison, screen)) yield `${line}\n`;
  }
}

function comparisonLines(comparison: Comparison, screen: Screen): readonly string[] {
  const { scenario, cause, base, head, diff } = comparison;
  const { differences, cannotSay } = diff;
  const own = differences.filter((each) => !isConsequence(each));
  const shown = own.slice(0, DIFFERENCES_SHOWN);
  return [
    ...layOut(
      [
        { text: scenario ?? 'Two scenarios', style: 'bold' },
        { text: `: ${sideText(base)} against ${sideText(head)}` },
      ],
      TITLE,
      screen,
    ),
    ...(cause === null ? [] : layOut([{ text: `Cause: ${cause}` }], DETAIL, screen)),
    ...shown.flatMap((each) => [
      ...differenceLines(each, screen),
      ...consequenceLines(each, { diff, screen }),
    ]),
    ...(own.length > shown.length
      ? layOut(
          [
            {
              text: `and ${countOf(own.length - shown.length, 'more difference')} (--json lists all)`,
              style: 'dim',
            },
          ],
          DETAIL,
          screen,
        )
      : []),
    ...(differences.length === 0 ? layOut([{ text: nothingText(diff) }], DETAIL, screen) : []),
    ...doubtLines(cannotSay, screen),
  ];
}

/** Worse is red or yellow, better green; the rest is neutral. */
const MARKS: Readonly<Record<Difference['kind'], readonly ['fail' | 'warn' | 'ok', Style] | null>> = {
  failing: ['fail', 'red'],
  missing: ['fail', 'red'],
  slower: ['warn', 'yellow'],
  'service-slower': ['warn', 'yellow'],
  count: ['warn', 'yellow'],
  moved: ['warn', 'yellow'],
  new: null,
  attribute: null,
  recovered: ['ok', 'green'],
  faster: null,
  'service-faster': null,
};

function differenceLines(difference: Difference, screen: Screen): readonly string[] {
  const mark = MARKS[difference.kind];
  const glyph: Span =
    mark === null ? { text: '- ' } : { text: `${glyphsFor(screen)[mark[0]]} `, style: mark[1] };
  return layOut([glyph, { text: differenceText(difference) }], DETAIL, screen);
}

function isConsequence(
  difference: Difference,
): difference is Extract<Difference, { readonly kind: 'missing' | 'new' }> {
  return difference.kind === 'missing' && difference.after !== null;
}

/** What is missing after a failed span, on one line. */
function consequenceLines(
  failed: Difference,
  { diff, screen }: { readonly diff: TraceDiff; readonly screen: Screen },
): readonly string[] {
  if (failed.kind !== 'failing') return [];
  const missing = diff.differences.filter(isConsequence).filter(({ after }) => after === failed.place);
  if (missing.length === 0) return [];
  const names = missing.map(({ place }) => spanName(place));
  return layOut([{ text: `missing after it: ${nameList(names)}` }], { indent: 4, hang: 6 }, screen);
}

function nothingText({ cannotSay }: TraceDiff): string {
  return cannotSay.length === 0
    ? 'No difference: the same spans, none failing, slower, or with another attribute.'
    : 'No difference among the spans that both sides have.';
}

/** What may be missing, one line per side and reason. */
function doubtLines(cannotSay: TraceDiff['cannotSay'], screen: Screen): readonly string[] {
  const groups = new Map<string, { readonly names: string[]; readonly why: string }>();
  for (const { place, absentFrom, because } of cannotSay) {
    const side = absentFrom === 'base' ? 'first' : 'second';
    const why =
      because === 'partial' ? `the traces of the ${side} side are partial` : 'background work may be sampled';
    const group = groups.get(`${side} ${why}`) ?? { names: [], why };
    group.names.push(spanName(place));
    groups.set(`${side} ${why}`, group);
  }
  return [...groups.values()].flatMap(({ names, why }) =>
    layOut(
      [{ text: `? missing or not recorded (${why}): ${nameList(names)}`, style: 'dim' }],
      DETAIL,
      screen,
    ),
  );
}

/** `3 working tests (… to …)`, or the id of a single test. */
function sideText(tests: readonly TestResult[]): string {
  const [first, last] = [tests[0], tests.at(-1)];
  if (first === undefined || last === undefined) return 'none';
  const kind = first.verdict === 'working' ? 'working test' : 'broken test';
  return tests.length === 1
    ? `${kind} ${first.testId}`
    : `${countOf(tests.length, kind)} (${first.testId} to ${last.testId})`;
}

/** The JSON document of the command. */
export function diffDocument(comparisons: readonly Comparison[]) {
  return {
    comparisons: comparisons.map(({ scenario, cause, base, head, diff }) => ({
      scenario,
      cause,
      base: base.map(reference),
      head: head.map(reference),
      differences: diff.differences.map((each) => ({ text: differenceText(each), ...withoutPlaces(each) })),
      cannotSay: diff.cannotSay.map(withoutPlaces),
    })),
  };
}

function reference({ testId, trace, startedAt }: TestResult) {
  return { testId, traceId: trace.traceId, startedAt };
}

/** Places refer to each other; in JSON each is its own names. */
function withoutPlaces(values: object): object {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      PLACE_KEYS.includes(key) && value !== null ? spanOf(value) : value,
    ]),
  );
}

const PLACE_KEYS: readonly string[] = ['place', 'to', 'after'];

function spanOf(place: Place) {
  const { service, op, name } = place;
  const path: string[] = [];
  for (let at: Place | null = place; at !== null && path.length < MAX_PATH; at = at.parent)
    path.unshift(at.name);
  return { service, op, name, path };
}
