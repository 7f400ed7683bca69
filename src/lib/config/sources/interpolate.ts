/** Replaces `${env:NAME}` and `${file:/run/secrets/name}` in the strings of a config, each with an optional `:-default`. */
import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../../errors.ts';
import { isPlain, type Path } from '../paths.ts';
import { absolutePath } from './file-name.ts';

const PLACEHOLDER = /\$\{(env|file):([^}]*)\}/g;
const NAME_INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const FILE_INSIDE = /^(.+?)(?::-(.*))?$/s;
const WHOLE = /^\$\{(?:env|file):[^}]*\}$/;
/** A secret file has one line; a larger file was named by mistake. */
const MAX_FILE_BYTES = 65_536;

export function hasPlaceholder(text: string): boolean {
  return text.includes('${env:') || text.includes('${file:');
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolation {
  readonly path: Path;
  /** As written: `Bearer ${env:API_KEY}`. */
  readonly template: string;
  /** The values from the environment or a file, not from a default. */
  readonly values: readonly string[];
  /** The variables they came from. */
  readonly names: readonly string[];
  /** At least one value came from a file. */
  readonly fromFile: boolean;
  /** The string is a single placeholder, and its value came from outside the config. */
  readonly fromOutside: boolean;
}

export interface InterpolationProblem {
  readonly path: Path;
  readonly problem: string;
}

export interface Interpolated {
  /** A copy in which every placeholder with a value is replaced; others stay as written. */
  readonly value: unknown;
  readonly uses: readonly Interpolation[];
  readonly problems: readonly InterpolationProblem[];
}

/** Where values come from. */
export interface InterpolationSources {
  readonly env: Environment;
  /** Folder that relative file names are relative to. */
  readonly baseDir: string;
  /** Whether the string at this path is a template: a value inserted there stays text, even if it looks like a number. */
  readonly isTemplate?: (path: Path) => boolean;
}

/** Replaces placeholders in all strings, not in keys, and not in inserted values. */
export function interpolate(root: unknown, sources: InterpolationSources): Interpolated {
  const uses: Interpolation[] = [];
  const problems: InterpolationProblem[] = [];
  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string' && hasPlaceholder(value)) {
      const {
        text,
        problems: wrong,
        ...found
      } = replace(value, {
        ...sources,
        write: sources.isTemplate?.(path) === true ? asText : (put) => put,
      });
      problems.push(...wrong.map((problem) => ({ path, problem })));
      const fromOutside = WHOLE.test(value) && found.values.length === 1;
      uses.push({ path, template: value, ...found, fromOutside });
      return text;
    }
    if (Array.isArray(value)) return value.map((item, at) => walk(item, [...path, at]));
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(root, []), uses, problems };
}

/** `{{openBraces}}` is how a template writes `{{`. */
function asText(value: string): string {
  return value.replaceAll('{{', '{{openBraces}}');
}

function replace(
  template: string,
  { env, baseDir, write }: InterpolationSources & { readonly write: (value: string) => string },
) {
  const values: string[] = [];
  const names: string[] = [];
  const problems: string[] = [];
  let fromFile = false;
  const text = template.replace(PLACEHOLDER, (placeholder: string, kind: string, inside: string) => {
    const [, name, fallback] = (kind === 'env' ? NAME_INSIDE : FILE_INSIDE).exec(inside) ?? [];
    if (name === undefined) {
      problems.push(`expected \${${kind}:NAME} or \${${kind}:NAME:-default} (got ${placeholder})`);
      return placeholder;
    }
    const read = kind === 'env' ? variable(name, env) : contentOf(name, baseDir);
    const value = read.value?.replace(/\r?\n$/, '');
    if (value !== undefined && value !== '') {
      values.push(value);
      if (kind === 'env') names.push(name);
      else fromFile = true;
      return write(value);
    }
    if (fallback !== undefined) return fallback;
    problems.push(`${read.problem}, or give a default: \${${kind}:${name}:-…}`);
    return placeholder;
  });
  return { text, values, names, fromFile, problems };
}

interface Read {
  readonly value?: string | undefined;
  /** Without a value: the reason, and what to do. */
  readonly problem: string;
}

function variable(name: string, env: Environment): Read {
  return { value: env[name], problem: `the environment variable ${name} is not set; set it` };
}

function contentOf(name: string, baseDir: string): Read {
  const file = absolutePath(baseDir, name);
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return { problem: `${name} is not a regular file; name another one` };
    if (stats.size > MAX_FILE_BYTES) {
      return { problem: `the file ${name} is larger than 64 KiB; name another one` };
    }
    const value = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return { value, problem: `the file ${name} is empty; write the value into it` };
  } catch (thrown) {
    return { problem: `the file ${name} cannot be read (${messageOf(thrown)}); create it` };
  }
}
