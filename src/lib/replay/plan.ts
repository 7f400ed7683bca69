/** Turns existing payloads into the webhooks of a run. */
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { Scenario, TemplateContext } from '../model/scenario.ts';
import { seededRandom } from '../plan/random.ts';
import { timesOf } from '../plan/templates.ts';
import { compileHeaders, webhookRequest, withPath } from '../plan/webhook-request.ts';

/** One payload, ready to be sent. */
export interface Replayed {
  readonly scenario: Scenario;
  /** The exact text that is sent. */
  readonly body: string;
  /** `orders.ndjson, line 17` */
  readonly from: string;
  /** Null for the one of the scenario. */
  readonly method: string | null;
  /** Headers recorded with the payload, with lowercase names. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface ReplayPlanOptions {
  readonly runId: string;
  readonly seed: string;
  readonly total: number;
  readonly sends: number;
  readonly used: readonly Scenario[];
  readonly testsPerScenario: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  /** Where the next run continues: replayed payloads use no combinations. */
  readonly nextOffset: number;
  /** At least `total` payloads, read on demand. */
  readonly payloads: () => Iterable<Replayed>;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly userAgent: string;
  readonly now: () => Date;
  readonly uuid: () => string;
}

/** @throws ProdE2eError `TEMPLATE_INVALID` for a header; the tests throw `HEADER_INVALID` */
export function createReplayPlan(options: ReplayPlanOptions): Plan {
  const { runId, seed, total, sends, used, findings, nextOffset } = options;
  const headersFor = (scenario: Scenario) => compileHeaders({ shared: options.headers, scenario, names: [] });
  const headersOf = new Map(used.map((scenario) => [scenario.name, headersFor(scenario)] as const));
  return {
    ...{ runId, seed, planned: total, sends, used, findings, nextOffset },
    scenarios: used.map(({ name }) => name),
    testsPerScenario: options.testsPerScenario,
    combinations: 0,
    repeated: 0,
    tests: function* () {
      const ordinals = new Map<string, number>();
      let index = 0;
      if (total === 0) return;
      for (const { scenario, body, from, method, headers } of options.payloads()) {
        index++;
        const ordinal = (ordinals.get(scenario.name) ?? 0) + 1;
        ordinals.set(scenario.name, ordinal);
        const testId = `${runId}-${index}`;
        const context: TemplateContext = {
          testId,
          runId,
          scenario: scenario.name,
          index,
          ...timesOf(options.now()),
          uuid: options.uuid(),
        };
        const renderHeaders = headersOf.get(scenario.name) ?? headersFor(scenario);
        yield {
          index,
          testId,
          name: `${scenario.name} #${ordinal}`,
          scenario: scenario.name,
          dimensions: {},
          sender: scenario.sender,
          signing: scenario.signing,
          expect: scenario.expect,
          repeat: scenario.repeat,
          cleanup: scenario.cleanup,
          from,
          request: webhookRequest({
            scenario,
            url: withPath(options.url, scenario.path),
            headers: renderHeaders(context, {
              random: seededRandom(seed, index),
              newUuid: options.uuid,
            }),
            own: { method, headers },
            context,
            userAgent: options.userAgent,
            body,
          }),
        };
        if (index === total) return;
      }
    },
  };
}
