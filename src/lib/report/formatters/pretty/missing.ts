/** MISSING DATA in the terminal report. */
import type { MissingDataEntry } from '../../../model/report.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { numberText } from '../../../terminal/quantities.ts';
import { NAMES_SHOWN } from './digest.ts';
import { heading, LEVEL, moreLine, type Page } from './page.ts';

/** Fields listed of a run whose tests are grouped. */
const SHOWN_OF_MANY = 3;
/** Scenarios named per field; the rest are counted. */
const SCENARIOS_NAMED = 5;

export function missingLines(page: Page): readonly string[] {
  const entries = page.head.missingData;
  if (entries.length === 0) return [];
  const isGrouped = page.head.summary.total > NAMES_SHOWN;
  const shown = entries.slice(0, isGrouped && !page.full ? SHOWN_OF_MANY : NAMES_SHOWN);
  return [
    heading(page, 'missing', 'MISSING DATA'),
    ...shown.flatMap((entry) => layOut(line(entry, page, isGrouped), LEVEL[1], page.screen)),
    ...moreLine(page, entries.length - shown.length),
  ];
}

/** `- variant (recommended): ORB_FAKEOUT`, or with the number of tests where scenarios were sent more than once. */
function line(
  { field, level, tests, scenarios }: MissingDataEntry,
  { head }: Page,
  isGrouped: boolean,
): readonly Span[] {
  const counted = tests > scenarios.length || isGrouped;
  const extent = counted ? `, ${numberText(tests)} of ${numberText(head.summary.total)} tests` : '';
  const hidden = scenarios.length - SCENARIOS_NAMED;
  const more = hidden > 0 ? ` and ${numberText(hidden)} more` : '';
  return [
    { text: '-', style: level === 'required' ? 'red' : 'yellow' },
    { text: ` ${field} ` },
    { text: `(${level}${extent})`, style: 'dim' },
    { text: `: ${scenarios.slice(0, SCENARIOS_NAMED).join(', ')}${more}` },
  ];
}
