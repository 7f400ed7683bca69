/** STAGES in the terminal report: how far the webhooks got. */

import { countKey } from '../../../model/report-source.ts';
import type { StageState, StageSummary } from '../../../model/stage.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { countOf, numberText } from '../../../terminal/quantities.ts';
import { stateText } from '../words.ts';
import { type Confirmations, confirmationText } from './confirmations.ts';
import { NAMES_SHOWN } from './digest.ts';
import { stageMarks } from './matrix.ts';
import { heading, LEVEL, type Page } from './page.ts';
import { fits, tableLines } from './table.ts';

const STATES: readonly StageState[] = ['ok', 'slow', 'failed', 'missing', 'unverified', 'not-reached'];

export function stageLines(page: Page): readonly string[] {
  const { stages } = page.head;
  if (stages.length === 0 || (!page.full && hasRows(page))) return [];
  // States that no stage has get no column.
  const shown = STATES.filter(
    (state) => state === 'ok' || stages.some((stage) => stage[countKey(state)] > 0),
  );
  const someStuck = stages.some(({ stuck }) => stuck > 0);
  const confirmations = confirmationsOf(page);
  const confirmedBy = confirmations === null ? [] : ['confirmed by'];
  const head: readonly Span[] = [
    'stage',
    ...shown.map(stateText),
    ...(someStuck ? [''] : []),
    ...confirmedBy,
  ].map((text) => ({
    text,
    style: 'dim',
  }));
  const rows = stages.map((stage): readonly Span[] => [
    { text: stage.name },
    ...shown.map((state) => countCell(page, stage, state)),
    ...(someStuck ? [stuckCell(page, stage)] : []),
    ...(confirmations === null
      ? []
      : [{ text: confirmationText(confirmations, stage.name), style: 'dim' } as const]),
  ]);
  const table = tableLines(page.screen, [head, ...rows]);
  return [
    heading(page, 'stages', `STAGES${checkedText(page)}`),
    ...(fits(page, table) ? table : stages.flatMap((stage) => narrow(page, stage))),
  ];
}

/** Each test has a separate line that shows its stages. */
function hasRows({ digest }: Page): boolean {
  return digest.working.count <= NAMES_SHOWN && digest.broken.count <= NAMES_SHOWN;
}

function confirmationsOf({ digest, full }: Page): Confirmations | null {
  return full ? digest.confirmations : null;
}

/** ` (50 of 1,000 tests checked)` if the stages of some were not checked. */
function checkedText({ head, digest }: Page): string {
  const most = Math.max(
    ...head.stages.map(
      ({ ok, slow, failed, missing, notReached }) => ok + slow + failed + missing + notReached,
    ),
  );
  const { total } = head.summary;
  return most >= total || digest.count === 0
    ? ''
    : ` (${numberText(most)} of ${countOf(total, 'test')} checked)`;
}

function countCell(page: Page, stage: StageSummary, state: StageState): Span {
  const count = stage[countKey(state)];
  if (count === 0) return { text: '-', style: 'dim' };
  const { glyph, style } = stageMarks(page)[state];
  return { text: `${glyph} ${numberText(count)}`, style };
}

function stuckCell({ glyphs }: Page, { stuck }: StageSummary): Span {
  return stuck === 0 ? { text: '' } : { text: `${glyphs.hint} ${stuck} stuck here`, style: 'red' };
}

/** If the table does not fit: one line per stage. */
function narrow(page: Page, stage: StageSummary): readonly string[] {
  const counts = STATES.filter((state) => stage[countKey(state)] > 0).map(
    (state) => `${stage[countKey(state)]} ${stateText(state)}`,
  );
  const stuck = stage.stuck === 0 ? [] : [`${countOf(stage.stuck, 'test')} stuck here`];
  const confirmations = confirmationsOf(page);
  const confirmedHow = confirmations === null ? '' : confirmationText(confirmations, stage.name);
  const confirmedBy = confirmedHow === '' ? '' : ` (confirmed by ${confirmedHow})`;
  return layOut(
    [{ text: `${stage.name}: ${[...counts, ...stuck].join(', ')}${confirmedBy}` }],
    LEVEL[1],
    page.screen,
  );
}
