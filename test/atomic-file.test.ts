import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { replaceFile, replaceFileSync } from '../src/lib/atomic-file.ts';
import { tempFolder } from './support/temp-folder.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = tempFolder();
  file = path.join(folder, 'state.json');
});

const modeOf = () => statSync(file).mode & 0o777;

describe.each<[string, (file: string, text: string) => Promise<void>]>([
  ['replaceFile', (target, text) => replaceFile(target, text)],
  ['replaceFileSync', async (target, text) => replaceFileSync(target, text)],
])('%s', (_name, replace) => {
  it('replaces the file, readable only by its owner, and leaves no other file', async () => {
    writeFileSync(file, 'old, and longer');
    chmodSync(file, 0o644);
    await replace(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(modeOf()).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('leaves no other file if one cannot be replaced', async () => {
    mkdirSync(path.join(file, 'not-empty'), { recursive: true });
    await expect(replace(file, 'new')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['state.json']);
    expect(readdirSync(file)).toEqual(['not-empty']);
  });
});

it('the mode of a file is exactly the requested one, whatever the umask', async () => {
  await replaceFile(file, 'new', 0o666);
  expect(modeOf()).toBe(0o666);
});

it('content that fails midway leaves the old file unchanged', async () => {
  writeFileSync(file, 'old');
  const broken = async function* () {
    yield 'half';
    throw new Error('midway');
  };
  await expect(replaceFile(file, broken())).rejects.toThrow('midway');
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['state.json']);
});
