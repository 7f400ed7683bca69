/** What to add to a configuration so that it notices a fault. Pure. */
import type { ExpectEntry } from '../cli/trace/expect-patch.ts';
import type { Settings } from '../config/settings/settings.ts';
import type { JsonObject } from '../model/json.ts';
import type { Scenario } from '../model/scenario.ts';
import type { StageExpectation } from '../model/trace-expectation.ts';
import { learnedBudgetMs } from '../trace/learning/learned-budget.ts';
import type { VerificationSettings } from '../verify/prepare-traces.ts';
import { spansOf } from './changes.ts';
import type { FaultCase } from './fault-case.ts';
import { extraMs } from './fault-cases.ts';
import type { Scene } from './scene.ts';

/** A change of the configuration that `--write` can make. */
export type Edit =
  | { readonly kind: 'required'; readonly scenario: string; readonly field: string }
  | { readonly kind: 'match' | 'refuse'; readonly scenario: string; readonly values: JsonObject }
  | { readonly kind: 'span'; readonly entry: ExpectEntry }
  | { readonly kind: 'check'; readonly check: 'errors' | 'slow' | 'missing' }
  | {
      readonly kind: 'probe';
      readonly stage: string;
      readonly source: 'http' | 'sql';
      readonly set: { readonly match?: JsonObject; readonly rows?: number };
    };

export interface Proposal {
  /** As YAML: what to add, and where. */
  readonly lines: readonly string[];
  /** Null for what is the user's decision: it sends further webhooks, or needs a query that only the user knows. */
  readonly edit: Edit | null;
}

export interface ProposalFacts {
  readonly scene: Scene;
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly verification: VerificationSettings;
  readonly durations: ReadonlyMap<string, readonly number[]>;
}

export function proposalFor(found: FaultCase, facts: ProposalFacts): Proposal {
  const { place, expected = {} } = found;
  const { scenario, verification } = facts;
  const stage = verification.stages.find(({ name }) => name === place.name);
  switch (found.fault) {
    case 'refused-in-body':
      return of([`expect: { refuse: ${flow(expected)} }`], {
        kind: 'refuse',
        ...{ scenario: scenario.name, values: expected },
      });
    case 'outcome-changed':
      return of([`expect: { match: ${flow(expected)} }`], {
        kind: 'match',
        ...{ scenario: scenario.name, values: expected },
      });
    case 'id-missing':
    case 'field-missing':
      return of([`expect: { required: [${place.name}] }`], {
        kind: 'required',
        ...{ scenario: scenario.name, field: place.name },
      });
    case 'span-failed':
      return of(['trace: { checks: { errors: warn } }'], { kind: 'check', check: 'errors' });
    case 'span-missing':
      return spanProposal(found, facts);
    case 'worker-stopped':
      return stage === undefined || stage.span === null
        ? byHand(probeLines(place.name))
        : spanProposal(found, facts);
    case 'stage-slow':
      return slowProposal(stage, facts);
    case 'row-missing':
    case 'row-outcome':
    case 'second-row':
    case 'foreign-row':
      return rowProposal(found, stage);
    case 'bad-accepted':
      return byHand([
        'scenarios:',
        '  - { name: BAD_WEBHOOK, tags: [negative], payload: { … }, expect: { status: 4xx } }',
      ]);
    case 'signature-accepted':
      return byHand(['scenarios:', '  - { name: WRONG_SIGNATURE, sign: wrong-secret }']);
    case 'processed-twice':
      return byHand(['repeat: 1']);
    case 'database-unreachable':
      return byHand(['requireStages: true']);
    case 'sentry-unreachable':
      return byHand(['trace: { require: true }']);
  }
}

function of(lines: readonly string[], edit: Edit): Proposal {
  return { lines, edit };
}

function byHand(lines: readonly string[]): Proposal {
  return { lines, edit: null };
}

function flow(values: JsonObject): string {
  return `{ ${Object.entries(values)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join(', ')} }`;
}

function probeLines(stage: string): readonly string[] {
  return [
    'stages:',
    `  - { name: ${stage}, sql: { url: …, query: "select … where id = $1", params: ["{{response.id}}"] } }`,
  ];
}

/** A span in a trace of background work may not be sampled: expecting it would break healthy runs. */
function spanProposal({ place }: FaultCase, { scene, verification }: ProposalFacts): Proposal {
  const [name] = place.spans;
  const own = new Set(scene.own?.spans.map(({ spanId }) => spanId));
  const spans =
    name === undefined ? [] : spansOf(scene, { name: [name], op: [], service: [], attributes: {} });
  if (name === undefined || !spans.some(({ spanId }) => own.has(spanId)))
    return byHand(probeLines(place.name));
  const isOff = verification.checks.missing === 'off';
  const entry: ExpectEntry = { span: name, ...(isOff ? { required: true } : {}) };
  return of([`trace: { expect: [{ span: ${JSON.stringify(name)}${isOff ? ', required: true' : ''} }] }`], {
    kind: 'span',
    entry,
  });
}

function slowProposal(
  stage: StageExpectation | undefined,
  { scene, durations, verification }: ProposalFacts,
): Proposal {
  if (verification.checks.slow === 'off')
    return of(['trace: { checks: { slow: warn } }'], { kind: 'check', check: 'slow' });
  const [name] = stage?.span?.name ?? [];
  const measured = durations.get(stage?.name ?? '') ?? [];
  const budgetMs = learnedBudgetMs(measured);
  const [slowest] =
    stage?.span == null ? [] : spansOf(scene, stage.span).toSorted((a, b) => b.durationMs - a.durationMs);
  const isEnough =
    budgetMs !== null && slowest !== undefined && budgetMs < slowest.durationMs + extraMs(slowest);
  if (name === undefined || budgetMs === null || !isEnough)
    return byHand([`trace: { expect: [{ span: ${name ?? '…'}, maxDuration: … }] }`]);
  const entry: ExpectEntry = { span: name, maxDuration: `${budgetMs}ms` };
  return of([`trace: { expect: [{ span: ${JSON.stringify(name)}, maxDuration: ${budgetMs}ms }] }`], {
    kind: 'span',
    entry,
  });
}

function rowProposal(
  { fault, place, expected = {} }: FaultCase,
  stage: StageExpectation | undefined,
): Proposal {
  const source = stage?.sql == null ? 'http' : 'sql';
  const edit = (set: Extract<Edit, { kind: 'probe' }>['set'], text: string): Proposal =>
    of(['stages:', `  - { name: ${place.name}, ${source}: { ${text} } }`], {
      kind: 'probe',
      stage: place.name,
      source,
      set,
    });
  if (fault === 'row-outcome') return edit({ match: expected }, `match: ${flow(expected)}`);
  if (fault === 'second-row') return edit({ rows: 1 }, 'rows: 1');
  if (fault === 'foreign-row')
    return byHand([`stages:`, `  - { name: ${place.name}, sql: { match: { test_id: "{{testId}}" } } }`]);
  return byHand(probeLines(place.name));
}
