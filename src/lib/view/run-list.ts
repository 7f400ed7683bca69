/** Parts of a list of saved runs besides its rows: trends, left-overs, unreadable runs. */
import { codeOf } from '../errors.ts';
import { kindKey } from '../http/same-target.ts';
import type { Latency, ReportHead, RunFacts, Summary } from '../model/report.ts';
import { leftoverText } from '../report/store/cleanup/leftover-text.ts';
import { countOf, durationText, numberText } from '../terminal/quantities.ts';
import { terminalText } from '../terminal/text.ts';
import { textWidth } from '../terminal/width.ts';

/** Runs per trend, and trends. */
const RUNS_SHOWN = 20;
const TRENDS_SHOWN = 5;

const UNICODE = '▁▂▃▄▅▆▇█';
const ASCII = '_.-=+*#@';

/** What the runs of a trend have in common. */
type Kind = Pick<RunFacts, 'target' | 'sandbox' | 'profile' | 'environment' | 'shard'>;

export interface ListedRun extends Kind {
  readonly runId: string;
  readonly summary: Summary | null;
  readonly latency: Latency | null;
}

export interface Trend {
  /** Of the latest run. */
  readonly target: string;
  readonly profile: string | null;
  readonly environment: string;
  readonly shard: { readonly index: number; readonly total: number } | null;
  /** Oldest first, like the other lists. */
  readonly runIds: readonly string[];
  /** In percent; null if nothing was sent or the counts are unknown. */
  readonly workingPercent: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

/** Trends of all kinds with more than one run, the kind of the latest run first. @param runs newest first */
export function trendsOf(runs: readonly ListedRun[]): readonly Trend[] {
  const byKind = new Map<string, ListedRun[]>();
  for (const run of runs) byKind.set(kindKey(run), [...(byKind.get(kindKey(run)) ?? []), run]);
  return [...byKind.values()]
    .filter((of) => of.length > 1)
    .slice(0, TRENDS_SHOWN)
    .flatMap((of) => {
      const [latest] = of;
      if (latest === undefined) return [];
      const { target, profile, environment, shard } = latest;
      const oldestFirst = of.slice(0, RUNS_SHOWN).toReversed();
      return {
        ...{ target, profile, environment },
        shard: shard && { index: shard.index, total: shard.total },
        runIds: oldestFirst.map(({ runId }) => runId),
        workingPercent: oldestFirst.map(({ summary }) =>
          summary === null || summary.total === 0 ? null : (100 * summary.successful) / summary.total,
        ),
        p95Ms: oldestFirst.map(({ latency }) => latency?.p95Ms ?? null),
      };
    });
}

/** `Trend of 12 runs against https://…: working ███▅█ 80 %, p95 ▁▁▂▇ 1.24 s`; in two lines if one is too long. */
export function trendLines(
  trends: readonly Trend[],
  screen: { readonly unicode: boolean; readonly columns: number },
): readonly string[] {
  return trends.flatMap((trend) => {
    const { runIds, workingPercent, p95Ms } = trend;
    const slowest = Math.max(...p95Ms.map((ms) => ms ?? 0));
    const [percent, ms] = [workingPercent.at(-1) ?? null, p95Ms.at(-1) ?? null];
    const parts = [
      `working ${marks(workingPercent, { most: 100, screen })} ${percent === null ? '-' : `${Math.floor(percent)} %`}`,
      // Without any response there are no latencies to show.
      ...(slowest === 0
        ? []
        : [`p95 ${marks(p95Ms, { most: slowest, screen })} ${ms === null ? '-' : durationText(ms)}`]),
    ];
    const head = `Trend of ${countOf(runIds.length, 'run')} against ${terminalText(nameOf(trend, trends))}:`;
    const line = `${head} ${parts.join(', ')}`;
    return textWidth(line) <= screen.columns ? [line] : [head, `  ${parts.join(', ')}`];
  });
}

/** The target, and what distinguishes this trend from others of the same target. */
function nameOf({ target, ...trend }: Trend, trends: readonly Trend[]): string {
  const others = trends.filter((other) => other.target === target);
  const differs = (of: (trend: Pick<Trend, 'profile' | 'environment' | 'shard'>) => string) =>
    others.some((other) => of(other) !== of(trend)) ? [of(trend)] : [];
  const apart = [
    ...differs(({ profile }) => (profile === null ? 'no profile' : `profile ${profile}`)),
    ...differs(({ environment }) => `environment ${environment}`),
    ...differs(({ shard }) => (shard === null ? 'no shard' : `shard ${shard.index} of ${shard.total}`)),
  ];
  return apart.length === 0 ? target : `${target} (${apart.join(', ')})`;
}

/** Heights are relative to `most`. */
function marks(
  values: readonly (number | null)[],
  { most, screen }: { readonly most: number; readonly screen: { readonly unicode: boolean } },
): string {
  const signs = screen.unicode ? UNICODE : ASCII;
  return values
    .map((value) => {
      if (value === null) return ' ';
      const height = most <= 0 ? 0 : Math.round((value / most) * (signs.length - 1));
      return signs[Math.min(Math.max(0, height), signs.length - 1)] ?? ' ';
    })
    .join('');
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
    line(runs.filter(isNewer), 'of a newer version; to see them: npm install -g prod-e2e'),
    line(
      runs.filter((run) => !isNewer(run)),
      'damaged and cannot be read',
    ),
  ].flat();
}

function line(runs: readonly Unreadable[], what: string): readonly string[] {
  if (runs.length === 0) return [];
  const ids = runs.slice(0, IDS_SHOWN).map(({ runId }) => runId);
  const more = runs.length > IDS_SHOWN ? ', …' : '';
  return [`Not shown: ${ids.join(', ')}${more} (${what}).`];
}
