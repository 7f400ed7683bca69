// Puts the small modules that every command needs into one file. esbuild makes a chunk of each set of modules that the
// same entries reach; left alone it makes thirty of these, and each takes Node a third of a millisecond to find and open.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Under src/lib. Small, and without packages that take long to load: they are loaded for --version, too. */
const CORE = [
  'command-line',
  'config/check-signing',
  'config/defaults',
  'config/faults',
  'config/flag-secrets',
  'config/loaders',
  'config/merge',
  'config/option-layers',
  'config/scenarios',
  'config/secrets',
  'config/settings',
  'error-output',
  'errors',
  'known-secrets',
  'private-files',
  'report/redact',
  'senders/patience',
  'senders/schemes',
  'standard-streams',
  'terminal/capabilities',
  'terminal/text',
  'terminal/width',
  'version',
  'view/columns',
];

/**
 * Whatever is loaded by itself (an entry point, or what somewhere is imported when it is needed) begins with all of them:
 * so the same entries reach them, which makes them one chunk. They themselves, and what they import, stay as they are: the
 * order in which they run is that of their own imports.
 */
export async function coreChunk(library) {
  const files = CORE.map((name) => path.join(library, `${name}.ts`));
  const core = await closureOf(files);
  const loadedAlone = await filesLoadedAlone(path.dirname(library));
  const beginning = files.map((file) => `import ${JSON.stringify(file)};`).join('');
  return {
    name: 'core-chunk',
    setup: (build) => {
      build.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path: file }) =>
        loadedAlone.has(file) && !core.has(file)
          ? { contents: `${beginning}${await readFile(file, 'utf8')}`, loader: 'ts' }
          : null,
      );
    },
  };
}

const STATIC_IMPORT = /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)';/gm;
const DYNAMIC_IMPORT = /\bimport\('(\.[^']+)'\)/g;

/** The files and all that they import, and so on. */
async function closureOf(files) {
  const found = new Set();
  const visit = async (file) => {
    if (found.has(file)) return;
    found.add(file);
    const text = await readFile(file, 'utf8');
    for (const [, target] of text.matchAll(STATIC_IMPORT))
      await visit(path.resolve(path.dirname(file), target));
  };
  for (const file of files) await visit(file);
  return found;
}

/** Commands, the program itself, the processes of the sandbox, and the targets of `import()`. */
async function filesLoadedAlone(source) {
  const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const files = names.map((name) => path.join(source, name));
  const entries = files.filter((file) =>
    /[/\\](?:commands[/\\].*|[a-z]+-process|cli|generated)\.ts$/.test(file),
  );
  const targets = await Promise.all(
    files.map(async (file) =>
      [...(await readFile(file, 'utf8')).matchAll(DYNAMIC_IMPORT)].map(([, target]) =>
        path.resolve(path.dirname(file), target),
      ),
    ),
  );
  return new Set([...entries, ...targets.flat()]);
}
