/** A real Chromium out of an npm package, headless; it needs nothing on the machine, but exists for Linux alone. */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export const HAS_BROWSER = process.platform === 'linux';

/** Ends a step that hangs. A busy machine may need far longer for one than the 30 s that are usual. */
const HANG_MS = 300_000;

const PACKAGE = new URL('../../', import.meta.resolve('@sparticuz/chromium'));

/** The unpacked program: one file of 190 MB, kept for the next run. */
async function program(): Promise<string> {
  const { version }: { readonly version: string } = JSON.parse(
    await readFile(new URL('package.json', PACKAGE), 'utf8'),
  );
  const kept = path.join(tmpdir(), `prod-e2e-chromium-${version}`);
  if (existsSync(kept)) return kept;
  // The package's own way writes it in place, where another test file starts it before it is whole.
  const own = `${kept}-${process.pid}`;
  const packed = createReadStream(new URL('bin/chromium.br', PACKAGE));
  await pipeline(packed, createBrotliDecompress(), createWriteStream(own, { mode: 0o755 }));
  await rename(own, kept);
  return kept;
}

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await program(),
    timeout: HANG_MS,
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
    context.setDefaultTimeout(HANG_MS);
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
