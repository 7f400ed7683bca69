// Puts the small files that are loaded together into one. esbuild makes a chunk of each set of modules that the same
// entries reach: seventy for a run, of which fifty hold a few kilobytes, and Node has to find and open each. Packs save 5 to
// 12 ms of CPU time of `--version`, 10 to 16 of `scenarios list`, 76 to 81 of a run (docs/decisions/0001-bundle.md). Each file
// stays a module of its own inside its pack, and runs when it is first required.
import path from 'node:path';

/**
 * Pack → the sources whose files it holds, with what these import before they run; but not what an earlier pack has. What
 * is loaded without the rest of a pack has a pack of its own: `--version`, reports on disk, the picture of a report.
 */
const PACKS = {
  cli: ['src/cli.ts'],
  command: ['src/oclif.ts', 'src/commands/scenarios/list.ts'],
  settings: ['src/lib/config/resolve.ts'],
  report: [
    'src/commands/report/list.ts',
    'src/commands/report/show.ts',
    'src/lib/report/formatters/table.ts',
    'src/lib/report/history/history.ts',
    'src/lib/cli/report/show.ts',
  ],
  config: ['src/commands/config/show.ts', 'src/lib/config/layers/origins.ts', 'src/lib/view/shown-config.ts'],
  pretty: ['src/lib/report/formatters/pretty.ts'],
  run: [
    'src/commands/run.ts',
    'src/lib/config/schema/from-table.ts',
    'src/lib/report/store/prune.ts',
    'src/lib/send/traced-sender.ts',
    'src/lib/send/tracer.ts',
    'src/lib/run/command.ts',
    'src/lib/validate/response-validator.ts',
    'src/lib/view/progress.ts',
  ],
};

/** In bytes, as esbuild makes it; a larger file is a package, and takes longer to read than to find. */
const LARGEST = 40_000;

/** A pack: modules by name, each run once. */
const opened = (modules) => `"use strict";
const modules={
${modules}};
const loaded={};
const load=module.exports=name=>{
if(loaded[name]!==undefined)return loaded[name].exports;
const own=loaded[name]={exports:{}};
modules[name](own,own.exports);
return own.exports};
`;

/**
 * @param {readonly { path: string, code: string, map: string }[]} files CommonJS, with absolute paths
 * @param {{ root: string, outputs: import('esbuild').Metafile['outputs'] }} bundle
 * @returns the files that are to be written instead
 */
export function intoPacks(files, { root, outputs }) {
  const packOf = new Map();
  for (const [pack, sources] of Object.entries(PACKS)) {
    const folder = path.join(root, 'dist', 'chunks');
    for (const file of loadedBy(sources, outputs).map((name) => path.join(root, name))) {
      if (path.dirname(file) !== folder || packOf.has(file)) continue;
      if (outputs[path.relative(root, file)].bytes <= LARGEST)
        packOf.set(file, path.join(folder, `${pack}.js`));
    }
  }
  const linked = files.map((file) => ({ ...file, code: linkedTo(packOf, file) }));
  const packs = [...new Set(packOf.values())].map((pack) =>
    packed(
      pack,
      linked.filter((file) => packOf.get(file.path) === pack),
    ),
  );
  return [...linked.filter((file) => !packOf.has(file.path)), ...packs];
}

/** Output files of the sources, and what these import before they run. */
function loadedBy(sources, outputs) {
  const found = new Set();
  const visit = (name) => {
    if (found.has(name)) return;
    found.add(name);
    for (const { path: imported, kind } of outputs[name].imports)
      if (kind === 'import-statement' && outputs[imported] !== undefined) visit(imported);
  };
  for (const source of sources) {
    const begun = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source);
    if (begun === undefined) throw new Error(`No file begins with ${source} (scripts/packs.mjs)`);
    visit(begun[0]);
  }
  return [...found];
}

function linkedTo(packOf, { path: file, code }) {
  const pack = packOf.get(file);
  return code.replaceAll(/\brequire\("(\.[^"]+\.js)"\)/g, (whole, name) => {
    const target = path.resolve(path.dirname(file), name);
    const its = packOf.get(target);
    if (its === undefined) return whole;
    const member = JSON.stringify(path.basename(target));
    return its === pack
      ? `load(${member})`
      : `require(${JSON.stringify(relative(path.dirname(file), its))})(${member})`;
  });
}

function relative(from, file) {
  const name = path.relative(from, file).split(path.sep).join('/');
  return name.startsWith('.') ? name : `./${name}`;
}

/** Its source map has one section for each module. */
function packed(pack, members) {
  let modules = '';
  const sections = [];
  for (const { path: file, code, map } of members) {
    const begin = `${JSON.stringify(path.basename(file))}:(function(module,exports){`;
    const line =
      opened('').slice(0, opened('').indexOf('};')).split('\n').length - 1 + modules.split('\n').length - 1;
    sections.push({ offset: { line, column: begin.length }, map: JSON.parse(map) });
    modules += `${begin}${code.trimEnd()}}),\n`;
  }
  return { path: pack, code: opened(modules), map: JSON.stringify({ version: 3, sections }) };
}
