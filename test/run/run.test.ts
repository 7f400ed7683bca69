import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lib/model/finding.ts';
import { DAYS } from '../../src/lib/model/quiet-window.ts';
import type { BrokenSince, ReportHead } from '../../src/lib/model/report.ts';
import { NO_DELIVERY } from '../../src/lib/model/report-source.ts';
import { createAlerts } from '../../src/lib/notify/alerts.ts';
import type { BrokenScenario } from '../../src/lib/report/digest/broken-fold.ts';
import { parseThreshold } from '../../src/lib/report/digest/threshold.ts';
import type { RunPorts, RunSettings } from '../../src/lib/run/ports.ts';
import { nextQuiet } from '../../src/lib/safety/quiet-hours.ts';
import { headerTracer } from '../../src/lib/send/trace.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import type { TraceReader } from '../../src/lib/trace/reading/watched-trace.ts';
import type { TracePort, VerificationSettings } from '../../src/lib/verify/prepare-traces.ts';
import { anError, anExpectation, aStage, aWarning } from '../support/builders.ts';
import { scriptedApi } from '../trace/scripted-api.ts';
import { checksAt, guideSpans, idOf, OUR_SPANS } from '../trace/span-builders.ts';
import { jsonResponse } from '../validate/support.ts';
import { BEGIN_MS, type FakeRun, type RanRun, ranRun } from './fake-run.ts';

const codes = (findings: readonly Finding[]) => findings.map(({ severity, code }) => `${severity} ${code}`);
const types = ({ events }: RanRun) => events.map(({ type }) => type);
const notices = ({ events }: RanRun) =>
  events.flatMap((event) => (event.type === 'notice' ? [event.finding.code] : []));
const sentIndexes = ({ sends }: RanRun) => sends.map(({ index }) => index);

/** Traces of the guide, complete at once; what is set are settings of their verification. */
function traced(
  settings: Partial<VerificationSettings> = {},
  {
    api = scriptedApi({ trace: () => guideSpans() }).api,
    required = false,
  }: { readonly api?: TraceReader; readonly required?: boolean } = {},
): Pick<RunPorts, 'verification' | 'traces'> {
  const readDeploy: TracePort['api']['readDeploy'] = async () => ({ kind: 'deploy', finishedAtMs: null });
  return {
    verification: {
      ...{
        stages: BUILT_IN_STAGES,
        spans: [],
        checks: checksAt('warn'),
        follow: [],
        usualDurations: new Map(),
      },
      ...{ limit: 50, deadlineMs: 60_000, intervalMs: 1, settleMs: 0 },
      ...settings,
    },
    traces: { api: { ...api, readDeploy }, required },
  };
}

const spanId = idOf(OUR_SPANS[1] ?? '');
/** A response with everything that the built-in stages show in it, in a trace of the guide. */
const inTrace = (index: number) => ({
  response: jsonResponse({ status: 'ACCEPTED', signal_id: `s${index}`, enrichment: { a: 1 }, variant: 'A' }),
  trace: { traceId: index.toString(16).padStart(32, 'a'), spanId, headers: {} },
});

