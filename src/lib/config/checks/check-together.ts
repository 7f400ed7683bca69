/** Rules for the merged configuration beyond the schema: keys that contradict each other or have no effect. */
import type { Path } from '../paths.ts';
import { isTouched } from '../problems/usable-part.ts';
import type { LayerConfig } from '../schema/schema.ts';
import { normalizeScenario } from '../settings/scenarios.ts';
import { checkHeaders } from './check-headers.ts';
import { checkNotify } from './check-notify.ts';
import { checkProbes } from './check-probes.ts';
import { checkReplay } from './check-replay.ts';
import { checkSigning } from './check-signing.ts';
import type { PlacedProblem } from './check-tree.ts';

/** @param broken paths removed as invalid; a check runs only if the keys it needs are complete */
export function checkTogether(config: LayerConfig, broken: readonly Path[]): readonly PlacedProblem[] {
  const isComplete = (key: string) => !broken.some((path) => path[0] === key);
  return CHECKS.flatMap(({ check, needs }) => (needs.every(isComplete) ? check(config) : [])).filter(
    ({ path }) => !isTouched(path, broken),
  );
}

const CHECKS = [
  { check: checkSigning, needs: ['signing', 'sender'] },
  { check: checkReplay, needs: ['replay', 'scenarios'] },
  { check: checkProbes, needs: ['stages', 'dimensions', 'cleanup'] },
  { check: checkNotify, needs: [] },
  { check: checkRepeats, needs: ['repeat', 'scenarios'] },
  { check: checkStageNames, needs: ['stages'] },
  { check: checkCertificate, needs: ['tls'] },
  { check: checkHeaders, needs: [] },
] as const;

function checkStageNames({ stages = [] }: LayerConfig): readonly PlacedProblem[] {
  const names = stages.map(({ name }) => name);
  return names.flatMap((name, at) => {
    const first = names.indexOf(name);
    if (first === at) return [];
    const problem = `duplicate name ${JSON.stringify(name)}: stages[${first}] has it too`;
    return [{ path: ['stages', at, 'name'], problem }];
  });
}

/** A certificate without its key, or the reverse, is not sent to the target. */
function checkCertificate({ tls }: LayerConfig): readonly PlacedProblem[] {
  if ((tls?.cert === undefined) === (tls?.key === undefined)) return [];
  const [given, missing] = tls?.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
  return [{ path: ['tls', given], problem: `has no effect without tls.${missing}; set both` }];
}

const NOTHING_IS_RESENT = 'has no effect without repeat';

/** `expectRepeat` has no effect unless webhooks are resent. */
function checkRepeats({ repeat, expectRepeat, scenarios = [] }: LayerConfig): readonly PlacedProblem[] {
  const full = scenarios.map(normalizeScenario);
  const anywhere = repeat !== undefined || full.some((scenario) => scenario.repeat !== undefined);
  return [
    ...(expectRepeat !== undefined && !anywhere
      ? [{ path: ['expectRepeat'], problem: NOTHING_IS_RESENT }]
      : []),
    ...full.flatMap((scenario, at) =>
      scenario.expectRepeat !== undefined && (scenario.repeat ?? repeat) === undefined
        ? [{ path: ['scenarios', at, 'expectRepeat'], problem: NOTHING_IS_RESENT }]
        : [],
    ),
  ];
}
