import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/model/json.ts';
import type { Report } from '../../src/lib/model/report.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { envelopeText } from '../sandbox/support.ts';
import { withCli } from '../support/cli.ts';
import { withOwnId } from '../support/own-ids.ts';
import { withTarget } from '../support/target.ts';
import {
  byScenario,
  said,
  sandboxRun,
  sentryEnv,
  stagesNotOk,
  traceRun,
  withSandboxSentry,
} from '../support/trace-run.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
/** The spans of a trace arrive together: none comes so long after the others. */
const QUICK = { interval: '200ms', settle: '2s' };
/** For spans that all come: it ends a run that hangs. */
const LONG = '3m';
/** For a trace that never comes: the other traces of the run have to be there by then. */
const SHORT = '7s';
const SCENARIOS = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'];
const STAGES = BUILT_IN_STAGES.map(({ name }) => name);

describe.concurrent('traces read back', () => {
  it('verifies every trace and stage of a healthy system', async () => {
    const { report, exitCode } = await sandboxRun(['--trace-timeout', LONG]);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ status: 'healthy', findings: [] });
    expect(report.results.map(({ scenario }) => scenario)).toEqual(SCENARIOS);
    for (const result of report.results) {
      expect(result).toMatchObject({ verdict: 'working', errors: [], warnings: [] });
      expect(result.trace).toMatchObject({ state: 'verified', reason: null, findings: [] });
      expect(result.trace.spanCount).toBeGreaterThanOrEqual(13);
      expect(result.stages.map(({ name, state }) => [name, state])).toEqual(
        STAGES.map((name) => [name, 'ok']),
      );
    }
    expect(report.stages.map(({ name, ok, stuck }) => [name, ok, stuck])).toEqual(
      STAGES.map((name) => [name, 5, 0]),
    );
  });

  /** A stage whose span is missing, and that neither the response nor a probe shows. */
  const FOUR_FAULTS = [
    'VOL_EXPANSION=span-error:fetch-gex-data',
    'CHOP=span-missing:engine-execution',
    'ORB_FAKEOUT=span-slow:data-enrichment:2s',
    'TREND_CONTINUATION=sampled-out',
  ];

  it('attributes four faults of one run to the right test, span and stage, and reports nothing else', async () => {
    const { report, exitCode } = await sandboxRun(['--trace-timeout', SHORT], {
      faults: FOUR_FAULTS,
      config: { trace: QUICK },
    });
    expect(exitCode).toBe(0);
    expect(report.summary).toMatchObject({ successful: 5, failed: 0, warnings: 3, unverified: 1 });
    expect(
      byScenario(report, (result) => result.warnings.map(({ code, message }) => `${code}: ${message}`)),
    ).toEqual({
      ORB_BREAKOUT: [],
      TREND_CONTINUATION: [],
      VOL_EXPANSION: [expect.stringMatching(/^trace-error: fetch-gex-data .*failed.*issue SANDBOX-TARGET-1/)],
      ORB_FAKEOUT: [
        expect.stringMatching(
          /^trace-slow: data-enrichment took (?!1(?:\.\d+)? s)[\d.]+ (?:s|min).* \(limit 1 s\)$/,
        ),
      ],
      CHOP: ['stage-missing: span engine-execution is missing, but database-save was reached'],
    });
    expect(byScenario(report, stagesNotOk)).toEqual({
      ORB_BREAKOUT: [],
      // A probe confirms the last one.
      TREND_CONTINUATION: ['engine-execution unverified'],
      // A failed part fails no stage.
      VOL_EXPANSION: [],
      ORB_FAKEOUT: ['data-enrichment slow'],
      CHOP: ['engine-execution missing'],
    });
    // Nobody got stuck: a later stage was reached.
    expect(report.results.map(({ stuckAt }) => stuckAt)).toEqual(report.results.map(() => null));
    expect(byScenario(report, ({ trace }) => [trace.state, trace.reason])).toMatchObject({
      TREND_CONTINUATION: ['unverified', 'only-our-spans'],
      CHOP: ['verified', null],
    });
    for (const { errors, verdict } of report.results)
      expect({ errors, verdict }).toEqual({ errors: [], verdict: 'working' });
    expect(report.findings).toMatchObject([
      { code: 'trace-only-our-spans', message: expect.stringContaining('TREND_CONTINUATION #1') },
    ]);
  });

  it('breaks the test and the run only by checks with severity error', async () => {
    const { report, exitCode } = await sandboxRun(['-s', 'VOL_EXPANSION', '-s', 'CHOP', '-n', '2'], {
      faults: FOUR_FAULTS.slice(0, 2),
      config: { trace: { ...QUICK, timeout: LONG, checks: { errors: 'error' } } },
    });
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ status: 'degraded', summary: { successful: 1, failed: 1 } });
    expect(byScenario(report, ({ verdict, trace }) => [verdict, trace.state])).toEqual({
      VOL_EXPANSION: ['broken', 'failed'],
      CHOP: ['working', 'verified'],
    });
    expect(byScenario(report, said)).toEqual({
      VOL_EXPANSION: ['error trace-error'],
      CHOP: ['warning stage-missing'],
    });
  });

  it('ignores faults whose checks are off, but exits with 4 for an unverified required trace', async () => {
    const { report, exitCode } = await sandboxRun(['--require-traces', '--trace-timeout', SHORT], {
      faults: FOUR_FAULTS,
      config: { trace: { ...QUICK, checks: checksAt('off') } },
    });
    expect(exitCode).toBe(4);
    expect(report.results.flatMap(said)).toEqual([]);
    expect(report.summary).toMatchObject({ failed: 0, warnings: 0, unverified: 1 });
    // What happened is shown all the same.
    expect(byScenario(report, stagesNotOk)).toMatchObject({ CHOP: ['engine-execution missing'] });
  });
});

