// Bundles src/ into dist/ (one entry per command, shared chunks, nothing left in node_modules) and
// writes what is derived from it: oclif.manifest.json, schemas/*.json, docs/configuration.md and the third-party notices.
import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { buildOnce, put } from './build-once.mjs';
import { DIST_PACKAGE, toCommonJs } from './commonjs.mjs';
import { configurationReference } from './configuration-reference.mjs';
import { configTypes, LIBRARY_FILES, writeDeclarations, writeEntry } from './library-types.mjs';
import { lighterPackages } from './lighter-packages.mjs';
import { thirdPartyNotices } from './notices.mjs';
import { intoPacks } from './packs.mjs';
import { writeReportTypes } from './report-types.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (...parts) => path.join(ROOT, ...parts);

/** Of every file that is written. */
const OUTPUT = {
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  sourcesContent: false,
  logLevel: 'warning',
};

const OPTIONS = {
  ...OUTPUT,
  bundle: true,
  // For whoever reads a stack trace or a profile; not published: they are as large as the program.
  sourcemap: 'external',
  metafile: true,
  absWorkingDir: ROOT,
  // Where the SDK and zod keep what all of a process share: a program that runs us may have its own of both in it.
  mangleProps: /^__(SENTRY__|zod_globalConfig|zod_globalRegistry)$/,
  mangleCache: {
    __SENTRY__: '__PROD_E2E_SENTRY__',
    __zod_globalConfig: '__PROD_E2E_zodConfig',
    __zod_globalRegistry: '__PROD_E2E_zodRegistry',
  },
};

const DIST_PACKAGE_FILE = 'dist/package.json';

const CONFIG_TYPE = 'src/lib/library/config-type.ts';

/** Commands that come from oclif's own plugins; bundled like ours so that the package needs no dependency. */
const PLUGIN_COMMANDS = {
  'commands/help': '@oclif/plugin-help/lib/commands/help.js',
  'commands/autocomplete/index': '@oclif/plugin-autocomplete/lib/commands/autocomplete/index.js',
  'commands/autocomplete/create': '@oclif/plugin-autocomplete/lib/commands/autocomplete/create.js',
  'commands/autocomplete/script': '@oclif/plugin-autocomplete/lib/commands/autocomplete/script.js',
};

function entryPoints() {
  const commands = readdirSync(inRoot('src/commands'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`commands/${file.slice(0, -3)}`, inRoot('src/commands', file)]);
  const plugins = Object.entries(PLUGIN_COMMANDS).map(([out, file]) => [out, inRoot('node_modules', file)]);
  return Object.fromEntries([
    ['cli', inRoot('src/cli.ts')],
    ['generated', inRoot('src/generated.ts')],
    ['help', inRoot('src/help.ts')],
    ['index', inRoot('src/index.ts')],
    ['sandbox/target', inRoot('src/sandbox/target/target-process.ts')],
    ['sandbox/sentry-server', inRoot('src/sandbox/sentry-server/sentry-process.ts')],
    ...commands,
    ...plugins,
  ]);
}

/** What src/generated.ts exports: bundled, it is CommonJS, of which Node gives an ES module the default alone. */
async function generated() {
  const bundled = await import(pathToFileURL(inRoot('dist/generated.js')).href);
  return bundled.default;
}

/** oclif's manifest of all commands, so that starting one command does not import the others. */
async function writeManifest(version) {
  const { commandManifest } = await generated();
  const manifest = await commandManifest(ROOT);
  // oclif lists commands in the order the file system gives them, which is not the same everywhere.
  const commands = Object.fromEntries(Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1)));
  await put(
    inRoot('oclif.manifest.json'),
    `${JSON.stringify({ ...manifest, commands, version }, null, 2)}\n`,
  );
  return commands;
}

async function writeSchemas() {
  const { jsonSchemas } = await generated();
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    await put(inRoot('schemas', name), `${JSON.stringify(schema, null, 2)}\n`);
  }
}

/** Returns the names of the files. */
async function writeProgram({ outputFiles, metafile: { outputs } }) {
  const texts = new Map(outputFiles.map(({ path: file, text }) => [file, text]));
  const modules = await Promise.all(
    outputFiles
      .filter(({ path: file }) => file.endsWith('.js'))
      .map(({ path: file, text }) => toCommonJs({ path: file, text, map: texts.get(`${file}.map`) }, OUTPUT)),
  );
  const written = [];
  for (const { path: file, code, map } of intoPacks(modules, { root: ROOT, outputs })) {
    await put(file, code);
    await put(`${file}.map`, map);
    written.push(file, `${file}.map`);
  }
  await put(inRoot(DIST_PACKAGE_FILE), JSON.stringify(DIST_PACKAGE));
  return [...written, inRoot(DIST_PACKAGE_FILE)];
}

/** The type of a configuration is a source, and derived from the schema; the declarations are made of all sources. */
async function writeLibrary() {
  const { programConfigSchema } = await generated();
  await put(inRoot(CONFIG_TYPE), await configTypes(programConfigSchema()));
  await writeEntry(ROOT);
  await writeDeclarations(ROOT);
}

async function writeReference(runFlags) {
  const { configurationKeys } = await generated();
  const page = configurationReference({ keys: configurationKeys(), runFlags });
  await put(inRoot('docs/configuration.md'), page);
}

/** What an earlier build left; removed afterwards, so that a running program never misses a file. */
async function removeStale(written) {
  const current = new Set(written);
  for (const entry of readdirSync(inRoot('dist'), { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !current.has(file)) await rm(file);
  }
}

/** @returns esbuild's account of what went into which file; null where `ifNeeded` is set and nothing had to be done */
export function build({ ifNeeded = false } = {}) {
  return buildOnce({ root: ROOT, build: inOwnFolder, ifNeeded });
}

/** What makes the declarations looks for types from where it is started. */
async function inOwnFolder() {
  const before = process.cwd();
  process.chdir(ROOT);
  try {
    return await buildAll();
  } finally {
    process.chdir(before);
  }
}

async function buildAll() {
  const { version } = JSON.parse(await readFile(inRoot('package.json'), 'utf8'));
  await writeReportTypes(ROOT);
  const program = await esbuild({
    ...OPTIONS,
    entryPoints: entryPoints(),
    outdir: inRoot('dist'),
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    format: 'esm',
    plugins: [lighterPackages],
    define: {
      __PROD_E2E_VERSION__: JSON.stringify(version),
      // oclif would load semver to compare its own engines with Node; npm has done that for ours.
      'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"1"',
      // Sentry's own switches: its log, and the patching of other packages, which is off in every client of ours.
      __SENTRY_DEBUG__: 'false',
      __SENTRY_CHANNEL_INJECTION__: 'false',
    },
    write: false,
  });
  const written = await writeProgram(program);
  const { metafile } = program;
  await removeStale([...written, ...LIBRARY_FILES.map((file) => inRoot(file))]);
  await put(inRoot('THIRD_PARTY_NOTICES.txt'), await thirdPartyNotices({ root: ROOT, metafile }));
  await writeSchemas();
  const commands = await writeManifest(version);
  await writeReference(commands.run.flags);
  await writeLibrary();
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await build({ ifNeeded: process.argv.includes('--if-needed') });
