/** Reads one config file into plain data, or says where and why it cannot be read. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeOf, messageOf, ProdE2eError } from '../errors.ts';
import { findJsonFault } from './json-position.ts';

/** What a loader gives; wrapped, so that the search never takes keys of the user's for its own. */
export interface Loaded {
  readonly config: unknown;
}

/** In package.json, cosmiconfig takes the property {@link PACKAGE_PROPERTY} out; without it the search goes on. */
interface LoadedPackage {
  readonly package?: Loaded;
}

type Loader = (file: string, content: string) => Loaded | LoadedPackage | Promise<Loaded>;

export const PACKAGE_PROPERTY = 'package';
const PACKAGE_KEY = 'prod-e2e';

function unreadable(options: { file: string; problem: string; hints: readonly string[]; cause?: unknown }) {
  return new ProdE2eError(`${options.file}: ${options.problem}`, {
    code: 'CONFIG_INVALID',
    hints: options.hints,
    cause: options.cause,
  });
}

const withoutBom = (text: string) => text.replace(/^\uFEFF/, '');

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(withoutBom(content));
  } catch (cause) {
    const { line, column, problem } = findJsonFault(withoutBom(content));
    const hints = ['Correct the JSON, or use YAML, which allows comments.'];
    throw unreadable({
      file,
      problem: `line ${line}, column ${column}: not valid JSON: ${problem}`,
      hints,
      cause,
    });
  }
}

function loadJson(file: string, content: string): Loaded | LoadedPackage {
  const config = parseJson(file, content);
  if (path.basename(file) !== 'package.json') return { config };
  const holds = typeof config === 'object' && config !== null && Object.hasOwn(config, PACKAGE_KEY);
  return holds ? { package: { config: Reflect.get(config, PACKAGE_KEY) } } : {};
}

async function loadYaml(file: string, content: string): Promise<Loaded> {
  // Only here: most starts, --help and the built-in scenarios among them, read no YAML.
  const { readYaml } = await import('./yaml.ts');
  const reading = readYaml(withoutBom(content));
  if ('value' in reading) return { config: reading.value };
  throw unreadable({ file, problem: reading.problem, hints: [reading.hint], cause: reading.cause });
}

async function loadModule(file: string): Promise<Loaded> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    if (codeOf(cause) === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw unreadable({
        file,
        problem: `Node ${process.versions.node} cannot load TypeScript files`,
        hints: [
          'Use Node 22.18 or newer, or rename the file to prod-e2e.config.mjs and leave the types out.',
        ],
        cause,
      });
    }
    const name = cause instanceof Error && cause.name !== 'Error' ? `${cause.name}: ` : '';
    const hints = [`Run it by itself to see more: node ${path.basename(file)}`];
    throw unreadable({ file, problem: `cannot be loaded: ${name}${messageOf(cause)}`, hints, cause });
  }
  if (typeof module !== 'object' || module === null || !('default' in module)) {
    throw unreadable({ file, problem: 'has no default export', hints: ['Write: export default { url: … }'] });
  }
  return { config: module.default };
}

/** By file extension, as cosmiconfig wants them. Its own loader for `.ts` would need the typescript package. */
export const LOADERS: Readonly<Record<string, Loader>> = {
  '.json': loadJson,
  '.yaml': loadYaml,
  '.yml': loadYaml,
  '.js': loadModule,
  '.mjs': loadModule,
  '.cjs': loadModule,
  '.ts': loadModule,
  noExt: loadYaml,
};