function checksAt(severity: 'error' | 'warn' | 'off'): JsonObject {
  const names = ['errors', 'slow', 'missing', 'external-calls', 'database', 'routing'];
  return Object.fromEntries(names.map((name) => [name, severity]));
}

describe.concurrent('background work with its own traces', () => {
  const follow = [
    { query: 'span.name:orchestrator.processSignal signalId:{{response.signal_id}}', within: LONG },
  ];

  it('is joined to its own webhook, ten of them five at a time', async () => {
    const { report, exitCode } = await sandboxRun(['-n', '10', '-c', '5'], {
      faults: ['*=detached'],
      config: { trace: { follow, timeout: LONG } },
    });
    expect(exitCode).toBe(0);
    expect(report.status).toBe('healthy');
    expect(report.results.flatMap(stagesNotOk)).toEqual([]);
    for (const { trace, response, stages } of report.results) {
      const signalId: string = JSON.parse(response?.body ?? '').signal_id;
      expect(trace.followed).toEqual([
        { searched: expect.stringContaining(signalId), found: true, traceIds: [expect.any(String)] },
      ]);
      expect(stages.map(({ detail }) => detail)).toEqual([
        ...[null, null, null],
        ...['found in a followed trace', 'found in a followed trace'],
      ]);
    }
    const followed = report.results.flatMap(({ trace }) =>
      trace.followed.flatMap(({ traceIds }) => traceIds),
    );
    const own = report.results.map(({ trace }) => trace.traceId);
    expect(new Set([...followed, ...own]).size).toBe(20);
  });

  it('is judged by its last attempt, and names the failed one before it', async () => {
    const { report } = await sandboxRun(['-n', '2'], {
      faults: ['*=detached:twice'],
      config: { trace: { follow, timeout: LONG } },
    });
    expect(report.status).toBe('degraded');
    expect(report.results.flatMap(stagesNotOk)).toEqual([]);
    const retried = {
      code: 'retried',
      stage: 'engine-execution',
      message: 'engine-execution failed at least once before it succeeded',
    };
    for (const { verdict, errors, warnings } of report.results)
      expect({ verdict, errors, warnings }).toMatchObject({
        verdict: 'working',
        errors: [],
        warnings: [retried],
      });
    const attempts = report.results.map(({ trace }) => trace.followed.map(({ traceIds }) => traceIds.length));
    expect(attempts).toEqual([[2], [2]]);
  });

  it('is missing without trace.follow, which the advice names', async () => {
    const { report, exitCode } = await sandboxRun(['-n', '2'], {
      faults: ['*=detached'],
      config: { trace: { ...QUICK, timeout: LONG } },
    });
    expect(exitCode).toBe(0);
    for (const result of report.results) {
      expect(stagesNotOk(result)).toEqual(['engine-execution missing']);
      expect(result.warnings).toMatchObject([
        { code: 'stage-missing', hint: expect.stringContaining('set trace.follow') },
      ]);
      // A probe confirms the last one.
      expect(result.stages.at(-1)).toMatchObject({
        evidence: { trace: 'absent', http: 'confirms' },
        detail: 'span not found (possibly not sampled)',
      });
    }
    expect(report.findings).toMatchObject([
      {
        code: 'stages-missing',
        message: '1 stage has no span in any of the 2 tests: engine-execution',
        hint: expect.stringContaining('set trace.follow'),
      },
    ]);
  });

  it('that is never found may not have been sampled: a required stage is unverified, and breaks nothing', async () => {
    const stages = [
      { name: 'received', response: 'signal_id', required: true },
      { name: 'engine-execution', span: 'engine-execution', required: true },
    ];
    const nowhere = [{ query: 'span.name:no-such-root signalId:{{response.signal_id}}', within: '3s' }];
    const { report, exitCode } = await sandboxRun(['-n', '2', '--require-stages'], {
      faults: ['*=detached'],
      config: { stages, trace: { ...QUICK, follow: nowhere, timeout: SHORT } },
    });
    expect(exitCode).toBe(4);
    expect(report.status).toBe('degraded');
    for (const result of report.results) {
      expect(result).toMatchObject({ verdict: 'working', errors: [], stuckAt: null });
      expect(stagesNotOk(result)).toEqual(['engine-execution unverified']);
      expect(result.stages.at(-1)).toMatchObject({
        evidence: { response: null, trace: 'unknown', http: null, sql: null },
        reasons: ['no-followed-trace'],
      });
      expect(result.warnings).toMatchObject([
        {
          code: 'stage-unverified',
          stage: 'engine-execution',
          hint: expect.stringContaining('a probe of engine-execution (sql or http) would decide'),
        },
      ]);
    }
  });
});

