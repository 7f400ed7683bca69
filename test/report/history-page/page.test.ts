import { describe, expect, it } from 'vitest';
import type { BrokenSince, ReportHead } from '../../../src/lib/model/report.ts';
import { historiesOf } from '../../../src/lib/report/history/histories.ts';
import { historyPage } from '../../../src/lib/report/history-page/page.ts';
import { manyHeads } from '../../support/many-runs.ts';
import { aHead } from '../saved-run.ts';

const page = (heads: readonly ReportHead[], pageOf: (runId: string) => string | null = () => null) =>
  historyPage(historiesOf(heads), pageOf);

const titleIn = (text: string) => /<h1[^>]*>(.*?)<\/h1>/.exec(text)?.[1];

/** The cells of a strip, as letters: working, slow, broken, unverified, not run. */
function stripIn(text: string, name: string): string {
  const [, cells = ''] = new RegExp(`role="img" aria-label="${name}: [^"]*">(.*?)</div>`).exec(text) ?? [];
  return [...cells.matchAll(/<i class=(\w)/g)].map(([, cell]) => cell).join('');
}

function broken(scenario: string, more: Partial<BrokenSince> = {}): BrokenSince {
  return { scenario, since: '2026-08-02T12:00:01.000Z', sinceRun: null, runs: 1, lastWorked: null, ...more };
}

const { summary } = aHead();

/** A run on this day at noon. */
function aRun(day: number, overrides: Partial<ReportHead> = {}): ReportHead {
  const date = `2026-08-0${day}`;
  return aHead({
    runId: `${date.replaceAll('-', '')}-120000-aaaaa`,
    startedAt: `${date}T12:00:00.000Z`,
    status: 'healthy',
    scenarios: ['CHOP', 'TREND'],
    summary: { ...summary, total: 10, successful: 10, failed: 0 },
    ...overrides,
  });
}

