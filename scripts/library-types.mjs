// What a program sees of the library: the type of a configuration, made of its schema, an entry that it can import, and
// dist/index.d.mts, one file that needs no other package.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { compile } from 'json-schema-to-typescript';

const exec = promisify(execFile);

/** What programs import, and its types, beside the bundle of src/index.ts. */
const ENTRY = 'dist/index.mjs';
const DECLARATIONS = 'dist/index.d.mts';
export const LIBRARY_FILES = [ENTRY, DECLARATIONS];

/** An ES module with the names of the bundle, which is CommonJS that Node could not see them in. */
export async function writeEntry(root) {
  const library = await import(pathToFileURL(path.join(root, 'dist/index.js')).href);
  const names = Object.keys(library.default).sort().join(', ');
  await writeFile(
    path.join(root, ENTRY),
    `import library from './index.js';\n\nexport const { ${names} } = library;\n`,
  );
}

const HEAD = `/** What a program may give as a configuration. Written by scripts/library-types.mjs from the schema: do not edit. */
import type { Json } from '../model/json.ts';
import type { PayloadFunction } from '../model/scenario.ts';
`;

/** How the schema's own definitions are called in TypeScript; what refers to none of them stands in place. */
const NAMES = {
  __schema0: 'Json',
  signing: 'SigningConfig',
  expect: 'ExpectConfig',
  scenario: 'ScenarioConfig',
  cleanup: 'CleanupConfig',
};

/** @param {object} schema of the configuration, with `$defs` @returns {Promise<string>} the module */
export async function configTypes(schema) {
  const { $defs, ...root } = schema;
  const unnamed = Object.keys($defs).filter((name) => !Object.hasOwn(NAMES, name));
  if (unnamed.length > 0) throw new Error(`scripts/library-types.mjs has no name for ${unnamed.join(', ')}`);
  const types = Object.entries($defs).filter(([name]) => NAMES[name] !== 'Json');
  const parts = [...types.map(([name, node]) => [NAMES[name], node]), ['Config', root]];
  const texts = await Promise.all(parts.map(([name, node]) => compile(named(node), name, STYLE)));
  // A comment of one line is written on one.
  const text = texts.join('\n').replaceAll(/\/\*\*\n +\* (.+)\n +\*\//g, '/** $1 */');
  return `${HEAD}\n${text}`;
}

const STYLE = {
  bannerComment: '',
  ignoreMinAndMaxItems: true,
  style: { singleQuote: true, printWidth: 110, trailingComma: 'all' },
};

/** References become names; objects allow what they name and nothing else unless they say so. */
function named(node) {
  if (Array.isArray(node)) return node.map(named);
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, $schema: _, ...rest } = node;
  const own = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, named(value)]));
  return $ref === undefined ? own : { ...own, tsType: NAMES[$ref.replace('#/$defs/', '')] };
}

/** Writes dist/index.d.mts. @param {string} root of the project */
export async function writeDeclarations(root) {
  const folder = await mkdtemp(path.join(root, 'dist', 'types-'));
  try {
    const settings = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', folder];
    const project = path.join(folder, 'tsconfig.json');
    await writeFile(
      project,
      JSON.stringify({
        extends: path.join(root, 'tsconfig.json'),
        include: [],
        files: [path.join(root, 'src/index.ts')],
      }),
    );
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await exec(process.execPath, [tsc, '-p', project, ...settings, '--rootDir', path.join(root, 'src')]);
    rollUp({ root, entry: path.join(folder, 'index.d.ts'), file: path.join(root, DECLARATIONS) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rollUp({ root, entry, file }) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: path.join(root, 'api-extractor.json'),
    packageJsonFullPath: path.join(root, 'package.json'),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: entry,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            ...{ target: 'es2023', module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2023'] },
            ...{
              types: ['node'],
              strict: true,
              skipLibCheck: true,
              allowImportingTsExtensions: true,
              noEmit: true,
            },
          },
          files: [entry],
        },
      },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      dtsRollup: { enabled: true, untrimmedFilePath: '', publicTrimmedFilePath: file },
    },
  });
  const problems = [];
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error || message.logLevel === ExtractorLogLevel.Warning)
        problems.push(message.text);
    },
  });
  if (!succeeded) throw new Error(`api-extractor: ${problems.join('\n')}`);
}
