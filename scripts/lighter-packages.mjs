// Makes the bundle lighter to start. Each entry says how much CPU time it saves on Node 20, 22 and 24, of a `scenarios list`
// that takes about 100 ms; docs/decisions/0001-bundle.md says how that was measured, and what was not worth an entry.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** Packages that run when they are first used, not when the program starts. */
const LAZY = [
  {
    // oclif requires them at its start and uses them for help, for errors, and without a manifest: 6 to 11 ms.
    name: 'oclif',
    importers: /[/\\]@oclif[/\\]core[/\\]/,
    packages: [
      'cli-spinners',
      'ejs',
      'lilconfig',
      'minimatch',
      'string-width',
      'tinyglobby',
      'widest-line',
      'wrap-ansi',
    ],
  },
  {
    // It makes a segmenter and tables of characters before anything is measured, and most texts are ASCII: 27 to 45 ms.
    name: 'own',
    importers: /[/\\]src[/\\]lib[/\\]/,
    packages: ['string-width'],
  },
];

/** Modules that no command uses: path ending → the text that takes their place. */
const REPLACED = [
  // HTTP/2, which webhooks are not sent with (got fails at once when it is asked for): 10 to 27 ms.
  { path: /[/\\]http2-wrapper[/\\]source[/\\]index\.js$/, contents: 'module.exports = {};' },
  // Logs of histograms, which make a formatter of numbers as they are loaded: 16 to 22 ms.
  {
    path: /[/\\]hdr-histogram-js[/\\]dist[/\\]HistogramLogWriter\.js$/,
    contents: 'exports.default = class {};',
  },
  // Histograms in WebAssembly; ours are in JavaScript (`useWebAssembly: false`): 2 ms, and 50 KB of the package.
  {
    path: /[/\\]hdr-histogram-js[/\\]dist[/\\]wasm[/\\]index\.js$/,
    contents: 'exports.webAssemblyAvailable = false; exports.WasmHistogram = class {};',
  },
  // zlib in JavaScript; Node has one, and hdr-histogram-js prefers that: 4 to 7 ms.
  { path: /[/\\]pako[/\\]/, contents: '' },
  // cosmiconfig's parsers of YAML and JSON; config/loaders has every loader: 4 to 7 ms.
  { path: /[/\\]cosmiconfig[/\\]dist[/\\]loaders\.js$/, contents: '' },
];

/** Two statements of oclif that are exchanged, word for word; the build fails where they are not there any more. */
const CHANGED = [
  {
    // The manifest is sorted. The first comparison by language loads the rules of all scripts: 7 to 13 ms.
    path: /[/\\]@oclif[/\\]core[/\\]lib[/\\]config[/\\]plugin\.js$/,
    from: 'a.id.localeCompare(b.id)',
    to: '(a.id < b.id ? -1 : 1)',
  },
  {
    // Not for speed: it throws whatever is not EPIPE, and standard-streams says what becomes of streams that fail.
    path: /[/\\]@oclif[/\\]core[/\\]lib[/\\]command\.js$/,
    from: `process.stdout.on('error', (err) => {
    if (err && err.code === 'EPIPE')
        return;
    throw err;
});`,
    to: '',
  },
];

/** Stands for a package until one of its members is asked for, or it is called. */
const lazily = (file) => `
let loaded;
const real = () => (loaded ??= require(${JSON.stringify(file)}));
const main = () => (typeof real() === 'function' ? real() : real().default);
module.exports = new Proxy(function () {}, {
  get: (_, member) => (member === '__esModule' ? false : (real()[member] ?? main()?.[member])),
  apply: (_, self, args) => main().apply(self, args),
});`;

/** @type {import('esbuild').Plugin} */
export const lighterPackages = {
  name: 'lighter-packages',
  setup: (build) => {
    for (const each of LAZY) lazy(build, each);
    for (const { path: filter, from, to } of CHANGED) {
      build.onLoad({ filter }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8');
        if (!text.includes(from)) throw new Error(`${file} does not hold ${from} any more`);
        return { contents: text.replace(from, to) };
      });
    }
    for (const { path: filter, contents } of REPLACED) build.onLoad({ filter }, () => ({ contents }));
  },
};

function lazy(build, { name, importers, packages }) {
  const filter = new RegExp(`^(${packages.join('|')})$`);
  build.onResolve({ filter }, async ({ path: wanted, importer, resolveDir, namespace }) => {
    if (namespace !== 'file' || !importers.test(importer)) return null;
    const { path: file } = await build.resolve(wanted, {
      resolveDir,
      kind: 'require-call',
      namespace: 'lazy',
    });
    return { path: `${name}/${wanted}`, namespace: 'lazy', pluginData: file };
  });
  build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ pluginData: file }) => ({
    contents: lazily(file),
    resolveDir: path.dirname(file),
  }));
}