/** Scenario → its faults, and what each severity of all checks makes of it. */
const MATRIX: Readonly<
  Record<
    string,
    {
      readonly faults: readonly string[];
      readonly warn: readonly string[];
      readonly error: readonly string[];
      readonly off: readonly string[];
      /** With `ab-routing` required, all checks at `warn`. */
      readonly required: readonly string[];
      readonly reason?: string;
      readonly stages: readonly string[];
    }
  >
> = {
  HEALTHY: { faults: [], ...allOf([]), stages: [] },
  // The response shows that it was reached: a note, but where its check is to break the test.
  SPAN_MISSING: {
    faults: ['span-missing:ab-routing'],
    ...{ warn: [], error: ['error trace-routing'], off: [], required: ['error trace-missing'] },
    stages: [],
  },
  // Nothing else shows this one.
  STAGE_MISSING: {
    faults: ['span-missing:engine-execution'],
    ...judged('stage-missing'),
    stages: ['engine-execution missing'],
  },
  // It failed inside of a stage that happened.
  PART_ERROR: {
    faults: ['span-error:fetch-gex-data'],
    ...judged('trace-error'),
    stages: [],
  },
  STAGE_ERROR: {
    faults: ['span-error:data-enrichment'],
    ...judged('stage-failed'),
    stages: ['data-enrichment failed'],
  },
  SPAN_SLOW: {
    faults: ['span-slow:data-enrichment:1500ms'],
    ...judged('trace-slow'),
    stages: ['data-enrichment slow'],
  },
  ALL_THREE: {
    faults: ['span-missing:ab-routing', 'span-error:build-snapshot', 'span-slow:database-save:1100ms'],
    warn: ['warning trace-error', 'warning trace-slow'],
    error: ['error trace-error', 'error trace-slow', 'error trace-routing'],
    off: [],
    required: ['error trace-missing', 'warning trace-error', 'warning trace-slow'],
    stages: ['database-save slow'],
  },
  NO_SDK: unreadable('no-sdk'),
  SAMPLED_OUT: unreadable('sampled-out'),
  TOO_LATE: unreadable('trace-late:60s'),
  LATE: { faults: ['trace-late:1s'], ...allOf([]), stages: [] },
  FAILING: {
    faults: ['status:500', 'span-missing:ab-routing'],
    warn: ['error http-5xx', 'warning stage-failed'],
    error: ['error http-5xx', 'error stage-failed'],
    off: ['error http-5xx'],
    required: ['error http-5xx', 'warning stage-failed'],
    stages: [
      'data-enrichment failed',
      'ab-routing not-reached',
      'engine-execution not-reached',
      'database-save not-reached',
    ],
  },
  // A response that is no JSON says nothing of a stage; the trace goes on, and lacks it.
  MALFORMED: {
    faults: ['malformed', 'span-missing:ab-routing'],
    warn: ['error not-json', 'warning stage-missing'],
    error: ['error not-json', 'error stage-missing'],
    off: ['error not-json'],
    required: ['error not-json', 'warning stage-missing'],
    stages: ['ab-routing missing'],
  },
};

