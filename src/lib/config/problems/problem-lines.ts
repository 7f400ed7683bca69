/** The line of each problem in its config file. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConfigFile } from '../sources/sources.ts';
import type { Fault } from './problems.ts';

/** Extensions read as YAML, JSON included; a file without an extension as well. */
const DATA = ['.yaml', '.yml', '.json', ''];

/** `prod-e2e.config.yaml:12: scenarios[1].name`; problems in code or outside of files are not changed. */
export async function withLines(
  faults: readonly Fault[],
  file: ConfigFile | null,
): Promise<readonly Fault[]> {
  if (file === null || !DATA.includes(path.extname(path.basename(file.file).replace(/^\./, ''))))
    return faults;
  const inFile = faults.filter((fault) => fault.path !== undefined && fault.subject.includes(file.name));
  if (inFile.length === 0) return faults;
  const text = await readFile(file.file, 'utf8').catch(() => '');
  const { linesOf } = await import('../sources/yaml.ts');
  const root = path.basename(file.file) === 'package.json' ? ['prod-e2e'] : [];
  const lines = linesOf(
    text.replace(/^\uFEFF/, ''),
    inFile.map((fault) => [...root, ...(fault.path ?? [])]),
  );
  const lineOf = new Map(inFile.map((fault, at) => [fault, lines[at] ?? null]));
  return faults.map((fault) => {
    const line = lineOf.get(fault) ?? null;
    return line === null
      ? fault
      : { ...fault, subject: fault.subject.replace(file.name, `${file.name}:${line}`) };
  });
}
