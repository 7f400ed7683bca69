/**
 * What is wrong with a configuration beyond its schema: everything that a run would refuse once it has begun to prepare itself.
 * `run`, `doctor` and `config show` all ask this one function, so that they find the same. Prints nothing, contacts nobody.
 */
import type { Fault } from '../config/problems/problems.ts';
import type { LateCheck } from '../config/resolve.ts';
import type { RunChecks } from './found.ts';
import { headerFaults } from './header-faults.ts';
import { patternFaults } from './pattern-faults.ts';
import { renderFaults } from './render-faults.ts';
import { replayFaults } from './replay-faults.ts';
import { reportFaults } from './report-faults.ts';
import { selectionFaults } from './selection-faults.ts';
import { spanFaults } from './span-faults.ts';
import { targetFaults } from './target-faults.ts';
import { templateFaults } from './template-faults.ts';

/** One room after the other, each with all that it finds. */
export function lateFaults(checks: RunChecks): LateCheck {
  return async (checked) => {
    const found: Fault[] = [
      ...selectionFaults(checked, checks),
      ...(await reportFaults(checked, checks)),
      ...templateFaults(checked),
      ...headerFaults(checked),
      ...spanFaults(checked),
      ...(await patternFaults(checked)),
      ...(await targetFaults(checked, checks)),
      ...((await checks.further?.(checked)) ?? []),
    ];
    found.push(...(await renderFaults(checked, { env: checks.env, found })));
    found.push(...(await replayFaults(checked, { ...checks, found })));
    return found;
  };
}
