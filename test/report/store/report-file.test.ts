import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../../src/lib/model/report.ts';
import { readReportFile } from '../../../src/lib/report/store/report-file.ts';
import { aReport } from '../../support/builders.ts';

async function aFile(bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-report-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'report.json');
  await writeFile(file, bytes);
  return file;
}

describe('a JSON report is read in the encoding that its byte order mark names', () => {
  const text = JSON.stringify(aReport() satisfies Report);

  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16, little-endian', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big-endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('%s', async (_, bytes) => {
    const { head } = await readReportFile(await aFile(bytes));
    expect(head.runId).toBe(aReport().runId);
  });

  it.each([
    ['not UTF-8', Buffer.from(text.replace('{', '{"é":1,'), 'latin1'), 'it is not UTF-8'],
    ['UTF-16 with half a character', Buffer.from('\ufeff{"a":"\ud800"}', 'utf16le'), 'it is not UTF-16LE'],
    ['no report', Buffer.from('[]'), 'it is not a JSON report'],
  ])('%s is an error', async (_, bytes, why) => {
    await expect(readReportFile(await aFile(bytes))).rejects.toMatchObject({
      code: 'REPORT_UNREADABLE',
      message: expect.stringContaining(`(${why})`),
    });
  });

  it('a folder is an error', async () => {
    const file = await aFile(Buffer.from(''));
    await rm(file);
    await mkdir(file);
    await expect(readReportFile(file)).rejects.toThrow('it is not a regular file');
  });
});
