/** What stands in the parts of the page, and where. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/lib/model/report.ts';
import type { TestResult } from '../../../src/lib/model/result.ts';
import {
  anError,
  aReport,
  aResponse,
  aStageResult,
  aTest,
  aTraceResult,
  aWarning,
  someTimings,
  sourceOf,
} from '../../support/builders.ts';
import { broken, degraded, healthy, interrupted, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

const text = (report: Report) => rendered(sourceOf(report), 'html');
const titles = (page: string) =>
  [...page.matchAll(/<h2 id="[\w-]+">([^<]*)<\/h2>/g)].map(([, title]) => title);

/** A part of the page as a person reads it. */
function part(page: string, id: string): string {
  const [, body = ''] = new RegExp(`<h2 id="${id}">([\\s\\S]*?)</section>`).exec(page) ?? [];
  return body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('the order of the parts', () => {
  it('is: problems, tests, then where, further advice, and how it was measured', async () => {
    const thresholds = [{ expression: 'p95<1s', ok: true, actual: 900, unit: 'ms' as const }];
    const page = await text({ ...degraded(), thresholds });
    const where = ['Scenarios', 'Missing data', 'Thresholds'];
    expect(titles(page)).toEqual(['Problems', 'Tests', ...where, 'Further advice', 'The run']);
    const linked = [...page.matchAll(/<li><a href="#([\w-]+)">/g)].map(([, id]) => id);
    expect(linked).toEqual([...page.matchAll(/<h2 id="([\w-]+)">/g)].map(([, id]) => id));
  });

  it('begins with the tests if there are no problems', async () => {
    expect(titles(await text(healthy()))).toEqual(['Tests', 'Scenarios', 'The run']);
  });

  it.each([
    [19, false],
    [20, true],
  ])('of %i tests has plots: %s', async (count, plotted) => {
    const results = Array.from({ length: count }, (_, at) => aTest({ index: at + 1 }));
    expect(titles(await text(aReport({ results }))).includes('Latency')).toBe(plotted);
  });

  it('has the worst scenarios first', async () => {
    const stages = [aStageResult('save', { durationMs: 1 })];
    const results = [
      aTest({ index: 1, scenario: 'FINE', stages }),
      aTest({ index: 2, scenario: 'ODD', stages, warnings: [aWarning('slow', 'slow')] }),
      aTest({ index: 3, scenario: 'BAD', stages, errors: [anError('match', 'wrong')] }),
    ];
    expect(part(await text(aReport({ results })), 'scenarios')).toMatch(/BAD .*ODD .*FINE /);
  });
});

describe('the title', () => {
  const title = (page: string) => /<h1>(.*)<\/h1>/.exec(page)?.[1];

  it.each([
    ['healthy', healthy(), '5 of 5 webhooks work, no data missing'],
    ['degraded', degraded(), 'VOL_EXPANSION is broken'],
    ['broken', broken(), 'All 5 webhooks are broken'],
    ['unreachable', unreachable(), 'hooks.example.com cannot be reached'],
    ['interrupted', interrupted(), 'Interrupted after 2 of 5 tests'],
    ['cut off', interrupted({ endedAt: null, durationMs: null }), 'Cut off after 2 of 5 tests'],
    ['empty', aReport({ results: [], planned: 3 }), 'Nothing was sent'],
  ])('of a run that is %s is its outcome, in the window as well', async (_, report, expected) => {
    const page = await text(report);
    expect(title(page)).toBe(expected);
    expect(page).toMatch(new RegExp(`<title>\\S ${expected} \\| hooks\\.example\\.com</title>`));
  });

  it('names the stage', async () => {
    const stuckAt = { stage: 'data-enrichment', after: null };
    const results = [
      aTest({ scenario: 'CHOP', errors: [anError('stage-failed', 'failed')], stuckAt }),
      aTest({ index: 2 }),
    ];
    const page = await text(aReport({ results }));
    expect(title(page)).toBe('CHOP is broken at data-enrichment');
    expect(page).toContain('<p class="lead">1 of 2 webhooks work</p>');
    expect(page).toContain('<time datetime="2026-08-01T12:00:00.000Z">2026-08-01 12:00:00 UTC</time>');
  });
});

describe('scenarios and stages', () => {
  const stages = [aStageResult('save it'), aStageResult('check', { state: 'failed' })];

  it('are one table, whose stages can be linked to', async () => {
    const results = [
      aTest({ scenario: 'CHOP', stages }),
      aTest({ index: 2, scenario: 'CHOP', stages: [aStageResult('save it'), aStageResult('check')] }),
      aTest({ index: 3, scenario: 'CALM' }),
    ];
    const page = await text(aReport({ results }));
    expect(page).toContain('<th scope="col" class="stage" id="stage-save-it">');
    expect(page).toContain('<th scope="col" class="stage" id="stage-check">');
    expect(part(page, 'scenarios')).toMatch(
      /CHOP ✓ 2 of 2 ✓ ok ✗ 1 failed ✓ 1 ok .*CALM ✓ 1 of 1 – not checked – not checked/,
    );
    expect(part(page, 'scenarios')).toContain('Stages were checked in 2 of 3 tests.');
  });

  it('that two stages share no id', async () => {
    const same = [aStageResult('a b'), aStageResult('a-b')];
    const page = await text(aReport({ results: [aTest({ stages: same })] }));
    expect([...page.matchAll(/ id="(stage-[^"]*)"/g)].map(([, id]) => id)).toEqual([
      'stage-a-b',
      'stage-a-b-2',
    ]);
  });

  it('explain each sign', async () => {
    const said = part(await text(aReport({ results: [aTest({ stages })] })), 'scenarios');
    expect(said).toContain('✓ ok · not reached ? unverified ⚠ slow ○ missing ✗ failed – not checked');
  });
});

