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
  expect(text).toContain('2,000 of 20,000 tests, broken and doubtful ones first.');
  expect(text.length).toBeLessThan(8_000_000);
});

test('a line to send a webhook again leaves out the old trace, and says where a secret was', async () => {
  const { request } = aTest();
  const headers = { ...request.headers, 'sentry-trace': 'a-b-1', authorization: '***' };
  const text = await page(aReport({ results: [aTest({ request: { ...request, headers } })] }));
  const [, line = ''] = /<h3>Send it again<\/h3>[\s\S]*?<pre[^>]*>([\s\S]*?)<\/pre>/.exec(text) ?? [];
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
    ['light', 1280],
    ['dark', 390],
  ] as const)('is accessible in %s, %i pixels wide, and asks for nothing', async (colorScheme, width) => {
    const context = { colorScheme, viewport: { width, height: 900 } };
    await withPage(browser, { file: await fileOf(full()), context }, async ({ page: opened, noticed }) => {
      for (const summary of await opened.locator('summary').all()) await summary.click();
      expect(await opened.locator('details[open]').count()).toBe(5);
      expect(await violations(opened)).toEqual([]);
      expect(await opened.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(noticed).toEqual([]);
    });
  });

  it.each(['#status=broken', '#q=nothing+like+it', '#t-99', '#scenario=CHOP&status=fine'])(
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

  it('shows what it is about: status, plots, matrix, waterfall, request, answer, hint, link', async () => {
    await withPage(browser, { file: await fileOf(full()), hash: '#t-3' }, async ({ page: opened }) => {
      expect(await opened.locator('h1').innerText()).toMatch(/degraded/);
      expect(await opened.locator('figure svg path').count()).toBeGreaterThan(20);
      expect(await opened.locator('table.matrix tbody tr').count()).toBe(5);
      const shown = opened.locator('#t-3');
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
      await choose(opened, 'broken or doubtful 4');
      await opened.getByLabel('Find').fill('QQQ enrich');
      await expect.poll(() => shown(opened)).toEqual(['2. TREND_CONTINUATION #1 (QQQ, short, 5m)']);
      await expect.poll(() => opened.getByRole('status').innerText()).toBe('1 of 5 shown');
      await expect.poll(() => opened.url()).toContain('#status=notable&q=QQQ+enrich');
    });
    await withPage(browser, { file, hash: '#status=broken' }, async ({ page: opened }) => {
      expect(await shown(opened)).toEqual(['3. VOL_EXPANSION #1 (IWM, long, 5m)']);
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
    await withPage(browser, { file, hash: '#t-3', context }, async ({ page: opened }) => {
      expect(await opened.locator('ol.tests > li').count()).toBe(5);
      expect(await opened.locator('form.filter').isVisible()).toBe(false);
      await opened.locator('summary').nth(1).click();
      expect(await opened.locator('#t-2').innerText()).toContain('signal_id (required)');
    });
  });

  it('prints every test opened, without what only works on a screen', async () => {
    await withPage(browser, { file: await fileOf(full()) }, async ({ page: opened }) => {
      await opened.emulateMedia({ media: 'print' });
      await opened.evaluate('dispatchEvent(new Event("beforeprint"))');
      expect(await opened.locator('details[open]').count()).toBe(5);
      expect(await opened.locator('form.filter').isVisible()).toBe(false);
      await opened.evaluate('dispatchEvent(new Event("afterprint"))');
      expect(await opened.locator('details[open]').count()).toBe(0);
    });
  });

  it('with 1,000 tests is there, and filters', async () => {
    await withPage(browser, { file: await fileOf(large()) }, async ({ page: opened, noticed }) => {
      expect(await opened.locator('ol.tests > li').count()).toBe(1_000);
      await choose(opened, 'broken 90');
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
      const last = tests.last();
      await last.locator('summary').click();
      expect(await last.locator('pre').first().isVisible()).toBe(true);
    });
  });

  it('runs, loads and links nothing of what answers and names say', async () => {
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
      { file: await fileOf(report), hash: '#t-1' },
      async ({ page: opened, noticed }) => {
        expect(await opened.locator('#t-1').innerText()).toContain('</pre></script>');
        expect(await opened.evaluate('document.scripts.length')).toBe(1);
        expect(await opened.locator('img, [onerror], [onload], a[href^="javascript"]').count()).toBe(0);
        expect(noticed).toEqual([]);
      },
    );
    await withPage(browser, { file: plain }, async ({ noticed }) => expect(noticed).toEqual([]));
  });
});
