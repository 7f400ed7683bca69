/** Overlapping builds of one clone, and those that find nothing to do. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { tempFolder } from './support/temp-folder.ts';

const MODULE = new URL('../scripts/build-once.mjs', import.meta.url).href;
const { buildOnce, put } = await import(fileURLToPath(MODULE));

let root = '';
let builds = 0;
const file = (name: string) => path.join(root, name);
const LOCK = 'node_modules/.prod-e2e-build/lock';

beforeEach(() => {
  root = tempFolder();
  builds = 0;
  for (const folder of ['src', 'dist', 'node_modules/.prod-e2e-build'])
    mkdirSync(file(folder), { recursive: true });
  writeFileSync(file('src/a.ts'), 'a');
});

async function build(): Promise<string> {
  builds += 1;
  await put(file('dist/a.js'), `built of ${readFileSync(file('src/a.ts'), 'utf8')}`);
  return 'made';
}
const once = (ifNeeded = true) => buildOnce({ root, build, ifNeeded });

describe('a build if needed', () => {
  it('is not repeated while nothing changes', async () => {
    expect([await once(), await once(), await once()]).toEqual(['made', null, null]);
    expect(builds).toBe(1);
  });

  it.each<[string, () => void]>([
    ['a source changes', () => writeFileSync(file('src/a.ts'), 'b')],
    ['a source is new', () => writeFileSync(file('src/b.ts'), '')],
    ['other packages are to be installed', () => writeFileSync(file('package-lock.json'), '{}')],
    ['what was built is gone', () => rmSync(file('dist'), { recursive: true })],
    ['what was built was cut off', () => writeFileSync(file('dist/a.js'), 'built')],
    ['packages were installed anew', () => rmSync(file('node_modules'), { recursive: true })],
  ])('is repeated if %s', async (_, change) => {
    await once();
    change();
    expect(await once()).toBe('made');
    expect(readFileSync(file('dist/a.js'), 'utf8')).toBe(
      `built of ${readFileSync(file('src/a.ts'), 'utf8')}`,
    );
    expect(await once()).toBeNull();
  });

  it('is always made if it is forced', async () => {
    await once();
    expect(await once(false)).toBe('made');
  });

  it('is repeated after one that failed', async () => {
    const fails = () => Promise.reject(new Error('no'));
    await expect(buildOnce({ root, build: fails, ifNeeded: true })).rejects.toThrow('no');
    expect(await once()).toBe('made');
  });

  it('is repeated after one that failed late, even if the sources are unchanged', async () => {
    await once();
    writeFileSync(file('src/a.ts'), 'broken');
    const failsLate = async () => {
      await build();
      throw new Error('tsc');
    };
    await expect(buildOnce({ root, build: failsLate, ifNeeded: true })).rejects.toThrow('tsc');
    writeFileSync(file('src/a.ts'), 'a');
    expect(await once()).toBe('made');
    expect(readFileSync(file('dist/a.js'), 'utf8')).toBe('built of a');
  });

  it('is repeated if a source changes during the build', async () => {
    const edited = async () => {
      const made = await build();
      writeFileSync(file('src/a.ts'), 'edited');
      return made;
    };
    await buildOnce({ root, build: edited, ifNeeded: true });
    expect(await once()).toBe('made');
    expect(readFileSync(file('dist/a.js'), 'utf8')).toBe('built of edited');
  });
});

describe('builds at the same time', () => {
  it('take turns, and only one of those that are made if needed builds', async () => {
    let under = 0;
    const counting = async () => {
      under += 1;
      expect(under).toBe(1);
      await build();
      await new Promise((resolve) => setTimeout(resolve, 20));
      under -= 1;
      return 'made';
    };
    const all = (ifNeeded: boolean) =>
      Promise.all([1, 2, 3].map(() => buildOnce({ root, build: counting, ifNeeded })));
    expect((await all(true)).filter((made) => made === 'made')).toHaveLength(1);
    expect(await all(false)).toEqual(['made', 'made', 'made']);
    expect(builds).toBe(4);
    expect(readdirSync(file('node_modules/.prod-e2e-build'))).toEqual(['stamp.json']);
  });

  it('do not wait for one that was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file(LOCK), JSON.stringify({ pid, host: hostname(), id: 'x' }));
    expect(await once()).toBe('made');
  });

  it('wait for one of another process', async () => {
    const script = `
      const { buildOnce } = await import(${JSON.stringify(MODULE)});
      const build = () => new Promise((resolve) => process.stdin.once('data', resolve));
      await buildOnce({ root: ${JSON.stringify(root)}, build, ifNeeded: false });
      process.exit();
    `;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    await eventually(async () => (readdirSync(path.dirname(file(LOCK))).includes('lock') ? true : null));
    let isDone = false;
    const own = once(false).then(() => {
      isDone = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([isDone, builds]).toEqual([false, 0]);
    other.stdin.write('go\n');
    await own;
    expect(builds).toBe(1);
  });
});

it('a file with the same content is not written again', async () => {
  await put(file('dist/x'), 'same');
  const before = statSync(file('dist/x'));
  await put(file('dist/x'), 'same');
  expect(statSync(file('dist/x')).ino).toBe(before.ino);
  await put(file('dist/x'), 'other');
  expect(readFileSync(file('dist/x'), 'utf8')).toBe('other');
  expect(readdirSync(file('dist'))).toEqual(['x']);
});
