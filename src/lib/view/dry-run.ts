/** Shows what a run would send, exactly, without sending it. */
import type { Plan, PlannedTest } from '../model/plan.ts';
import { curlLine } from '../plan/curl.ts';
import { maskHeaders, maskUrl, type Redact, redactDeep } from '../report/redact.ts';
import { countOf } from '../terminal/quantities.ts';

export interface DryRunInput {
  readonly plan: Plan;
  readonly json: boolean;
  readonly redact: Redact;
  /** Secret value → environment variable that holds it. */
  readonly variables: ReadonlyMap<string, string>;
}

export function* dryRun(input: DryRunInput): Iterable<string> {
  yield* input.json ? asJson(input) : asText(input);
}

function* asText({ plan, redact, variables }: DryRunInput): Iterable<string> {
  yield `Plan of ${countOf(plan.total, 'webhook')} (seed ${plan.seed}); nothing is sent.\n`;
  yield `Each gets the headers of a trace of its own when it is sent: sentry-trace, baggage, traceparent.\n`;
  if (plan.repeated > 0)
    yield `${plan.repeated} repeat a combination of dimensions; there are ${plan.combinations}.\n`;
  for (const test of plan.tests()) {
    const dimensions = Object.entries(test.dimensions).map(([name, value]) => `${name}=${value}`);
    yield `\n# ${test.index}. ${test.name}  ${redact(dimensions.join(' '))}\n`;
    yield `${redact(curlLine(hideUnnamed(test, variables), variables))}\n`;
  }
}

/** Header values and URL parts that are secret and that no variable can stand for are masked. */
function hideUnnamed(test: PlannedTest, variables: ReadonlyMap<string, string>): PlannedTest['request'] {
  const { request } = test;
  const masked = maskHeaders(request.headers);
  const named = (value: string) => [...variables.keys()].some((secret) => value.includes(secret));
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    named(value) ? value : masked[name],
  ]);
  return {
    ...request,
    url: named(request.url) ? request.url : maskUrl(request.url),
    headers: Object.fromEntries(headers),
  };
}

function* asJson({ plan, redact }: DryRunInput): Iterable<string> {
  const { runId, seed, total, combinations, repeated } = plan;
  yield `${JSON.stringify({ runId, seed, total, combinations, repeated }).slice(0, -1)},"tests":[`;
  let separator = '\n';
  for (const { index, testId, name, scenario, dimensions, request } of plan.tests()) {
    const shown = { ...request, url: maskUrl(request.url), headers: maskHeaders(request.headers) };
    yield separator +
      JSON.stringify(redactDeep({ index, testId, name, scenario, dimensions, request: shown }, redact));
    separator = ',\n';
  }
  yield '\n]}\n';
}
