/** Shows what a run would send, exactly, without sending it. */
import type { Plan, PlannedTest, WebhookRequest } from '../model/plan.ts';
import type { Signing } from '../model/signing.ts';
import { curlLine } from '../plan/curl.ts';
import { maskHeaders, maskUrl, type Redact, redactDeep } from '../report/redact.ts';
import { signatureHeadersOf } from '../send/signing.ts';
import { signsTime } from '../senders/schemes.ts';
import { countOf } from '../terminal/quantities.ts';

export interface DryRunInput {
  readonly plan: Plan;
  readonly json: boolean;
  readonly redact: Redact;
  /** Secret value → environment variable that holds it. */
  readonly variables: ReadonlyMap<string, string>;
  readonly now: () => Date;
}

export function* dryRun(input: DryRunInput): Iterable<string> {
  yield* input.json ? asJson(input) : asText(input);
}

function* asText({ plan, redact, variables, now }: DryRunInput): Iterable<string> {
  yield `Plan of ${countOf(plan.total, 'webhook')} (seed ${plan.seed}); nothing is sent.\n`;
  yield `Each gets the headers of a trace of its own when it is sent: sentry-trace, baggage, traceparent.\n`;
  if (plan.repeated > 0)
    yield `${plan.repeated} repeat a combination of dimensions; there are ${plan.combinations}.\n`;
  for (const test of plan.tests()) {
    const dimensions = Object.entries(test.dimensions).map(([name, value]) => `${name}=${value}`);
    const at = now();
    yield `\n# ${test.index}. ${test.name}  ${redact(dimensions.join(' '))}\n`;
    if (test.signing !== null) yield `# ${signedLine(test.signing, at)}\n`;
    const shown = withSignature(hideUnnamed(test, variables), { test, at });
    yield `${redact(curlLine(shown, variables))}\n`;
  }
}

/** What the signature of a line is worth once it is pasted. */
function signedLine({ scheme, form, mode }: Signing, at: Date): string {
  if (mode === 'none') return `Left unsigned on purpose (${scheme}).`;
  const how = `Signed (${scheme})`;
  if (mode === 'wrong-secret') return `${how} with a wrong secret, on purpose.`;
  if (mode === 'stale') return `${how} for an hour ago, on purpose.`;
  if (!signsTime(form)) return `${how}.`;
  return `${how} for ${at.toISOString().slice(0, 19)}Z: endpoints refuse it some minutes later. A run signs when it sends.`;
}

/** The signature is shown: it is no secret, and the line would be refused without it. */
function withSignature(
  shown: WebhookRequest,
  { test, at }: { readonly test: PlannedTest; readonly at: Date },
): WebhookRequest {
  const body = Buffer.from(test.request.body, 'utf8');
  return {
    ...shown,
    headers: { ...shown.headers, ...signatureHeadersOf(test, { body, atMs: at.getTime() }) },
  };
}

/** Header values and URL parts that are secret and that no variable can stand for are masked. */
function hideUnnamed(test: PlannedTest, variables: ReadonlyMap<string, string>): WebhookRequest {
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

function* asJson({ plan, redact, now }: DryRunInput): Iterable<string> {
  const { runId, seed, total, combinations, repeated } = plan;
  yield `${JSON.stringify({ runId, seed, total, combinations, repeated }).slice(0, -1)},"tests":[`;
  let separator = '\n';
  for (const test of plan.tests()) {
    const { index, testId, name, scenario, dimensions, request, sender, signing } = test;
    const at = now();
    const masked = { ...request, url: maskUrl(request.url), headers: maskHeaders(request.headers) };
    const told = {
      ...{ index, testId, name, scenario, dimensions },
      ...(sender === null ? {} : { sender }),
      ...(signing === null
        ? {}
        : { signed: { scheme: signing.scheme, sign: signing.mode, at: at.toISOString() } }),
      request: withSignature(masked, { test, at }),
    };
    yield separator + JSON.stringify(redactDeep(told, redact));
    separator = ',\n';
  }
  yield '\n]}\n';
}
