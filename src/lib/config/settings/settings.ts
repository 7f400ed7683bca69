/** The configuration in its final form: parsed, in milliseconds and bytes, with all defaults. */
import { sameAsWritten } from '../../json/text.ts';
import type { JsonObject, Scalar } from '../../model/json.ts';
import type { Monitor, Notifier } from '../../model/notifier.ts';
import { DAYS, type QuietWindow } from '../../model/quiet-window.ts';
import type { PayloadFunction, Scenario } from '../../model/scenario.ts';
import type { StageExpectation } from '../../model/trace-expectation.ts';
import type { FailOn } from '../keys/report-keys.ts';
import { type Entry, entryAt } from '../layers/merge.ts';
import type { QuietHoursConfig } from '../schema/quiet-hours.ts';
import type { LayerConfig } from '../schema/schema.ts';
import { absolutePath } from '../sources/file-name.ts';
import { DEFAULT_CONFIG, known } from './defaults.ts';
import { toMonitor, toNotifiers } from './notify.ts';
import { asList, type Shared, toReplayed, toRuled, toScenarios } from './scenarios.ts';
import { LOCAL } from './time-zones.ts';
import { type TraceSettings, toStages, toTraceSettings } from './trace.ts';
import { minutesOf, parseBytes, parseDuration } from './units.ts';

export interface SentrySettings {
  readonly dsn: string | null;
  readonly org: string | null;
  readonly project: string | null;
  /** Base URL for links, without a trailing slash. */
  readonly url: string | null;
  readonly token: string | null;
  /** The base URL the token may be sent to; null without a token, or when only less trusted sources name one. */
  readonly tokenUrl: string | null;
  readonly traceLifecycle: 'stream' | 'static';
  readonly orgId: string | null;
  readonly flushTimeoutMs: number;
}

/** The payloads that are sent in place of the scenarios. */
export interface ReplaySettings {
  /** Absolute, or `-` for stdin; null: nothing is replayed. */
  readonly from: string | null;
  /** Whether payloads are marked as tests. */
  readonly mark: boolean;
  /** Limit of payloads; null for all. */
  readonly count: number | null;
  /** Dotted path of the field that names the scenario. */
  readonly scenarioPath: string;
  /** The first matching rule decides the scenario of a payload. */
  readonly rules: readonly { readonly match: JsonObject; readonly scenario: Scenario }[];
  /** For payloads that match no rule and name no scenario. */
  readonly otherwise: Scenario;
  /** Headers of HAR entries that are resent; lower-case names. */
  readonly harHeaders: readonly string[];
}

export interface Settings {
  readonly url: string | null;
  readonly count: number;
  readonly scenario: readonly string[];
  readonly tag: readonly string[];
  readonly exclude: readonly string[];
  readonly set: Readonly<Record<string, Scalar>>;
  readonly seed: string | null;
  /** `2/5` or `off`; null to detect it from the CI system. */
  readonly shard: string | null;
  readonly concurrency: number;
  /** Starts per second. */
  readonly rate: number | null;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly retries: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly sentry: SentrySettings;
  readonly trace: TraceSettings;
  /** Null: the built-in ones. */
  readonly stages: readonly StageExpectation[] | null;
  readonly reporters: readonly { readonly name: string; readonly path: string | null }[];
  readonly thresholds: readonly string[];
  readonly failOn: readonly FailOn[];
  /** A saved run, `last-green`, or a JSON report; null to compare with nothing. */
  readonly baseline: string | null;
  /** A required stage that could not be checked fails the run. */
  readonly requireStages: boolean;
  readonly maxFailures: number | null;
  readonly bail: boolean;
  readonly strict: boolean;
  /** Absolute file names. */
  readonly tls: {
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: string | null;
    readonly insecure: boolean;
  };
  readonly maxBodyBytes: number;
  readonly keep: number;
  /** Absolute; null for the system's default place for data. */
  readonly dataDir: string | null;
  readonly redact: readonly string[];
  readonly allowHosts: readonly string[];
  readonly quietHours: readonly QuietWindow[];
  /** Null: runs send no check-ins. */
  readonly monitor: Monitor | null;
  readonly notifiers: readonly Notifier[];
  readonly dimensions: Readonly<Record<string, readonly Scalar[]>>;
  readonly payload: JsonObject | PayloadFunction;
  readonly scenarios: readonly Scenario[];
  readonly replay: ReplaySettings;
}

type SentryPlaces = Pick<SentrySettings, 'org' | 'url' | 'tokenUrl'>;

