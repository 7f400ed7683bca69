/** Headers that a config must not set: HTTP sets them, or they differ per webhook. */

import type { Path } from '../paths.ts';
import type { CleanupConfig } from '../schema/probe.ts';
import type { LayerConfig } from '../schema/schema.ts';
import { normalizeScenario } from '../settings/scenarios.ts';
import type { PlacedProblem } from './check-tree.ts';

/** They describe how the body is sent (RFC 9112, 6): another value breaks the request. */
const OF_THE_MESSAGE: readonly string[] = ['content-length', 'trailer'];
/** prod-e2e sets these itself and would replace a configured value. */
const OF_THE_TEST: readonly string[] = ['x-prod-e2e-test', 'sentry-trace', 'traceparent'];

/** Checks the merged configuration. */
export function checkHeaders(config: LayerConfig): readonly PlacedProblem[] {
  const { scenarios = [], stages = [] } = config;
  const webhooks = [
    { path: ['headers'], headers: config.headers },
    ...scenarios.map((scenario, at) => ({
      ...{ path: ['scenarios', at, 'headers'], headers: normalizeScenario(scenario).headers },
    })),
  ];
  const calls = [
    ...stages.map(({ http }, at) => ({ path: ['stages', at, 'http', 'headers'], headers: http?.headers })),
    ...callsIn(config.cleanup, ['cleanup']),
    ...scenarios.flatMap((scenario, at) =>
      callsIn(normalizeScenario(scenario).cleanup, ['scenarios', at, 'cleanup']),
    ),
  ];
  const found = (
    places: readonly Place[],
    { names, problem }: { readonly names: readonly string[]; readonly problem: string },
  ) =>
    places.flatMap(({ path, headers = {} }) =>
      Object.keys(headers)
        .filter((name) => names.includes(name.toLowerCase()))
        .map((name) => ({ path: [...path, name], problem })),
    );
  return [
    ...found([...webhooks, ...calls], {
      names: OF_THE_MESSAGE,
      problem: 'cannot be set: it is computed for each request',
    }),
    ...found(webhooks, {
      names: OF_THE_TEST,
      problem: 'cannot be set: every webhook has its own',
    }),
  ];
}

interface Place {
  readonly path: Path;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

function callsIn(calls: CleanupConfig | undefined, path: Path): readonly Place[] {
  if (calls === undefined) return [];
  return Array.isArray(calls)
    ? calls.map(({ headers }, at) => ({ path: [...path, at, 'headers'], headers }))
    : [{ path: [...path, 'headers'], headers: calls.headers }];
}
