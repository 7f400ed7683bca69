/** `${env:NAME}` and `${env:NAME:-default}` in the strings of a config. */
import { isPlain, type Path } from './paths.ts';

const PLACEHOLDER = /\$\{env:([^}]*)\}/g;
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const WHOLE = /^\$\{env:[^}]*\}$/;

type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolation {
  readonly path: Path;
  /** As written: `Bearer ${env:API_KEY}`. */
  readonly template: string;
  /** What came from the environment, not from a default. */
  readonly values: readonly string[];
  /** The variables they came from. */
  readonly names: readonly string[];
  /** The string is nothing but one placeholder, and its value came from the environment. */
  readonly fromEnvironment: boolean;
}

export interface InterpolationFault {
  readonly path: Path;
  readonly problem: string;
}

export interface Interpolated {
  /** A copy in which every placeholder that has a value is replaced; others stay as written. */
  readonly value: unknown;
  readonly uses: readonly Interpolation[];
  readonly faults: readonly InterpolationFault[];
}

/** Replaces placeholders in all strings, not in keys, and not again in what was put in. */
export function interpolate(root: unknown, env: Environment): Interpolated {
  const uses: Interpolation[] = [];
  const faults: InterpolationFault[] = [];
  const walk = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string' && value.includes('${env:')) {
      const { text, values, names, problems } = replace(value, env);
      faults.push(...problems.map((problem) => ({ path, problem })));
      const fromEnvironment = WHOLE.test(value) && values.length === 1;
      uses.push({ path, template: value, values, names, fromEnvironment });
      return text;
    }
    if (Array.isArray(value)) return value.map((item, at) => walk(item, [...path, at]));
    if (!isPlain(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(root, []), uses, faults };
}

function replace(template: string, env: Environment) {
  const values: string[] = [];
  const names: string[] = [];
  const problems: string[] = [];
  const text = template.replace(PLACEHOLDER, (placeholder: string, inside: string) => {
    const [, name, fallback] = INSIDE.exec(inside) ?? [];
    if (name === undefined) {
      problems.push(`found ${placeholder}; allowed: \${env:NAME} or \${env:NAME:-default}`);
      return placeholder;
    }
    const value = env[name];
    if (value !== undefined && value !== '') {
      values.push(value);
      names.push(name);
      return value;
    }
    if (fallback !== undefined) return fallback;
    problems.push(
      `the environment variable ${name} is not set; set it, or give a default: \${env:${name}:-…}`,
    );
    return placeholder;
  });
  return { text, values, names, problems };
}
