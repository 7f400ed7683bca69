/**
 * Dimension values that a header cannot hold: without this check a webhook with such a value would fail in the middle of a run.
 */

import type { Path } from '../config/paths.ts';
import type { ConfigProblem } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import { HEADER_VALUE } from '../http/header-syntax.ts';
import type { Scenario } from '../model/scenario.ts';
import { fixedDimensions } from '../plan/payload.ts';
import { namesIn } from '../plan/templates.ts';
import { headerInvalid } from '../plan/webhook-request.ts';

export function headerProblems(checked: Checked): readonly ConfigProblem[] {
  const { settings, problemAt } = checked;
  // Replayed payloads have no dimensions.
  if (settings.replay.from !== null) return [];
  return headersOf(checked).flatMap(({ path, headers, scenarios }) => {
    const used = Object.entries(headers).flatMap(([name, template]) =>
      [...namesIn(template)].flatMap((dimension) =>
        Object.hasOwn(settings.dimensions, dimension) ? [{ name, dimension }] : [],
      ),
    );
    return used
      .filter(({ dimension }) => scenarios.some((scenario) => isUnfit(dimension, { settings, scenario })))
      .map(({ name, dimension }) =>
        problemAt(
          [...path, name],
          headerInvalid(
            `The header ${name} uses the dimension "${dimension}", which has a value that is not valid in HTTP.`,
          ),
        ),
      );
  });
}

interface Headers {
  readonly path: Path;
  readonly headers: Readonly<Record<string, string>>;
  /** The scenarios whose webhooks, probes or clean-up have these headers. */
  readonly scenarios: readonly Scenario[];
}

function headersOf({ config, settings }: Checked): readonly Headers[] {
  const { scenarios } = settings;
  const written = config.scenarios ?? [];
  const places = [
    { path: ['headers'], headers: config.headers, scenarios },
    ...(config.stages ?? []).map((stage, at) => ({
      ...{ path: ['stages', at, 'http', 'headers'], headers: stage.http?.headers, scenarios },
    })),
    ...callsIn(config.cleanup, ['cleanup']).map((call) => ({ ...call, scenarios })),
    ...written.flatMap((scenario, at) => {
      const own = { scenarios: scenarios.slice(at, at + 1) };
      if ('scenario' in scenario) return [];
      const path: Path = ['scenarios', at];
      return [
        { path: [...path, 'headers'], headers: scenario.headers, ...own },
        ...callsIn(scenario.cleanup, [...path, 'cleanup']).map((call) => ({ ...call, ...own })),
      ];
    }),
  ];
  return places.map((place) => ({ ...place, headers: place.headers ?? {} }));
}

type Calls = NonNullable<Checked['config']['cleanup']>;

function callsIn(calls: Calls | undefined, path: Path) {
  if (!Array.isArray(calls))
    return calls === undefined ? [] : [{ path: [...path, 'headers'], headers: calls.headers }];
  return calls.map((call, at) => ({ path: [...path, at, 'headers'], headers: call.headers }));
}

/** Whether a webhook of the scenario can have a dimension value that a header cannot hold. */
function isUnfit(
  name: string,
  { settings, scenario }: { readonly settings: Checked['settings']; readonly scenario: Scenario },
): boolean {
  const layers = [settings.payload, scenario.payload].map((payload) => ({ payload, where: '' }));
  const pins = new Map(Object.entries({ ...fixedDimensions(layers, [name]), ...settings.set }));
  const pin = pins.get(name);
  const values = pin === undefined ? (settings.dimensions[name] ?? []) : [pin];
  return values.some((value) => !HEADER_VALUE.test(String(value)));
}
