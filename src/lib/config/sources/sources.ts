/** Finds and reads the config file. The only importer of cosmiconfig. */
import path from 'node:path';
import * as explorerModule from 'cosmiconfig/dist/Explorer.js';
import { ProdE2eError } from '../../errors.ts';
import type { Trust } from '../layers/merge.ts';
import { exists, problemWith, unreadable } from './config-file.ts';
import { foldersUpTo, nameOf } from './file-name.ts';
import { codeLoader, LOADERS, type Loaded, PACKAGE_PROPERTY } from './loaders.ts';

const MODULE_NAME = 'prod-e2e';
const MODULE_EXTENSIONS = ['js', 'mjs', 'cjs', 'ts'];
const DATA_EXTENSIONS = ['json', 'yaml', 'yml'];
const EXTENSIONS = [...MODULE_EXTENSIONS, ...DATA_EXTENSIONS];

/** In this order in each folder; the first existing file is used. */
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

const withCodeLoader = (loader: (typeof LOADERS)[string]): typeof LOADERS => ({
  ...LOADERS,
  ...Object.fromEntries(MODULE_EXTENSIONS.map((extension) => [`.${extension}`, loader])),
});
const WITHOUT_CODE = withCodeLoader(() => ({ config: {} }));
const IN_OWN_PROCESS = withCodeLoader(codeLoader({ ownProcess: true }));

export interface ConfigFile {
  /** Absolute. */
  readonly file: string;
  /** As named in messages: relative to the working directory where that is shorter. */
  readonly name: string;
  readonly trust: Trust;
  /** Folder that file names in it are relative to. */
  readonly baseDir: string;
  readonly config: unknown;
  /** Names of further config files in the same folder, which are not used. */
  readonly unused: readonly string[];
}

interface Explorer {
  load(file: string): Promise<unknown>;
}
type ExplorerClass = new (options: Readonly<Record<string, unknown>>) => Explorer;

/**
 * cosmiconfig's public function also obeys, and executes, a `cosmiconfig` configuration of the user's project that
 * can change the search places; its explorer does not. The type is cast because the package's types do not include the
 * class.
 */
const { Explorer } = explorerModule as unknown as { readonly Explorer: ExplorerClass };

/**
 * The given file, else the nearest one up to the project's root, else the user's own; null without a config file.
 * cosmiconfig's own search skips files it cannot read, so that built-in scenarios would be sent instead; here that is
 * an error.
 * @throws ProdE2eError `CONFIG_INVALID` if it cannot be read, `CONFIG_NOT_FOUND` if the given file does not exist
 */
export async function findConfigFile(options: {
  readonly cwd: string;
  readonly userConfigDir: string;
  readonly configFile: string | null;
  /** False: a file that is code counts as empty. */
  readonly runCode?: boolean;
  /** Code that blocks this thread may be ended. */
  readonly ownProcess?: boolean;
}): Promise<ConfigFile | null> {
  const { cwd, userConfigDir, configFile, runCode = true, ownProcess = false } = options;
  const loaders = ownProcess ? IN_OWN_PROCESS : LOADERS;
  const load = loadWith(runCode ? loaders : WITHOUT_CODE, cwd);
  if (configFile !== null) return await loadGiven(path.resolve(cwd, configFile), { cwd, load });
  for (const folder of projectFolders(cwd)) {
    const found = await firstOf(filesIn(folder, SEARCH_PLACES), { cwd, load, trust: 'project' });
    if (found !== null) return found;
  }
  return await firstOf(filesIn(userConfigDir, USER_SEARCH_PLACES), { cwd, load, trust: 'user' });
}

/** Up to the project's root, which a package.json or package.yaml marks. */
function projectFolders(cwd: string): readonly string[] {
  const folders = foldersUpTo(cwd);
  const isRoot = (folder: string) =>
    ['package.json', 'package.yaml'].some((name) => exists(path.join(folder, name)));
  const root = folders.findIndex(isRoot);
  return root < 0 ? folders : folders.slice(0, root + 1);
}

function filesIn(folder: string, places: readonly string[]): readonly string[] {
  return places.map((place) => path.join(folder, place)).filter(exists);
}

/** The first file that contains a config; a package.json need not. */
async function firstOf(
  files: readonly string[],
  { cwd, load, trust }: { readonly cwd: string; readonly load: Load; readonly trust: Trust },
): Promise<ConfigFile | null> {
  for (const [at, file] of files.entries()) {
    const found = await load(file);
    if (found === null) continue;
    const unused = files.slice(at + 1).map((other) => nameOf(other, cwd));
    return describe({ found, cwd, trust, unused });
  }
  return null;
}

type Load = (file: string) => Promise<Result | null>;

function loadWith(loaders: typeof LOADERS, cwd: string): Load {
  const explorer = new Explorer({
    moduleName: MODULE_NAME,
    searchPlaces: [],
    searchStrategy: 'none',
    loaders,
    packageProp: PACKAGE_PROPERTY,
    cache: false,
    transform: (result: unknown) => result,
    metaConfigFilePath: null,
  });
  return async (file) => {
    const problem = await problemWith(file);
    if (problem !== null) throw unreadable({ file: nameOf(file, cwd), ...problem });
    const loaded = await explorer.load(file);
    return isResult(loaded) ? loaded : null;
  };
}

async function loadGiven(
  file: string,
  { cwd, load }: { readonly cwd: string; readonly load: Load },
): Promise<ConfigFile> {
  const name = nameOf(file, cwd);
  if (!exists(file)) {
    throw new ProdE2eError(`The config file ${name} does not exist.`, {
      code: 'CONFIG_NOT_FOUND',
      hints: [
        'Check the path passed with --config, or omit --config to search for a config file.',
        `To create it: prod-e2e init --output ${name}`,
      ],
    });
  }
  const extension = path.extname(file);
  if (extension !== '' && LOADERS[extension] === undefined) {
    throw new ProdE2eError(`The config file ${name} has an unsupported extension: ${extension}.`, {
      code: 'CONFIG_INVALID',
      hints: [`Supported extensions: ${EXTENSIONS.map((known) => `.${known}`).join(' ')}`],
    });
  }
  const found = await load(file);
  if (found !== null) return describe({ found, cwd, trust: 'project', unused: [] });
  throw unreadable({
    file: name,
    problem: 'has no key "prod-e2e"',
    hints: ['Put the settings under "prod-e2e", or pass another config file with --config.'],
  });
}

interface Result {
  readonly filepath: string;
  readonly config: Loaded;
}

/** A package.json without our key has no config; cosmiconfig reports that in another shape. */
function isResult(result: unknown): result is Result {
  if (typeof result !== 'object' || result === null || !('config' in result)) return false;
  return typeof result.config === 'object' && result.config !== null && 'config' in result.config;
}

function describe(options: {
  readonly found: Result;
  readonly cwd: string;
  readonly trust: Trust;
  readonly unused: readonly string[];
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
    unused: options.unused,
  };
}
