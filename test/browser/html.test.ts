/** The page as a browser shows it, and as it is written. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { SavedSpan, TestResult } from '../../src/lib/model/result.ts';
import type { StageResult, StageState } from '../../src/lib/model/stage.ts';
import { rendered } from '../report/formatters/rendered.ts';
import { HAS_BROWSER, startBrowser, withPage } from '../support/browser.ts';
import {
  anError,
  aReport,
  aResponse,
  aSource,
  aStageResult,
  aTest,
  aTraceResult,
  sourceOf,
} from '../support/builders.ts';
import { broken, degraded, healthy, interrupted, large, unreachable } from '../support/reports.ts';
import { tempFolder } from '../support/temp-folder.ts';

const page = (report: Report) => rendered(sourceOf(report), 'html');

function aStage(name: string, state: StageState): StageResult {
  return aStageResult(name, {
    state,
    durationMs: 12,
    detail: state === 'ok' ? null : `span ${name} not seen`,
  });
}

const SPANS: readonly SavedSpan[] = [
  ...(['ok', 'error', 'unknown'] as const).map((status, at) => ({
    ...{ name: `step ${at}`, op: 'task', service: 'api', depth: at, startMs: at * 10, durationMs: 40 },
    ...{ status, followed: false },
  })),
  {
    name: 'work',
    op: null,
    service: 'worker',
    depth: 0,
    startMs: 90,
    durationMs: 5,
    status: 'ok',
    followed: true,
  },
];

/** Something of everything there is to show. */
function full(): Report {
  const { results, ...head } = degraded();
  const traced = (result: TestResult): TestResult => ({
    ...result,
    stages: [aStage('ingest', 'ok'), aStage('save', result.index === 2 ? 'missing' : 'ok')],
    trace: { ...result.trace, state: 'verified', spanCount: 200, spans: SPANS },
  });
  return { ...head, results: results.map(traced) };
}

test.each([
  ['healthy', healthy()],
  ['broken', broken()],
  ['unreachable', unreachable()],
  ['cut off', interrupted({ endedAt: null, durationMs: null })],
  ['empty', aReport({ results: [], planned: 3 })],
])('a run that is %s makes a whole page', async (_, report) => {
  const text = await page(report);
  expect(text).toMatch(/^<!DOCTYPE html>\n<html lang="en">[\s\S]*<\/html>\n$/);
  expect(text.match(/<li data-status=/g)?.length ?? 0).toBe(report.results.length);
});

test('of a run of 20,000 the page holds 2,000 tests, all broken ones among them, and says so', async () => {
  const { results: _, ...head } = aReport({ results: [], planned: 20_000 });
  const source = aSource(head, function* () {
    for (let index = 1; index <= 20_000; index += 1)
      yield aTest({ index, errors: index > 19_900 ? [anError('match', 'late failure')] : [] });
  });
  const text = await rendered(source, 'html');
  expect(text.match(/<li data-status=/g)).toHaveLength(2_000);
  expect(text.match(/<li data-status="broken"/g)).toHaveLength(100);
  expect(text).toContain('2,000 of 20,000 tests, broken ones and those with warnings first.');
  expect(text.length).toBeLessThan(6_000_000);
});

test('of 1,000 tests with large bodies the page has at most 3 MB: the broken ones in full, then the others in brief', async () => {
  const { request } = aTest();
  const body = JSON.stringify({ text: 'x'.repeat(4_000) });
  const results = Array.from({ length: 1_000 }, (_, at) =>
    aTest({
      index: at + 1,
      request: { ...request, body },
      errors: at < 50 ? [anError('match', 'wrong')] : [],
    }),
  );
  const text = await page(aReport({ results }));
  expect(text.length).toBeLessThan(3_000_000);
  const tests = text.split('<div class="test" id="test-').slice(1);
  expect(tests).toHaveLength(1_000);
  expect(tests.slice(0, 50).every((each) => each.includes('<h3>Request</h3>'))).toBe(true);
  expect(tests.at(-1)).not.toContain('<h3>Request</h3>');
  expect(tests.at(-1)).toMatch(
    /Stages, request and response: <code>prod-e2e report show [\w-]+ 1000<\/code>/,
  );
});

