/** A fault at one place, with the evidence that it would leave. */
import type { JsonObject } from '../model/json.ts';
import type { Scenario } from '../model/scenario.ts';
import type { FaultId, Place } from './catalog.ts';
import type { Scene } from './scene.ts';

export interface FaultCase {
  readonly fault: FaultId;
  readonly place: Place;
  /** Null if nothing of the configuration would send or check what shows the fault. */
  readonly scene: Scene | null;
  /** Judged by this scenario, if it is not the test's own. */
  readonly scenario?: Scenario;
  /** Why it cannot be predicted. */
  readonly cannotSay?: string;
  /** The value of the good test, for the lines that expect it. */
  readonly expected?: JsonObject;
}
