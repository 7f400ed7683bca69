/**
 * The stages that are expected when the config names none. They are expected, not required: most systems have other
 * ones, and hear about these once, not for every test.
 */

import { ORIGIN } from '../json/placeholders.ts';
import type { HttpProbe } from '../model/probe.ts';
import type { SpanPattern, StageExpectation } from '../model/trace-expectation.ts';

/**
 * A stage of a webhook's way takes some tens of milliseconds; one that takes this long is worth a look. A system in which
 * that is normal says so under `stages`.
 */
const SLOW_STAGE_MS = 1_000;

export const BUILT_IN_STAGES: readonly StageExpectation[] = inOrder([
  stage({ name: 'webhook-ingestion', response: 'signal_id', parts: ['validate-payload'] }),
  stage({
    name: 'data-enrichment',
    response: 'enrichment',
    parts: ['fetch-market-data', 'fetch-gex-data', 'build-snapshot'],
  }),
  stage({ name: 'ab-routing', response: 'variant', parts: ['assign-variant'] }),
  stage({ name: 'engine-execution', parts: ['engine-a-decision', 'engine-b-decision'] }),
  stage({ name: 'database-save' }),
]);

/** What the sandbox's target saves can be asked for. */
const SAVED: HttpProbe = {
  method: 'GET',
  url: `${ORIGIN}/api/signals/{{response.signal_id}}`,
  headers: {},
  body: null,
  status: ['2xx'],
  required: ['signal_id'],
  match: { symbol: '{{symbol}}' },
  stop: null,
  schema: null,
  // It saves within milliseconds.
  withinMs: 2_000,
};

/** The same for the sandbox's target: the last one is confirmed by a probe as well. */
export const SANDBOX_STAGES: readonly StageExpectation[] = BUILT_IN_STAGES.map((each) =>
  each.name === 'database-save' ? { ...each, http: SAVED } : each,
);

/** No config says that the target has these. */
export function areBuiltIn(stages: readonly StageExpectation[]): boolean {
  return stages === BUILT_IN_STAGES || stages === SANDBOX_STAGES;
}

function stage({
  name,
  response = null,
  parts = [],
}: {
  readonly name: string;
  readonly response?: string | null;
  readonly parts?: readonly string[];
}): StageExpectation {
  return {
    name,
    after: [],
    ownTrace: false,
    span: named(name),
    parts: parts.map((label) => ({ label, pattern: named(label) })),
    response,
    http: null,
    sql: null,
    maxDurationMs: SLOW_STAGE_MS,
    required: false,
  };
}

/** Each comes after the one above it. */
function inOrder(stages: readonly StageExpectation[]): readonly StageExpectation[] {
  return stages.map((each, at) => ({
    ...each,
    after: stages.slice(Math.max(0, at - 1), at).map(({ name }) => name),
  }));
}

/** By name alone: the op of the same span differs between SDKs and their versions. */
function named(name: string): SpanPattern {
  return { name: [name], op: [], service: [], attributes: {} };
}
