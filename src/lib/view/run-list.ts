/** A list of saved runs: one line per run, with the cause below a broken one; left-overs and unreadable runs. */
import { codeOf } from '../errors.ts';
import type { Latency, ReportHead, RunFacts, RunStatus, Summary } from '../model/report.ts';
import { leftoverText } from '../report/store/cleanup/leftover-text.ts';
import type { Screen } from '../terminal/capabilities.ts';
import { durationColumn, numberText } from '../terminal/quantities.ts';
import { terminalText } from '../terminal/text.ts';
import { cutToWidth } from '../terminal/width.ts';
import { columns } from './columns.ts';

export interface RunRow extends Pick<RunFacts, 'runId' | 'startedAt' | 'target' | 'planned'> {
  readonly status: RunStatus;
  readonly summary: Summary | null;
  readonly latency: Latency | null;
  /** `CHOP is broken at data-enrichment: …`, of its first broken test; null if nothing is broken or it is unknown. */
  readonly cause: string | null;
}

const HEAD = ['RUN', 'STARTED (UTC)', 'STATUS', 'WORKING', 'P95', 'TARGET'];
const AT = { started: 1, working: 3, p95: 4, target: 5 } as const;
const MIN_TARGET = 8;
/** On narrower screens the host matters more than the scheme. */
const SCHEME_SHOWN_FROM = 100;

/** @param rows newest first */
export function runLines(
  rows: readonly RunRow[],
  screen: Pick<Screen, 'unicode' | 'columns'>,
): readonly string[] {
  const times = durationColumn(rows.map(({ latency }) => latency?.p95Ms ?? null));
  const table = columns({
    head: HEAD,
    rows: rows.map(({ runId, startedAt, status, summary, target, planned }, at) => [
      runId,
      startedAt.slice(0, 16).replace('T', ' '),
      status,
      // A large run that was cut off is not counted here, but in report show.
      summary === null ? `?/${planned}` : `${summary.successful}/${summary.total}`,
      times[at] ?? '',
      screen.columns < SCHEME_SHOWN_FROM ? target.replace(/^https?:\/\//, '') : target,
    ]),
    width: screen.columns,
    unicode: screen.unicode,
    // A run id begins with its start time.
    spare: [AT.started],
    shrinking: [{ at: AT.target, min: MIN_TARGET, cut: 'middle' }],
    right: [AT.working, AT.p95],
  });
  const [head = '', ...lines] = table.split('\n');
  return [
    head,
    ...lines.flatMap((line, at) => {
      const cause = rows[at]?.cause ?? null;
      return cause === null
        ? [line]
        : [line, cutToWidth(`  ${terminalText(cause)}`, screen.columns, { unicode: screen.unicode })];
    }),
  ];
}

/** The newest ones; the rest are counted. */
const SHOWN = 5;

export function leftoverLines(
  heads: readonly (Pick<ReportHead, 'runId' | 'profile'> & Partial<Pick<ReportHead, 'cleanup'>>)[],
): readonly string[] {
  const left = heads.flatMap((head) => leftoverText({ ...head, cleanup: head.cleanup ?? null }) ?? []);
  if (left.length === 0) return [];
  const hidden = left.length - SHOWN;
  return [
    '',
    ...left.slice(0, SHOWN).map(({ text, command }) => `${text}: ${command}`),
    ...(hidden > 0 ? [`and ${numberText(hidden)} more runs (--json names them)`] : []),
  ];
}

/** Ids named per line. */
const IDS_SHOWN = 5;

interface Unreadable {
  readonly runId: string;
  readonly reason: unknown;
}

export function unreadableLines(runs: readonly Unreadable[]): readonly string[] {
  const isNewer = ({ reason }: Unreadable) => codeOf(reason) === 'RUN_TOO_NEW';
  return [
    line(runs.filter(isNewer), 'saved by a newer version; to read them: npm install -g prod-e2e'),
    line(
      runs.filter((run) => !isNewer(run)),
      'damaged',
    ),
  ].flat();
}

function line(runs: readonly Unreadable[], what: string): readonly string[] {
  if (runs.length === 0) return [];
  const ids = runs.slice(0, IDS_SHOWN).map(({ runId }) => runId);
  const more = runs.length > IDS_SHOWN ? ', …' : '';
  return [`Not shown: ${ids.join(', ')}${more} (${what}).`];
}
