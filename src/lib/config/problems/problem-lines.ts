/** The line of each problem in its config file. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConfigFile } from '../sources/sources.ts';
import type { ConfigProblem } from './problems.ts';

/** Extensions read as YAML, JSON included; a file without an extension as well. */
const DATA = ['.yaml', '.yml', '.json', ''];

/** `prod-e2e.config.yaml:12: scenarios[1].name`; problems in code or outside of files are not changed. */
export async function withLines(
  problems: readonly ConfigProblem[],
  file: ConfigFile | null,
): Promise<readonly ConfigProblem[]> {
  if (file === null || !DATA.includes(path.extname(path.basename(file.file).replace(/^\./, ''))))
    return problems;
  const inFile = problems.filter((each) => each.path !== undefined && each.subject.includes(file.name));
  if (inFile.length === 0) return problems;
  const text = await readFile(file.file, 'utf8').catch(() => '');
  const { linesOf } = await import('../sources/yaml.ts');
  const root = path.basename(file.file) === 'package.json' ? ['prod-e2e'] : [];
  const lines = linesOf(
    text.replace(/^\uFEFF/, ''),
    inFile.map((each) => [...root, ...(each.path ?? [])]),
  );
  const lineOf = new Map(inFile.map((each, at) => [each, lines[at] ?? null]));
  return problems.map((each) => {
    const line = lineOf.get(each) ?? null;
    return line === null
      ? each
      : { ...each, subject: each.subject.replace(file.name, `${file.name}:${line}`) };
  });
}
