/** `{{placeholders}}` with unknown names. */

import type { Path } from '../config/paths.ts';
import { type ConfigProblem, nearest } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import { normalizeScenario } from '../config/settings/scenarios.ts';
import { ProdE2eError } from '../errors.ts';
import { pathsIn, VALUE_NAMES } from '../json/placeholders.ts';
import { compileTemplate } from '../plan/templates.ts';
import { problemsFrom } from './found.ts';

export function templateProblems(checked: Checked): readonly ConfigProblem[] {
  const { config, settings, broken } = checked;
  // The name of an invalid dimension is still known.
  const names = [
    ...Object.keys(settings.dimensions),
    ...broken.flatMap(([key, name]) => (key === 'dimensions' && name !== undefined ? [String(name)] : [])),
  ];
  const sent = [
    ...(settings.replay.from === null
      ? inTemplate(checked, { names, value: config.payload, path: ['payload'] })
      : []),
    ...inTemplate(checked, { names, value: config.headers, path: ['headers'] }),
    ...(config.scenarios ?? []).flatMap((scenario, at) => {
      const { payload, headers } = normalizeScenario(scenario);
      const short = 'scenario' in scenario;
      const inside: Path = short ? ['scenarios', at] : ['scenarios', at, 'payload'];
      return [
        ...inTemplate(checked, { names, value: payload, path: inside }),
        ...inTemplate(checked, { names, value: headers, path: ['scenarios', at, 'headers'] }),
      ];
    }),
  ];
  return [...sent, ...followProblems(checked, names), ...linkProblems(checked)];
}

interface Template {
  readonly names: readonly string[];
  readonly value: unknown;
  readonly path: Path;
}

/** Each text separately, so that all errors are reported. */
function inTemplate(checked: Checked, { names, value, path }: Template): readonly ConfigProblem[] {
  if (Array.isArray(value))
    return value.flatMap((item, at) => inTemplate(checked, { names, value: item, path: [...path, at] }));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) =>
      inTemplate(checked, { names, value: item, path: [...path, key] }),
    );
  if (typeof value !== 'string' || !value.includes('{{')) return [];
  return problemsFrom(
    (error) => checked.problemAt(path, error),
    () => compileTemplate({ template: value, names, ...placeOf(checked, path) }),
  );
}

/** A place as template errors name it: `scenario CHOP, payload.symbol`. */
function placeOf({ config }: Checked, path: Path): { readonly where: string; readonly root: string } {
  const [first, at] = path;
  const scenario = first === 'scenarios' ? (config.scenarios ?? [])[Number(at)] : undefined;
  const where = scenario === undefined ? 'config' : `scenario ${normalizeScenario(scenario).name}`;
  const rest = scenario === undefined ? path : path.slice(2);
  const inside = scenario !== undefined && 'scenario' in scenario ? ['payload', ...rest] : rest;
  return {
    where,
    root: inside
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
      .join('')
      .slice(1),
  };
}

function followProblems({ config, problemAt }: Checked, names: readonly string[]): readonly ConfigProblem[] {
  const known = [...VALUE_NAMES, ...names];
  return (config.trace?.follow ?? []).flatMap(({ query }, at) =>
    unknownIn(query, known).map((problem) => problemAt(['trace', 'follow', at, 'query'], problem)),
  );
}

function linkProblems({ config, problemAt }: Checked): readonly ConfigProblem[] {
  const template = config.trace?.urlTemplate ?? '';
  return unknownIn(template, ['traceId', 'openBraces']).map((problem) =>
    problemAt(['trace', 'urlTemplate'], problem),
  );
}

function unknownIn(text: string, known: readonly string[]): readonly ProdE2eError[] {
  return pathsIn(text)
    .map((path) => path.split('.')[0] ?? '')
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return new ProdE2eError(`Placeholder {{${name}}} is not available here.`, {
        code: 'TEMPLATE_INVALID',
        hints: [
          ...(meant === null ? [] : [`Did you mean {{${meant}}}?`]),
          `Available: ${known.map((each) => `{{${each}}}`).join(', ')}.`,
        ],
      });
    });
}
