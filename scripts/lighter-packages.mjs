// Makes the bundle lighter to start: packages that one command in a hundred needs run when they are first used, and
// parts of packages that no command needs are left out.

/** CommonJS packages that @oclif/core requires at its start and calls rarely: for help, for errors, without a manifest. */
const LAZY = ['cli-spinners', 'ejs', 'lilconfig', 'minimatch', 'tinyglobby', 'wrap-ansi'];

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
];

/** Stands for a package until one of its members is asked for, or it is called. */
const lazily = (name) => `
let loaded;
const real = () => (loaded ??= require(${JSON.stringify(name)}));
const main = () => (typeof real() === 'function' ? real() : real().default);
module.exports = new Proxy(function () {}, {
  get: (_, member) => (member === '__esModule' ? false : (real()[member] ?? main()?.[member])),
  apply: (_, self, args) => main().apply(self, args),
});`;

/** @type {import('esbuild').Plugin} */
export const lighterPackages = {
  name: 'lighter-packages',
  setup: (build) => {
    const filter = new RegExp(`^(${LAZY.join('|')})$`);
    build.onResolve({ filter }, ({ path, importer, kind, resolveDir }) =>
      kind === 'require-call' && /[/\\]@oclif[/\\]core[/\\]/.test(importer)
        ? { path, namespace: 'lazy', pluginData: { resolveDir } }
        : null,
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => ({
      contents: lazily(path),
      resolveDir: pluginData.resolveDir,
    }));
    for (const { path, contents } of REPLACED) {
      build.onLoad({ filter: path }, () => ({ contents, loader: 'js' }));
    }
  },
};