describe('a run', () => {
  it.each<[string, number, FakeRun, Partial<ReportHead['summary']>]>([
    ['healthy', 0, { outcomes: [200, 202] }, { total: 2, successful: 2, failed: 0, skipped: 0 }],
    ['degraded', 1, { outcomes: [200, 500] }, { total: 2, successful: 1, failed: 1, skipped: 0 }],
    ['broken', 1, { outcomes: [500, 404] }, { total: 2, successful: 0, failed: 2 }],
    ['broken', 3, { outcomes: ['dns', 'refused'] }, { total: 2, successful: 0, failed: 2 }],
    ['degraded', 1, { outcomes: [200, 'response-timeout'] }, { successful: 1, failed: 1 }],
    ['degraded', 0, { outcomes: [200, 500], settings: { failOn: ['never'] } }, { failed: 1 }],
    [
      'healthy',
      1,
      { outcomes: [200], settings: { thresholds: [parseThreshold('failed>=1')] } },
      { failed: 0 },
    ],
    [
      'healthy',
      0,
      { outcomes: [200], settings: { thresholds: [parseThreshold('failed<1')] } },
      { failed: 0 },
    ],
  ])('is %s and exits with %i: %j', async (status, exitCode, given, summary) => {
    const { head, failure } = await ranRun(given);
    expect(head).toMatchObject({ status, exitCode, summary, skippedBecause: null });
    expect(failure).toBeNull();
  });

  it('reports every webhook once, in order, and how long it took', async () => {
    const ran = await ranRun({ outcomes: [200, 500, 200] });
    expect(types(ran)).toEqual([
      'runStarted',
      ...['testSent', 'testJudged', 'testSent', 'testJudged', 'testSent', 'testJudged'],
      'sendingEnded',
      'runFinished',
    ]);
    expect(ran.results.map(({ index, verdict }) => [index, verdict])).toEqual([
      [1, 'working'],
      [2, 'broken'],
      [3, 'working'],
    ]);
    expect(ran.head).toMatchObject({
      durationMs: 30,
      endedAt: '2026-08-01T12:00:00.030Z',
      nextOffset: 17,
      findings: [],
      cleanup: null,
      stages: [],
    });
    expect(ran.calls).toEqual(['flush 2500', 'retry']);
    expect(ran.sends.map(({ lateMs }) => lateMs)).toEqual([0, 0, 0]);
    expect(ran.results[0]?.trace.url).toBe('https://acme.sentry.io/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1');
  });

  it('ends each trace with what came of its webhook', async () => {
    const secret = { failure: { kind: 'reset', message: 't0p-secret', code: null } } as const;
    const { finished } = await ranRun({ outcomes: [200, 503, secret], secrets: ['t0p-secret'] });
    expect(finished).toEqual([
      { verdict: 'working', status: 200, problem: null },
      { verdict: 'broken', status: 503, problem: 'HTTP 503: Text' },
      { verdict: 'broken', status: null, problem: 'Request failed: ***' },
    ]);
  });

  it('judges each response by its own expectation', async () => {
    const { results } = await ranRun({
      outcomes: [400, 400],
      tests: (index) => ({ expect: anExpectation({ status: index === 1 ? [400] : ['2xx'] }) }),
    });
    expect(results.map(({ verdict }) => verdict)).toEqual(['working', 'broken']);
  });

  it('reports findings from before and after the sending, each once', async () => {
    const before = aWarning('insecure', 'TLS certificates are not checked');
    const notKept = aWarning('results-lost', 'with t0p-secret');
    const ran = await ranRun({
      outcomes: [200],
      settings: { findings: [before] },
      sentry: { enabled: true, host: 'sentry.example.com', failed: 1 },
      secrets: ['t0p-secret'],
      ports: {
        recorder: {
          ...{
            add: async () => {},
            update: () => {},
            retry: () => {},
            folder: () => null,
            isSaved: () => true,
          },
          results: async function* () {},
          finish: async (head) => ({ savedAs: null, head, results: async function* () {} }),
          problems: () => [notKept],
        },
      },
    });
    expect(codes(ran.head.findings)).toEqual([
      'warning insecure',
      'warning sentry-unreachable',
      'warning results-lost',
    ]);
    expect(ran.head.findings[2]?.message).toBe('with ***');
    // The store is queried again after the report was written; what it returns then is new.
    expect(notices(ran)).toEqual(['insecure', 'sentry-unreachable', 'results-lost', 'results-lost']);
  });

  it.each([
    ['was known before', [aWarning('not-kept', 'disk full')], ['not-kept']],
    ['comes with the report', [], ['not-kept']],
  ])('reports once that it could not be saved, if that %s', async (_, early, expected) => {
    let finished = false;
    const ran = await ranRun({
      outcomes: [200],
      ports: {
        recorder: {
          ...{
            add: async () => {},
            update: () => {},
            retry: () => {},
            folder: () => null,
            isSaved: () => true,
          },
          results: async function* () {},
          finish: async (head) => {
            finished = true;
            return { savedAs: null, head, results: async function* () {} };
          },
          problems: () => (finished ? [aWarning('not-kept', 'disk full')] : early),
        },
      },
    });
    expect(notices(ran)).toEqual(expected);
  });

  it('reports since when its scenarios have been broken', async () => {
    const since: BrokenSince = {
      scenario: 'CHOP',
      since: '2026-07-31T00:00:00.000Z',
      sinceRun: '20260731-000000-aaaaa',
      runs: 4,
      lastWorked: null,
    };
    const asked: ReadonlyMap<string, BrokenScenario>[] = [];
    const { head } = await ranRun({
      outcomes: [200, 500, 500],
      tests: (index) => ({ scenario: index === 3 ? 'CHOP' : 'TREND' }),
      ports: {
        history: async (broken) => {
          asked.push(new Map(broken));
          return [{ ...since, cause: 'of an earlier run', changed: 'in an earlier run' }];
        },
      },
    });
    expect(head.brokenSince).toEqual([
      { ...since, cause: 'HTTP 500: Text', traceId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3' },
    ]);
    expect(asked.map((broken) => [...broken])).toEqual([
      [
        ['TREND', expect.objectContaining({ since: '2026-08-01T12:00:00.010Z', inResponse: true })],
        ['CHOP', expect.objectContaining({ since: '2026-08-01T12:00:00.020Z', inResponse: true })],
      ],
    ]);
  });

  it.each([
    [null, [0, 0]],
    // Due at 0 and 100 ms. Waiting for Sentry takes 500 ms, the first request 10 ms: the second one starts 410 ms late.
    [10, [500, 910]],
  ])('with a rate of %j sends later than planned: %j ms', async (rate, expected) => {
    let waitedMs = 0;
    let sends = 0;
    const { startTest } = headerTracer({ environment: 'production', release: 'prod-e2e@0.1.0' });
    const ran = await ranRun({
      outcomes: [200, 200],
      settings: { pace: { concurrency: 1, rate, gapMs: 0 } },
      ports: {
        monotonicMs: () => waitedMs + sends * 10,
        tracer: {
          ...{ startTest, releaseWaiters: () => {}, flush: async () => {}, delivery: () => NO_DELIVERY },
          ready: async () => {
            waitedMs += 500;
          },
        },
      },
      onSend: () => sends++,
    });
    expect(ran.sends.map(({ lateMs }) => lateMs)).toEqual(expected);
  });
});

describe('a run stops', () => {
  const quiet = (beginsAtMs: number): RunSettings['quiet'] => {
    const minute = Math.round((beginsAtMs - Date.parse('2026-08-01T00:00:00Z')) / 60_000);
    return nextQuiet(beginsAtMs - 60_000, [
      { fromMinute: minute, toMinute: minute + 60, timeZone: 'UTC', days: DAYS },
    ]);
  };

  it('after three tests without a connection', async () => {
    const ran = await ranRun({ outcomes: ['refused', 'refused', 'refused', 200, 200] });
    expect(sentIndexes(ran)).toEqual([1, 2, 3]);
    expect(ran.head).toMatchObject({ status: 'broken', exitCode: 3, summary: { total: 3, skipped: 2 } });
    expect(ran.head.skippedBecause).toContain('3 tests in a row');
    expect(codes(ran.head.findings)).toEqual(['error no-connection']);
    expect(ran.head.findings[0]?.message).toContain('2 webhooks');
  });

  it('unless that is off or nothing is left to skip', async () => {
    const all = await ranRun({ outcomes: ['refused', 'refused', 'refused', 200], settings: { bail: false } });
    expect(sentIndexes(all)).toEqual([1, 2, 3, 4]);
    expect(all.head).toMatchObject({ status: 'degraded', skippedBecause: null, findings: [] });
    const three = await ranRun({ outcomes: ['refused', 'refused', 'refused'] });
    expect(three.head).toMatchObject({ status: 'broken', exitCode: 3, skippedBecause: null, findings: [] });
  });

  it('and reports until when a target worked', async () => {
    const { head } = await ranRun({ outcomes: [200, 200, 'refused', 'refused', 'refused', 200] });
    expect(head).toMatchObject({ status: 'degraded', exitCode: 1, summary: { total: 5, skipped: 1 } });
    expect(head.findings.map(({ severity, code, message }) => [severity, code, message])).toEqual([
      [
        'error',
        'connection-lost',
        'The target responded until 12:00:00 UTC, connection refused since (2 responses of 5 webhooks)',
      ],
    ]);
  });

  it('after the configured number of broken tests', async () => {
    const ran = await ranRun({ outcomes: [200, 500, 200], settings: { maxFailures: 1 } });
    expect(sentIndexes(ran)).toEqual([1, 2]);
    expect(ran.head).toMatchObject({
      status: 'degraded',
      exitCode: 1,
      summary: { skipped: 1 },
      findings: [],
    });
    expect(ran.head.skippedBecause).toContain('--max-failures 1');
  });

  it('before quiet hours that begin during sending', async () => {
    const ran = await ranRun({
      outcomes: [200, 200, 200],
      settings: { quiet: quiet(BEGIN_MS + 60_000) },
      tookMs: 60_000,
    });
    expect(sentIndexes(ran)).toEqual([1]);
    expect(ran.head).toMatchObject({ status: 'degraded', exitCode: 0, summary: { total: 1, skipped: 2 } });
    expect(codes(ran.head.findings)).toEqual(['warning quiet-hours']);
  });

  it('with a usage error if quiet hours left nothing to send', async () => {
    const ran = await ranRun({ outcomes: [200, 200], settings: { quiet: quiet(BEGIN_MS) } });
    expect(ran.sends).toEqual([]);
    expect(ran.head).toMatchObject({ status: 'interrupted', exitCode: 2, summary: { total: 0, skipped: 2 } });
    expect(codes(ran.head.findings)).toEqual(['warning quiet-hours']);
  });

  it('if the plan cannot continue, with a report of what was sent', async () => {
    const ran = await ranRun({
      outcomes: [200, 200, 200],
      secrets: ['t0p-secret'],
      onPlan: (index) => {
        if (index === 2) throw new Error('payload of t0p-secret failed');
      },
    });
    expect(ran.failure).toEqual(new Error('payload of t0p-secret failed'));
    expect(sentIndexes(ran)).toEqual([1]);
    expect(ran.results).toHaveLength(1);
    expect(ran.head).toMatchObject({
      status: 'interrupted',
      exitCode: 0,
      summary: { total: 1, skipped: 2 },
      findings: [],
    });
    expect(ran.head.skippedBecause).toContain('payload of *** failed');
  });
});

describe('a run is stopped', () => {
  it.each([
    ['SIGINT', 130, 'SIGINT'],
    ['SIGTERM', 143, 'SIGTERM'],
    ['SIGHUP', 143, 'SIGHUP'],
    ['abort', 130, 'the program that started it'],
    [new Error('anything else'), 130, 'SIGINT'],
  ])('by %s: exit code %i', async (reason, exitCode, by) => {
    const stop = new AbortController();
    const ran = await ranRun({
      outcomes: [200, 200, 200],
      stop,
      onSend: (index) => index === 2 && stop.abort(reason),
    });
    expect(sentIndexes(ran)).toEqual([1, 2]);
    expect(ran.head).toMatchObject({
      status: 'interrupted',
      exitCode,
      summary: { total: 2, skipped: 1 },
      findings: [],
    });
    expect(ran.head.skippedBecause).toContain(`by ${by}`);
    expect(ran.head.skippedBecause).not.toContain('may have arrived');
    expect(ran.calls).toEqual(['waitNoMore', 'flush 2500', 'retry']);
  });

  it('before its first webhook: nothing is sent', async () => {
    const stop = new AbortController();
    stop.abort('SIGTERM');
    const ran = await ranRun({ outcomes: [200], stop });
    expect(ran.sends).toEqual([]);
    expect(ran.calls).toContain('waitNoMore');
    expect(ran.head).toMatchObject({
      status: 'interrupted',
      exitCode: 143,
      summary: { total: 0, skipped: 1 },
    });
  });

  it('while it waits for Sentry: nothing else is sent', async () => {
    const stop = new AbortController();
    const { startTest } = headerTracer({ environment: 'production', release: 'prod-e2e@0.1.0' });
    let asked = 0;
    const ran = await ranRun({
      outcomes: [200, 200],
      stop,
      ports: {
        tracer: {
          ...{ startTest, releaseWaiters: () => {}, flush: async () => {}, delivery: () => NO_DELIVERY },
          ready: async () => {
            if (++asked === 2) stop.abort('SIGINT');
          },
        },
      },
    });
    expect(sentIndexes(ran)).toEqual([1]);
    expect(ran.events.filter(({ type }) => type === 'testSent')).toHaveLength(1);
  });

  it('with a webhook in flight that got no response: no result, and it may have arrived', async () => {
    const stop = new AbortController();
    const ran = await ranRun({
      outcomes: [200, 'aborted'],
      stop,
      onSend: (index) => index === 2 && stop.abort('SIGINT'),
    });
    expect(ran.results.map(({ index }) => index)).toEqual([1]);
    expect(ran.head.summary).toMatchObject({ total: 1, skipped: 1 });
    expect(ran.head.skippedBecause).toContain('1 of them had been sent and may have arrived');
  });

  it('after sending: the exit code shows it, and no trace is read', async () => {
    const stop = new AbortController();
    const ran = await ranRun({
      outcomes: [inTrace(1), inTrace(2)],
      stop,
      ports: { ...traced({ limit: 1 }) },
      onSend: (index) => index === 2 && stop.abort('SIGTERM'),
    });
    expect(ran.head).toMatchObject({
      status: 'interrupted',
      exitCode: 143,
      skippedBecause: null,
      findings: [],
    });
    expect(types(ran)).not.toContain('tracesAwaited');
  });
});

describe('traces of a run', () => {
  it('are read after sending, and their stages are in the report', async () => {
    const ran = await ranRun({
      outcomes: [inTrace(1), inTrace(2)],
      ports: { ...traced(), monotonicMs: () => performance.now() },
    });
    expect(ran.events.filter(({ type }) => type.endsWith('Awaited'))).toEqual([
      { type: 'tracesAwaited', count: 2, deadlineMs: 60_000 },
    ]);
    expect(ran.events.some(({ type }) => type === 'waiting')).toBe(true);
    expect(ran.results.map(({ trace }) => trace.state)).toEqual(['verified', 'verified']);
    expect(ran.head).toMatchObject({
      status: 'healthy',
      exitCode: 0,
      findings: [],
      summary: { total: 2, warnings: 0, unverified: 0 },
    });
    expect(ran.head.stages.map(({ name, ok }) => [name, ok])).toEqual([
      ['webhook-ingestion', 2],
      ['data-enrichment', 2],
      ['ab-routing', 2],
      ['engine-execution', 2],
      ['database-save', 2],
    ]);
  });

  it.each([
    [false, 0],
    [true, 4],
  ])(
    'that cannot be verified fail a run that requires them (%s): exit code %i',
    async (required, exitCode) => {
      const { api } = scriptedApi({ trace: () => [] });
      const { head, results } = await ranRun({
        outcomes: [inTrace(1)],
        ports: {
          ...traced({ deadlineMs: 1 }, { api, required }),
          monotonicMs: () => performance.now(),
        },
      });
      expect(head).toMatchObject({ exitCode, summary: { total: 1, successful: 1, unverified: 1 } });
      expect(results[0]?.trace.state).toBe('unverified');
      expect(codes(head.findings)).toEqual(['warning trace-not-found']);
    },
  );

  it('beyond the limit are not read, and the report shows how many were', async () => {
    const limited = (limit: number) =>
      ranRun({
        outcomes: [inTrace(1), inTrace(2)],
        ports: { ...traced({ limit }), monotonicMs: () => performance.now() },
      });
    const { head, results } = await limited(1);
    expect(results.map(({ trace }) => trace.state)).toEqual(['verified', 'skipped']);
    expect(codes(head.findings)).toEqual(['warning traces-limited']);
    expect(head.findings[0]?.message).toContain('1 of 2 traces');
    expect((await limited(2)).head.findings).toEqual([]);
  });

  it('are the only loss if reading them fails', async () => {
    const broken = new Error('a defect');
    const api = {
      readTrace: () => Promise.reject(broken),
      readTraceMeta: () => Promise.reject(broken),
      searchSpans: () => Promise.reject(broken),
    };
    const ran = await ranRun({
      outcomes: [inTrace(1)],
      ports: { ...traced({}, { api }), monotonicMs: () => performance.now() },
    });
    expect(ran.failure).toBe(broken);
    expect(ran.head).toMatchObject({ status: 'healthy', exitCode: 0, stages: [], summary: { total: 1 } });
  });

  it('are not read if no test has a result', async () => {
    const stop = new AbortController();
    const ran = await ranRun({ outcomes: ['aborted'], ports: traced(), stop });
    expect(types(ran)).not.toContain('tracesAwaited');
  });
});

describe('probes of a run', () => {
  const http = {
    method: 'GET',
    url: '{{origin}}/s',
    headers: {},
    body: null,
    status: ['2xx' as const],
    required: [],
    match: null,
    stop: null,
    schema: null,
    withinMs: 1_000,
  };
  const probesOf = (limit: number, status: number): Partial<RunPorts> => ({
    monotonicMs: () => performance.now(),
    verification: traced({ limit, stages: [aStage('saved', { span: null, required: true, http })] })
      .verification,
    probes: {
      deadlineMs: 7_000,
      ports: {
        call: async () => ({ response: jsonResponse({}, { status }), failure: null }),
        query: async () => ({ ok: false, reason: 'no database', final: true }),
        checkSchema: () => [],
        userAgent: 'ua',
      },
    },
  });

  it.each([
    [200, 'working', 0],
    [410, 'broken', 1],
  ])('that get %i leave a test %s: exit code %i', async (status, verdict, exitCode) => {
    const ran = await ranRun({ outcomes: [200], ports: probesOf(5, status) });
    expect(ran.events.filter(({ type }) => type.endsWith('Awaited'))).toEqual([
      { type: 'probesAwaited', count: 1, deadlineMs: 7_000 },
    ]);
    expect(ran.results.map((result) => result.verdict)).toEqual([verdict]);
    expect(ran.head.exitCode).toBe(exitCode);
    expect(ran.head.stages.map(({ name }) => name)).toEqual(['saved']);
  });

  it.each<[string, FakeRun['outcomes'], readonly number[]]>([
    ['a duplicate and a request that never arrived', [inTrace(1), inTrace(1), 'refused'], [1]],
    ['requests that never arrived alone', ['refused', 'dns'], []],
  ])('are not announced for %s', async (_, outcomes, counts) => {
    const { events } = await ranRun({ outcomes, ports: probesOf(5, 200) });
    expect(events.flatMap((event) => (event.type === 'probesAwaited' ? [event.count] : []))).toEqual(counts);
  });

  it('respect the limit of tests', async () => {
    const { head } = await ranRun({ outcomes: [200, 200, 200], ports: probesOf(2, 200) });
    expect(head.findings[0]).toMatchObject({ code: 'traces-limited' });
    expect(head.findings[0]?.message).toMatch(/^2 of 3 tests/);
  });
});

describe('stages of a run that could not be checked', () => {
  const stages = [aStage('filled', { required: true })];
  const api = scriptedApi({ trace: () => [] }).api;

  it.each([
    [false, true, 0],
    [true, true, 4],
    // Only required ones count.
    [true, false, 0],
  ])('with --require-stages (%s), if they are required (%s): exit code %i', async (...given) => {
    const [requireStages, required, exitCode] = given;
    const { head, results } = await ranRun({
      outcomes: [inTrace(1)],
      settings: { requireStages },
      ports: {
        ...traced({ stages: [{ ...aStage('filled'), required }], deadlineMs: 1 }, { api }),
        monotonicMs: () => performance.now(),
      },
    });
    expect(results.map(({ verdict, stages: own }) => [verdict, own.map(({ state }) => state)])).toEqual([
      ['working', ['unverified']],
    ]);
    expect(head.exitCode).toBe(exitCode);
    expect(head.summary.unchecked).toBe(required ? 1 : 0);
  });

  it('do not change the exit code 1 of a broken test', async () => {
    const { head } = await ranRun({
      outcomes: [inTrace(1), 500],
      settings: { requireStages: true },
      ports: { ...traced({ stages, deadlineMs: 1 }, { api }), monotonicMs: () => performance.now() },
    });
    expect(head.exitCode).toBe(1);
  });
});

describe('duplicates of a run', () => {
  const same = { response: jsonResponse({ signal_id: 's1' }) };
  const said = { response: jsonResponse({ status: 'DUPLICATE' }) };
  const suspicious = () => ({ expect: anExpectation({ suspect: { status: ['DUPLICATE'] } }) });

  it('are warnings of their tests, and break none', async () => {
    const { head, results } = await ranRun({ outcomes: [same, same] });
    expect(results.map(({ verdict, warnings }) => [verdict, warnings.map(({ code }) => code)])).toEqual([
      ['working', []],
      ['working', ['duplicate']],
    ]);
    expect(head).toMatchObject({ status: 'degraded', exitCode: 0, findings: [] });
    expect(head.summary).toMatchObject({ acceptance: 2, accepted: 2, duplicates: 1 });
  });

  it('in every test mean that nothing new was tested: exit code 4', async () => {
    const ran = await ranRun({
      outcomes: [said, said],
      tests: suspicious,
      ports: { latestRun: { runId: 'earlier', seed: '42', startedAtMs: BEGIN_MS - 40_000 } },
    });
    expect(ran.head).toMatchObject({ status: 'degraded', exitCode: 4 });
    expect(ran.head.findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'all-duplicates',
        '2 of 2 webhooks were treated as duplicates (of run earlier, 40 s ago): nothing new was tested',
      ],
    ]);
    expect(notices(ran)).toEqual(['all-duplicates']);
  });

  it('next to a broken test: exit code 1', async () => {
    const { head } = await ranRun({ outcomes: [said, 500], tests: suspicious });
    expect(head).toMatchObject({ exitCode: 1, findings: [] });
  });
});

