/** What a run will send. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
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
  /** Scenario and ordinal, `CHOP #2`: the same in every run. */
  readonly name: string;
  readonly scenario: string;
  readonly dimensions: Readonly<Record<string, Scalar>>;
  /** Without trace and signature headers, which are added when it is sent. */
  readonly request: WebhookRequest;
  /** The provider to imitate; null for none. */
  readonly sender: SenderName | null;
  /** Every attempt is signed with its own time; null for no signature. */
  readonly signing: Signing | null;
  readonly expect: Expectation;
  /** Null to send it once. */
  readonly repeat: Repeat | null;
  /** Source of a replayed payload: `orders.ndjson, line 17`; null for a generated one. */
  readonly from: string | null;
  readonly cleanup: readonly CleanupCall[];
}

export interface Plan {
  readonly runId: string;
  readonly seed: string;
  /** Tests to send. */
  readonly planned: number;
  /** Webhooks: tests and their resends, across all shards. */
  readonly sends: number;
  /** Only for a shard: tests of all shards together. */
  readonly totalAcrossShards?: number;
  /** Scenario names in the order of one turn. */
  readonly scenarios: readonly string[];
  /** Number of tests by scenario name; null if unknown (a shard of replayed payloads). */
  readonly testsPerScenario: ReadonlyMap<string, number> | null;
  /** The same scenarios in full, each once; replayed payloads may use other names. */
  readonly used: readonly Scenario[];
  /** Findings known before anything is sent. */
  readonly findings: readonly Finding[];
  /** Number of different combinations of dimensions. */
  readonly combinations: number;
  /** Tests that repeat a combination already used in this run. */
  readonly repeated: number;
  /** Where the next run against this target continues, so that two consecutive runs do not collide. */
  readonly nextOffset: number;
  /** Each test is rendered when it is taken, so that its timestamps are those of sending. */
  readonly tests: () => Iterable<PlannedTest>;
}
