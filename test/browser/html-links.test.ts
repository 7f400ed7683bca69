/** Where the page leads: links to tests and to what is filtered, the keyboard, the way back, and copies. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { StageState } from '../../src/lib/model/stage.ts';
import { rendered } from '../report/formatters/rendered.ts';
import { HAS_BROWSER, type Opened, startBrowser, withPage } from '../support/browser.ts';
import { anError, aReport, aSource, aStageResult, aTest, aWarning, sourceOf } from '../support/builders.ts';
import { tempFolder } from '../support/temp-folder.ts';

const aStage = (name: string, state: StageState) => aStageResult(name, { state, durationMs: 12 });

/** Ends in another order than it was sent in: 3 and 5 are broken alike, 2 has a warning, 6 is broken in another way. */
function mixed(): Report {
  const late = [anError('http-5xx', 'HTTP 500: late')];
  const results = [
    aTest({ index: 1, scenario: 'CALM' }),
    aTest({ index: 5, scenario: 'CHOP', errors: late, stages: [aStage('save', 'missing')] }),
    aTest({ index: 3, scenario: 'CHOP', errors: late, stages: [aStage('save', 'failed')] }),
    aTest({ index: 2, scenario: 'CALM', warnings: [aWarning('slow', 'slow response')] }),
    aTest({
      index: 6,
      scenario: 'CALM',
      errors: [anError('match', `status is WRONG${', and more of it'.repeat(12)}`)],
    }),
    aTest({ index: 4, scenario: 'CALM' }),
  ];
  const startedAt = (index: number) => `2026-08-01T12:00:0${index}.000Z`;
  return aReport({ results: results.map((result) => ({ ...result, startedAt: startedAt(result.index) })) });
}

const text = (report: Report) => rendered(sourceOf(report), 'html');
const numbers = (page: string) =>
  [...page.matchAll(/<div class="test" id="test-(\d+)">/g)].map(([, at]) => Number(at));

describe('the order of tests', () => {
  it('has broken ones first, then those with warnings, each as they were sent', async () => {
    expect(numbers(await text(mixed()))).toEqual([3, 5, 6, 2, 1, 4]);
  });

  it('is that of the plan, however they ended side by side', async () => {
    const { results: _, ...head } = aReport({ results: [], planned: 1_000 });
    const source = aSource(head, function* () {
      // 50 at a time, the first of them last.
      for (let from = 1; from <= 1_000; from += 50)
        for (let at = 49; at >= 0; at -= 1) yield aTest({ index: from + at });
    });
    expect(numbers(await rendered(source, 'html'))).toEqual(Array.from({ length: 1_000 }, (_, at) => at + 1));
  });
});

