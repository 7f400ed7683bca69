/** Shows what a run would send, without sending it. */
import type { FurtherContacts } from '../model/event.ts';
import type { Plan, PlannedTest } from '../model/plan.ts';
import type { WebhookRequest } from '../model/result.ts';
import type { Repeat } from '../model/scenario.ts';
import type { Signing } from '../model/signing.ts';
import { curlLine, printableLine } from '../plan/curl.ts';
import { maskHeaders, maskUrl, type Redact, redactDeep, redactDimensions } from '../secrets/redact.ts';
import { maskingOf, maskPaths } from '../secrets/redact-paths.ts';
import { signatureHeadersOf } from '../send/signing.ts';
import { signsTime } from '../senders/schemes.ts';
import { countOf, durationText } from '../terminal/quantities.ts';
import { terminalJson, terminalText } from '../terminal/text.ts';
import { hideUnnamed, unlessVariable } from './pasted-line.ts';
import { contactLine } from './progress-lines.ts';

export interface DryRunInput {
  readonly plan: Plan;
  readonly json: boolean;
  readonly redact: Redact;
  /** Dotted paths that are also masked in payloads. */
  readonly redactPaths: readonly string[];
  /** Secret value → environment variable that has it. */
  readonly variables: ReadonlyMap<string, string>;
  /** Hosts that probes query and clean-up calls, after sending. */
  readonly contacts: FurtherContacts;
  readonly now: () => Date;
}

export function* dryRun(input: DryRunInput): Iterable<string> {
  yield* input.json ? asJson(input) : asText(input);
}

function* asText(input: DryRunInput): Iterable<string> {
  const { plan, variables, now } = input;
  const again = plan.sends - plan.planned;
  const sends = again === 0 ? '' : ` and ${countOf(again, 'resend')}`;
  yield `Plan of ${countOf(plan.planned, 'webhook')}${sends} (seed ${terminalText(plan.seed)}); nothing is sent.\n`;
  yield `When sent, each gets the headers of its own trace: sentry-trace, baggage, traceparent.\n`;
  const contacts = contactLine(input.contacts);
  if (contacts !== null) yield `${contacts}, after all webhooks are sent.\n`;
  if (plan.repeated > 0)
    yield `${plan.repeated} repeat a combination of dimensions; there are ${plan.combinations}.\n`;
  for (const { message } of plan.findings) yield `${terminalText(message)}.\n`;
  for (const test of plan.tests()) {
    const { text } = maskingOf([test.request.body], input);
    const dimensions = Object.entries(test.dimensions).map(([name, value]) => `${name}=${value}`);
    const at = now();
    yield `\n# ${test.index}. ${terminalText([test.name, ...dimensions.map((each) => text(each))].join(' '))}\n`;
    if (test.from !== null) yield `# From ${terminalText(test.from)}.\n`;
    if (test.repeat !== null) yield `# ${againLine(test.repeat)}\n`;
    if (test.signing !== null) yield `# ${signedLine(test.signing, at)}\n`;
    // Mask before quoting for the shell, which would split a secret that contains a quote.
    const masked = unlessVariable(text, variables);
    const body = maskPaths(input.redactPaths, []).body(test.request.body);
    const { headers, ...request } = withSignature(hideUnnamed(test.request, variables), { test, at });
    const shown = {
      ...request,
      url: masked(request.url),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, masked(value)])),
      body: masked(body),
    };
    yield `${printableLine(curlLine(shown, variables))}\n`;
  }
}

function againLine({ times, afterMs }: Repeat): string {
  const how = times === 1 ? 'once' : `${times} times`;
  const when = afterMs === 0 ? '' : `, ${durationText(afterMs)} after each response`;
  return `Resent ${how}, unchanged${when}.`;
}

/** Whether the signature in a command is still valid when it is pasted. */
function signedLine({ scheme, form, mode }: Signing, at: Date): string {
  if (mode === 'none') return `Deliberately not signed (${scheme}).`;
  const how = `Signed (${scheme})`;
  if (mode === 'wrong-secret') return `${how} with a wrong secret, deliberately.`;
  if (mode === 'stale') return `${how} with a time one hour ago, deliberately.`;
  if (!signsTime(form)) return `${how}.`;
  return `${how} for ${at.toISOString().slice(0, 19)}Z: endpoints reject it a few minutes later. A run signs each request as it sends it.`;
}

/** The signature is shown: it is not a secret, and the request would be refused without it. */
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

function* asJson(input: DryRunInput): Iterable<string> {
  const { plan, now } = input;
  const { runId, seed, planned: total, sends, combinations, repeated } = plan;
  const { contacts } = input;
  yield `${terminalJson({ runId, seed, total, sends, combinations, repeated, contacts }).slice(0, -1)},"tests":[`;
  let separator = '\n';
  for (const test of plan.tests()) {
    const { index, testId, name, scenario, dimensions, request, sender, signing } = test;
    const at = now();
    const { body, text } = maskingOf([request.body], input);
    const masked = { ...request, url: maskUrl(request.url), headers: maskHeaders(request.headers) };
    const shown = withSignature(masked, { test, at });
    yield separator +
      terminalJson({
        ...{ index, testId, name, scenario, dimensions: redactDimensions(dimensions, text) },
        ...(test.from === null ? {} : { from: test.from }),
        ...(test.repeat === null ? {} : { resends: test.repeat.times }),
        ...(sender === null ? {} : { sender }),
        ...(signing === null
          ? {}
          : { signed: { scheme: signing.scheme, sign: signing.mode, at: at.toISOString() } }),
        request: { ...redactDeep(shown, text), body: body(request.body) },
      });
    separator = ',\n';
  }
  yield '\n]}\n';
}