function allOf(codes: readonly string[]) {
  return { warn: codes, error: codes, off: codes, required: codes };
}

function judged(code: string) {
  return { warn: [`warning ${code}`], error: [`error ${code}`], off: [], required: [`warning ${code}`] };
}

function unreadable(fault: string) {
  // A probe confirms the last stage all the same.
  const stages = ['engine-execution unverified'];
  return { faults: [fault], ...allOf([]), reason: 'only-our-spans', stages };
}

describe.concurrent('every trace fault against every expectation', () => {
  const names = Object.keys(MATRIX);
  const faults = Object.entries(MATRIX).flatMap(([name, entry]) =>
    entry.faults.map((fault) => `${name}=${fault}`),
  );
  const scenarios = names.map((name) => ({ name }));

  it.each([
    ['warn', { checks: checksAt('warn') }],
    ['error', { checks: checksAt('error') }],
    ['off', { checks: checksAt('off') }],
    ['required', { expect: [{ span: 'ab-routing', required: true }] }],
  ] as const)('%s', async (column, trace: JsonObject) => {
    const { report, exitCode } = await sandboxRun(
      ['-n', String(names.length), '-c', '6', '--trace-timeout', SHORT],
      { faults, config: { scenarios, trace: { ...QUICK, ...trace } } },
    );
    expect(exitCode).toBe(1);
    const expected = (value: (entry: (typeof MATRIX)[string]) => unknown) =>
      Object.fromEntries(Object.entries(MATRIX).map(([name, entry]) => [name, value(entry)]));
    expect(byScenario(report, said)).toEqual(expected((entry) => entry[column]));
    expect(byScenario(report, stagesNotOk)).toEqual(expected(({ stages }) => stages));
    expect(byScenario(report, ({ trace: { reason } }) => reason)).toEqual(
      expected(({ reason }) => reason ?? null),
    );
    for (const { trace: read, errors, verdict } of report.results) {
      // No probe is among them: a stage that breaks its test does so by its trace.
      const failed =
        read.findings.some(({ severity }) => severity === 'error') ||
        errors.some(({ code }) => code.startsWith('stage-'));
      if (read.reason === null) expect(read.state).toBe(failed ? 'failed' : 'verified');
      else expect(read.state).toBe('unverified');
      expect(verdict).toBe(errors.length > 0 ? 'broken' : 'working');
    }
    expect(report.findings.map(({ code }) => code)).toEqual(['trace-only-our-spans']);
  });

  it.each([
    // Refused for one is refused for all: it is about the token.
    [403, 'unauthorized', 'unauthorized', SHORT],
    // The sandbox asks for 2 s without reads after each 429, for which both traces wait.
    [429, 'api-error', null, '12s'],
    [500, 'api-error', null, SHORT],
  ] as const)(
    'Sentry responds with %i for one of two traces',
    async (status, reason, otherReason, timeout) => {
      const { report, exitCode } = await sandboxRun(['-n', '2', '--trace-timeout', timeout], {
        faults: [`REFUSED=sentry-status:${status}`],
        config: { scenarios: [{ name: 'REFUSED' }, { name: 'HEALTHY' }], trace: QUICK },
      });
      expect(exitCode).toBe(0);
      expect(report.results.flatMap(said)).toEqual([]);
      expect(byScenario(report, ({ trace }) => trace.reason)).toEqual({
        REFUSED: reason,
        HEALTHY: otherReason,
      });
      const found = report.findings.filter(({ code }) => code === `trace-${reason}`);
      expect(found).toMatchObject([{ message: expect.stringContaining(String(status)) }]);
    },
  );
});

