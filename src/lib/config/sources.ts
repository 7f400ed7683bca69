/** Finds and reads the config file. The only importer of cosmiconfig. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as explorerModule from 'cosmiconfig/dist/Explorer.js';
import { codeOf, messageOf, ProdE2eError } from '../errors.ts';
import { nameOf } from './file-name.ts';
import { foldersUpTo, mayBeThere } from './folders.ts';
import { LOADERS, type Loaded, PACKAGE_PROPERTY } from './loaders.ts';
import type { Trust } from './merge.ts';

const MODULE_NAME = 'prod-e2e';
const MODULE_EXTENSIONS = ['js', 'mjs', 'cjs', 'ts'];
const DATA_EXTENSIONS = ['json', 'yaml', 'yml'];
const EXTENSIONS = [...MODULE_EXTENSIONS, ...DATA_EXTENSIONS];

/** In this order in each folder; the first file that is there and not empty is the one. */
const CONFIG_FILES = EXTENSIONS.map((extension) => `${MODULE_NAME}.config.${extension}`);
const RC_FILES = ['', ...EXTENSIONS.map((extension) => `.${extension}`)].map(
  (end) => `${MODULE_NAME}rc${end}`,
);
const SEARCH_PLACES = [
  'package.json',
  ...CONFIG_FILES,
  ...RC_FILES.map((name) => `.${name}`),
  ...[...RC_FILES, ...CONFIG_FILES].map((name) => `.config/${name}`),
];
const USER_SEARCH_PLACES = [
  'config',
  ...EXTENSIONS.map((extension) => `config.${extension}`),
  ...CONFIG_FILES,
];

const WITHOUT_CODE: typeof LOADERS = {
  ...LOADERS,
  ...Object.fromEntries(MODULE_EXTENSIONS.map((extension) => [`.${extension}`, () => ({ config: {} })])),
};

export interface ConfigFile {
  /** Absolute. */
  readonly file: string;
  /** As named in messages: relative to the working directory where that is shorter. */
  readonly name: string;
  readonly trust: Trust;
  /** Folder that file names in it start from. */
  readonly baseDir: string;
  readonly config: unknown;
}

interface Explorer {
  search(from: string): Promise<unknown>;
  load(file: string): Promise<unknown>;
}
type ExplorerClass = new (options: Readonly<Record<string, unknown>>) => Explorer;

/**
 * cosmiconfig's public function also obeys, and executes, a `cosmiconfig` configuration of the user's project that
 * can change the search places; its explorer does not. The type is cast because the class is left out of the package's
 * types.
 */
const { Explorer } = explorerModule as unknown as { readonly Explorer: ExplorerClass };

function explorer(
  searchPlaces: readonly string[],
  {
    searchStrategy,
    loaders = LOADERS,
  }: { readonly searchStrategy: 'project' | 'none'; readonly loaders?: typeof LOADERS },
): Explorer {
  return new Explorer({
    moduleName: MODULE_NAME,
    searchPlaces,
    searchStrategy,
    loaders,
    packageProp: PACKAGE_PROPERTY,
    ignoreEmptySearchPlaces: true,
    cache: false,
    transform: (result: unknown) => result,
    metaConfigFilePath: null,
    mergeImportArrays: true,
    mergeSearchPlaces: true,
  });
}

/**
 * The file given, else the nearest one up to the project's root, else the user's own; null when there is none.
 * @throws ProdE2eError `CONFIG_INVALID` when it cannot be read, `CONFIG_NOT_FOUND` when the one given is not there
 */
export async function findConfigFile(options: {
  readonly cwd: string;
  readonly userConfigDir: string;
  readonly configFile: string | null;
  /** False: a file that is code counts as empty. */
  readonly runCode?: boolean;
}): Promise<ConfigFile | null> {
  const { cwd, userConfigDir, configFile, runCode = true } = options;
  const loaders = runCode ? LOADERS : WITHOUT_CODE;
  if (configFile !== null) return await loadGiven(path.resolve(cwd, configFile), { cwd, loaders });
  const places = placesThere(SEARCH_PLACES, foldersUpTo(cwd));
  const found =
    places.length === 0 ? null : await explorer(places, { searchStrategy: 'project', loaders }).search(cwd);
  if (isResult(found)) return describe({ found, cwd, trust: 'project' });
  const ownPlaces = placesThere(USER_SEARCH_PLACES, [userConfigDir]);
  const own =
    ownPlaces.length === 0
      ? null
      : await explorer(ownPlaces, { searchStrategy: 'none', loaders }).search(userConfigDir);
  return isResult(own) ? describe({ found: own, cwd, trust: 'user' }) : null;
}

/** Those that one of the folders may have. cosmiconfig opens each place in each folder, one after the other. */
function placesThere(places: readonly string[], folders: readonly string[]): readonly string[] {
  return places.filter((place) => folders.some((folder) => mayBeThere(path.join(folder, place))));
}

async function loadGiven(
  file: string,
  { cwd, loaders }: { readonly cwd: string; readonly loaders: typeof LOADERS },
): Promise<ConfigFile> {
  const name = nameOf(file, cwd);
  try {
    await readFile(file);
  } catch (cause) {
    const code = codeOf(cause);
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? messageOf(cause)})`;
    throw new ProdE2eError(`The config file ${name} ${problem}.`, {
      code: 'CONFIG_NOT_FOUND',
      hints: [
        'Check the path given with --config, or leave --config out to search for a config file.',
        ...(code === 'ENOENT' ? [`To write it: prod-e2e init --output ${name}`] : []),
      ],
      cause,
    });
  }
  const extension = path.extname(file);
  if (extension !== '' && LOADERS[extension] === undefined) {
    throw new ProdE2eError(`The config file ${name} has an unknown kind: ${extension}.`, {
      code: 'CONFIG_INVALID',
      hints: [`Known kinds: ${EXTENSIONS.map((known) => `.${known}`).join(' ')}`],
    });
  }
  const loaded = await explorer(SEARCH_PLACES, { searchStrategy: 'none', loaders }).load(file);
  if (isResult(loaded)) return describe({ found: loaded, cwd, trust: 'project' });
  return { file, name, trust: 'project', baseDir: path.dirname(file), config: {} };
}

interface Result {
  readonly filepath: string;
  readonly config: Loaded;
}

/** An empty file has no config, and cosmiconfig says so in another shape. */
function isResult(result: unknown): result is Result {
  if (typeof result !== 'object' || result === null || !('config' in result)) return false;
  return typeof result.config === 'object' && result.config !== null && 'config' in result.config;
}

function describe(options: {
  readonly found: Result;
  readonly cwd: string;
  readonly trust: Trust;
}): ConfigFile {
  const { filepath: file, config } = options.found;
  const folder = path.dirname(file);
  return {
    file,
    name:
      path.basename(file) === 'package.json'
        ? `${nameOf(file, options.cwd)}#prod-e2e`
        : nameOf(file, options.cwd),
    trust: options.trust,
    baseDir: path.basename(folder) === '.config' ? path.dirname(folder) : folder,
    config: config.config,
  };
}
