/** How a run is told and judged as a whole: reporters, thresholds, what it is compared with. */
import type { Fault } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import { findBaseline, LAST_GREEN } from '../report/compare/baseline.ts';
import { parseThreshold } from '../report/digest/threshold.ts';
import { outputErrors } from '../report/output/outputs.ts';
import { faultsFrom, faultsFromAsync, type RunChecks } from './found.ts';

export async function reportFaults(
  { settings, fault }: Checked,
  { dataDir }: Pick<RunChecks, 'dataDir'>,
): Promise<readonly Fault[]> {
  const { baseline, reporters, thresholds } = settings;
  const folder = dataDir(settings.dataDir);
  return [
    ...(await outputErrors(reporters)).map((error) => fault(['reporter'], error)),
    ...thresholds.flatMap((expression, at) =>
      faultsFrom(
        (error) => fault(['threshold', at], error),
        () => parseThreshold(expression),
      ),
    ),
    ...(baseline === null || baseline === LAST_GREEN
      ? []
      : await faultsFromAsync(
          (error) => fault(['baseline'], error),
          () => findBaseline({ dataDir: folder, reference: baseline, like: null, before: null }),
        )),
  ];
}