test('a line to send a webhook again leaves out the old trace, and says where a secret was', async () => {
  const { request } = aTest();
  const headers = { ...request.headers, 'sentry-trace': 'a-b-1', authorization: '***' };
  const text = await page(aReport({ results: [aTest({ request: { ...request, headers } })] }));
  const [, line = ''] = /<h3>Resend<\/h3>[\s\S]*?<pre[^>]*>([\s\S]*?)<\/pre>/.exec(text) ?? [];
  expect(line).toContain('curl -sS -i -X POST &#39;https://hooks.example.com/webhook&#39;');
  expect(line).toContain('authorization: ***');
  expect(line).not.toContain('sentry-trace');
  expect(text).toContain('a secret was masked');
});

describe.runIf(HAS_BROWSER)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function fileOf(report: Report): Promise<string> {
    const file = path.join(tempFolder(), 'report.html');
    writeFileSync(file, await page(report));
    return file;
  }

  const choose = (opened: Page, name: string) => opened.getByRole('radio', { name, exact: true }).check();

  const violations = async (opened: Page) => {
    await opened.evaluate(axe.source);
    // The page has no say in what is asked of it here: the text runs in the browser.
    const found: axe.AxeResults = await opened.evaluate('axe.run(document, { resultTypes: ["violations"] })');
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  };

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 768],
    ['dark', 390],
    ['light', 390],
  ] as const)('is accessible in %s, %i pixels wide, and asks for nothing', async (colorScheme, width) => {
    const context = { colorScheme, viewport: { width, height: 900 } };
    await withPage(browser, { file: await fileOf(full()), context }, async ({ page: opened, noticed }) => {
      await opened.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true');
      expect(await opened.locator('details:not([open])').count()).toBe(0);
      expect(await violations(opened)).toEqual([]);
      expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(noticed).toEqual([]);
    });
  });

  it.each(['#status=broken', '#q=nothing+like+it', '#test-99', '#scenario=CHOP&status=passed'])(
    'is accessible at %s',
    async (hash) => {
      const context = { viewport: { width: 375, height: 812 } };
      await withPage(browser, { file: await fileOf(full()), hash, context }, async ({ page: opened }) => {
        expect(await opened.getByRole('status').innerText()).not.toBe('');
        expect(await violations(opened)).toEqual([]);
        expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(375);
      });
    },
  );

  it('is black on white on paper, whatever the screen is', async () => {
    const context = { colorScheme: 'dark' } as const;
    await withPage(browser, { file: await fileOf(full()), context }, async ({ page: opened }) => {
      const background = () => opened.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(await background()).not.toBe('rgb(255, 255, 255)');
      await opened.emulateMedia({ media: 'print' });
      expect(await background()).toBe('rgb(255, 255, 255)');
    });
  });

  it('shows what it is about: outcome, matrix, waterfall, request, response, hint, link', async () => {
    await withPage(browser, { file: await fileOf(full()), hash: '#test-3' }, async ({ page: opened }) => {
      expect(await opened.locator('h1').innerText()).toBe('VOL_EXPANSION is broken');
      expect(await opened.locator('table.matrix tbody tr').count()).toBe(5);
      const shown = opened.locator('#test-3');
      expect(await shown.locator('.waterfall rect').count()).toBe(4);
      const bar = await shown.locator('.waterfall rect').nth(1).boundingBox();
      const root = await shown.locator('.waterfall rect').nth(0).boundingBox();
      expect(bar?.x ?? 0).toBeGreaterThan(root?.x ?? 0);
      const text = await shown.innerText();
      for (const part of [
        'Check Sentry for exception details',
        '"scenario": "VOL_EXPANSION"',
        '"signal_id"',
        'curl ',
      ])
        expect(text).toContain(part);
      expect(await shown.locator('a').first().getAttribute('href')).toMatch(/^https:\/\/acme\.sentry\.io\//);
    });
  });

  it('filters, and a link leads to what was filtered', async () => {
    const file = await fileOf(full());
    const shown = (opened: Page) => opened.locator('ol.tests > li:visible .name').allInnerTexts();
    await withPage(browser, { file }, async ({ page: opened }) => {
      await choose(opened, 'Warnings 3');
      await opened.getByLabel('Find').fill('QQQ enrich');
      await expect.poll(() => shown(opened)).toEqual(['2. TREND_CONTINUATION (QQQ, short, 5m)']);
      await expect.poll(() => opened.getByRole('status').innerText()).toBe('1 of 5 shown');
      await expect.poll(() => opened.url()).toContain('#status=warning&q=QQQ+enrich');
    });
    await withPage(browser, { file, hash: '#status=broken' }, async ({ page: opened }) => {
      expect(await shown(opened)).toEqual(['3. VOL_EXPANSION (IWM, long, 5m)']);
      await opened.getByLabel('Find').fill('nothing like it');
      await expect.poll(() => opened.getByRole('status').innerText()).toBe('No test matches');
      expect(await shown(opened)).toEqual([]);
      await opened.getByRole('button', { name: 'Show all' }).click();
      await expect.poll(() => shown(opened)).toHaveLength(5);
      await expect.poll(() => opened.url()).toMatch(/#$/);
    });
  });

  it('is whole without script', async () => {
    const context = { javaScriptEnabled: false };
    const file = await fileOf(full());
    await withPage(browser, { file, hash: '#test-3', context }, async ({ page: opened }) => {
      expect(await opened.locator('ol.tests > li').count()).toBe(5);
      expect(await opened.locator('form.filter').isVisible()).toBe(false);
      await opened.locator('ol.tests summary').nth(1).click();
      expect(await opened.locator('time').first().innerText()).toBe('2026-08-01 12:00:00 UTC');
      expect(await opened.locator('#test-2').innerText()).toContain('signal_id (required)');
    });
  });

  it('prints problems and broken tests, opened, and nothing else', async () => {
    await withPage(browser, { file: await fileOf(full()) }, async ({ page: opened }) => {
      const folded = await opened.locator('details:not([open])').count();
      await opened.emulateMedia({ media: 'print' });
      await opened.evaluate('dispatchEvent(new Event("beforeprint"))');
      const headings = await opened.locator('h2:visible').allInnerTexts();
      expect(headings).toEqual(['Problems', 'Tests']);
      const tests = await opened.locator('ol.tests > li:visible .name').allInnerTexts();
      expect(tests).toEqual(['3. VOL_EXPANSION (IWM, long, 5m)']);
      expect(await opened.locator('#test-3 pre').first().isVisible()).toBe(true);
      const unfolded = 'ul.problems details:not([open])';
      expect(await opened.locator(unfolded).count()).toBe(0);
      expect(await opened.locator('form.filter, nav').filter({ visible: true }).count()).toBe(0);
      await opened.evaluate('dispatchEvent(new Event("afterprint"))');
      expect(await opened.locator('details:not([open])').count()).toBe(folded);
    });
  });

  it('prints many broken tests as lines', async () => {
    await withPage(browser, { file: await fileOf(large()) }, async ({ page: opened }) => {
      await opened.emulateMedia({ media: 'print' });
      await opened.evaluate('dispatchEvent(new Event("beforeprint"))');
      expect(await opened.locator('ol.tests > li:visible').count()).toBe(90);
      expect(await opened.locator('ol.tests pre:visible').count()).toBe(0);
    });
  });

  it.each([
    ['a problem', full()],
    ['a thousand tests and several problems', large()],
  ])('with %s shows the first test within two screens of a phone', async (_, report) => {
    const context = { viewport: { width: 390, height: 844 } };
    await withPage(browser, { file: await fileOf(report), context }, async ({ page: opened }) => {
      const first = await opened.locator('ol.tests > li').first().boundingBox();
      expect(first?.y ?? Number.NaN).toBeLessThan(2 * 844);
    });
  });

  it('shows times where the reader is, and UTC on hover', async () => {
    const context = { timezoneId: 'Asia/Tokyo', locale: 'en-US' };
    await withPage(browser, { file: await fileOf(healthy()), context }, async ({ page: opened }) => {
      const time = opened.locator('header time');
      expect(await time.innerText()).toMatch(/^Aug 1, 2026, 9:00.PM$/);
      expect(await time.getAttribute('title')).toBe('2026-08-01 12:00:00 UTC');
    });
  });

  it('shows only signs in the cells of a phone, which screen readers read in words', async () => {
    const context = { viewport: { width: 390, height: 844 } };
    await withPage(browser, { file: await fileOf(full()), context }, async ({ page: opened }) => {
      const cell = opened.locator('.matrix td.s-bad').first();
      expect((await cell.innerText()).replaceAll(/\s+/g, ' ')).toBe('○ missing');
      expect((await cell.locator('.word').boundingBox())?.width).toBe(1);
      await opened.setViewportSize({ width: 1280, height: 844 });
      expect((await cell.locator('.word').boundingBox())?.width).toBeGreaterThan(20);
    });
  });

  it('has five stages beside each other on a phone, also after the height of the screen changes', async () => {
    const stages = [
      'webhook-ingestion',
      'data-enrichment',
      'ab-routing',
      'engine-execution',
      'database-save',
    ];
    const scenarios = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'];
    const results = scenarios.map((scenario, at) =>
      aTest({ index: at + 1, scenario, stages: stages.map((name) => aStage(name, 'ok')) }),
    );
    const file = await fileOf(aReport({ results }));
    const context = { viewport: { width: 390, height: 844 } };
    await withPage(browser, { file, context }, async ({ page: opened }) => {
      const width = () => opened.evaluate('document.querySelector(".matrix").offsetWidth');
      const before = await width();
      expect(before).toBeLessThanOrEqual(358);
      // Chromium then measures upright text anew; a picture of the full page changes the height.
      await opened.screenshot({ fullPage: true });
      expect(await width()).toBe(before);
    });
  });

  it('with 1,000 tests is there, and filters', async () => {
    await withPage(browser, { file: await fileOf(large()) }, async ({ page: opened, noticed }) => {
      expect(await opened.locator('ol.tests > li').count()).toBe(1_000);
      await choose(opened, 'Broken 90');
      await expect.poll(() => opened.getByRole('status').innerText()).toBe('90 of 1,000 shown');
      // Chromium numbers what is an item of a list anew for each that is hidden: half a second for a thousand.
      const items = 'document.querySelectorAll("ol.tests > li:not([hidden])")';
      expect(await opened.evaluate(`getComputedStyle(${items}[0]).display`)).toBe('block');
      expect(noticed).toEqual([]);
    });
  });

  it('with 1,000 tests is whole without script as well', async () => {
    const context = { javaScriptEnabled: false };
    await withPage(browser, { file: await fileOf(large()), context }, async ({ page: opened }) => {
      const tests = opened.locator('ol.tests > li');
      expect(await tests.count()).toBe(1_000);
      await opened.locator('.group.passed > summary').click();
      const last = tests.last();
      await last.locator('summary').click();
      expect(await last.locator('dl.facts').isVisible()).toBe(true);
    });
  });

  it('runs, loads and links nothing of what responses and names say', async () => {
    const said = `<script>alert(1)</script><img src=x onerror=alert(2)>"'><svg onload=alert(3)> javascript:alert(4)`;
    const result = aTest({
      ...{ name: said, scenario: said, dimensions: { symbol: said } },
      errors: [anError('match', said, said)],
      response: aResponse({
        body: `{"a":"${'</pre></script>'}"}`,
        headers: { 'x-a': said },
        statusText: said,
      }),
      trace: aTraceResult({
        url: 'javascript:alert(5)',
        spans: SPANS.map((span) => ({ ...span, name: said })),
      }),
      stages: [aStage(said, 'missing')],
    });
    const report = aReport({ results: [result], target: said, findings: [anError('x', said, said)] });
    const plain = await fileOf(aReport({ results: [aTest({ ...result, name: 'x' })] }));
    await withPage(
      browser,
      { file: await fileOf(report), hash: '#test-1' },
      async ({ page: opened, noticed }) => {
        expect(await opened.locator('#test-1').innerText()).toContain('</pre></script>');
        expect(await opened.evaluate('document.scripts.length')).toBe(1);
        expect(await opened.locator('img, [onerror], [onload], a[href^="javascript"]').count()).toBe(0);
        expect(noticed).toEqual([]);
      },
    );
    await withPage(browser, { file: plain }, async ({ noticed }) => expect(noticed).toEqual([]));
  });
});
