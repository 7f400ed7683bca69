// Puts the small modules that every command needs into one file. esbuild makes a chunk of each set of modules that the
// same entries reach; left alone it makes thirty of these, and each takes Node a third of a millisecond to find and open.
import { readFile } from 'node:fs/promises';

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

/** Every module imports them all, so that whatever reaches one reaches all: that makes them one chunk. */
export function coreChunk(library) {
  return {
    name: 'core-chunk',
    setup: (build) => {
      const imports = CORE.map((name) => `import ${JSON.stringify(`${library}/${name}.ts`)};`).join('');
      build.onResolve({ filter: /^core-chunk$/ }, () => ({ path: 'core', namespace: 'core-chunk' }));
      build.onLoad({ filter: /.*/, namespace: 'core-chunk' }, () => ({
        contents: imports,
        resolveDir: library,
      }));
      build.onLoad({ filter: /[/\\]src[/\\].*\.ts$/ }, async ({ path }) => {
        if (path.includes('node_modules')) return null;
        return { contents: `import 'core-chunk';${await readFile(path, 'utf8')}`, loader: 'ts' };
      });
    },
  };
}