/** Turns the merged, valid configuration into settings. It includes the default layer, so its keys are always set. */
export function toSettings(options: {
  readonly config: LayerConfig;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly sentry: SentryPlaces;
}): Settings {
  const { config, entries } = options;
  const dimensions = config.dimensions ?? {};
  const file = (...key: string[]) => fileNameAt(entries, key);
  const shared: Shared = {
    expect: config.expect,
    expectRepeat: config.expectRepeat,
    repeat: config.repeat,
    payloadSchema: config.payloadSchema,
    fileNameAt: (key, name) => absolutePath(entryAt(entries, key)?.layer.baseDir ?? '', name),
    method: known(config.method),
    sender: config.sender,
    signing: config.signing,
    cleanup: config.cleanup,
  };
  return {
    url: config.url ?? null,
    count: known(config.count),
    scenario: asList(config.scenario),
    tag: asList(config.tag),
    exclude: asList(config.exclude),
    set: typedBy(dimensions, config.set ?? {}),
    seed: config.seed === undefined ? null : String(config.seed),
    shard: config.shard ?? null,
    concurrency: known(config.concurrency),
    rate: config.rate ?? null,
    timeoutMs: known(parseDuration(known(config.timeout))),
    connectTimeoutMs: known(parseDuration(known(config.connectTimeout))),
    retries: known(config.retries),
    headers: config.headers ?? {},
    environment: known(config.environment),
    sentry: toSentry(config.sentry ?? {}, options.sentry),
    trace: toTraceSettings(config.trace ?? {}),
    stages: config.stages === undefined ? null : toStages(config.stages),
    reporters: asList(config.reporter).map(toReporter),
    thresholds: asList(config.threshold),
    failOn: asList(config.failOn),
    baseline: config.baseline ?? null,
    requireStages: known(config.requireStages),
    maxFailures: config.maxFailures ?? null,
    bail: known(config.bail),
    strict: known(config.strict),
    tls: {
      ca: file('tls', 'ca'),
      cert: file('tls', 'cert'),
      key: file('tls', 'key'),
      insecure: config.tls?.insecure ?? false,
    },
    maxBodyBytes: toBytes(known(config.maxBody)),
    keep: known(config.keep),
    dataDir: file('dataDir'),
    redact: asList(config.redact),
    allowHosts: asList(config.allowHosts),
    quietHours: toQuietWindows(config.quietHours),
    monitor: toMonitor(config.monitor),
    notifiers: toNotifiers(config.notify),
    dimensions,
    payload: known(config.payload),
    scenarios: toScenarios(config.scenarios ?? [], shared),
    replay: toReplay({ config, entries, shared }),
  };
}

function toReplay({
  config,
  entries,
  shared,
}: {
  readonly config: LayerConfig;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly shared: Shared;
}): ReplaySettings {
  const replay = config.replay ?? {};
  const countIsDefault = entryAt(entries, 'count')?.layer.config === DEFAULT_CONFIG;
  return {
    from: replay.from === '-' ? '-' : fileNameAt(entries, ['replay', 'from']),
    mark: known(replay.mark),
    count: countIsDefault ? null : known(config.count),
    scenarioPath: known(replay.scenario),
    rules: (replay.rules ?? []).map((rule) => ({
      match: rule.match,
      scenario: toRuled(rule, config.scenarios ?? [], shared),
    })),
    otherwise: toReplayed(shared),
    harHeaders: asList(replay.harHeaders).map((name) => name.toLowerCase()),
  };
}

function toSentry(config: NonNullable<LayerConfig['sentry']>, places: SentryPlaces): SentrySettings {
  return {
    dsn: config.dsn ?? null,
    org: places.org,
    project: config.project ?? null,
    url: places.url,
    token: config.token ?? null,
    tokenUrl: places.tokenUrl,
    traceLifecycle: known(config.traceLifecycle),
    orgId: config.orgId === undefined ? null : String(config.orgId),
    flushTimeoutMs: known(parseDuration(known(config.flushTimeout))),
  };
}

function toBytes(size: string | number): number {
  return typeof size === 'number' ? size : known(parseBytes(size));
}

/** `NAME=PATH`, or `NAME` for stdout. */
function toReporter(text: string): Settings['reporters'][number] {
  const at = text.indexOf('=');
  return at < 0 ? { name: text, path: null } : { name: text.slice(0, at), path: text.slice(at + 1) };
}

/** Flags and variables are text, so they take the type of the dimension's value that reads the same. */
function typedBy(
  dimensions: Settings['dimensions'],
  pins: Readonly<Record<string, Scalar>>,
): Readonly<Record<string, Scalar>> {
  return Object.fromEntries(
    Object.entries(pins).map(([name, pin]) => {
      const values = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
      return [name, values?.find((value) => sameAsWritten(value, pin)) ?? pin];
    }),
  );
}

/** Names in a config file are relative to it, names in flags and variables to the working directory. */
function fileNameAt(entries: ReadonlyMap<string, Entry>, key: readonly string[]): string | null {
  const entry = entryAt(entries, ...key);
  return typeof entry?.value === 'string' ? absolutePath(entry.layer.baseDir, entry.value) : null;
}

export function toQuietWindows(config: QuietHoursConfig | undefined): readonly QuietWindow[] {
  const windows = config === undefined || Array.isArray(config) ? config : [config];
  return (windows ?? []).map(({ from, to, timezone, days }) => ({
    fromMinute: minutesOf(from),
    toMinute: minutesOf(to),
    timeZone: timezone === LOCAL ? null : timezone,
    days: typeof days === 'string' ? [days] : (days ?? DAYS),
  }));
}
