/** Reads a config file into plain data; an error names the place and the reason. */
import path from 'node:path';
import { duplicateKey, findJsonError } from '../../json/position.ts';
import { parseJson } from '../../json/text.ts';
import { unreadable } from './config-file.ts';

/** The result of a loader; wrapped, so that the search never mistakes the user's keys for its own. */
export interface Loaded {
  readonly config: unknown;
}

/** In package.json, cosmiconfig reads the property {@link PACKAGE_PROPERTY}; without it, the search continues. */
interface LoadedPackage {
  readonly package?: Loaded;
}

type Loader = (file: string, content: string) => Loaded | LoadedPackage | Promise<Loaded>;

export const PACKAGE_PROPERTY = 'package';
const PACKAGE_KEY = 'prod-e2e';

const withoutBom = (text: string) => text.replace(/^\uFEFF/, '');

function readJson(file: string, content: string): unknown {
  try {
    return parseJson(withoutBom(content));
  } catch (cause) {
    const { line, column, problem } = findJsonError(withoutBom(content));
    const hints = ['Fix the JSON, or use YAML, which allows comments.'];
    throw unreadable({
      file,
      problem: `line ${line}, column ${column}: not valid JSON: ${problem}`,
      hints,
      cause,
    });
  }
}

function loadJson(file: string, content: string): Loaded | LoadedPackage {
  const config = readJson(file, content);
  if (path.basename(file) !== 'package.json') {
    const duplicate = duplicateKey(withoutBom(content));
    if (duplicate === null) return { config };
    const hints = ['Remove one of the two.'];
    const problem = `line ${duplicate.line}, column ${duplicate.column}: duplicate key`;
    throw unreadable({ file, problem, hints });
  }
  const holds = typeof config === 'object' && config !== null && Object.hasOwn(config, PACKAGE_KEY);
  return holds ? { package: { config: Reflect.get(config, PACKAGE_KEY) } } : {};
}

async function loadYaml(file: string, content: string): Promise<Loaded> {
  // Loaded here: most starts, such as --help and the built-in scenarios, read no YAML.
  const { readYaml } = await import('./yaml.ts');
  const reading = readYaml(withoutBom(content));
  if ('value' in reading) return { config: reading.value };
  throw unreadable({ file, problem: reading.problem, hints: [reading.hint], cause: reading.cause });
}

/** @param options.ownProcess see {@link loadModule} */
export const codeLoader =
  (options: { readonly ownProcess: boolean }): Loader =>
  async (file) => {
    const { loadModule } = await import('./load-module.ts');
    return await loadModule(file, options);
  };

const loadCode = codeLoader({ ownProcess: false });

/** By file extension, for cosmiconfig. Its own loader for `.ts` would need the typescript package. */
export const LOADERS: Readonly<Record<string, Loader>> = {
  '.json': loadJson,
  '.yaml': loadYaml,
  '.yml': loadYaml,
  '.js': loadCode,
  '.mjs': loadCode,
  '.cjs': loadCode,
  '.ts': loadCode,
  noExt: loadYaml,
};
