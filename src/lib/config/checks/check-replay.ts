/** Rules for replayed payloads beyond the schema: scenario names that exist, no secret headers. */

import { isSecretHeaderName } from '../../secrets/collect.ts';
import { nearest } from '../problems/problems.ts';
import type { LayerConfig } from '../schema/schema.ts';
import { asList, normalizeScenario } from '../settings/scenarios.ts';
import type { PlacedProblem } from './check-tree.ts';

/** Headers that describe the connection, not the webhook (RFC 9110, 7.6.1; RFC 9112). */
const OF_CONNECTION: readonly string[] = [
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'te', 'trailer'],
  ...['upgrade', 'expect', 'accept-encoding', 'content-encoding'],
];

/** Checks the merged configuration, because rules and scenarios may come from different sources. */
export function checkReplay({ replay, scenarios = [] }: LayerConfig): readonly PlacedProblem[] {
  const known = scenarios.map((scenario) => normalizeScenario(scenario).name);
  const rules = (replay?.rules ?? []).flatMap((rule, at): readonly PlacedProblem[] => {
    if (known.length === 0 || known.includes(rule.scenario) || rule.expect !== undefined) return [];
    const meant = nearest(rule.scenario, known);
    const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
    const problem = `unknown scenario ${JSON.stringify(rule.scenario)}${suggestion} (known: ${known.join(', ')}; a new name requires expect)`;
    return [{ path: ['replay', 'rules', at, 'scenario'], problem }];
  });
  const headers = asList(replay?.harHeaders);
  const secret = headers.filter(isSecretHeaderName);
  const ofConnection = headers.filter((name) => OF_CONNECTION.includes(name.toLowerCase()));
  return [
    ...rules,
    ...ofConnection.map((name) => ({
      path: ['replay', 'harHeaders'],
      problem: `${name} belongs to the recorded connection and cannot be sent again; list only headers of the webhook itself`,
    })),
    ...secret.map((name) => ({
      path: ['replay', 'harHeaders'],
      problem: `${name} may hold a recorded secret; set your own with headers or signing`,
    })),
  ];
}
