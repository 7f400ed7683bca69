/** Runs one after the other, each with what came of its scenarios, and what recording servers are sent at the end of each. */
import type { ConfigInput } from '../../src/lib/config/resolve.ts';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import type { Finding } from '../../src/lib/model/finding.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { prepareAlerts } from '../../src/lib/notify/prepare-alerts.ts';
import { createFold } from '../../src/lib/report/digest/fold.ts';
import { readDsn } from '../../src/lib/send/dsn.ts';
import { aProject } from '../config/project.ts';
import { aHead } from '../report/saved-run.ts';
import { anError, aResponse, aStageResult, aTest, aTraceResult, aWarning } from '../support/builders.ts';
import { withTarget } from '../support/target.ts';
import { tempFolder } from '../support/temp-folder.ts';

const refused = () => failing('refused', 'Connection refused', null);

/** What came of the tests of a scenario. */
export const OUTCOMES = {
  ok: () => ({}),
  refused,
  dns: () => failing('dns', 'Host name not found', null),
  tls: () => failing('tls', 'Certificate has expired', null),
  timeout: () => failing('response-timeout', 'No response in 10 s', null),
  500: () => failing('http-5xx', 'HTTP 500: Internal server error', 500),
  503: () => failing('http-5xx', 'HTTP 503: Service Unavailable', 503),
  422: () => failing('http-4xx', 'HTTP 422: unknown symbol', 422),
  '422b': () => failing('http-4xx', 'HTTP 422: quantity is missing', 422),
  /** Accepted, and the trace shows that a stage failed. */
  enrichment: () => stuck('data-enrichment', ['fetch-gex-data', 'the provider answered 503'], 200),
  /** The same, with the response that it leads to. */
  enrichment500: () => stuck('data-enrichment', ['fetch-gex-data', 'the provider answered 503'], 500),
  save: () => stuck('database-save', ['insert-signal', 'deadlock detected'], 200),
  /** Accepted, and the trace shows that all stages were reached. */
  traced: () => ({
    trace: aTraceResult({ state: 'verified' }),
    stages: [
      aStageResult('data-enrichment', { state: 'ok' }),
      aStageResult('database-save', { state: 'ok' }),
    ],
  }),
  /** Accepted, and the trace could not be read. */
  unverified: () => ({
    trace: aTraceResult({ state: 'unverified', reason: 'late' }),
    stages: [
      aStageResult('data-enrichment', { state: 'unverified' }),
      aStageResult('database-save', { state: 'unverified' }),
    ],
  }),
  duplicate: () => ({ warnings: [aWarning('duplicate', 'Treated as a duplicate')] }),
} as const satisfies Readonly<Record<string, () => Partial<TestResult>>>;

function failing(code: string, message: string, status: number | null): Partial<TestResult> {
  return {
    verdict: 'broken',
    errors: [
      status === null
        ? { ...anError(code, `Request failed: ${message}`, 'Check the logs'), cause: message }
        : anError(code, message, 'Check the logs'),
    ],
    cause: { stage: null, source: status === null ? 'connection' : 'response', message },
    response: status === null ? null : aResponse({ status }),
    trace: aTraceResult({ url: 'https://acme.sentry.io/trace/1/' }),
  };
}

const STAGES = ['data-enrichment', 'database-save'];

function stuck(
  stage: string,
  [span, message]: readonly [string, string],
  status: number,
): Partial<TestResult> {
  const response = status === 200 ? [] : [anError('http-5xx', 'HTTP 500: Internal server error')];
  return {
    verdict: 'broken',
    errors: [...response, anError('stage-failed', `${stage} failed`)],
    cause: { stage, source: 'trace', message, span: [stage, span] },
    stuckAt: { stage, after: null },
    response: aResponse({ status }),
    trace: aTraceResult({ state: 'verified', url: 'https://acme.sentry.io/trace/1/' }),
    stages: STAGES.flatMap((name, at) => {
      if (at > STAGES.indexOf(stage)) return [];
      return [aStageResult(name, { state: name === stage ? 'failed' : 'ok' })];
    }),
  };
}

export type Outcome = `${keyof typeof OUTCOMES}`;

/** Scenario → what came of its tests; one that is not there was not sent. `undelivered`: the notifiers are down. */
export interface Run {
  readonly scenarios: Readonly<Record<string, Outcome | readonly Outcome[]>>;
  readonly interrupted?: boolean;
  readonly undelivered?: boolean;
  /** Minutes since the first run; else one more than the run before. */
  readonly atMinute?: number;
}

export interface Sent {
  readonly run: number;
  readonly channel: string;
  /** `broken`, `working`, `still-broken`, or what a service calls it. */
  readonly kind: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: as it came
  readonly payload: any;
}

