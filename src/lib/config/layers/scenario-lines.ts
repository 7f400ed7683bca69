/** The line of each scenario in the text of its config file. */
import path from 'node:path';
import type { ScenariosAt } from './scenarios-at.ts';

/** Extensions read as YAML, JSON included; a file without an extension as well. */
const DATA = ['.yaml', '.yml', '.json', ''];

/** @returns each scenario → its line, counted from 1; null where it is not certain */
export async function scenarioLines(
  text: string,
  { file, path: at, names }: ScenariosAt,
): Promise<ReadonlyMap<string, number | null>> {
  const extension = path.extname(path.basename(file).replace(/^\./, ''));
  if (!DATA.includes(extension)) return linesInCode(text, names);
  const { linesOfItems } = await import('../sources/yaml.ts');
  const lines = linesOfItems(text.replace(/^\uFEFF/, ''), at);
  // A different number of items means that the file changed after it was read.
  const same = lines.length === names.length;
  return new Map(names.map((name, index) => [name, same ? (lines[index] ?? null) : null]));
}

/** Code may create scenarios anywhere: only a name that occurs exactly once, as a literal, is certain. */
function linesInCode(text: string, names: readonly string[]): ReadonlyMap<string, number | null> {
  const places = new Map<string, number[]>();
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(\/\/|\*|\/\*)/.test(line)) continue;
    for (const { 2: name = '' } of line.matchAll(/\b(?:name|scenario)["']?\s*:\s*(["'`])([\w.-]+)\1/g))
      places.set(name, [...(places.get(name) ?? []), index + 1]);
  }
  return new Map(
    names.map((name) => {
      const [line = null, ...others] = places.get(name) ?? [];
      return [name, others.length === 0 ? line : null];
    }),
  );
}
