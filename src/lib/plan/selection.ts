/** Which of the configured scenarios a run sends, and in which order one turn goes. */
import { ProdE2eError, unknownName } from '../errors.ts';
import type { Scenario } from '../model/scenario.ts';

/** Scenarios with this tag are sent only when asked for by name or tag. */
const NEGATIVE_TAG = 'negative';

export interface Selection {
  readonly scenario: readonly string[];
  readonly tag: readonly string[];
  /** Names or tags. */
  readonly exclude: readonly string[];
}

/**
 * Named and tagged scenarios (either is enough), without the excluded ones, in the order of the config.
 * @throws ProdE2eError `UNKNOWN_SCENARIO`, `UNKNOWN_TAG`, `NOTHING_SELECTED`
 */
export function selectScenarios(scenarios: readonly Scenario[], selection: Selection): readonly Scenario[] {
  const names = scenarios.map((scenario) => scenario.name);
  const tags = [...new Set(scenarios.flatMap((scenario) => scenario.tags))];
  for (const typed of selection.scenario) {
    if (!names.includes(typed)) {
      throw unknownName({
        what: 'scenario',
        typed,
        known: names,
        code: 'UNKNOWN_SCENARIO',
        list: 'prod-e2e scenarios list',
      });
    }
  }
  for (const typed of selection.tag) {
    if (!tags.includes(typed)) throw unknownName({ what: 'tag', typed, known: tags, code: 'UNKNOWN_TAG' });
  }
  for (const typed of selection.exclude) {
    if (names.includes(typed) || tags.includes(typed)) continue;
    const known = [...names, ...tags];
    throw unknownName({ what: 'scenario or tag', typed, known, code: 'UNKNOWN_SCENARIO' });
  }
  const selected = scenarios.filter(
    (scenario) => isAskedFor(scenario, selection) && !isExcluded(scenario, selection),
  );
  if (selected.length > 0) return selected;
  throw new ProdE2eError('The selection leaves no scenario to send.', {
    code: 'NOTHING_SELECTED',
    hints: [
      `Scenarios: ${names.join(', ')}.`,
      'Loosen --scenario, --tag or --exclude; scenarios tagged negative are sent only when named or tagged.',
    ],
  });
}

function isAskedFor(scenario: Scenario, { scenario: names, tag: tags }: Selection): boolean {
  if (names.length === 0 && tags.length === 0) return !scenario.tags.includes(NEGATIVE_TAG);
  return names.includes(scenario.name) || scenario.tags.some((tag) => tags.includes(tag));
}

function isExcluded(scenario: Scenario, { exclude }: Selection): boolean {
  return exclude.includes(scenario.name) || scenario.tags.some((tag) => exclude.includes(tag));
}

/** One turn: every scenario once, then those of weight 2 and more again, and so on. */
export function oneTurn(scenarios: readonly Scenario[]): readonly Scenario[] {
  const heaviest = Math.max(0, ...scenarios.map((scenario) => scenario.weight));
  return Array.from({ length: heaviest }, (_, lap) => scenarios.filter(({ weight }) => weight > lap)).flat();
}