describe('a problem', () => {
  const cause = {
    stage: 'data-enrichment',
    source: 'trace',
    message: 'the provider answered 503',
    span: ['data-enrichment', 'fetch-gex-data'],
    issue: { shortId: 'SIGNALS-42', url: 'https://acme.sentry.io/issues/42/' },
  } as const;
  const spans = [
    { name: 'fetch-gex-data', op: null, service: 'api', depth: 0, startMs: 0, durationMs: 40 },
  ].map((span) => ({ ...span, status: 'error' as const, followed: false }));
  const errors = [
    anError('http-5xx', 'HTTP 500: Internal server error', 'Check Sentry for exception details'),
    { ...anError('stage-failed', 'failed', 'Look at fetch-gex-data'), stage: 'data-enrichment' },
  ];
  const failing = (index: number, overrides: Partial<TestResult> = {}) =>
    aTest({ index, scenario: 'CHOP', name: `CHOP #${index}`, errors, cause, ...overrides });
  const brokenSince = [
    {
      ...{ scenario: 'CHOP', since: '2026-08-01T04:00:01.000Z', sinceRun: 'run-4', runs: 3 },
      lastWorked: { runId: 'run-1', at: '2026-08-01T00:00:00.000Z' },
    },
  ];

  it('is there once, with symptom, since, issue, trace, advice and the waterfall of a test', async () => {
    const trace = aTraceResult({ traceId: 'a'.repeat(32), spans, spanCount: 9, state: 'failed' });
    const results = [failing(1), failing(2, { trace }), aTest({ index: 3 })];
    const page = await text(aReport({ results, brokenSince }));
    const said = part(page, 'problems');
    expect(said).toContain(
      '✗ data-enrichment &gt; fetch-gex-data: the provider answered 503 2 tests : CHOP. Open test 1',
    );
    expect(said).toContain('Symptom HTTP 500: Internal server error');
    expect(said).toContain(
      'Since 2026-08-01 04:00:01 UTC , for 3 runs; last worked 2026-08-01 00:00:00 UTC (run run-1)',
    );
    expect(page).toContain('<a href="https://acme.sentry.io/issues/42/"');
    expect(said).toContain(`Trace ${'a'.repeat(32)}`);
    expect(said).toContain('What to try Look at fetch-gex-data');
    expect(said).toContain('Trace of test 2: 9 spans, 40 ms');
    expect(page.match(/the provider answered 503<\/span><\/h3>/g)).toHaveLength(1);
  });

  it.each([
    [{ runs: 1 }, 'this run; last worked 2026-08-01 00:00:00 UTC (run run-1)'],
    [{ lastWorked: null }, '2026-08-01 04:00:01 UTC or earlier, for at least 3 runs'],
    [{ runs: 1, lastWorked: null }, null],
  ])('since when, for %j: %j', async (changes, expected) => {
    const [entry] = brokenSince;
    const since = entry === undefined ? [] : [{ ...entry, ...changes }];
    const said = part(await text(aReport({ results: [failing(1)], brokenSince: since })), 'problems');
    if (expected === null) expect(said).not.toContain('Since');
    else expect(said).toContain(`Since ${expected}`);
  });

  it('links to no Sentry that ended with the run', async () => {
    const page = await text(aReport({ results: [failing(1)], sandbox: true }));
    expect(part(page, 'problems')).toContain('Issue SIGNALS-42');
    expect(page).not.toContain('<a href="https://acme.sentry.io/issues/42/"');
  });

  it('that is one of many is folded, and beyond the fourth in a fold of all further ones', async () => {
    const codes = ['alpha', 'beta', 'gamma', 'delta', 'omega'];
    const results = codes.map((code, at) => aTest({ index: at + 1, errors: [anError(code, `is ${code}`)] }));
    const page = await text(aReport({ results }));
    const [listed = '', folded = ''] = page.split('<details class="rest">');
    expect(listed.match(/<h3 id="problem-/g)).toHaveLength(4);
    expect(listed.match(/<details class="facts">/g)).toHaveLength(2);
    expect(folded).toMatch(/^<summary>1 more problem<\/summary>/);
    expect(folded.match(/<h3 id="problem-5">/g)).toHaveLength(1);
  });
});

describe('problems', () => {
  it('has kinds of failure, what the run itself found, and warnings last', async () => {
    const results = [
      aTest({ index: 1, warnings: [aWarning('slow', 'a response was slow')] }),
      aTest({ index: 2, errors: [anError('match', 'status is wrong')] }),
    ];
    const findings = [
      aWarning('trace-unverified', '3 traces are unverified'),
      anError('bail', 'The target cannot be reached', 'Verify the URL'),
    ];
    expect(part(await text(aReport({ results, findings })), 'problems')).toMatch(
      /^Problems .*status is wrong .*cannot be reached → Verify the URL .*3 traces are unverified .*was slow/,
    );
  });

  it('lists the warnings where nothing is broken', async () => {
    const page = await text(
      aReport({ results: [aTest({ warnings: [aWarning('slow', 'a response was slow')] })] }),
    );
    expect(part(page, 'problems')).toMatch(/^Warnings .*1 test : ORB_BREAKOUT. Open test 1/);
  });

  it('has findings of the run that share their hint together, and the hint once', async () => {
    const findings = ['save', 'check'].map((stage) =>
      anError('stage-unverified', `${stage} could not be checked`, 'Add a probe'),
    );
    const page = await text(aReport({ results: [aTest()], findings }));
    expect(part(page, 'problems')).toBe(
      'Problems ✗ save could not be checked ✗ check could not be checked → Add a probe',
    );
  });

  it('names the better run once', async () => {
    const findings = [
      {
        ...anError('regression', 'Worse than run r-1: CHOP newly broken', 'See everything that changed'),
        ...{ baseline: 'r-1', change: 'CHOP newly broken' },
      },
      { ...anError('regression', 'Worse than run r-1: CALM slower'), baseline: 'r-1', change: 'CALM slower' },
      aWarning('baseline-differs', 'The runs have different targets'),
    ];
    const page = await text(aReport({ results: [aTest()], findings }));
    expect(part(page, 'worse')).toMatch(
      /^Worse than run r-1 ✗ CHOP newly broken → See everything that changed ✗ CALM slower ⚠ The runs have different targets$/,
    );
    expect(titles(page)).not.toContain('Problems');
    expect(page).toContain('<a href="#worse">Worse than before</a>');
  });
});

it('does not break a flag in a hint after its dashes, and makes nothing of what else is in it', async () => {
  const findings = [anError('bail', 'cannot be reached', 'Try --trace-timeout 3m, or a--b, --<b>')];
  expect(await text(aReport({ results: [aTest()], findings }))).toContain(
    '→ Try <span class="flag">--trace-timeout</span> 3m, or a--b, --&lt;b&gt;</span>',
  );
});

describe('counts', () => {
  it.each([
    [1, '<b class="">1</b> test\n', '<b class="warn">1</b> with a warning\n'],
    [2, '<b class="">2</b> tests\n', '<b class="warn">2</b> with warnings\n'],
  ])('of %i are in the right number', async (count, ...expected) => {
    const results = Array.from({ length: count }, (_, at) =>
      aTest({ index: at + 1, warnings: [aWarning('slow', 'slow')] }),
    );
    const page = (await text(aReport({ results }))).replaceAll('</li>', '');
    for (const each of expected) expect(page).toContain(each);
  });
});

describe('clean-up', () => {
  it('lists what is left over, and how to remove it', async () => {
    const leftOver = {
      ...{ testId: 'run-1', name: 'CHOP #1', call: 'DELETE https://api.example.com/signals/s1' },
      ...{ ids: { 'response.signal_id': 's1' }, certain: false, reason: 'HTTP 503' },
      command: `curl -X DELETE 'https://api.example.com/signals/s1'`,
    };
    const cleanup = {
      done: 4,
      failed: 1,
      unknown: 60,
      leftOvers: Array.from({ length: 60 }, () => leftOver),
    };
    const page = await text(aReport({ results: [aTest()], cleanup }));
    const said = part(page, 'cleanup');
    expect(said).toMatch(
      /^Left over 4 calls succeeded, 1 left over, 60 possibly left over\. CHOP #1: HTTP 503; it is unknown/,
    );
    expect(said).toContain('curl -X DELETE &#39;https://api.example.com/signals/s1&#39;');
    expect(said).toMatch(/and 11 more: --reporter json$/);
  });

  it('reports that nothing is left over', async () => {
    const cleanup = { done: 1, failed: 0, unknown: 0, leftOvers: [] };
    const page = await text(aReport({ results: [aTest()], cleanup }));
    expect(part(page, 'cleanup')).toBe('Clean-up 1 call succeeded.');
  });
});

describe('a test', () => {
  it('begins with what is wrong with it', async () => {
    const page = await text(
      aReport({ results: [aTest({ errors: [anError('match', 'is wrong', 'look there')] })] }),
    );
    expect(page).toMatch(/<div class="test" id="test-1">\n<ul class="findings">\n<li>[^\n]*is wrong/);
  });

  it('has the responses to a webhook that was resent, each with its trace', async () => {
    const send = {
      ...{ startedAt: '2026-08-01T12:00:02.000Z', errors: [], warnings: [], missingData: [], attempts: [] },
      ...{ timings: someTimings({ totalMs: 12 }), traceId: 'fedcba0987654321fedcba0987654321' },
    };
    const sends = [
      { ...send, response: aResponse({ body: '{"status":"DUPLICATE"}' }) },
      { ...send, response: null, errors: [anError('reset', 'Request failed: reset')] },
    ];
    const repeat = { treatedAs: 'one-event', because: 'status DUPLICATE', sends } as const;
    const said = part(await text(aReport({ results: [aTest({ repeat })] })), 'tests');
    expect(said).toContain(
      'Response 2, to the resent webhook After 12 ms, in trace fedcba0987654321fedcba0987654321',
    );
    expect(said).toContain('&quot;status&quot;: &quot;DUPLICATE&quot;');
    expect(said).toMatch(/Response 3, to the resent webhook .* Request failed: reset/);
  });

  it('marks a body that was cut, in the request as well', async () => {
    const { request } = aTest();
    const page = await text(
      aReport({ results: [aTest({ request: { ...request, body: 'é'.repeat(7_000) } })] }),
    );
    expect(page).toContain('Cut: the whole body has 14,000 bytes.');
  });

  it.each([
    ['https://acme.sentry.io/issues/7/', true],
    ['https://acme.sentry.io.evil.example/issues/7/', false],
    ['https://evil.example/https://acme.sentry.io/', false],
  ])('of the Sentry that has its trace an issue is a link: %s %s', async (url, linked) => {
    const finding = anError('span-error', 'it failed', `Look at issue WEB-7 in Sentry: ${url}`);
    const trace = aTraceResult({ url: 'https://acme.sentry.io/traces/1/', findings: [finding] });
    const page = await text(aReport({ results: [aTest({ trace })] }));
    expect(page.includes(`in Sentry: <a href="${url}"`)).toBe(linked);
    expect(page).toContain(url);
  });
});
