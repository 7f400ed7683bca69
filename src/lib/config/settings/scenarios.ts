/** Completes scenarios and their expectations from the built-in ones, the config and each scenario's own keys. */
import type { JsonObject, Scalar } from '../../model/json.ts';
import type { Expectation, PayloadSchema, Repeat, Scenario } from '../../model/scenario.ts';
import type { SenderName } from '../../model/signing.ts';
import type { ExpectConfig } from '../schema/expect.ts';
import type { CleanupConfig } from '../schema/probe.ts';
import type { FullScenario, RepeatConfig, RuleConfig, ScenarioConfig } from '../schema/scenario.ts';
import type { SigningConfig } from '../schema/signing.ts';
import { BUILT_IN_SCENARIOS, DEFAULT_FIELDS, DEFAULT_REFUSALS, DEFAULT_STATUS } from './defaults.ts';
import { toCleanup } from './probe.ts';
import { toSigning } from './signing.ts';
import { parseDuration } from './units.ts';

/** The tag of scenarios that expect a refusal. */
const NEGATIVE = 'negative';

/** How endpoints refuse a webhook with an invalid signature. */
const REFUSED: ExpectConfig = { status: [400, 401, 403] };

/** As written in the config: a schema, or the name of a file. */
type PayloadSchemaConfig = JsonObject | boolean | string;

export interface Shared {
  readonly expect: ExpectConfig | undefined;
  readonly expectRepeat: ExpectConfig | undefined;
  readonly repeat: RepeatConfig | undefined;
  readonly payloadSchema: PayloadSchemaConfig | undefined;
  /** The absolute path of a file named in the config, by key. */
  readonly fileNameAt: (key: 'payloadSchema' | 'scenarios', name: string) => string;
  readonly method: string;
  readonly sender: SenderName | undefined;
  readonly signing: SigningConfig | undefined;
  readonly cleanup: CleanupConfig | undefined;
}

/** The config's scenarios, or the built-in ones if it has none. */
export function toScenarios(configured: readonly ScenarioConfig[], shared: Shared): readonly Scenario[] {
  if (configured.length > 0) return configured.map((config) => toScenario(normalizeScenario(config), shared));
  return BUILT_IN_SCENARIOS.map((builtIn) => toBuiltIn(builtIn, shared));
}

function toBuiltIn(builtIn: FullScenario, shared: Shared): Scenario {
  return {
    ...toScenario(builtIn, shared),
    expect: toExpectation([{ ...DEFAULT_FIELDS, ...DEFAULT_REFUSALS }, shared.expect, builtIn.expect]),
  };
}

/** The scenario of replayed payloads that match no rule and name none. */
export const REPLAY = 'REPLAY';

export function toReplayed(shared: Shared): Scenario {
  return toScenario({ name: REPLAY }, shared);
}

/** The scenario that a rule names, with what the rule expects; a new one if the config has none of that name. */
export function toRuled(rule: RuleConfig, configured: readonly ScenarioConfig[], shared: Shared): Scenario {
  const named = configured.map(normalizeScenario).find(({ name }) => name === rule.scenario);
  const expect = { ...named?.expect, ...withoutUndefined(rule.expect ?? {}) };
  const config: FullScenario = { ...named, name: rule.scenario, ...(isEmpty(expect) ? {} : { expect }) };
  const isBuiltIn = configured.length === 0 && BUILT_IN_SCENARIOS.some(({ name }) => name === rule.scenario);
  return isBuiltIn ? toBuiltIn(config, shared) : toScenario(config, shared);
}

function isEmpty(expect: ExpectConfig): boolean {
  return Object.keys(expect).length === 0;
}

/** `{ symbol: 'SPY', scenario: 'X' }` is `{ name: 'X', payload: { symbol: 'SPY' } }`. */
export function normalizeScenario(config: ScenarioConfig): FullScenario {
  if (!('scenario' in config)) return config;
  const { scenario, ...payload } = config;
  return { name: scenario, payload };
}

function toScenario(config: FullScenario, shared: Shared): Scenario {
  const sender = config.sender ?? shared.sender ?? null;
  const mode = config.sign ?? 'valid';
  const tags = config.tags === undefined && mode !== 'valid' ? [NEGATIVE] : asList(config.tags);
  const inherited =
    mode !== 'valid'
      ? [...inheritedByNegative(shared), REFUSED]
      : tags.includes(NEGATIVE)
        ? inheritedByNegative(shared)
        : inheritedByUsual(config, shared);
  return {
    name: config.name,
    description: config.description ?? '',
    tags,
    payload: config.payload ?? {},
    headers: lowerCaseNames(config.headers ?? {}),
    method: config.method ?? shared.method,
    path: config.path ?? '',
    sender,
    signing: toSigning(config.signing ?? shared.signing, { sender, mode }),
    expect: toExpectation([...inherited, config.expect]),
    payloadSchema: toPayloadSchema(config, { tags, shared }),
    repeat: toRepeat(
      config.repeat ?? shared.repeat,
      toExpectation(repeatLayers({ config, tags, inherited, shared })),
    ),
    weight: config.weight ?? 1,
    cleanup: toCleanup(config.cleanup ?? shared.cleanup),
  };
}

