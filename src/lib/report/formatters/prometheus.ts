/**
 * The run as metrics: OpenMetrics text that is also valid in Prometheus' text format, for node_exporter's textfile
 * collector. Gauges only, and no ids in labels: each run overwrites the last one, and no series exists for one run only.
 */
import type { ReportHead } from '../../model/report.ts';
import { countKey, type ReportSource } from '../../model/report-source.ts';
import type { StageState } from '../../model/stage.ts';
import { withoutSteering } from '../../terminal/text.ts';
import type { LatencyStats } from '../digest/latency.ts';
import { createScenarioFold, type ScenarioSummary } from '../digest/scenario-fold.ts';
import type { Formatter } from './formatter.ts';

export const prometheus: Formatter = {
  name: 'prometheus',
  description: "OpenMetrics text, for node_exporter's textfile collector.",
  extension: 'prom',
  render,
};

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: Labels;
  /** Null (not measured) is skipped. */
  readonly value: number | null;
}

interface Family {
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const PREFIX = 'prod_e2e_';

const STATES: readonly StageState[] = ['ok', 'slow', 'failed', 'missing', 'unverified', 'not-reached'];

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  const fold = createScenarioFold();
  for await (const result of source.results()) fold.add(result);
  const common: Labels = {
    target: head.target,
    environment: head.environment,
    ...(head.profile === null ? {} : { profile: head.profile }),
  };
  for (const family of [...runFamilies(head), ...scenarioFamilies(fold.scenarios())]) {
    const text = familyText(family, common);
    if (text !== '') yield text;
  }
  yield '# EOF\n';
}

function runFamilies(head: ReportHead): readonly Family[] {
  const { summary, sentry } = head;
  const one = (name: string, help: string, value: number | null): Family => ({
    ...{ name, help, samples: [{ value }] },
  });
  const refused = sentry.refused.reduce((sum, { count }) => sum + count, 0);
  return [
    one(
      'last_run_timestamp_seconds',
      'When the last run ended.',
      epochSeconds(head.endedAt ?? head.startedAt),
    ),
    one('last_run_duration_seconds', 'How long it took.', seconds(head.durationMs)),
    one('last_run_exit_code', 'Its exit code.', head.exitCode),
    one('last_run_success', 'Whether its exit code was 0.', head.exitCode === 0 ? 1 : 0),
    {
      name: 'last_run_status',
      help: '1 for the status of the last run.',
      samples: (['healthy', 'degraded', 'broken', 'interrupted'] as const).map((status) => ({
        labels: { status },
        value: status === head.status ? 1 : 0,
      })),
    },
    {
      name: 'tests',
      help: 'Webhooks of the last run by what became of them.',
      samples: [
        { labels: { result: 'working' }, value: summary.successful },
        { labels: { result: 'broken' }, value: summary.failed },
        { labels: { result: 'not_sent' }, value: summary.skipped },
      ],
    },
    one('tests_warning', 'Webhooks with a warning.', summary.warnings),
    one(
      'tests_flaky',
      'Webhooks that passed after a retry and may have been delivered more than once.',
      summary.flaky,
    ),
    one('tests_unverified', 'Webhooks whose trace could not be judged.', summary.unverified),
    one('missing_fields', 'Distinct fields missing in responses.', summary.missing),
    latencyFamily('latency_seconds', 'Time to the whole response.', [[{}, head.latency]]),
    {
      name: 'stage_tests',
      help: 'Webhooks by stage and how it went.',
      samples: head.stages.flatMap((stage) =>
        STATES.map((state) => ({
          labels: { stage: stage.name, state: state.replace('-', '_') },
          value: stage[countKey(state)],
        })),
      ),
    },
    {
      name: 'stage_stuck_tests',
      help: 'Webhooks that got stuck at this stage.',
      samples: head.stages.map(({ name, stuck }) => ({ labels: { stage: name }, value: stuck })),
    },
    {
      name: 'threshold_ok',
      help: 'Whether a threshold held.',
      samples: head.thresholds.map(({ expression, ok }) => ({ labels: { expression }, value: ok ? 1 : 0 })),
    },
    {
      name: 'sentry_traces',
      help: 'Traces by what Sentry did with them.',
      samples: !sentry.enabled
        ? []
        : [
            { labels: { result: 'accepted' }, value: sentry.accepted },
            { labels: { result: 'refused' }, value: refused },
            { labels: { result: 'lost' }, value: sentry.dropped + sentry.failed + sentry.pending },
          ],
    },
  ];
}

function scenarioFamilies(scenarios: readonly ScenarioSummary[]): readonly Family[] {
  return [
    {
      name: 'scenario_up',
      help: 'Whether all webhooks of the scenario work.',
      samples: scenarios.map(({ name, broken }) => ({
        labels: { scenario: name },
        value: broken === 0 ? 1 : 0,
      })),
    },
    {
      name: 'scenario_tests',
      help: 'Webhooks of the scenario by what became of them.',
      samples: scenarios.flatMap(({ name, working, broken }) => [
        { labels: { scenario: name, result: 'working' }, value: working },
        { labels: { scenario: name, result: 'broken' }, value: broken },
      ]),
    },
    latencyFamily(
      'scenario_latency_seconds',
      'Time to the whole response, by scenario.',
      scenarios.map(({ name, latency }) => [{ scenario: name }, latency] as const),
    ),
  ];
}

/** Percentiles of one run as gauges: for a summary, Prometheus would expect counters that continue across runs. */
function latencyFamily(name: string, help: string, of: readonly (readonly [Labels, LatencyStats])[]): Family {
  return {
    name,
    help,
    samples: of.flatMap(([labels, latency]) =>
      (
        [
          ['p50', latency.p50Ms],
          ['p90', latency.p90Ms],
          ['p95', latency.p95Ms],
          ['p99', latency.p99Ms],
          ['max', latency.maxMs],
        ] as const
      ).map(([stat, ms]) => ({ labels: { ...labels, stat }, value: seconds(ms) })),
    ),
  };
}

/** Empty for a family without samples. */
function familyText({ name, help, samples }: Family, common: Labels): string {
  const full = `${PREFIX}${name}`;
  // Two scenario names may become equal once control characters are removed, and duplicate samples would make the file invalid.
  const lines = new Map<string, string>();
  for (const { labels = {}, value } of samples) {
    const series = labelsText({ ...common, ...labels });
    if (value !== null && !lines.has(series)) lines.set(series, `${full}${series} ${value}\n`);
  }
  if (lines.size === 0) return '';
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${[...lines.values()].join('')}`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`);
  return `{${pairs.join(',')}}`;
}

/** Escapes backslash, quote and line end (OpenMetrics, ABNF escaped-string); other control characters have no escape. */
function labelValue(text: string): string {
  const harmless = withoutSteering(text, () => '\ufffd');
  return harmless.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Number((ms / 1_000).toFixed(6));
}

/** Null for an invalid time, which a damaged run may contain. */
function epochSeconds(iso: string): number | null {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms / 1_000;
}
