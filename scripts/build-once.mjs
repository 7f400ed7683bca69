// One build at a time in a clone, and none where nothing has changed since the last one. What is remembered of it lies in
// node_modules: without its dependencies, or with others, nothing is known of a build.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/** What a build depends on. Installed packages are as the lock file says. */
const INPUTS = ['src', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'LICENSE'];
/** Sources that the build itself writes. */
const WRITTEN_SOURCES = [
  'src/lib/library/config-type.ts',
  ...['finding', 'stage', 'result', 'report'].map((name) => `src/lib/model/${name}.ts`),
  'src/lib/report/store/report-shapes.ts',
];
/** What it makes. */
const OUTPUTS = ['dist', 'schemas', 'oclif.manifest.json', 'THIRD_PARTY_NOTICES.txt', ...WRITTEN_SOURCES];

/** How often is looked whether another build has ended. */
const POLL_MS = 100;
/** A build on another machine, or in another container, of which nobody can see whether it goes on. */
const FOREIGN_LOCK_MS = 300_000;

/** @param build makes everything @returns what it returns; null where nothing had to be done */
export async function buildOnce({ root, build, ifNeeded }) {
  const folder = path.join(root, 'node_modules', '.prod-e2e-build');
  const stamp = path.join(folder, 'stamp.json');
  await mkdir(folder, { recursive: true });
  if (ifNeeded && (await isBuilt(root, stamp))) return null;
  const unlock = await lock(path.join(folder, 'lock'));
  try {
    // Another build may have ended meanwhile.
    if (ifNeeded && (await isBuilt(root, stamp))) return null;
    const inputs = hashOf(root, INPUTS);
    const made = await build();
    await put(stamp, JSON.stringify({ inputs, outputs: hashOf(root, OUTPUTS) }));
    return made;
  } finally {
    await unlock();
  }
}

/** Whole or not at all, for programs that run meanwhile; one with the same content is not touched. */
export async function put(file, content) {
  const bytes = Buffer.from(content);
  const present = await readFile(file).catch(() => null);
  if (present?.equals(bytes)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const beside = `${file}.${randomUUID()}.tmp`;
  await writeFile(beside, bytes);
  await rename(beside, file);
}

async function isBuilt(root, stamp) {
  const text = await readFile(stamp, 'utf8').catch(() => '{}');
  const { inputs, outputs } = JSON.parse(text);
  return inputs === hashOf(root, INPUTS) && outputs === hashOf(root, OUTPUTS);
}

function hashOf(root, places) {
  const hash = createHash('sha256');
  hash.update(process.version);
  for (const place of places) {
    for (const file of filesAt(root, place)) {
      if (places === INPUTS && WRITTEN_SOURCES.includes(file)) continue;
      hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
    }
  }
  return hash.digest('hex');
}

function filesAt(root, place) {
  const whole = path.join(root, place);
  if (!existsSync(whole)) return [];
  const entries =
    place.includes('.') || place === 'LICENSE'
      ? null
      : readdirSync(whole, { recursive: true, withFileTypes: true });
  if (entries === null) return [place];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

/** @returns what gives it up */
async function lock(file) {
  const id = randomUUID();
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), id });
  const beside = `${file}.${id}`;
  await writeFile(beside, owner);
  try {
    while (!(await linked(beside, file))) {
      await dropAbandoned(file);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await rm(beside, { force: true });
  }
  return async () => {
    if ((await readFile(file, 'utf8').catch(() => '')) === owner) await rm(file, { force: true });
  };
}

/** A link is made at once, with what is in the file; whether it was. */
async function linked(from, to) {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

/** A build that was killed gives nothing up. */
async function dropAbandoned(file) {
  const [owner, stats] = await Promise.all([
    readFile(file, 'utf8').catch(() => null),
    stat(file).catch(() => null),
  ]);
  if (owner === null || stats === null || !isAbandoned(owner, Date.now() - stats.mtimeMs)) return;
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => {});
  // In between somebody else may have done the same, and begun.
  const moved = await readFile(aside, 'utf8').catch(() => owner);
  if (moved !== owner) await linked(aside, file);
  await rm(aside, { force: true });
}

function isAbandoned(owner, ageMs) {
  const { pid, host } = JSON.parse(owner);
  if (host !== hostname()) return ageMs > FOREIGN_LOCK_MS;
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return thrown.code === 'ESRCH';
  }
}
