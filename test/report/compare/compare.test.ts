import { describe, expect, it } from 'vitest';
import type { Report, ReportHead } from '../../../src/lib/model/report.ts';
import type { TestResult } from '../../../src/lib/model/result.ts';
import type { StageResult, StageState } from '../../../src/lib/model/stage.ts';
import { compareRuns, reportedChanges } from '../../../src/lib/report/compare/compare.ts';
import { comparisonMarkdown } from '../../../src/lib/report/compare/comparison-markdown.ts';
import { comparisonText } from '../../../src/lib/report/compare/comparison-text.ts';
import { anError, aReport, aStageResult, aTest, someTimings, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';

const SCREEN = { columns: 100, color: false, unicode: true, hyperlinks: false };

function run(results: readonly Partial<TestResult>[], overrides: Partial<Report> = {}): Report {
  return aReport({ results: results.map((each, at) => aTest({ index: at + 1, ...each })), ...overrides });
}

const took = (totalMs: number, more: Partial<TestResult> = {}): Partial<TestResult> => ({
  timings: someTimings({ totalMs }),
  ...more,
});
const broken = { errors: [anError('http-5xx', 'HTTP 500: boom')], verdict: 'broken' } as const;
const many = (count: number, of: (at: number) => Partial<TestResult>) =>
  Array.from({ length: count }, (_, at) => of(at));
const compared = (base: Report, head: Report) => compareRuns(sourceOf(base), sourceOf(head));

function aStage(name: string, state: StageState, durationMs = 20): StageResult {
  return aStageResult(name, { state, durationMs, detail: state === 'ok' ? null : `span ${name} not seen` });
}

describe('a comparison', () => {
  it('of a run with itself finds nothing', async () => {
    const one = run(many(30, (at) => took(100 + at, at % 7 === 0 ? broken : {})));
    expect(await compared(one, one)).toMatchObject({ regression: false, changes: [] });
  });

  it('reports what is newly broken, and what is fixed', async () => {
    const base = run([{ scenario: 'A' }, { scenario: 'B', ...broken }]);
    const head = run([{ scenario: 'A', ...broken }, { scenario: 'B' }]);
    const { changes, regression } = await compared(base, head);
    expect(regression).toBe(true);
    expect(changes).toMatchObject([
      {
        kind: 'broken',
        scenario: 'A',
        regression: true,
        message: 'newly broken, 1 of 1 test: HTTP 500: boom',
      },
      { kind: 'fixed', scenario: 'B', regression: false, message: 'fixed: was broken in 1 of 1 test' },
    ]);
    expect((await compared(head, head)).regression).toBe(false);
  });

  it('names the cause of what is newly broken', async () => {
    const cause = { stage: 'decided', source: 'sql', message: 'status "rejected"' } as const;
    const { changes } = await compared(run([{}]), run([{ ...broken, cause }]));
    expect(changes).toMatchObject([{ message: 'newly broken, 1 of 1 test: decided: status "rejected"' }]);
  });

  it('of scenarios broken before reports only what cannot be chance', async () => {
    const of = (count: number) => run(many(100, (at) => (at < count ? broken : {})));
    expect((await compared(of(3), of(5))).changes).toEqual([]);
    expect((await compared(of(3), of(40))).changes).toMatchObject([{ kind: 'more-often', regression: true }]);
    expect((await compared(of(40), of(3))).changes).toMatchObject([
      { kind: 'less-often', regression: false },
    ]);
  });

  it('reports data that is newly missing, and data that is back', async () => {
    const lacks = (field: string) => run([{ missingData: [{ field, level: 'recommended' }] }]);
    const { changes, regression } = await compared(lacks('variant'), lacks('enrichment'));
    expect(changes).toMatchObject([
      { kind: 'missing', field: 'enrichment', regression: true },
      { kind: 'found', field: 'variant', regression: false },
    ]);
    expect(regression).toBe(true);
  });

  it('reports stages that are no longer reached, and no stages that one run could not observe', async () => {
    const reaching = (state: StageState) =>
      run([{ stages: [aStage('ingest', 'ok'), aStage('save', state)] }]);
    expect((await compared(reaching('ok'), reaching('missing'))).changes).toMatchObject([
      { kind: 'missing', stage: 'save', message: 'newly missing, 1 of 1 test: span save not seen' },
    ]);
    expect((await compared(reaching('failed'), reaching('ok'))).changes).toMatchObject([
      { kind: 'found', stage: 'save' },
    ]);
    expect((await compared(reaching('ok'), reaching('unverified'))).changes).toEqual([]);
    expect((await compared(reaching('unverified'), reaching('missing'))).changes).toEqual([]);
  });

  describe('of stages in a row', () => {
    const NAMES = ['ingest', 'enrich', 'route', 'save'];
    const passing = (...states: StageState[]) =>
      run(many(2, () => ({ stages: states.map((state, at) => aStage(NAMES[at] ?? '', state)) })));
    const fine = passing('ok', 'ok', 'ok', 'ok');

    it('reports the first that is lost, together with those that are not reached after it', async () => {
      const stuck = passing('ok', 'failed', 'missing', 'missing');
      const comparison = await compared(fine, stuck);
      expect(comparison.changes).toMatchObject([
        {
          ...{ stage: 'enrich', follows: null, regression: true },
          message: 'newly failing, 2 of 2 tests: span enrich not seen; not reached after it: route, save',
        },
        { stage: 'route', follows: { kind: 'missing', stage: 'enrich' }, regression: true },
        { stage: 'save', follows: { kind: 'missing', stage: 'enrich' }, regression: true },
      ]);
      expect(reportedChanges(comparison).worse).toHaveLength(1);
      expect(comparisonText(comparison, SCREEN)).toContain('Worse: 1 regression.');
      const back = await compared(stuck, fine);
      expect(reportedChanges(back).better).toMatchObject([
        { stage: 'enrich', message: 'reached again: was not reached in 2 of 2 tests; with it: route, save' },
      ]);
    });

    it('reports stages that are not reached with the one at which the webhooks got stuck', async () => {
      const stuck = passing('ok', 'failed', 'not-reached', 'not-reached');
      expect(reportedChanges(await compared(fine, stuck)).worse).toMatchObject([
        {
          stage: 'enrich',
          message: 'newly failing, 2 of 2 tests: span enrich not seen; not reached after it: route, save',
        },
      ]);
      expect(reportedChanges(await compared(stuck, fine)).better).toMatchObject([
        { stage: 'enrich', message: 'reached again: was not reached in 2 of 2 tests; with it: route, save' },
      ]);
      expect((await compared(stuck, stuck)).changes).toEqual([]);
    });

    it('reports that no stage is reached any more', async () => {
      const none = passing('not-reached', 'not-reached', 'not-reached', 'not-reached');
      expect(reportedChanges(await compared(fine, none)).worse).toMatchObject([
        {
          stage: 'ingest',
          message:
            'newly not reached, 2 of 2 tests: span ingest not seen; not reached after it: enrich, route, save',
        },
      ]);
    });

    it.each<[string, StageState[]]>([
      ['a stage in between was reached', ['ok', 'missing', 'ok', 'missing']],
      ['something failed there as well', ['ok', 'missing', 'ok', 'failed']],
      ['it failed by itself', ['ok', 'failed', 'failed', 'ok']],
    ])('reports another one if %s', async (_, states) => {
      expect(reportedChanges(await compared(fine, passing(...states))).worse).toHaveLength(2);
    });

    it('reports another one that more tests do not reach', async () => {
      const [one = {}] = passing('ok', 'missing', 'missing', 'missing').results;
      const [other = {}] = passing('ok', 'ok', 'missing', 'missing').results;
      expect(reportedChanges(await compared(fine, run([one, other]))).worse).toMatchObject([
        { stage: 'enrich', message: 'newly missing, 1 of 2 tests: span enrich not seen' },
        {
          stage: 'route',
          message: 'newly missing, 2 of 2 tests: span route not seen; not reached after it: save',
        },
      ]);
    });
  });

  it('reports other targets, such as another port of this machine, except for the sandbox', async () => {
    const at = (target: string, head: Partial<ReportHead> = {}) => run([{}], { target, ...head });
    const [one, other] = ['http://127.0.0.1:1/w', 'http://127.0.0.1:2/w'];
    const sandbox = { sandbox: true } as const;
    expect((await compared(at(one, sandbox), at(other, sandbox))).notes).toEqual([]);
    expect((await compared(at(one), at(other))).notes).toEqual([
      'The runs have different targets: http://127.0.0.1:1/w and http://127.0.0.1:2/w.',
    ]);
    expect((await compared(at('https://a.example/w'), at('https://b.example/w'))).notes).toEqual([
      'The runs have different targets: https://a.example/w and https://b.example/w.',
    ]);
  });

  it('reports a slower run only if enough tests are saved', async () => {
    const of = (count: number, ms: number) => run(many(count, (at) => took(ms + at)));
    const few = await compared(of(24, 100), of(24, 400));
    expect(few).toMatchObject({ regression: false, changes: [], compared: true });
    expect(few.latency).toMatchObject([
      { verdict: 'too-few', limitMs: null, base: { count: 24 }, head: { count: 24 } },
    ]);
    expect(few.notJudged).toBe('Latency was not compared: 24 working tests in 1 saved run (minimum 25)');
    const enough = await compared(of(25, 100), of(2, 400));
    expect(enough.notJudged).toBeNull();
    expect(enough.changes).toMatchObject([
      {
        ...{ kind: 'slower', regression: true, scenario: 'ORB_BREAKOUT', follows: null },
        message: 'slower: 401 ms, usually 112 ms (+258 %, limit 224 ms)',
      },
    ]);
    expect((await compared(of(25, 400), of(2, 100))).changes).toMatchObject([
      { kind: 'faster', regression: false },
    ]);
  });

  it('uses several saved runs to determine what is usual', async () => {
    const names = ['A', 'B', 'C', 'D', 'E'];
    const five = (ms: number, slow: Readonly<Record<string, number>> = {}) =>
      run(names.map((scenario) => took(slow[scenario] ?? ms, { scenario })));
    const earlier = [95, 98, 103, 107].map((ms) => sourceOf(five(ms)));
    const against = (head: Report) => compareRuns(sourceOf(five(100)), sourceOf(head), earlier);
    const { changes, saved, notJudged } = await against(five(100, { C: 500 }));
    expect(changes).toMatchObject([
      { scenario: 'C', message: 'slower: 500 ms, usually 100 ms (+400 %, limit 398 ms)' },
    ]);
    expect(saved).toHaveLength(5);
    expect(notJudged).toBeNull();
    expect((await against(five(100, { C: 300 }))).changes).toEqual([]);
    expect((await compared(five(100), five(500))).changes).toEqual([]);
  });

  it('reports scenarios that are slower by the same factor as one cause', async () => {
    const names = ['A', 'B', 'C', 'D', 'E'];
    const base = run(many(25, (at) => took(100 + at, { scenario: names[at % 5] ?? '' })));
    const head = run(names.map((scenario, at) => took(400 + at, { scenario })));
    const comparison = await compared(base, head);
    expect(reportedChanges(comparison).worse).toMatchObject([
      { scenario: null, stage: null, kind: 'slower' },
    ]);
    expect(comparison.changes.filter(({ follows }) => follows !== null)).toHaveLength(5);
    const alone = run(names.map((scenario, at) => took(scenario === 'B' ? 4_000 : 400 + at, { scenario })));
    expect(reportedChanges(await compared(base, alone)).worse).toMatchObject([
      { scenario: null },
      { scenario: 'B', message: expect.stringContaining('slower: 4 s, ') },
    ]);
    const two = run(names.map((scenario) => took('AB'.includes(scenario) ? 900 : 110, { scenario })));
    expect(reportedChanges(await compared(base, two)).worse).toMatchObject([
      { scenario: 'A', message: expect.stringMatching(/; the same in 1 more scenario: B$/) },
    ]);
  });

  it('does not judge one test if saved ones vary too much, and reports that', async () => {
    const base = run(many(60, (at) => took(at === 7 ? 900 : 100 + (at % 9))));
    const { latency, notJudged, changes } = await compared(base, run([took(800)]));
    expect(latency).toMatchObject([{ verdict: 'too-varied', limitMs: null }]);
    expect(notJudged).toBe(
      'Latency was not compared: saved latencies vary too much to judge one test of ORB_BREAKOUT (send more: --count)',
    );
    expect(changes).toEqual([]);
    expect((await compared(base, run(many(5, () => took(800))))).changes).toMatchObject([{ kind: 'slower' }]);
  });

  it('ignores milliseconds of a target that responds at once', async () => {
    const of = (ms: number) => run(many(30, (at) => took(ms + (at % 7) / 10)));
    expect((await compared(of(0.3), of(3))).changes).toEqual([]);
    expect((await compared(of(0.3), of(60))).changes).toMatchObject([{ kind: 'slower' }]);
  });

  it('reports what only broken tests are missing, and what is the same in several scenarios, as one cause', async () => {
    const save = (state: StageState) => [aStage('ingest', 'ok'), aStage('save', state)];
    const lacks = { missingData: [{ field: 'signal_id', level: 'required' }] } as const;
    const fine = ['A', 'B', 'C'].map((scenario) => ({ scenario, stages: save('ok') }));
    const stuck = fine.map((each) => ({ ...each, ...lacks, ...broken, stages: save('missing') }));
    const comparison = await compared(run(fine), run(stuck));
    expect(reportedChanges(comparison).worse).toMatchObject([
      {
        ...{ kind: 'broken', scenario: 'A' },
        message:
          'newly broken, 1 of 1 test: HTTP 500: boom; with it: signal_id, save; the same in 2 more scenarios: B, C',
      },
    ]);
    expect(comparison.changes).toHaveLength(9);
    expect(reportedChanges(await compared(run(stuck), run(fine))).better).toHaveLength(1);
    const working = fine.map((each) => ({ ...each, stages: save('missing') }));
    expect(
      reportedChanges(await compared(run(fine), run([...stuck.slice(0, 1), ...working]))).worse,
    ).toMatchObject([
      { kind: 'broken', scenario: 'A' },
      { kind: 'missing', scenario: 'A', stage: 'save' },
    ]);
  });

  it('with nothing in common, or nothing that worked before, compares nothing', async () => {
    const none = await compared(run([{ scenario: 'A' }]), run([{ scenario: 'B' }]));
    expect(none).toMatchObject({ compared: false, regression: false, changes: [] });
    expect(comparisonText(none, SCREEN)).toContain('Nothing was compared: run');
    expect(comparisonMarkdown(none)).toMatch(/^## ⚠️ prod-e2e: nothing was compared/);
    expect((await compared(run([broken]), run([broken]))).compared).toBe(false);
    expect(await compared(run([broken]), run([{}]))).toMatchObject({
      ...{ compared: true, changes: [{ kind: 'fixed' }] },
      notJudged: 'Latency was not compared: 0 working tests in 1 saved run (minimum 25)',
    });
  });

  it('does not treat a fast failure as faster', async () => {
    const base = run(many(30, (at) => took(500 + at)));
    const head = run(many(20, (at) => (at < 10 ? took(500 + at) : took(5, broken))));
    const { latency, changes } = await compared(base, head);
    expect(latency[0]).toMatchObject({ verdict: 'no-change', head: { count: 10 } });
    expect(changes.map(({ kind }) => kind)).toEqual(['broken']);
  });

  it('compares the duration of stages, over their scenarios', async () => {
    const of = (ms: number) =>
      run(
        many(30, (at) => ({
          scenario: `S${at % 2}`,
          ...took(300),
          stages: [aStage('save', 'ok', ms + at / 2)],
        })),
      );
    const { changes } = await compared(of(20), of(120));
    expect(changes).toMatchObject([{ kind: 'slower', scenario: null, stage: 'save' }]);
  });

  it('has notes about limitations', async () => {
    const base = run([{ scenario: 'A' }, { scenario: 'GONE' }], { target: 'https://one.example/w' });
    const head = run([{ scenario: 'A' }, { scenario: 'NEW', ...broken }], {
      target: 'https://two.example/w',
      profile: 'staging',
      status: 'interrupted',
    });
    const { notes, regression } = await compared(base, head);
    expect(notes).toEqual([
      'The runs have different targets: https://one.example/w and https://two.example/w.',
      'The runs have different profiles.',
      `Run ${head.runId} was interrupted: only its finished tests are compared.`,
      'No longer sent: GONE.',
      'Not sent before: NEW.',
    ]);
    expect(regression).toBe(false);
  });

  it('notes results that are lost', async () => {
    const whole = run([{}, {}, {}]);
    const { results, ...head } = whole;
    const damaged = { ...sourceOf({ ...whole, results: results.slice(1) }), head };
    const { notes } = await compareRuns(damaged, sourceOf(whole));
    expect(notes).toEqual([`Only 2 of 3 results of run ${head.runId} could be read.`]);
  });

  it('uses no more memory for a large run than for a small one', async () => {
    const scenarios = run(many(5_000, (at) => took(1 + at * 7.123, { scenario: `S${at}` })));
    const { latency } = await compared(scenarios, scenarios);
    expect(latency.length).toBeLessThanOrEqual(201);
  });
});

describe('as text', () => {
  const base = run([
    ...many(28, (at) =>
      took(100 + (at % 12), { scenario: 'CHOP', stages: [aStage('save', 'ok', 20 + (at % 12))] }),
    ),
    { scenario: 'A', ...broken },
  ]);
  const head = run([
    ...many(12, (at) =>
      took(300 + at, {
        scenario: 'CHOP',
        stages: [aStage('save', at === 3 ? 'missing' : 'ok', 21 + at)],
        missingData: at === 5 ? [{ field: 'variant', level: 'recommended' }] : [],
        ...(at === 7 ? broken : {}),
      }),
    ),
    { scenario: 'A' },
  ]);

  it.each([
    ['compare-100.txt', {}],
    ['compare-60-ascii.txt', { columns: 60, unicode: false }],
  ])('%s', async (name, options) => {
    expectGolden(name, `${comparisonText(await compared(base, head), { ...SCREEN, ...options })}\n`);
  });

  it('compare.md', async () => {
    expectGolden('compare.md', `${comparisonMarkdown(await compared(base, head))}\n`);
  });

  it('as Markdown is no longer than a comment, and the text of a response stays text', async () => {
    const said = '<img src=x onerror=alert(1)> | @team [x](javascript:y) `c` ## no\n::error::no';
    const hostile = { errors: [anError('match', said)], verdict: 'broken' } as const;
    const names = (more: Partial<TestResult>) => many(150, (at) => ({ scenario: `S_${at}`, ...more }));
    const text = comparisonMarkdown(await compared(run(names({})), run(names(hostile))));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('; the same in 149 more scenarios: S\\_1, ');
    expect(text).not.toMatch(/(?<!\\)<img|@team|\[x\]\(|`c`|^## no|^::error/m);
    expect(text).toContain('\\<img src=x onerror=alert\\(1\\)\\> \\| <code>@</code>team');
  });

  it('of two equal runs reports no change', async () => {
    expect(comparisonMarkdown(await compared(base, base))).toMatch(/^## ✅ prod-e2e: no change\n/);
    expect(comparisonText(await compared(base, base), SCREEN)).toMatch(/\nNo change\.$/);
  });
});