describe('a baseline', () => {
  const worse: RunPorts['baseline'] = async () => ({
    compared: true,
    regression: true,
    findings: [anError('regression', 'p95 is worse')],
  });
  const same: RunPorts['baseline'] = async () => ({ compared: true, regression: false, findings: [] });
  const nothing: RunPorts['baseline'] = async () => ({ compared: false, regression: false, findings: [] });

  it.each<[string, number, FakeRun['outcomes'], RunPorts['baseline'], readonly string[]]>([
    ['a healthy run that is worse', 5, [200], worse, ['error regression']],
    ['a broken run that is worse', 5, [500], worse, ['error regression']],
    ['a healthy run', 0, [200], same, []],
    ['a degraded run', 1, [200, 500], same, []],
    ['a healthy run with nothing to compare', 4, [200], nothing, []],
    ['a broken run with nothing to compare', 1, [500], nothing, []],
    ['a run that nothing responded to', 3, ['refused'], worse, []],
  ])('after %s: exit code %i', async (_, exitCode, outcomes, baseline, expected) => {
    const ran = await ranRun({ outcomes, ports: { baseline } });
    expect(ran.head.exitCode).toBe(exitCode);
    expect(codes(ran.head.findings)).toEqual(expected);
    expect(notices(ran)).toEqual(ran.head.findings.map(({ code }) => code));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('is not compared with a run that %s stopped', async (reason, exitCode) => {
    const stop = new AbortController();
    const { head } = await ranRun({
      outcomes: [200],
      stop,
      ports: { baseline: worse },
      onSend: () => stop.abort(reason),
    });
    expect(head).toMatchObject({ exitCode, findings: [] });
  });
});

describe('alerts of a run', () => {
  it('start before the first webhook, count what is sent, and add failures to the report', async () => {
    const order: string[] = [];
    const alerts = createAlerts({
      checkIn: {
        slug: 'e2e',
        host: 'sentry.example.com',
        send: async ({ status }) => {
          order.push(status);
          return { ok: false, reason: 'HTTP 403 t0p-secret' };
        },
      },
      notifiers: [],
      required: { traces: false, stages: false },
      openState: async () => null,
      remembers: true,
      postingsOf: () => [],
      post: async () => ({ ok: true }),
      stop: new AbortController().signal,
    });
    const ran = await ranRun({
      outcomes: [200, 500],
      secrets: ['t0p-secret'],
      ports: { alerts },
      onSend: (index) => order.push(`webhook ${index}`),
    });
    expect(order).toEqual(['in_progress', 'webhook 1', 'webhook 2', 'error']);
    expect(ran.head.summary).toMatchObject({ total: 2, failed: 1 });
    expect(codes(ran.head.findings)).toEqual(['warning check-in-failed']);
    expect(ran.head.findings[0]?.message).toContain('HTTP 403 ***');
    expect(notices(ran)).toEqual(['check-in-failed']);
  });
});

describe('clean-up of a run', () => {
  const call = {
    method: 'DELETE',
    url: '{{origin}}/signals/{{response.signal_id}}',
    headers: {},
    body: null,
    status: ['2xx' as const],
  };
  const withCleanup = (calls: string[], status = 204): Pick<FakeRun, 'tests' | 'ports'> => ({
    tests: () => ({ cleanup: [call] }),
    ports: {
      cleanup: {
        call: async ({ url }) => {
          calls.push(url);
          return { response: jsonResponse({}, { status }), failure: null };
        },
        userAgent: 'ua',
        commandFor: () => 'curl',
        redact: (text) => text,
        redactPaths: [],
        log: null,
      },
    },
  });

  it('removes what each test left, after sending', async () => {
    const calls: string[] = [];
    const ran = await ranRun({ outcomes: [200, 200], ...withCleanup(calls) });
    expect(calls).toEqual(['https://hooks.example.com/signals/s1', 'https://hooks.example.com/signals/s2']);
    expect(ran.events).toContainEqual({ type: 'cleaningUp', count: 2, deadlineMs: 120_000 });
    expect(types(ran).indexOf('cleaningUp')).toBeGreaterThan(types(ran).indexOf('sendingEnded'));
    expect(ran.head).toMatchObject({
      exitCode: 0,
      findings: [],
      cleanup: { done: 2, failed: 0, unknown: 0 },
    });
  });

  it('reports what could not be removed', async () => {
    const { head } = await ranRun({ outcomes: [200], ...withCleanup([], 500) });
    expect(head.cleanup).toMatchObject({ done: 0, failed: 1 });
    expect(codes(head.findings)).toEqual(['warning cleanup-failed']);
  });

  it('is null if nothing was left', async () => {
    const ran = await ranRun({ outcomes: ['refused'], ...withCleanup([]) });
    expect(types(ran)).not.toContain('cleaningUp');
    expect(ran.head.cleanup).toBeNull();
  });

  it('starts at once if the run is stopped, also for a webhook that was aborted', async () => {
    const stop = new AbortController();
    const calls: string[] = [];
    const ran = await ranRun({
      outcomes: [200, 'aborted'],
      stop,
      ...withCleanup(calls),
      onSend: (index) => index === 2 && stop.abort('SIGINT'),
    });
    expect(calls).toEqual(['https://hooks.example.com/signals/s1']);
    expect(types(ran)).not.toContain('cleaningUp');
    expect(ran.head.cleanup).toMatchObject({ done: 1, failed: 0, unknown: 1 });
  });
});