describe.concurrent('whether traces are read', () => {
  const against = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    withWebhookTarget({ body: GOOD }, (target) =>
      withCli((cli) => traceRun(cli, ['--url', target.url, '-n', '1', ...args], { env })),
    );
  const codes = ({ findings }: Report) => findings.map(({ code }) => code);

  it('traces are not read without a token, silently', async () => {
    const { report, exitCode } = await against([]);
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ status: 'healthy', findings: [], stages: [] });
    expect(report.results[0]?.trace).toMatchObject({ state: 'skipped', reason: null, spanCount: null });
  });

  it('traces are not read with a token whose organization is unknown, with one warning', async () => {
    const { report, exitCode } = await against([], { SENTRY_AUTH_TOKEN: 'sntryu_0123456789abcdef' });
    expect(exitCode).toBe(0);
    expect(codes(report)).toEqual(['traces-not-read']);
    expect(report.findings[0]?.message).toContain('SENTRY_ORG');
    expect(report.results[0]?.trace.state).toBe('skipped');
  });

  it.each([['--verify-traces'], ['--require-traces']])(
    'reading traces without a token is an error: %s',
    async (flag) => {
      await withCli(async ({ run }) => {
        const { stdout, exitCode } = await run(['run', '--json', '--url', 'http://127.0.0.1:9/', flag]);
        expect(exitCode).toBe(2);
        expect(JSON.parse(stdout).error.code).toBe('TRACES_UNREADABLE');
      });
    },
  );

  it('reading traces can be disabled', async () => {
    const { report } = await sandboxRun(['--no-verify-traces', '-n', '2']);
    expect(report).toMatchObject({ status: 'healthy', findings: [] });
    expect(report.results.map(({ trace }) => trace.state)).toEqual(['skipped', 'skipped']);
    const evidence = report.results.flatMap(({ stages }) => stages.map((stage) => stage.evidence.trace));
    expect(new Set(evidence)).toEqual(new Set([null]));
  });

  it('Ctrl-C ends the reading: the report is saved, and the rest is skipped', async () => {
    await withCli(async (cli) => {
      const args = ['--sandbox', '--fault', 'CHOP=no-sdk', '--trace-timeout', LONG];
      const { report, exitCode } = await traceRun(cli, args, {
        running: (child) => {
          let told = '';
          child.stderr?.on('data', (text: Buffer) => {
            const before = told;
            told += text.toString();
            if (told.includes('Reading 5 traces') && !before.includes('Reading 5 traces'))
              child.kill('SIGINT');
          });
        },
      });
      expect(exitCode).toBe(130);
      expect(report).toMatchObject({ status: 'interrupted', exitCode: 130 });
      expect(report.results).toHaveLength(5);
      expect(byScenario(report, ({ trace }) => trace.state).CHOP).toBe('skipped');
      for (const { trace } of report.results) expect(['verified', 'skipped']).toContain(trace.state);
      const saved = await cli.run(['report', 'show', '--json']);
      expect(JSON.parse(saved.stdout)).toEqual(report);
    });
  });
});

