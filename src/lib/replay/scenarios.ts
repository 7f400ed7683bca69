/** The scenario of each replayed payload: by the first matching rule, by a field of the payload, or `REPLAY`. */
import { REPLAY } from '../config/settings/scenarios.ts';
import type { Settings } from '../config/settings/settings.ts';
import { unknownName } from '../errors.ts';
import { isNumber } from '../json/decimal.ts';
import { overlap, stepsOf, valueAt } from '../json/path.ts';
import type { Json } from '../model/json.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Redact } from '../secrets/redact.ts';
import { matchFindings } from '../validate/match.ts';

/** Names that payloads give their scenario; those of further ones are all called `REPLAY`. Tables and totals hold them. */
export const NAMES_LIMIT = 100;
/** The same limit as in the config. */
const NAME_LENGTH = 100;

export interface ReplayScenarios {
  /** All scenarios that payloads can have, except those named by payloads. */
  readonly known: readonly Scenario[];
  readonly of: (payload: Json | undefined) => Scenario;
  /** Whether --scenario, --tag and --exclude select it. */
  readonly isSelected: (scenario: Scenario) => boolean;
  /** There were more names than {@link NAMES_LIMIT}. */
  readonly tooMany: () => boolean;
  /** Call it once all payloads were read. @throws ProdE2eError `UNKNOWN_SCENARIO`, `UNKNOWN_TAG` for names that no payload has */
  readonly checkSelection: () => void;
}

export function replayScenarios(settings: Settings, redact: Redact): ReplayScenarios {
  const { rules, otherwise, scenarioPath } = settings.replay;
  const configured = new Map(settings.scenarios.map((scenario) => [scenario.name, scenario] as const));
  const named = new Map<string, Scenario>();
  const known = [...settings.scenarios, ...rules.map(({ scenario }) => scenario), otherwise];
  // A value that reports mask cannot be a name.
  const isHidden = settings.redact.some((path) => overlap(stepsOf(path), stepsOf(scenarioPath)));
  let tooMany = false;
  const byName = (name: string): Scenario => {
    const there = configured.get(name) ?? named.get(name);
    if (there !== undefined) return there;
    if (named.size >= NAMES_LIMIT) {
      tooMany = true;
      return otherwise;
    }
    const scenario = { ...otherwise, name };
    named.set(name, scenario);
    return scenario;
  };
  return {
    known,
    of: (payload) => {
      if (payload === undefined) return otherwise;
      const rule = rules.find(({ match }) => matchFindings(payload, match).length === 0);
      if (rule !== undefined) return rule.scenario;
      const name = isHidden ? null : nameOf(valueAt(payload, scenarioPath), redact);
      return name === null ? otherwise : byName(name);
    },
    isSelected: (scenario) => isAskedFor(scenario, settings),
    tooMany: () => tooMany,
    checkSelection: () => {
      const names = [...new Set([...known.map(({ name }) => name), ...named.keys()])];
      const tags = [...new Set(known.flatMap((scenario) => scenario.tags))];
      check({ what: 'scenario', typed: settings.scenario, known: names, code: 'UNKNOWN_SCENARIO' });
      check({ what: 'tag', typed: settings.tag, known: tags, code: 'UNKNOWN_TAG' });
      const either = [...names, ...tags];
      check({ what: 'scenario or tag', typed: settings.exclude, known: either, code: 'UNKNOWN_SCENARIO' });
    },
  };
}

/** The value as a scenario name; null if no allowed character is left, or if it is secret. */
function nameOf(value: Json | undefined, redact: Redact): string | null {
  if (typeof value !== 'string' && !isNumber(value)) return null;
  const text = String(value);
  if (redact(text) !== text) return null;
  const name = text
    .slice(0, NAME_LENGTH)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-$/, '');
  return name === '' || name === REPLAY ? null : name;
}

function isAskedFor({ name, tags }: Scenario, { scenario, tag, exclude }: Settings): boolean {
  if (exclude.includes(name) || tags.some((each) => exclude.includes(each))) return false;
  if (scenario.length === 0 && tag.length === 0) return true;
  return scenario.includes(name) || tags.some((each) => tag.includes(each));
}

function check(asked: {
  readonly what: string;
  readonly typed: readonly string[];
  readonly known: readonly string[];
  readonly code: string;
}): void {
  const unknown = asked.typed.find((typed) => !asked.known.includes(typed));
  if (unknown !== undefined) throw unknownName({ ...asked, typed: unknown });
}
