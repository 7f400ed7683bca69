/** What a run is going to send. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Finding } from './finding.ts';
import type { Scalar } from './json.ts';
import type { CleanupCall } from './probe.ts';
import type { WebhookRequest } from './result.ts';
import type { Expectation, Repeat, Scenario } from './scenario.ts';
import type { SenderName, Signing } from './signing.ts';

export interface PlannedTest {
  /** 1 for the first test of the run. */
  readonly index: number;
  /** `<run id>-<index>` */
  readonly testId: string;
  /** Scenario and ordinal, `CHOP #2`: the same from run to run. */
  readonly name: string;
  readonly scenario: string;
  readonly dimensions: Readonly<Record<string, Scalar>>;
  /** Without the headers of trace and signature, which are made when it is sent. */
  readonly request: WebhookRequest;
  /** Whose manner it takes on; null for our own. */
  readonly sender: SenderName | null;
  /** Signed anew for every attempt, with the time of that attempt; null for no signature. */
  readonly signing: Signing | null;
  readonly expect: Expectation;
  /** Null: sent once. */
  readonly repeat: Repeat | null;
  /** Where a replayed payload comes from: `orders.ndjson, line 17`; null for one that was made. */
  readonly from: string | null;
  readonly cleanup: readonly CleanupCall[];
}

export interface Plan {
  readonly runId: string;
  readonly seed: string;
  /** Tests to send. */
  readonly planned: number;
  /** Webhooks: the tests and their resends; of a shard, those of all shards. */
  readonly sends: number;
  /** Of a shard: tests of all shards together. */
  readonly totalAcrossShards?: number;
  /** The scenarios in the order of one turn. */
  readonly scenarios: readonly string[];
  /** The same with all that is known of them, each once; what is replayed may have the name of another. */
  readonly used: readonly Scenario[];
  /** What is to be known before it is sent. */
  readonly findings: readonly Finding[];
  /** How many different combinations of dimensions there are. */
  readonly combinations: number;
  /** How many tests have to repeat a combination that an earlier test of this run used. */
  readonly repeated: number;
  /** Where the next run against this target goes on, so that two runs in a row do not collide. */
  readonly nextOffset: number;
  /** Renders each test when it is taken, so that timestamps are those of sending. */
  readonly tests: () => Iterable<PlannedTest>;
}