describe('the history page', () => {
  it('says that there are no runs', () => {
    expect(titleIn(page([]))).toBe('No saved runs');
    expect(page([])).toMatch(/<\/html>\n$/);
  });

  it('has a strip of all webhooks and of each scenario and stage, the newest run at the right', () => {
    const text = page(manyHeads(20));
    expect(stripIn(text, 'All webhooks')).toBe('wwbbbwwwwwuwwswwbbbb');
    expect(stripIn(text, 'CHOP')).toBe('wwwwwwwwwwnwwwwwbbbb');
    expect(stripIn(text, 'data-enrichment')).toBe('wwbbbwwwwwnwwswwbbbb');
    expect(text).toContain('aria-label="CHOP: broken in 4 of 19 runs; newest run: broken"');
    expect(text).toContain(
      '<i class=b title="20260804-041700-aaaaa · 2026-08-04 04:17:00 UTC: 8 of 10 webhooks worked"></i></div>',
    );
  });

  it.each([
    ['of a single run', [aRun(1)], 'Healthy'],
    ['while it is healthy', [aRun(4), aRun(3), aRun(1)], 'Healthy for 3 days'],
    ['since it is healthy again', [aRun(4), aRun(2), aRun(1, { status: 'broken' })], 'Healthy for 2 days'],
    [
      'with warnings',
      [aRun(4, { status: 'degraded' }), aRun(2, { status: 'degraded' })],
      'Working, with warnings, for 2 days',
    ],
    [
      'if the newest run was interrupted',
      [aRun(4, { status: 'interrupted' }), aRun(3), aRun(1)],
      'Healthy for 2 days',
    ],
    ['if no run finished', [aRun(4, { status: 'interrupted' })], 'No run has finished yet'],
    [
      'with a scenario that has been broken',
      [aRun(4, { brokenSince: [broken('CHOP', { runs: 2 })] }), aRun(2, { brokenSince: [broken('CHOP')] })],
      'CHOP has been broken for 47 hours',
    ],
    [
      'with a scenario that is broken for the first time',
      [aRun(2, { brokenSince: [broken('CHOP', { sinceRun: '20260802-120000-aaaaa' })] }), aRun(1)],
      'CHOP is newly broken',
    ],
    [
      'with two of them',
      [aRun(2, { brokenSince: [broken('CHOP'), broken('TREND')] })],
      'CHOP and TREND are broken',
    ],
  ])('says in its title how the target is doing, %s', (_, heads, title) => {
    expect(titleIn(page(heads))).toBe(title);
  });

  it('has the incidents, the newest first, with a command that finds the first run', () => {
    const [first, second] =
      page(manyHeads(20)).split('<table class="incidents">')[1]?.split('<tr><th scope="row">').slice(1) ?? [];
    expect(first).toMatch(
      /CHOP.*the provider answered 503.*Changed: fetch-gex-data now fails.*still broken.*11 hours so far, 4 runs/s,
    );
    expect(first).toContain(
      '<code>prod-e2e report open 20260803-161700-aaaaa efcefeb16aab4685957398b5638150cd</code>',
    );
    expect(second).toContain('2026-08-01 08:17:01 UTC');
    expect(second).toContain('2026-08-01 20:17:00 UTC');
  });

  it('names no command for a run that is no longer saved', () => {
    const gone = '20260701-120000-aaaaa';
    const text = page([aRun(2, { brokenSince: [broken('CHOP', { sinceRun: gone })] })]);
    expect(text).toContain(`<code>${gone}</code> (no longer saved)`);
    expect(text).not.toContain(`report open ${gone}`);
  });

  it('links to the pages of runs that have one', () => {
    const text = page([aRun(2), aRun(1)], (runId) => (runId.startsWith('20260802') ? `${runId}.html` : null));
    expect(text).toContain('<a href="20260802-120000-aaaaa.html">20260802-120000-aaaaa</a>');
    expect(text).toContain('<code>prod-e2e report open 20260801-120000-aaaaa</code>');
  });

  it('has other targets in a fold each', () => {
    const text = page([aRun(3), aRun(2, { target: 'https://staging.example.com/hook' }), aRun(1)]);
    expect(stripIn(text, 'All webhooks')).toBe('ww');
    expect(text.match(/<details class="target">/g)).toHaveLength(1);
    expect(text).toContain('<summary><code>staging.example.com</code>: Healthy ');
  });

  it('rounds no share up to 100 %', () => {
    const text = page([aRun(1, { summary: { ...summary, total: 100_000, successful: 99_999, failed: 1 } })]);
    expect(text).toContain('<b class="bad">99.99 %</b> of webhooks worked in 7 days');
  });

  it('keeps text from outside text, and refers to nothing outside', () => {
    const hostile = '"><img src=x onerror=alert(1)>\u202e</title></style><script>alert(1)</script>';
    const entry = broken(hostile, { cause: hostile, changed: hostile, traceId: hostile, sinceRun: hostile });
    const head = aRun(1, {
      runId: hostile,
      target: hostile,
      environment: hostile,
      profile: hostile,
      scenarios: [hostile],
      brokenSince: [entry],
      stages: [
        { name: hostile, ok: 1, slow: 0, failed: 0, missing: 0, unverified: 0, notReached: 0, stuck: 0 },
      ],
    });
    const text = page([head, aRun(2)], () => hostile);
    expect(text).not.toContain('<img');
    expect(text.match(/<script>/g)).toHaveLength(1);
    expect(text.match(/<\/(title|style)>/g)).toHaveLength(2);
    expect(text).not.toContain('\u202e');
    expect(text).toContain('default-src &#39;none&#39;; script-src &#39;sha256-');
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  it('of 500 runs has at most 400 KB, of more the newest 500', () => {
    const text = page(manyHeads(500));
    expect(text.length).toBeLessThan(400_000);
    expect(stripIn(text, 'CHOP')).toHaveLength(500);
    const more = page(manyHeads(700));
    expect(stripIn(more, 'CHOP')).toHaveLength(500);
    expect(stripIn(more, 'CHOP').slice(-4)).toBe('bbbb');
    expect(more).toContain('The newest 500 of 700 runs.');
  });
});
