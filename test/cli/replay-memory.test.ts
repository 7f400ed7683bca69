/** 100,000 lines, checked and rendered up to the last one, take the memory of 1,000. Sending them is measured by bench/memory.mjs. */

import { once } from 'node:events';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, withCli } from '../support/cli.ts';

/** Writes the peak of the resident memory, in KiB, into a file when the program ends. */
const WATCH = `
import { writeFileSync } from 'node:fs';
process.once('exit', () => writeFileSync('peak.txt', String(process.resourceUsage().maxRSS)));
`;

async function writeLines(file: string, count: number): Promise<void> {
  const stream = createWriteStream(file);
  for (let at = 0; at < count; at++) {
    const line = `${JSON.stringify({ scenario: `KIND_${at % 7}`, id: at, pad: 'x'.repeat(200) })}\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

async function peakMiB({ run, home }: Cli, count: number): Promise<number> {
  await writeLines(path.join(home, 'payloads.ndjson'), count);
  const { stdout, stderr, exitCode } = await run(
    ['scenarios', 'show', '--from', 'payloads.ndjson', String(count), '--json'],
    { nodeArgs: ['--import', path.join(home, 'watch.mjs')] },
  );
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ from: `payloads.ndjson, line ${count}` });
  return Number(readFileSync(path.join(home, 'peak.txt'), 'utf8')) / 1024;
}

it('100,000 lines are checked and rendered in constant memory', () =>
  withCli(async (cli) => {
    writeFileSync(path.join(cli.home, 'watch.mjs'), WATCH);
    const small = await peakMiB(cli, 1_000);
    const large = await peakMiB(cli, 100_000);
    // Held, they would take 27 MB as bytes and several times that as texts and objects.
    expect(large - small).toBeLessThan(60);
  }));
