/** The history page as a browser shows it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historiesOf } from '../../src/lib/report/history/histories.ts';
import { historyPage } from '../../src/lib/report/history-page/page.ts';
import { HAS_BROWSER, type Opened, startBrowser, withPage } from '../support/browser.ts';
import { manyHeads } from '../support/many-runs.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe.runIf(HAS_BROWSER)('the history page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function withHistory(
    count: number,
    context: NonNullable<Parameters<typeof withPage>[1]['context']>,
    use: (opened: Opened) => Promise<void>,
  ) {
    const staging = manyHeads(7).map((head) => ({ ...head, target: 'https://staging.example.com/webhook' }));
    const file = path.join(tempFolder(), 'history.html');
    writeFileSync(
      file,
      historyPage(historiesOf([...manyHeads(count), ...staging]), () => null),
    );
    await withPage(browser, { file, context }, use);
  }

  it.each([
    [3, 'light', 1440],
    [40, 'dark', 1440],
    [40, 'light', 768],
    [40, 'dark', 390],
    [500, 'light', 390],
  ] as const)(
    'of %i runs is accessible in %s, %i pixels wide, and asks for nothing',
    (count, colorScheme, width) =>
      withHistory(count, { colorScheme, viewport: { width, height: 900 } }, async ({ page, noticed }) => {
        await page.evaluate(
          'for (const fold of document.querySelectorAll("details.target")) fold.open = true',
        );
        await page.evaluate(axe.source);
        const found: axe.AxeResults = await page.evaluate(
          'axe.run(document, { resultTypes: ["violations"] })',
        );
        expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(noticed).toEqual([]);
      }),
  );

  it('shows the newest runs first, with words on hover, and leads to a run in the fold of older ones', () =>
    withHistory(500, { viewport: { width: 1440, height: 900 } }, async ({ page, noticed }) => {
      const strip = page
        .getByRole('img', { name: /^CHOP:/ })
        .first()
        .locator('i');
      const newest = await strip.last().boundingBox();
      expect(newest?.x).toBeLessThan(1_440);
      expect(newest?.x).toBeGreaterThan(1_000);
      await strip.nth(-30).hover();
      expect(await strip.nth(-30).getAttribute('title')).toBe(
        '20261018-081700-aaaaa · 2026-10-18 08:17:00 UTC: working',
      );
      await strip.nth(-30).click();
      const run = page.locator('#run-20261018-081700-aaaaa');
      await expect.poll(() => run.isVisible()).toBe(true);
      expect(noticed).toEqual([]);
    }));

  it('copies the command that opens the first run of an incident', () =>
    withHistory(40, { permissions: ['clipboard-read', 'clipboard-write'] }, async ({ page }) => {
      await page.getByRole('button', { name: 'Copy the command' }).first().click();
      await expect
        .poll(() => page.evaluate('navigator.clipboard.readText()'))
        .toBe('prod-e2e report open 20260807-001700-aaaaa efcefeb16aab4685957398b5638150cd');
    }));

  it('is complete without script', () =>
    withHistory(40, { javaScriptEnabled: false }, async ({ page }) => {
      expect(await page.locator('h1').innerText()).toBe('CHOP has been broken for 11 hours');
      expect(await page.locator('.lead time').innerText()).toBe('2026-08-07 00:17:01 UTC');
      expect(await page.locator('button:visible').count()).toBe(0);
    }));
});
