import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openSource, type ReplaySource } from '../../src/lib/replay/source.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOTHING = { stdin: Readable.from([]), stop: null };
const BYTES = Buffer.alloc(200_000, 'payload\n');

async function aFile(): Promise<{ readonly file: string; readonly source: ReplaySource }> {
  const file = path.join(tempFolder(), 'payloads.ndjson');
  writeFileSync(file, BYTES);
  return { file, source: await openSource(file, NOTHING) };
}

const readAll = (source: ReplaySource) => Buffer.concat([...source.chunks()]);

describe('a file', () => {
  it('is read as often as needed', async () => {
    const { source } = await aFile();
    expect(readAll(source).equals(BYTES)).toBe(true);
    expect(readAll(source).equals(BYTES)).toBe(true);
    expect(source.name).toBe('payloads.ndjson');
  });

  it.each([
    ['longer', (file: string) => appendFileSync(file, '{"late":1}\n')],
    [
      'longer at the end of a piece',
      (file: string) => {
        truncateSync(file, 65_536);
        appendFileSync(file, Buffer.alloc(70_000, 'x'));
      },
    ],
    ['shorter', (file: string) => truncateSync(file, 1_000)],
    ['empty', (file: string) => truncateSync(file, 0)],
    [
      'another one of the same length',
      (file: string) => writeFileSync(file, Buffer.alloc(200_000, 'PAYLOAD\n')),
    ],
  ])('that is %s between two reads is detected', async (_, change) => {
    const { file, source } = await aFile();
    readAll(source);
    change(file);
    expect(() => readAll(source)).toThrow('payloads.ndjson has changed since it was checked');
  });

  it('that changes after its beginning was read is detected, too', async () => {
    const { file, source } = await aFile();
    for (const _ of source.chunks()) break;
    writeFileSync(file, Buffer.alloc(200_000, 'PAYLOAD\n'));
    expect(() => readAll(source)).toThrow('has changed since');
  });

  it('that does not exist, or is a folder, is an error', async () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, 'x'));
    await expect(openSource(path.join(folder, 'no'), NOTHING)).rejects.toThrow('does not exist');
    await expect(openSource(path.join(folder, 'x'), NOTHING)).rejects.toThrow('is a folder');
  });
});

describe('stdin', () => {
  it('is saved, so that it can be read twice', async () => {
    const source = await openSource('-', { stdin: Readable.from([BYTES, Buffer.from('end')]), stop: null });
    expect(readAll(source)).toHaveLength(200_003);
    expect(readAll(source).subarray(-3).toString()).toBe('end');
    expect(source.name).toBe('stdin');
  });

  it('that never ends is abandoned if the run stops', async () => {
    const stop = new AbortController();
    const waiting = openSource('-', { stdin: new Readable({ read() {} }), stop: stop.signal });
    stop.abort('SIGINT');
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED', oclif: { exit: 130 } });
  });
});
