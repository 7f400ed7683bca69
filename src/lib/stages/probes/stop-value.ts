/** Whether what a probe read is a final value that says that the stage failed. */

import { valueAt } from '../../json/path.ts';
import { sameAsWritten } from '../../json/text.ts';
import type { JsonObject, Scalar } from '../../model/json.ts';
import type { StopValues } from '../../model/probe.ts';

/** Compared as text, as a number of a config is the same as that of a database. */
export function isStopped(row: JsonObject, stop: StopValues | null): boolean {
  return Object.entries(stop ?? {}).some(([path, values]) => {
    const value = valueAt(row, path);
    return value !== undefined && value !== null && values.some((each: Scalar) => sameAsWritten(each, value));
  });
}