describe.runIf(HAS_BROWSER)('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function withMixed(
    options: Omit<Parameters<typeof withPage>[1], 'file'>,
    use: (opened: Opened) => Promise<void>,
  ) {
    const file = path.join(tempFolder(), 'report.html');
    writeFileSync(file, await text(mixed()));
    await withPage(browser, { file, ...options }, use);
  }

  const shown = (page: Page) =>
    page
      .locator('ol.tests > li:visible .test')
      .evaluateAll((tests) => tests.map(({ id }) => id.slice(5)).join(' '));
  const outlineOf = (at: Locator) =>
    at.evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).outlineStyle);
  const statusOf = (page: Page) => page.getByRole('status').innerText();
  const opened = (page: Page) =>
    page
      .locator('li > details[open] .test')
      .evaluateAll((tests) => tests.map(({ id }) => id.slice(5)).join(' '));

  it('what failed alike leads to all tests of it, and to the first', async () => {
    await withMixed({}, async ({ page, noticed }) => {
      const problems = page.locator('ul.problems');
      await problems.getByRole('link', { name: '2 tests' }).click();
      await expect.poll(() => shown(page)).toBe('3 5');
      await expect.poll(() => statusOf(page)).toBe('2 of 6 shown: “HTTP 500: late”');
      await problems.getByRole('link', { name: 'Open test 3' }).click();
      await expect.poll(() => opened(page)).toBe('3');
      expect(noticed).toEqual([]);
    });
  });

  it('scenarios and stages lead to their tests', async () => {
    await withMixed({}, async ({ page }) => {
      await page.locator('.matrix').getByRole('link', { name: 'CHOP' }).click();
      await expect.poll(() => shown(page)).toBe('3 5');
      await page.locator('.matrix').getByRole('link', { name: '1 missing' }).click();
      await expect.poll(() => shown(page)).toBe('5');
      await expect.poll(() => statusOf(page)).toBe('1 of 6 shown: CHOP, save missing');
    });
  });

  it('the way back is that of a browser: to the filter, then to all', async () => {
    await withMixed({}, async ({ page }) => {
      await page.locator('.matrix').getByRole('link', { name: 'CHOP' }).click();
      await page.getByRole('link', { name: 'Open test 6' }).click();
      await expect.poll(() => opened(page)).toBe('6');
      await page.goBack();
      await expect.poll(() => shown(page)).toBe('3 5');
      await page.goBack();
      await expect.poll(() => shown(page)).toBe('3 5 6 2 1 4');
    });
  });

  it('a link to a test shows its line from the top, however many rows it takes', async () => {
    const context = { viewport: { width: 320, height: 640 } };
    await withMixed({ hash: '#test-6', context }, async ({ page }) => {
      const line = page.locator('ol.tests summary', { hasText: 'WRONG' });
      await expect.poll(async () => (await line.boundingBox())?.y).toBeLessThan(80);
      const box = await line.boundingBox();
      expect(box?.height).toBeGreaterThan(100);
      const nav = await page.getByRole('navigation').boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual((nav?.y ?? Number.NaN) + (nav?.height ?? Number.NaN));
    });
  });

  it('the way back from a status is to all', async () => {
    await withMixed({}, async ({ page }) => {
      await page.evaluate('location.hash = "#status=broken"');
      await expect.poll(() => shown(page)).toBe('3 5 6');
      await page.goBack();
      await expect.poll(() => shown(page)).toBe('3 5 6 2 1 4');
      await expect.poll(() => page.getByRole('radio', { name: 'All 6' }).isChecked()).toBe(true);
    });
  });

  it('a link to a part of the page leaves the filter as it is', async () => {
    await withMixed({ hash: '#status=warning' }, async ({ page }) => {
      await page.getByRole('navigation').getByRole('link', { name: 'The run' }).click();
      await expect.poll(() => page.url()).toMatch(/#run$/);
      await expect.poll(() => shown(page)).toBe('2');
    });
  });

  it('the same link works again after its test was closed', async () => {
    await withMixed({ hash: '#test-6' }, async ({ page }) => {
      await page.locator('#test-6').locator('xpath=..').locator('summary').click();
      await expect.poll(() => opened(page)).toBe('');
      await page.getByRole('link', { name: 'Open test 6' }).click();
      await expect.poll(() => opened(page)).toBe('6');
    });
  });

  it.each([
    ['#test-99', 'Test 99 is not on this page', '3 5 6 2 1 4'],
    ['#%', '', '3 5 6 2 1 4'],
    ['#status=nonsense', '', '3 5 6 2 1 4'],
    ['#kind=77', 'No test matches: problem 77', ''],
  ])('%s: says %j, shows %j, and the filter works', async (hash, says, shows) => {
    await withMixed({ hash }, async ({ page, noticed }) => {
      await expect.poll(() => statusOf(page)).toBe(says);
      await expect.poll(() => shown(page)).toBe(shows);
      await page.getByRole('radio', { name: 'Warnings 1', exact: true }).check();
      await expect.poll(() => page.url()).toContain('status=warning');
      expect(noticed).toEqual([]);
    });
  });

  it('the keyboard alone filters, opens the first test that is left, and sees where it is', async () => {
    await withMixed({}, async ({ page }) => {
      await page.getByLabel('Find').focus();
      await page.keyboard.type('wrong');
      await expect.poll(() => shown(page)).toBe('6');
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.url()).toContain('#status=broken&q=wrong');
      const chosen = page.locator('fieldset label', { hasText: /^Broken 3$/ });
      await expect.poll(() => outlineOf(chosen)).toBe('solid');
      // Past the keys, the reset button and the line of the group.
      for (let tab = 0; tab < 4; tab += 1) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect.poll(() => opened(page)).toBe('6');
    });
  });

  it('/ goes to the filter, j and k from test to test, Enter opens one', async () => {
    await withMixed({}, async ({ page, noticed }) => {
      const focused = () => page.evaluate('document.activeElement.innerText');
      await page.keyboard.press('j');
      await expect.poll(focused).toContain('3. CHOP');
      await page.keyboard.press('j');
      await expect.poll(focused).toContain('5. CHOP');
      await page.keyboard.press('k');
      await page.keyboard.press('k');
      await expect.poll(focused).toContain('3. CHOP');
      expect(await outlineOf(page.locator('ol.tests summary').first())).toBe('solid');
      await page.keyboard.press('Enter');
      await expect.poll(() => opened(page)).toBe('3');
      await page.keyboard.press('/');
      await page.keyboard.type('jk/wrong');
      await expect.poll(() => page.getByLabel('Find').inputValue()).toBe('jk/wrong');
      await page.getByLabel('Find').fill('wrong');
      await expect.poll(() => shown(page)).toBe('6');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await expect.poll(focused).toContain('6. CALM');
      expect(noticed).toEqual([]);
    });
  });

  it('shows its keys, which can be turned off', async () => {
    await withMixed({}, async ({ page }) => {
      await expect
        .poll(() => page.locator('p.keys').innerText())
        .toMatch(/find.*next and previous test.*open/s);
      await page.getByRole('button', { name: 'Turn off' }).click();
      await page.keyboard.press('/');
      await page.keyboard.press('j');
      await expect.poll(() => page.evaluate('document.activeElement.innerText')).toBe('Turned off');
    });
  });

  it('j opens the group that the next test is in', async () => {
    await withMixed({}, async ({ page }) => {
      await page.locator('.group.broken > summary').click();
      await page.keyboard.press('j');
      await expect.poll(() => page.locator('.group.broken').getAttribute('open')).toBe('');
    });
  });

  it('#stage-save shows the stage among all, also where it is beside the screen', async () => {
    const context = { viewport: { width: 320, height: 640 } };
    await withMixed({ hash: '#stage-save', context }, async ({ page }) => {
      const stage = page.locator('th#stage-save');
      await expect.poll(async () => (await stage.boundingBox())?.y).toBeLessThan(640);
      const box = await stage.boundingBox();
      expect(box?.y).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(320);
    });
  });

  it('a link to a test opens the group it is in', async () => {
    await withMixed({}, async ({ page }) => {
      await page.locator('.group.passed > summary').click();
      await page.evaluate('location.hash = "#test-4"');
      await expect.poll(() => opened(page)).toBe('4');
      await expect.poll(() => page.locator('#test-4').isVisible()).toBe(true);
    });
  });

  it('without script a link opens the test, and none leads nowhere', async () => {
    await withMixed({ context: { javaScriptEnabled: false } }, async ({ page }) => {
      const ids = new Set(await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id)));
      const links = await page
        .locator('a[href^="#"]')
        .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      expect(links.filter((href) => !ids.has(href?.slice(1) ?? ''))).toEqual([]);
      expect(links.length).toBeGreaterThan(10);
      await page.getByRole('link', { name: 'Open test 6' }).click();
      expect(await page.locator('#test-6 pre').first().isVisible()).toBe(true);
    });
  });

  it.each([
    ['is let to', ['clipboard-read', 'clipboard-write'], 'Copied'],
    ['is not let to, and selects', [], /Copied|Selected/],
  ] as const)('copies the curl line where it %s', async (_, permissions, says) => {
    const context = { permissions: [...permissions] };
    await withMixed({ hash: '#test-3', context }, async ({ page }) => {
      if (permissions.length === 0)
        await page.evaluate('Object.defineProperty(navigator, "clipboard", { value: undefined })');
      const line = await page.locator('#test-3 div.copied pre').innerText();
      // It says so for a moment only.
      await page.evaluate(
        `const button = document.querySelector('#test-3 div.copied button'), texts = (window.texts = []);
        new MutationObserver(() => texts.push(button.innerText)).observe(button, { subtree: true, characterData: true });`,
      );
      await page.getByRole('button', { name: 'Copy the curl line' }).first().click();
      await expect.poll(() => page.evaluate('texts[0]')).toMatch(says);
      const held = permissions.length > 0 ? 'navigator.clipboard.readText()' : 'String(getSelection())';
      expect(await page.evaluate(held)).toBe(line);
    });
  });

  it('what is touched is 24 pixels high on a phone', async () => {
    const context = { viewport: { width: 375, height: 812 } };
    await withMixed({ hash: '#test-3', context }, async ({ page }) => {
      const small = await page
        .locator(
          'nav a:visible, button:visible, summary:visible, fieldset label, input[type=search], [data-go] a, p.tests a',
        )
        .evaluateAll((all) =>
          all.filter((each) => each.getBoundingClientRect().height < 24).map((each) => each.outerHTML),
        );
      expect(small).toEqual([]);
    });
  });
});
