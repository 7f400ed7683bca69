/** STAGES in the terminal report: how far the webhooks got. */

import { countKey } from '../../../model/report-source.ts';
import type { StageState, StageSummary } from '../../../model/stage.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { countOf } from '../../../terminal/quantities.ts';
import { stateText } from '../words.ts';
import { confirmationText } from './confirmations.ts';
import { heading, LEVEL, type Page } from './page.ts';
import { fits, tableLines } from './table.ts';

const STATES: readonly StageState[] = ['ok', 'slow', 'failed', 'missing', 'unverified', 'not-reached'];

export function stageLines(page: Page): readonly string[] {
  const { stages } = page.head;
  if (stages.length === 0) return [];
  // States that no stage has get no column.
  const shown = STATES.filter(
    (state) => state === 'ok' || stages.some((stage) => stage[countKey(state)] > 0),
  );
  const someStuck = stages.some(({ stuck }) => stuck > 0);
  const { confirmations } = page.digest;
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
    heading(page, 'stages', 'STAGES'),
    ...(fits(page, table) ? table : stages.flatMap((stage) => narrow(page, stage))),
  ];
}

function countCell({ glyphs }: Page, stage: StageSummary, state: StageState): Span {
  const count = stage[countKey(state)];
  if (count === 0) return { text: '-', style: 'dim' };
  if (state === 'ok') return { text: `${glyphs.ok} ${count}`, style: 'green' };
  if (state === 'failed') return { text: `${glyphs.fail} ${count}`, style: 'red' };
  return { text: `${glyphs.warn} ${count}`, style: 'yellow' };
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
  const { confirmations } = page.digest;
  const confirmedHow = confirmations === null ? '' : confirmationText(confirmations, stage.name);
  const confirmedBy = confirmedHow === '' ? '' : ` (confirmed by ${confirmedHow})`;
  return layOut(
    [{ text: `${stage.name}: ${[...counts, ...stuck].join(', ')}${confirmedBy}` }],
    LEVEL[1],
    page.screen,
  );
}
