/** Shows one scenario: the rendered request, and what is expected of the response. */

import type { ResolvedConfig } from '../../config/resolve.ts';
import type { Settings } from '../../config/settings/settings.ts';
import { ProdE2eError, unknownName } from '../../errors.ts';
import { parseJson } from '../../json/text.ts';
import type { PlannedTest } from '../../model/plan.ts';
import type { Expectation, Repeat, Scenario } from '../../model/scenario.ts';
import type { SenderName, Signing, SignMode } from '../../model/signing.ts';
import { preparePlan } from '../../run/prepare-plan.ts';
import { createRedactor, maskHeaders, maskUrl, redactDeep } from '../../secrets/redact.ts';
import { maskingOf, maskPaths } from '../../secrets/redact-paths.ts';
import { countOf } from '../../terminal/quantities.ts';
import { terminalJson, terminalText } from '../../terminal/text.ts';

/** Used where no endpoint is configured: a scenario can be shown without one. */
const EXAMPLE_URL = 'https://your-production-url.com/webhook';

export async function showScenario(options: {
  readonly name: string;
  readonly config: ResolvedConfig;
  readonly dataDir: string;
}): Promise<Shown> {
  const { name, config } = options;
  const known = config.settings.scenarios.map((scenario) => scenario.name);
  const scenario = config.settings.scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined)
    throw unknownName({
      what: 'scenario',
      typed: name,
      known,
      code: 'UNKNOWN_SCENARIO',
      list: 'prod-e2e scenarios list',
    });
  const replay = { ...config.settings.replay, from: null };
  const settings = { ...config.settings, scenario: [name], tag: [], exclude: [], count: 1, replay };
  const [test] = (await planOf(options, settings)).tests();
  return shown({ test, scenario, config });
}

/**
 * Shows one payload of a replayed file exactly as it would be sent.
 * @param options.number 1 for the first payload of the plan
 * @throws ProdE2eError `UNKNOWN_PAYLOAD`, and the errors of reading the file
 */
export async function showReplayed(options: {
  readonly number: number;
  readonly config: ResolvedConfig;
  readonly dataDir: string;
}): Promise<Shown> {
  const { number, config } = options;
  const plan = await planOf(options, config.settings);
  for (const test of plan.tests()) {
    if (test.index < number) continue;
    const scenario = plan.used.find(({ name, expect }) => name === test.scenario && expect === test.expect);
    return shown({ test, scenario, config });
  }
  throw new ProdE2eError(
    `There is no payload ${number}: ${countOf(plan.planned, 'payload')} would be sent.`,
    {
      code: 'UNKNOWN_PAYLOAD',
      hints: ['Payloads are numbered from 1, in file order.'],
    },
  );
}

interface Shown {
  readonly text: string;
  readonly data: unknown;
}

function planOf(
  { config, dataDir }: { readonly config: ResolvedConfig; readonly dataDir: string },
  settings: Settings,
) {
  const url = settings.url ?? EXAMPLE_URL;
  return preparePlan({ settings, url, dataDir, redact: createRedactor(config.secrets) });
}

function shown({
  test,
  scenario,
  config,
}: {
  readonly test: PlannedTest | undefined;
  readonly scenario: Scenario | undefined;
  readonly config: ResolvedConfig;
}): Shown {
  if (test === undefined || scenario === undefined) throw new Error('a plan of one has no test');
  const redact = createRedactor(config.secrets);
  const { name, description, tags, weight, expect, sender } = scenario;
  const signing = scenario.signing && { scheme: scenario.signing.scheme, sign: scenario.signing.mode };
  // Headers and bodies of these calls may be secret, so only method and URL are shown.
  const cleanup = scenario.cleanup.map(({ method, url: called }) => ({ method, url: called }));
  const { redact: redactPaths } = config.settings;
  const masking = maskingOf([test.request.body], { redact, redactPaths });
  const request = {
    ...test.request,
    url: maskUrl(test.request.url),
    headers: maskHeaders(test.request.headers),
    body: asJson(maskPaths(redactPaths, []).body(test.request.body)),
  };
  const data = redactDeep(
    {
      ...{ name, description, tags, weight, sender, signing, request, expect, cleanup },
      ...(test.from === null ? {} : { from: test.from }),
      ...(scenario.repeat === null ? {} : { repeat: scenario.repeat }),
    },
    masking.text,
  );
  return { data, text: render(data) };
}

/** A replayed body may be any text. */
function asJson(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return body;
  }
}

const SIGNED: Readonly<Record<SignMode, (scheme: string) => string>> = {
  valid: (scheme) => `Signed when sent (${scheme}).`,
  'wrong-secret': (scheme) => `Signed with a wrong secret, on purpose (${scheme}).`,
  stale: (scheme) => `Signed with a timestamp one hour old, on purpose (${scheme}).`,
  none: (scheme) => `Unsigned, on purpose (${scheme}).`,
};

function render(data: {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly from?: string;
  readonly repeat?: Repeat;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly sender: SenderName | null;
  readonly signing: (Pick<Signing, 'scheme'> & { readonly sign: SignMode }) | null;
  readonly expect: Expectation;
  readonly cleanup: readonly { readonly method: string; readonly url: string }[];
}): string {
  const { name, description, tags, from, repeat, request, sender, signing, expect, cleanup } = data;
  return [
    `${name}${tags.length === 0 ? '' : ` [${tags.join(', ')}]`}`,
    ...(description === '' ? [] : [terminalText(description)]),
    ...(from === undefined ? [] : [terminalText(`From ${from}.`)]),
    ...(sender === null ? [] : [`Imitates ${sender}.`]),
    ...(signing === null ? [] : [SIGNED[signing.sign](signing.scheme)]),
    '',
    terminalText(`${request.method} ${request.url}`),
    ...Object.entries(request.headers).map(([header, value]) => terminalText(`${header}: ${value}`)),
    '',
    typeof request.body === 'string' ? terminalText(request.body) : terminalJson(request.body, 2),
    '',
    'Expected response:',
    ...expectationLines(expect),
    ...(repeat === undefined
      ? []
      : [
          '',
          `Resent ${countOf(repeat.times, 'time')}; expected response:`,
          ...expectationLines(repeat.expect),
        ]),
    ...(cleanup.length === 0 ? [] : ['', 'Clean-up calls:']),
    ...cleanup.map(({ method, url }) => `  ${terminalText(`${method} ${url}`)}`),
  ].join('\n');
}

function expectationLines(expect: Expectation): readonly string[] {
  const line = (label: string, value: string) =>
    value === '' ? [] : [`  ${label.padEnd(12)} ${terminalText(value)}`];
  const lists = (record: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(record)
      .map(([path, values]) => `${path} ${values.join(', ')}`)
      .join('; ');
  const json = (value: unknown) => (value === null ? '' : terminalJson(value));
  return [
    ...line('status', expect.status.join(', ')),
    ...line('required', expect.required.join(', ')),
    ...line('recommended', expect.recommended.join(', ')),
    ...line('match', json(expect.match)),
    ...line('schema', json(expect.schema)),
    ...line(
      'headers',
      Object.entries(expect.headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join('; '),
    ),
    ...line('content type', expect.contentType ?? ''),
    ...line('slow above', expect.degradedDurationMs === null ? '' : `${expect.degradedDurationMs} ms`),
    ...line('fails above', expect.maxDurationMs === null ? '' : `${expect.maxDurationMs} ms`),
    ...line('refusals', lists(expect.refuse)),
    ...line('suspicious', lists(expect.suspect)),
  ];
}
