// Takes the picture of the HTML page of a saved run in Chromium, light and dark. Text is drawn by the fonts of the machine, so another
// machine may write other bytes: no test compares them. Run `npm run docs:pictures -- --page` when the page has changed.
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { chromium } from 'playwright-core';

/** The saved run of the terminal picture, so that both show the same outage. */
const RUN = 'test/fixtures/runs/degraded.json';

const SIZE = { width: 1000, height: 760 };

/** Writes page-light.png and page-dark.png. */
export async function takePagePictures({ root, folder }) {
  const home = await mkdtemp(path.join(tmpdir(), 'prod-e2e-picture-'));
  const file = path.join(home, 'report.html');
  const { renderReport } = await import(pathToFileURL(path.join(root, 'dist', 'index.mjs')).href);
  const report = JSON.parse(await readFile(path.join(root, RUN), 'utf8'));
  await writeFile(file, await renderReport(report, 'html'));
  const browser = await chromium.launch({
    executablePath: await unpacked(root),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({
        ...{ viewport: SIZE, colorScheme, locale: 'en-US', timezoneId: 'UTC' },
      });
      await page.goto(`file://${file}`);
      await page.screenshot({ path: path.join(folder, `page-${colorScheme}.png`) });
    }
  } finally {
    await browser.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** The file that the browser tests use, too (test/support/browser.ts). */
async function unpacked(root) {
  const folder = path.join(root, 'node_modules', '@sparticuz', 'chromium');
  const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const saved = path.join(tmpdir(), `prod-e2e-chromium-${version}`);
  if (existsSync(saved)) return saved;
  const own = `${saved}-${process.pid}`;
  const packed = createReadStream(path.join(folder, 'bin', 'chromium.br'));
  await pipeline(packed, createBrotliDecompress(), createWriteStream(own, { mode: 0o755 }));
  await rename(own, saved);
  return saved;
}
