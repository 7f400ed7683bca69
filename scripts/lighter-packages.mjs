// Makes the bundle lighter to start: packages that one command in a hundred needs run when they are first used, and
// parts of packages that no command needs are left out.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** CommonJS packages that @oclif/core requires at its start and calls rarely: for help, for errors, without a manifest. */
const LAZY_OF_OCLIF = [
  'cli-spinners',
  'ejs',
  'lilconfig',
  'minimatch',
  'string-width',
  'tinyglobby',
  'widest-line',
  'wrap-ansi',
];

/** Modules of Node that @oclif/core requires at its start, and that hardly any command needs. */
const LAZY_OF_NODE = ['node:child_process', 'node:perf_hooks', 'node:readline'];

/** Makes a segmenter and tables of characters before anything is measured; most texts are ASCII. */
const LAZY_OF_OURS = ['string-width'];

const OCLIF = /[/\\]@oclif[/\\]core[/\\]/;
const OCLIF_MODULE = /[/\\]@oclif[/\\]core[/\\]lib[/\\].*\.js$/;
const OWN = /[/\\]src[/\\]lib[/\\]/;

/** Modules that are replaced: path ending → the text that takes their place. */
const REPLACED = [
  // Messages in forty languages; ours are English and most are our own.
  {
    path: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/,
    contents: "export { default as en } from './en.js';",
  },
  // Histograms are kept in JavaScript (`useWebAssembly: false`).
  {
    path: /[/\\]hdr-histogram-js[/\\]dist[/\\]wasm[/\\]index\.js$/,
    contents: 'exports.webAssemblyAvailable = false; exports.WasmHistogram = class {};',
  },
  // What got has for HTTP/2, caches, its own name server and forms. Webhooks are sent without any of them: such an option
  // fails at once.
  { path: /[/\\]http2-wrapper[/\\]source[/\\]index\.js$/, contents: 'module.exports = {};' },
  { path: /[/\\]cacheable-lookup[/\\]source[/\\]index\.js$/, contents: 'export default null;' },
  {
    path: /[/\\]cacheable-request[/\\]dist[/\\]index\.js$/,
    contents: 'export default null; export class CacheError extends Error {}',
  },
  {
    path: /[/\\]form-data-encoder[/\\]lib[/\\]index\.js$/,
    contents: 'export const isFormData = () => false; export const FormDataEncoder = null;',
  },
  // Its zlib in JavaScript: Node has one, and hdr-histogram-js prefers that.
  { path: /[/\\]pako[/\\]/, contents: '' },
  // Logs of histograms, of which we write none, make a formatter of numbers as they are loaded.
  {
    path: /[/\\]hdr-histogram-js[/\\]dist[/\\]HistogramLogWriter\.js$/,
    contents: 'exports.default = class {};',
  },
  // Its YAML and JSON parsers, import-fresh and typescript: config/loaders has every loader.
  { path: /[/\\]cosmiconfig[/\\]dist[/\\]loaders\.js$/, contents: '' },
  // oclif compares its own engines with Node; npm has done that for ours (OCLIF_DISABLE_ENGINE_WARNING).
  { path: /[/\\]semver[/\\]index\.js$/, contents: '' },
];

/** Places of oclif that are written anew: path ending, what stands there, and what is to stand there. */
const REWRITTEN = [
  // The manifest is sorted. The first comparison by language takes a tenth of a start: it loads the rules of all scripts.
  {
    path: /[/\\]@oclif[/\\]core[/\\]lib[/\\]config[/\\]plugin\.js$/,
    from: 'a.id.localeCompare(b.id)',
    to: '(a.id < b.id ? -1 : 1)',
  },
  // It throws whatever is not EPIPE; what becomes of streams that fail is said in standard-streams.
  {
    path: /[/\\]@oclif[/\\]core[/\\]lib[/\\]command\.js$/,
    from: `process.stdout.on('error', (err) => {
    if (err && err.code === 'EPIPE')
        return;
    throw err;
});`,
    to: '',
  },
  // The same answer without a file of its own, and without what wsl-utils loads to run PowerShell.
  {
    path: /[/\\]@oclif[/\\]core[/\\]lib[/\\]util[/\\]os\.js$/,
    from: "(await import('wsl-utils')).isWsl",
    to: "require('is-wsl').default",
  },
];

