/** What stands in the parts of the page, and where. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/lib/model/report.ts';
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
import { degraded, healthy } from '../../support/reports.ts';
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
  it('is: what is wrong and what to do, then where, then how it was measured', async () => {
    const thresholds = [{ expression: 'p95<1s', ok: true, actual: 900, unit: 'ms' as const }];
    const page = await text({ ...degraded(), thresholds });
    const where = ['Scenarios', 'Missing data', 'Thresholds'];
    expect(titles(page)).toEqual(['What is wrong', 'Next steps', ...where, 'Latency', 'The run', 'Tests']);
    const linked = [...page.matchAll(/<li><a href="#([\w-]+)">/g)].map(([, id]) => id);
    expect(linked).toEqual([...page.matchAll(/<h2 id="([\w-]+)">/g)].map(([, id]) => id));
  });

  it('begins with the numbers where nothing is wrong', async () => {
    expect(titles(await text(healthy()))).toEqual(['Scenarios', 'Latency', 'The run', 'Tests']);
  });

  it('has the worst scenarios first, in both tables', async () => {
    const stages = [aStageResult('save', { durationMs: 1 })];
    const results = [
      aTest({ index: 1, scenario: 'FINE', stages }),
      aTest({ index: 2, scenario: 'ODD', stages, warnings: [aWarning('slow', 'slow')] }),
      aTest({ index: 3, scenario: 'BAD', stages, errors: [anError('match', 'wrong')] }),
    ];
    const page = await text(aReport({ results }));
    for (const id of ['scenarios', 'stages']) expect(part(page, id)).toMatch(/BAD .*ODD .*FINE /);
  });
});

describe('what is wrong', () => {
  it('has what the run itself found, errors before kinds of failure, and those before doubts', async () => {
    const results = [
      aTest({ index: 1, warnings: [aWarning('slow', 'an answer was slow')] }),
      aTest({ index: 2, errors: [anError('match', 'status is wrong')] }),
    ];
    const findings = [
      aWarning('trace-unverified', '3 traces are unverified'),
      anError('bail', 'The target cannot be reached', 'Verify the URL'),
    ];
    expect(part(await text(aReport({ results, findings })), 'wrong')).toMatch(
      /^What is wrong .*cannot be reached → Verify the URL .*status is wrong .*3 traces are unverified .*was slow/,
    );
  });

  it('lists the warnings where nothing is broken', async () => {
    const page = await text(
      aReport({ results: [aTest({ warnings: [aWarning('slow', 'an answer was slow')] })] }),
    );
    expect(part(page, 'wrong')).toMatch(/^What is doubtful .*1 test of .*See it/);
  });

  it('says once which run this one is worse than', async () => {
    const findings = [
      {
        ...anError('regression', 'Worse than run r-1: CHOP newly broken', 'See all that has changed'),
        ...{ baseline: 'r-1', change: 'CHOP newly broken' },
      },
      { ...anError('regression', 'Worse than run r-1: CALM slower'), baseline: 'r-1', change: 'CALM slower' },
      aWarning('baseline-differs', 'The runs have different targets'),
    ];
    const page = await text(aReport({ results: [aTest()], findings }));
    expect(part(page, 'worse')).toMatch(
      /^Worse than run r-1 ✗ CHOP newly broken → See all that has changed ✗ CALM slower ⚠ The runs have different targets$/,
    );
    expect(titles(page)).not.toContain('What is wrong');
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
    for (const tile of expected) expect(page).toContain(tile);
  });
});

describe('clean-up', () => {
  it('says what is left over, and how to remove it', async () => {
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
      /^Left over 4 calls succeeded, 1 left over, 60 possibly left over\. CHOP #1: HTTP 503; nobody knows/,
    );
    expect(said).toContain('curl -X DELETE &#39;https://api.example.com/signals/s1&#39;');
    expect(said).toMatch(/and 11 more: --reporter json$/);
  });

  it('says that nothing is', async () => {
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
    expect(page).toMatch(/<div class="test" id="t-1">\n<ul class="findings">\n<li>[^\n]*is wrong/);
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
      'Answer 2, to the same webhook sent again After 12 ms, in trace fedcba0987654321fedcba0987654321',
    );
    expect(said).toContain('&quot;status&quot;: &quot;DUPLICATE&quot;');
    expect(said).toMatch(/Answer 3, to the same webhook sent again .* Request failed: reset/);
  });

  it('says where a body was cut, of the request as well', async () => {
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