describe.concurrent('other targets', () => {
  it('without any span of the target there is one warning about all traces, and the run is healthy', async () => {
    const { report } = await withSandboxSentry((info) =>
      withWebhookTarget({ body: GOOD }, (target) =>
        withCli((cli) =>
          traceRun(cli, ['--url', target.url, '-n', '6', '--trace-timeout', '1s'], {
            env: sentryEnv(info),
            config: { trace: QUICK },
          }),
        ),
      ),
    );
    expect(report.status).toBe('healthy');
    expect(report.summary).toMatchObject({ successful: 6, warnings: 0, unverified: 6 });
    expect(report.findings).toMatchObject([
      { code: 'trace-only-our-spans', message: expect.stringContaining('6 traces are unverified') },
    ]);
    for (const { trace } of report.results)
      expect(trace).toMatchObject({ state: 'unverified', spanCount: 2 });
  });

  it('with spans of other names there is one warning about all stages, and the run is healthy', async () => {
    const { report } = await withSandboxSentry((info) =>
      withTarget(
        async ({ headers }, response) => {
          await reportOwnSpans(info.dsn, String(headers['sentry-trace']));
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify(withOwnId(GOOD)));
        },
        (target) =>
          withCli((cli) =>
            traceRun(cli, ['--url', target.url, '-n', '6'], {
              env: sentryEnv(info),
              config: { trace: QUICK },
            }),
          ),
      ),
    );
    expect(report.status).toBe('healthy');
    expect(report.results.flatMap(said)).toEqual([]);
    for (const { trace } of report.results)
      expect(trace).toMatchObject({ state: 'verified', spanCount: 4, findings: [] });
    expect(report.findings).toMatchObject([
      {
        severity: 'warning',
        code: 'stages-missing',
        message: `5 stages have no span in any of the 6 tests: ${STAGES.join(', ')}`,
        hint: expect.stringContaining('Name the stages of your own system'),
      },
    ]);
  });
});

/** What the SDK of a service with two spans of its own sends. @param sentryTrace the header as it came */
async function reportOwnSpans(dsn: string, sentryTrace: string): Promise<void> {
  const [traceId = '', parentSpanId = ''] = sentryTrace.split('-');
  const { host, username, pathname } = new URL(dsn);
  const spanId = randomBytes(8).toString('hex');
  const now = Date.now() / 1_000;
  const times = { start_timestamp: now - 0.01, timestamp: now };
  const ids = { trace_id: traceId, span_id: spanId, parent_span_id: parentSpanId };
  const envelope = envelopeText({ event_id: randomBytes(16).toString('hex') }, [
    { type: 'transaction' },
    {
      type: 'transaction',
      transaction: 'POST /hook',
      ...times,
      contexts: { trace: { ...ids, op: 'http.server', status: 'ok' } },
      spans: [
        {
          ...ids,
          span_id: randomBytes(8).toString('hex'),
          parent_span_id: spanId,
          op: 'function',
          description: 'place-order',
          status: 'ok',
          ...times,
        },
      ],
    },
  ]);
  const url = `http://${host}/api${pathname}/envelope/?sentry_key=${username}`;
  const { status } = await fetch(url, { method: 'POST', body: envelope });
  expect(status).toBe(200);
}

describe.concurrent('negative scenarios', () => {
  it('expect no pipeline stages, which a refused webhook never reaches', async () => {
    const negative = { tags: ['negative'], payload: { direction: 'sideways' } };
    const { report, exitCode } = await sandboxRun(['--tag', 'negative', '-n', '1'], {
      config: {
        scenarios: [
          { name: 'BY_STATUS', ...negative, expect: { status: 400, match: { status: 'REJECTED' } } },
        ],
        trace: QUICK,
      },
    });
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ status: 'healthy', findings: [], stages: [] });
    expect(report.results).toMatchObject([
      { verdict: 'working', warnings: [], stages: [], trace: { state: 'verified', findings: [] } },
    ]);
  });
});
