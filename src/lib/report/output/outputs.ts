/** The destinations of reports: each reporter writes to stdout or to its own file. */
import { constants } from 'node:fs';
import { access, lstat, realpath, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../../atomic-file.ts';
import { messageOf, ProdE2eError } from '../../errors.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { FILE_SCREEN } from '../../terminal/capabilities.ts';
import type { Formatter } from '../formatters/formatter.ts';
import { loadFormatter } from '../formatters/table.ts';
import { makeFolders } from '../store/folders.ts';
import { PipeStopped, writePipe } from './pipe.ts';

export interface Output {
  readonly formatter: Formatter;
  /** Null for stdout. */
  readonly file: string | null;
}

type Reporters = readonly { readonly name: string; readonly path: string | null }[];

/**
 * Loads the formatters and checks every path before anything is sent, so that path problems show up early.
 * If no reporter uses stdout, the pretty report does.
 * @throws ProdE2eError `UNKNOWN_REPORTER`, `REPORTERS_ON_STDOUT`, `REPORT_PATH`
 */
export async function prepareOutputs(reporters: Reporters): Promise<readonly Output[]> {
  const outputs = await Promise.all(reporters.map(toOutput));
  const [problem] = problemsWith(outputs);
  if (problem !== undefined) throw problem;
  for (const { file } of outputs) if (file !== null) await checkWritable(file, makeFolders);
  return outputs.some(isOnStdout)
    ? outputs
    : [...outputs, { formatter: await loadFormatter('pretty'), file: null }];
}

/** All problems with the reporters, found without creating a folder. */
export async function outputErrors(reporters: Reporters): Promise<readonly ProdE2eError[]> {
  const outputs: Output[] = [];
  const errors: ProdE2eError[] = [];
  const collect = (thrown: unknown) => {
    if (!(thrown instanceof ProdE2eError)) throw thrown;
    errors.push(thrown);
  };
  for (const reporter of reporters) {
    await toOutput(reporter).then((output) => outputs.push(output), collect);
  }
  errors.push(...problemsWith(outputs));
  for (const { file } of outputs) if (file !== null) await checkWritable(file).catch(collect);
  return errors;
}

async function toOutput({ name, path: file }: Reporters[number]): Promise<Output> {
  const formatter = await loadFormatter(name);
  return { formatter, file: file === null || file === '-' ? null : path.resolve(file) };
}

function isOnStdout({ file, formatter }: Output): boolean {
  return file === null && formatter.sharesStdout !== true;
}

function problemsWith(outputs: readonly Output[]): readonly ProdE2eError[] {
  const onStdout = outputs.filter(isOnStdout).map(({ formatter }) => formatter);
  const last = onStdout.at(-1);
  const files = outputs.flatMap(({ file }) => (file === null ? [] : [file]));
  const twice = files.find((file, at) => files.indexOf(file) !== at);
  return [
    ...(onStdout.length > 1
      ? [
          new ProdE2eError(
            `Only one reporter can write to stdout, not ${onStdout.map(({ name }) => name).join(' and ')}.`,
            {
              code: 'REPORTERS_ON_STDOUT',
              hints: [`Write the others to files: --reporter ${last?.name}=report.${last?.extension}`],
            },
          ),
        ]
      : []),
    ...(twice === undefined
      ? []
      : [
          new ProdE2eError(`Two reports cannot be written to the same file ${twice}.`, {
            code: 'REPORT_PATH',
            hints: ['Use a separate file for each: --reporter json=report.json --reporter junit=report.xml'],
          }),
        ]),
  ];
}

/** @param make creates missing folders; without it, the nearest existing folder must be writable */
async function checkWritable(file: string, make?: (folder: string, mode: number) => void): Promise<void> {
  try {
    const { target } = await behindLink(file);
    make?.(path.dirname(file), 0o700);
    const folder = make === undefined ? await nearestFolder(path.dirname(target)) : path.dirname(target);
    await access(folder, constants.W_OK);
    if ((await existing(file))?.isDirectory()) throw new Error('it is a folder');
  } catch (thrown) {
    throw new ProdE2eError(`A report cannot be written to ${file} (${messageOf(thrown)}).`, {
      code: 'REPORT_PATH',
      hints: ['Choose a path in a folder you may write to: --reporter junit=results/junit.xml'],
      cause: thrown,
    });
  }
}

/** The folder, or its nearest existing parent. */
async function nearestFolder(folder: string): Promise<string> {
  const found = await existing(folder);
  if (found !== null) {
    if (found.isDirectory()) return folder;
    throw new Error(`${folder} is not a folder`);
  }
  const parent = path.dirname(folder);
  return parent === folder ? folder : nearestFolder(parent);
}

async function existing(file: string) {
  return stat(file).catch(() => null);
}

/** The target of a link, and whether the file is one. */
async function behindLink(file: string): Promise<{ readonly target: string; readonly isLink: boolean }> {
  const isLink = (await lstat(file).catch(() => null))?.isSymbolicLink() ?? false;
  return { target: isLink ? await realpath(file).catch(() => file) : file, isLink };
}

/** Writes a report into a file, as {@link writeWhole} does. @throws ProdE2eError `REPORT_PATH` */
export async function writeReport({
  formatter,
  file,
  source,
  stop = null,
  full = false,
}: {
  readonly formatter: Formatter;
  readonly file: string;
  readonly source: ReportSource;
  /** Ends the wait for a pipe's reader. */
  readonly stop?: AbortSignal | null;
  readonly full?: boolean;
}): Promise<void> {
  await writeWhole({
    name: formatter.name,
    file,
    content: () => formatter.render(source, { ...FILE_SCREEN, full }),
    stop,
    hints: source.savedAs === null ? [] : [`The run itself is saved: prod-e2e report show ${source.savedAs}`],
  });
}

/**
 * Writes the file completely or not at all, readable by its owner only. A replaced file keeps its permissions, because its reader,
 * such as node_exporter, may depend on them; a link's target does not, because another user may have made the link.
 * A device or a pipe is written to directly, because a rename would replace it with a file.
 * @param options.name of the report, for the error
 * @throws ProdE2eError `REPORT_PATH`
 */
export async function writeWhole({
  name,
  file,
  content,
  stop,
  hints,
}: {
  readonly name: string;
  readonly file: string;
  readonly content: () => AsyncIterable<string> | Iterable<string>;
  readonly stop: AbortSignal | null;
  readonly hints: readonly string[];
}): Promise<void> {
  const replaced = await existing(file);
  try {
    if (replaced?.isFIFO()) return await writePipe(file, content(), stop);
    if (replaced !== null && !replaced.isFile()) return await writeFile(file, content());
    const { target, isLink } = await behindLink(file);
    await replaceFile(target, content(), replaced === null || isLink ? undefined : replaced.mode & 0o777);
  } catch (thrown) {
    throw new ProdE2eError(`The ${name} report cannot be written to ${file} (${messageOf(thrown)}).`, {
      code: 'REPORT_PATH',
      hints,
      cause: thrown,
      ...(thrown instanceof PipeStopped ? { exit: thrown.exit } : {}),
    });
  }
}