export interface Told {
  /** Delivered messages only. */
  readonly sent: readonly Sent[];
  readonly findings: readonly (Finding & { readonly run: number })[];
  readonly dataDir: string;
}

const SECRET = `whsec_${Buffer.from('thirty-two bytes of a secret key').toString('base64')}`;
const START_MS = Date.parse('2026-08-01T12:00:00.000Z');

export interface Channel {
  readonly type: 'slack' | 'pagerduty' | 'webhook' | 'sentry-issue';
  readonly name?: string;
  readonly after?: number;
  readonly recoverAfter?: number;
  readonly repeatAfter?: string;
}

const ALL: readonly Channel[] = [
  { type: 'slack' },
  { type: 'pagerduty' },
  { type: 'webhook' },
  { type: 'sentry-issue' },
];

export async function sentOf(
  runs: readonly Run[],
  options: {
    readonly notify?: readonly Channel[];
    readonly config?: object;
    readonly dataDir?: string;
    readonly shard?: { readonly index: number; readonly total: number };
    /** Before each run, with its number. */
    readonly before?: (run: number, dataDir: string) => void;
  } = {},
): Promise<Told> {
  const { notify = ALL, config = {}, dataDir = tempFolder(), shard = null, before = () => {} } = options;
  const sent: Sent[] = [];
  const findings: (Finding & { run: number })[] = [];
  let now = { run: 0, isDown: false };
  await withTarget(
    ({ url, body }, response) => {
      response.writeHead(now.isDown ? 503 : 202).end();
      if (!now.isDown) sent.push({ run: now.run, ...sentText(url, body.toString()) });
    },
    async ({ port }) => {
      const at = `http://127.0.0.1:${port}`;
      const settings = await settingsOf({ ...config, notify: notify.map((channel) => keyed(channel, at)) });
      const reading = readDsn(`http://abcdef0123456789abcdef0123456789@127.0.0.1:${port}/42`);
      let minute = -1;
      for (const [index, run] of runs.entries()) {
        minute = run.atMinute ?? minute + 1;
        const head = aHead({
          runId: `20260801-${String(120_000 + index)}-k3f9z`,
          startedAt: new Date(START_MS + minute * 60_000).toISOString(),
          status: run.interrupted ? 'interrupted' : 'degraded',
          shard: shard === null ? null : { ...shard, planned: 4, plan: 'p' },
        });
        now = { run: index + 1, isDown: run.undelivered ?? false };
        before(index + 1, dataDir);
        const setup = await prepareAlerts({
          ...{ settings, dataDir, facts: head, dsn: reading.ok ? reading.dsn : null },
          ...{ thisMachineOnly: false, forgets: false, stop: new AbortController().signal },
        });
        const fold = setup.port?.watch(createFold());
        for (const result of resultsOf(run)) fold?.add(result);
        const warned = (await setup.port?.finish(head)) ?? [];
        findings.push(...warned.map((finding) => ({ ...finding, run: index + 1 })));
        setup.close();
      }
    },
  );
  return { sent, findings, dataDir };
}

function resultsOf({ scenarios }: Run): readonly TestResult[] {
  return Object.entries(scenarios)
    .flatMap(([scenario, outcomes]) => [outcomes].flat().map((outcome) => ({ scenario, outcome })))
    .map(({ scenario, outcome }, at) => aTest({ index: at + 1, scenario, ...OUTCOMES[outcome]() }));
}

async function settingsOf(config: object, input: Partial<ConfigInput> = {}) {
  const project = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) }, input);
  return (await resolveConfig(project.input)).settings;
}

function keyed(channel: Channel, at: string): object {
  const name = channel.name ?? channel.type;
  const url = `${at}/${name}`;
  if (channel.type === 'slack') return { ...channel, url };
  if (channel.type === 'pagerduty')
    return { ...channel, url, routingKey: 'R0123456789abcdefABCDEF012345678' };
  return channel.type === 'webhook' ? { ...channel, url, secret: SECRET } : channel;
}

function sentText(url: string, body: string): Omit<Sent, 'run'> {
  if (url.includes('/envelope/')) {
    const payload = JSON.parse(body.split('\n')[2] ?? '');
    return { channel: 'sentry-issue', kind: 'event', text: payload.logentry.message, payload };
  }
  const channel = url.slice(1);
  const payload = JSON.parse(body);
  if (payload.event_action !== undefined)
    return { channel, kind: payload.event_action, text: payload.payload?.summary ?? '', payload };
  if (payload.type !== undefined)
    return {
      ...{ channel, kind: payload.type.replace('prod_e2e.scenario.', ''), payload },
      text: `${payload.data.title}: ${payload.data.reason}`,
    };
  const kind = /works? again|is over/.test(payload.text)
    ? 'working'
    : / still broken/.test(payload.text)
      ? 'still_broken'
      : 'broken';
  return { channel, kind, text: payload.text, payload };
}