/** `const x_1 = require('…')` as TypeScript writes it, with a number that no other name has. */
const REQUIRED = /^(?:const|var) (\w+_\d+) = ((?:__importDefault\()?require\("[^"]+"\)\)?);$/gm;
/** A whole module handed on. */
const HANDED_ON = /^exports\.(\w+) = __importStar\((require\("[^"]+"\))\);$/gm;

/** Requires each module where it is first used, not where it is named: a plain command uses a third of oclif's. */
function requiredWhenUsed(text) {
  const names = [...text.matchAll(REQUIRED)].map(([, name]) => name);
  const functions = text.replace(
    REQUIRED,
    (_, name, value) => `let $${name};const _${name} = () => $${name} ??= ${value};`,
  );
  const lazy = names.reduce(
    (done, name) => done.replace(new RegExp(`(?<![$_\\w])${name}\\b`, 'g'), `(_${name}())`),
    functions,
  );
  return lazy.replace(
    HANDED_ON,
    (_, name, value) =>
      `Object.defineProperty(exports, "${name}", { enumerable: true, get: () => ${value} });`,
  );
}

/** Stands for a package until one of its members is asked for, or it is called; it is in a file of its own until then. */
const lazily = (file) => `
let loaded;
const real = () => (loaded ??= require('${file}'));
const main = () => (typeof real() === 'function' ? real() : real().default);
module.exports = new Proxy(function () {}, {
  get: (_, member) => (member === '__esModule' ? false : (real()[member] ?? main()?.[member])),
  apply: (_, self, args) => main().apply(self, args),
});`;

/** Entry points of the files that lazy packages are in: name → file. */
export function lazyEntryPoints(root) {
  const ofOclif = createRequire(createRequire(path.join(root, 'package.json')).resolve('@oclif/core'));
  const ofOurs = createRequire(path.join(root, 'package.json'));
  return Object.fromEntries([
    ...LAZY_OF_OCLIF.map((name) => [`oclif/${name}`, ofOclif.resolve(name)]),
    ...LAZY_OF_OURS.map((name) => [`own/${name}`, ofOurs.resolve(name)]),
  ]);
}

/** @type {import('esbuild').Plugin} */
export const lighterPackages = {
  name: 'lighter-packages',
  setup: (build) => {
    lazy(build, LAZY_OF_NODE, { importers: OCLIF, fileOf: (name) => name });
    lazy(build, LAZY_OF_OCLIF, { importers: OCLIF, fileOf: (name) => `#lazy/oclif/${name}` });
    lazy(build, LAZY_OF_OURS, { importers: OWN, fileOf: (name) => `#lazy/own/${name}` });
    build.onResolve({ filter: /^#lazy\// }, ({ path: name }) => ({ path: name, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path: name }) => ({ contents: lazily(name) }));
    build.onLoad({ filter: OCLIF_MODULE }, async (file) => {
      const text = await readFile(file.path, 'utf8');
      return { contents: requiredWhenUsed(rewritten(text, file.path)), loader: 'js' };
    });
    for (const { path: filter, contents } of REPLACED) {
      build.onLoad({ filter }, () => ({ contents, loader: 'js' }));
    }
  },
};

function rewritten(text, file) {
  const changes = REWRITTEN.filter(({ path: filter }) => filter.test(file));
  return changes.reduce((done, { from, to }) => {
    if (!done.includes(from)) throw new Error(`${file} does not hold ${from} any more`);
    return done.replace(from, to);
  }, text);
}

function lazy(build, names, { importers, fileOf }) {
  const filter = new RegExp(`^(${names.join('|')})$`);
  build.onResolve({ filter }, ({ path: name, importer, namespace }) =>
    namespace === 'file' && importers.test(importer) ? { path: fileOf(name), namespace: 'lazy' } : null,
  );
}
