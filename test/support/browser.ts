/** A real Chromium out of an npm package, headless; it needs nothing on the machine, but exists for Linux alone. */
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export const HAS_BROWSER = process.platform === 'linux';

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    // Its sandbox wants rights that a container does not have; only pages of our own are opened.
    args: ['--no-sandbox', '--disable-gpu'],
    headless: true,
  });
}

export interface Opened {
  readonly page: Page;
  /** What the page asked for besides itself, what it logged, and what went wrong in it. */
  readonly noticed: readonly string[];
}

/** Hands in a page that shows a file, and closes it. */
export async function withPage<Result>(
  browser: Browser,
  options: { readonly file: string; readonly hash?: string; readonly context?: BrowserContextOptions },
  use: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext(options.context ?? {});
  try {
    const page = await context.newPage();
    const noticed: string[] = [];
    page.on('console', (message) => noticed.push(`console: ${message.text()}`));
    page.on('pageerror', ({ message }) => noticed.push(`error: ${message}`));
    page.on('dialog', (dialog) => noticed.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) noticed.push(`request: ${request.url()}`);
    });
    await page.goto(`file://${options.file}${options.hash ?? ''}`);
    return await use({ page, noticed });
  } finally {
    await context.close();
  }
}
