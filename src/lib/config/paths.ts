/** Places in a configuration: `['scenarios', 1, 'expect', 'status']`. */

export type Path = readonly (string | number)[];
export type Plain = Readonly<Record<string, unknown>>;

/** An object literal, from JSON, YAML or a JavaScript config; not a list, a function or an instance. */
export function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A JavaScript config may come from another realm, whose Object.prototype is a different object.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `scenarios[1].expect.status`; keys with other characters are quoted. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w$-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** The value at a path, or undefined. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (isPlain(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** A copy with another value at an existing path. */
export function withValueAt(root: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(root))
    return root.map((item, at) => (at === step ? withValueAt(item, rest, value) : item));
  if (!isPlain(root)) return root;
  return Object.fromEntries(
    Object.entries(root).map(([key, item]) => [key, key === step ? withValueAt(item, rest, value) : item]),
  );
}