/** A resend of a refused webhook is refused again. */
function repeatLayers({
  config,
  tags,
  inherited,
  shared,
}: {
  readonly config: FullScenario;
  readonly tags: readonly string[];
  readonly inherited: readonly (ExpectConfig | undefined)[];
  readonly shared: Shared;
}): readonly (ExpectConfig | undefined)[] {
  if (tags.includes(NEGATIVE)) return [...inherited, config.expect, config.expectRepeat];
  return [EXPECT_REPEAT, shared.expectRepeat, config.expectRepeat];
}

/** A negative scenario is wrong on purpose, so the shared schema does not apply to it. */
function toPayloadSchema(
  { payloadSchema }: FullScenario,
  { tags, shared }: { readonly tags: readonly string[]; readonly shared: Shared },
): PayloadSchema | null {
  const own = payloadSchema !== undefined;
  const config = own || tags.includes(NEGATIVE) ? payloadSchema : shared.payloadSchema;
  if (config === undefined) return null;
  return typeof config === 'string'
    ? { kind: 'file', path: shared.fileNameAt(own ? 'scenarios' : 'payloadSchema', config) }
    : { kind: 'schema', schema: config };
}

function inheritedByUsual(config: FullScenario, shared: Shared): readonly (ExpectConfig | undefined)[] {
  const fields = shared.expect === undefined && config.expect === undefined ? DEFAULT_FIELDS : {};
  return [{ ...fields, ...DEFAULT_REFUSALS }, shared.expect];
}

/** A refusal has none of the data of a success, so it inherits only the time limits. */
function inheritedByNegative({ expect }: Shared): readonly (ExpectConfig | undefined)[] {
  return [{ degradedDuration: expect?.degradedDuration, maxDuration: expect?.maxDuration }];
}

/** Later layers win, key by key. */
function toExpectation(layers: readonly (ExpectConfig | undefined)[]): Expectation {
  const config: ExpectConfig = {};
  for (const layer of layers) Object.assign(config, withoutUndefined(layer ?? {}));
  return {
    status: asList(config.status ?? DEFAULT_STATUS),
    required: asList(config.required),
    recommended: asList(config.recommended),
    match: config.match ?? null,
    schema: config.schema ?? null,
    headers: lowerCaseNames(config.headers ?? {}),
    contentType: config.contentType ?? null,
    degradedDurationMs: durationOf(config.degradedDuration),
    maxDurationMs: durationOf(config.maxDuration),
    refuse: textLists(config.refuse ?? {}),
    suspect: textLists(config.suspect ?? {}),
  };
}

function withoutUndefined(config: ExpectConfig): ExpectConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

function durationOf(text: string | undefined): number | null {
  return text === undefined ? null : parseDuration(text);
}

function textLists(lists: Readonly<Record<string, Scalar | readonly Scalar[]>>): Expectation['refuse'] {
  return Object.fromEntries(
    Object.entries(lists).map(([path, values]) => [path, asList(values).map(String)]),
  );
}

export function lowerCaseNames(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** A single item counts as a list of one. */
export function asList<Item extends Scalar>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

// Array.isArray does not narrow readonly lists.
function isList<Item extends Scalar>(value: Item | readonly Item[]): value is readonly Item[] {
  return Array.isArray(value);
}

const DEFAULTS = { times: 1, id: 'signal_id', secondEvent: 'error' } as const;

/** 409 and 208 (Already Reported) are how HTTP reports that something already exists. */
export const EXPECT_REPEAT: ExpectConfig = { status: ['2xx', 409] };

export function toRepeat(config: RepeatConfig | undefined, expect: Expectation): Repeat | null {
  if (config === undefined) return null;
  const { times, after, id, secondEvent } = typeof config === 'number' ? { times: config } : config;
  return {
    times: times ?? DEFAULTS.times,
    afterMs: after === undefined ? 0 : (parseDuration(after) ?? 0),
    idPath: id ?? DEFAULTS.id,
    secondEvent: secondEvent ?? DEFAULTS.secondEvent,
    expect,
  };
}
