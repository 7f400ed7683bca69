/** Which of the configured scenarios a run sends, and the order of one turn. */
import { ProdE2eError, unknownName } from '../errors.ts';
import type { Scenario } from '../model/scenario.ts';

/** Scenarios with this tag are sent only if selected by name or tag. */
const NEGATIVE_TAG = 'negative';

export interface Selection {
  readonly scenario: readonly string[];
  readonly tag: readonly string[];
  /** Names or tags. */
  readonly exclude: readonly string[];
}

/** An error of a selection, with its key. */
export interface SelectionError {
  readonly key: keyof Selection;
  readonly error: ProdE2eError;
}

/** All errors at once; empty if the selection is valid. */
export function selectionErrors(
  scenarios: readonly Scenario[],
  selection: Selection,
): readonly SelectionError[] {
  const names = scenarios.map((scenario) => scenario.name);
  const tags = [...new Set(scenarios.flatMap((scenario) => scenario.tags))];
  const unknown = (
    key: keyof Selection,
    {
      what,
      known,
      code,
    }: { readonly what: string; readonly known: readonly string[]; readonly code: string },
  ) =>
    selection[key]
      .filter((typed) => !known.includes(typed))
      .map((typed) => {
        const list = key === 'scenario' ? { list: 'prod-e2e scenarios list' } : {};
        return { key, error: unknownName({ what, typed, known, code, ...list }) };
      });
  const errors = [
    ...unknown('scenario', { what: 'scenario', known: names, code: 'UNKNOWN_SCENARIO' }),
    ...unknown('tag', { what: 'tag', known: tags, code: 'UNKNOWN_TAG' }),
    ...unknown('exclude', { what: 'scenario or tag', known: [...names, ...tags], code: 'UNKNOWN_SCENARIO' }),
  ];
  if (errors.length > 0 || selected(scenarios, selection).length > 0) return errors;
  const error = new ProdE2eError('No scenario matches the selection.', {
    code: 'NOTHING_SELECTED',
    hints: [
      `Scenarios: ${names.join(', ')}.`,
      'Change --scenario, --tag or --exclude; scenarios tagged "negative" are sent only if selected by name or tag.',
    ],
  });
  const key = selection.exclude.length > 0 ? 'exclude' : selection.tag.length > 0 ? 'tag' : 'scenario';
  return [{ key, error }];
}

/**
 * Named and tagged scenarios (either is enough), without the excluded ones, in the order of the config.
 * @throws ProdE2eError `UNKNOWN_SCENARIO`, `UNKNOWN_TAG`, `NOTHING_SELECTED`
 */
export function selectScenarios(scenarios: readonly Scenario[], selection: Selection): readonly Scenario[] {
  const [first] = selectionErrors(scenarios, selection);
  if (first !== undefined) throw first.error;
  return selected(scenarios, selection);
}

function selected(scenarios: readonly Scenario[], selection: Selection): readonly Scenario[] {
  return scenarios.filter((scenario) => isAskedFor(scenario, selection) && !isExcluded(scenario, selection));
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
