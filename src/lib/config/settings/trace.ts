/** Turns the configured traces and stages into settings. */
import type {
  FollowSearch,
  Severity,
  SpanExpectation,
  SpanPattern,
  StageExpectation,
  TraceCheck,
} from '../../model/trace-expectation.ts';
import type { TraceConfig } from '../schema/schema.ts';
import type { SpanExpectationConfig, SpanPatternConfig, StageConfig } from '../schema/trace.ts';
import { known } from './defaults.ts';
import { toHttpProbe, toSqlProbe } from './probe.ts';
import { asList } from './scenarios.ts';
import { parseDuration } from './units.ts';

export interface TraceSettings {
  /** For tracing systems other than Sentry; null for Sentry's own links. */
  readonly urlTemplate: string | null;
  /** Null: verify if a token and an organization are known. */
  readonly verify: boolean | null;
  readonly require: boolean;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Time after which a trace that misses only optional spans counts as complete. */
  readonly settleMs: number;
  /** Limit of traces read per run. */
  readonly limit: number;
  readonly checks: Readonly<Record<TraceCheck, Severity>>;
  /** Null: only those of the stages. */
  readonly expect: readonly SpanExpectation[];
  readonly follow: readonly FollowSearch[];
}

/** A missing span that is required is an error in any case. */
export const DEFAULT_CHECKS: TraceSettings['checks'] = {
  errors: 'warn',
  slow: 'warn',
  missing: 'warn',
  'external-calls': 'warn',
  database: 'warn',
  routing: 'warn',
};

const DEFAULT_WITHIN_MS = 60_000;

export function toTraceSettings(config: TraceConfig): TraceSettings {
  return {
    urlTemplate: config.urlTemplate ?? null,
    verify: config.verify ?? null,
    require: known(config.require),
    timeoutMs: known(durationOf(config.timeout)),
    intervalMs: known(durationOf(config.interval)),
    settleMs: known(durationOf(config.settle)),
    limit: known(config.limit),
    checks: { ...DEFAULT_CHECKS, ...withoutUndefined(config.checks ?? {}) },
    expect: (config.expect ?? []).map(toSpanExpectation),
    follow: (config.follow ?? []).map(({ query, within, always }) => ({
      query,
      always: always ?? false,
      withinMs: durationOf(within) ?? DEFAULT_WITHIN_MS,
    })),
  };
}

function withoutUndefined(checks: NonNullable<TraceConfig['checks']>): Partial<TraceSettings['checks']> {
  return Object.fromEntries(Object.entries(checks).filter(([, severity]) => severity !== undefined));
}

export function toSpanExpectation(config: SpanExpectationConfig): SpanExpectation {
  if (typeof config === 'string') return toSpanExpectation({ span: config });
  const pattern = toPattern(config.span);
  return {
    label: config.label ?? labelOf(pattern),
    stage: null,
    pattern,
    check: config.check ?? 'missing',
    required: config.required ?? false,
    minCount: config.minCount ?? 1,
    maxCount: config.maxCount ?? null,
    maxDurationMs: durationOf(config.maxDuration),
    inside: config.inside ?? null,
    after: config.after ?? null,
  };
}

/** Names of the stages that precede the one at `at`: the one above it, unless `after` is set. */
export function stagesBefore(configs: readonly StageConfig[], at: number): readonly string[] {
  const after = configs[at]?.after;
  return after === undefined ? configs.slice(Math.max(0, at - 1), at).map(nameOf) : asList(after);
}

export function toStages(configs: readonly StageConfig[]): readonly StageExpectation[] {
  return configs.map((config, at) => ({
    name: config.name,
    after: stagesBefore(configs, at),
    ownTrace: config.trace === 'own',
    span: config.span === undefined ? null : toPattern(config.span),
    parts: (config.parts ?? []).map((label) => ({ label, pattern: toPattern(label) })),
    response: config.response ?? null,
    http: config.http === undefined ? null : toHttpProbe(config.http),
    sql: config.sql === undefined ? null : toSqlProbe(config.sql),
    maxDurationMs: durationOf(config.maxDuration),
    required: config.required ?? false,
  }));
}

function nameOf({ name }: StageConfig): string {
  return name;
}

function toPattern(config: SpanPatternConfig): SpanPattern {
  if (typeof config === 'string' || Array.isArray(config)) {
    return { name: asList(config), op: [], service: [], attributes: {} };
  }
  const { name, op, service, attributes } = config as Exclude<SpanPatternConfig, string | string[]>;
  return {
    name: asList(name),
    op: asList(op),
    service: asList(service),
    attributes: Object.fromEntries(
      Object.entries(attributes ?? {}).map(([key, values]) => [key, asList(values).map(String)]),
    ),
  };
}

function labelOf({ name, op, service, attributes }: SpanPattern): string {
  const others = Object.entries(attributes).map(([key, values]) => `${key}=${values.join('|')}`);
  return [...name, ...op, ...service, ...others][0] ?? 'any span';
}

function durationOf(text: string | undefined): number | null {
  return text === undefined ? null : parseDuration(text);
}
