/** Whole outputs kept in test/golden; `UPDATE_GOLDEN=1` rewrites them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const FOLDER = new URL('../golden/', import.meta.url);

/** Compares the text with the golden file of that name. */
export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(name, FOLDER));
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  let golden: string;
  try {
    golden = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`There is no test/golden/${name}; write it with UPDATE_GOLDEN=1 and read it.`, { cause });
  }
  expect(text, `test/golden/${name}`).toBe(golden);
}
