/** One scenario: the request it makes, rendered, and what is expected of the answer. */
import type { ResolvedConfig } from '../config/resolve.ts';
import { unknownName } from '../errors.ts';
import type { Expectation } from '../model/scenario.ts';
import type { SenderName, Signing, SignMode } from '../model/signing.ts';
import { createRedactor, maskHeaders, maskUrl, redactDeep } from '../report/redact.ts';
import { maskingOf, maskPaths } from '../report/redact-paths.ts';
import { preparePlan } from '../run/prepare-run.ts';
import { terminalJson, terminalText } from '../terminal/text.ts';
import { VERSION } from '../version.ts';

/** Stands in where no endpoint is configured: a scenario can be looked at without one. */
const EXAMPLE_URL = 'https://your-production-url.com/webhook';

export async function showScenario(options: {
  readonly name: string;
  readonly config: ResolvedConfig;
  readonly dataDir: string;
}): Promise<{ readonly text: string; readonly data: unknown }> {
  const { name, config, dataDir } = options;
  const known = config.settings.scenarios.map((scenario) => scenario.name);
  const scenario = config.settings.scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined)
    throw unknownName({ what: 'scenario', typed: name, known, code: 'UNKNOWN_SCENARIO' });
  const url = config.settings.url ?? EXAMPLE_URL;
  const redact = createRedactor(config.secrets);
  const settings = { ...config.settings, scenario: [name], tag: [], exclude: [], count: 1 };
  const plan = await preparePlan({
    settings,
    url,
    version: VERSION,
    dataDir,
    redact,
  });
  const [test] = plan.tests();
  const { description, tags, weight, expect, sender } = scenario;
  const signing = scenario.signing && { scheme: scenario.signing.scheme, sign: scenario.signing.mode };
  const { redact: redactPaths } = config.settings;
  const masking = maskingOf([test?.request.body ?? ''], { redact, redactPaths });
  const request = test && {
    ...test.request,
    url: maskUrl(test.request.url),
    headers: maskHeaders(test.request.headers),
    body: JSON.parse(maskPaths(redactPaths, []).body(test.request.body)),
  };
  const data = redactDeep(
    { name, description, tags, weight, sender, signing, request, expect },
    masking.text,
  );
  return { data, text: render(data) };
}

const SIGNED: Readonly<Record<SignMode, (scheme: string) => string>> = {
  valid: (scheme) => `Signed when it is sent (${scheme}).`,
  'wrong-secret': (scheme) => `Signed with a wrong secret, on purpose (${scheme}).`,
  stale: (scheme) => `Signed for an hour ago, on purpose (${scheme}).`,
  none: (scheme) => `Left unsigned, on purpose (${scheme}).`,
};

function render(data: {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly request:
    | {
        readonly method: string;
        readonly url: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: unknown;
      }
    | undefined;
  readonly sender: SenderName | null;
  readonly signing: (Pick<Signing, 'scheme'> & { readonly sign: SignMode }) | null;
  readonly expect: Expectation;
}): string {
  const { name, description, tags, request, sender, signing, expect } = data;
  return [
    `${name}${tags.length === 0 ? '' : ` [${tags.join(', ')}]`}`,
    ...(description === '' ? [] : [terminalText(description)]),
    ...(sender === null ? [] : [`In the manner of ${sender}.`]),
    ...(signing === null ? [] : [SIGNED[signing.sign](signing.scheme)]),
    '',
    terminalText(`${request?.method} ${request?.url}`),
    ...Object.entries(request?.headers ?? {}).map(([header, value]) => terminalText(`${header}: ${value}`)),
    '',
    terminalJson(request?.body ?? null, 2),
    '',
    'Expected of the answer:',
    ...expectationLines(expect),
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
