/** Where reports go: each reporter to stdout or into a file of its own. */
import { constants } from 'node:fs';
import { access, chmod, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, ProdE2eError } from '../errors.ts';
import type { ReportSource } from '../model/report.ts';
import { FILE_SCREEN } from '../terminal/capabilities.ts';
import { makeFolders } from './folders.ts';
import type { Formatter } from './formatters/formatter.ts';
import { loadFormatter } from './formatters/table.ts';
import { PipeStopped, writePipe } from './pipe.ts';

export interface Output {
  readonly formatter: Formatter;
  /** Null for stdout. */
  readonly file: string | null;
}

/**
 * Loads the formatters and checks every path before anything is sent: a report that cannot be written is told early.
 * Where no reporter takes stdout, the pretty report does.
 * @throws ProdE2eError `UNKNOWN_REPORTER`, `REPORTERS_ON_STDOUT`, `REPORT_PATH`
 */
export async function prepareOutputs(
  reporters: readonly { readonly name: string; readonly path: string | null }[],
): Promise<readonly Output[]> {
  const outputs = await Promise.all(
    reporters.map(async ({ name, path: file }) => ({
      formatter: await loadFormatter(name),
      file: file === null || file === '-' ? null : path.resolve(file),
    })),
  );
  const onStdout = outputs.filter(({ file, formatter }) => file === null && formatter.besides !== true);
  if (onStdout.length > 1) {
    throw new ProdE2eError(
      `Only one report fits on stdout, not ${onStdout.map(({ formatter }) => formatter.name).join(' and ')}.`,
      {
        code: 'REPORTERS_ON_STDOUT',
        hints: [
          `Give the others a file: --reporter ${onStdout.at(-1)?.formatter.name}=report.${onStdout.at(-1)?.formatter.extension}`,
        ],
      },
    );
  }
  const files = outputs.flatMap(({ file }) => (file === null ? [] : [file]));
  const twice = files.find((file, at) => files.indexOf(file) !== at);
  if (twice !== undefined) {
    throw new ProdE2eError(`Two reports cannot be written to the same file ${twice}.`, {
      code: 'REPORT_PATH',
      hints: ['Give each a file of its own: --reporter json=report.json --reporter junit=report.xml'],
    });
  }
  for (const file of files) await checkWritable(file);
  return onStdout.length === 1
    ? outputs
    : [...outputs, { formatter: await loadFormatter('pretty'), file: null }];
}

async function checkWritable(file: string): Promise<void> {
  try {
    makeFolders(path.dirname(file), 0o700);
    await access(path.dirname(file), constants.W_OK);
    if ((await existing(file))?.isDirectory()) throw new Error('it is a folder');
  } catch (thrown) {
    throw new ProdE2eError(`A report cannot be written to ${file} (${messageOf(thrown)}).`, {
      code: 'REPORT_PATH',
      hints: ['Choose a path in a folder you may write to: --reporter junit=results/junit.xml'],
      cause: thrown,
    });
  }
}

async function existing(file: string) {
  return stat(file).catch(() => null);
}

/**
 * Writes the file whole or not at all, for its owner alone, or with the rights of the one that it replaces: whoever is to
 * read it, such as node_exporter, may have been given them. A device or a pipe is written to as it is: a file put in its place would be one.
 * @throws ProdE2eError `REPORT_PATH`
 */
export async function writeReport({
  formatter,
  file,
  source,
  stop = null,
}: {
  readonly formatter: Formatter;
  readonly file: string;
  readonly source: ReportSource;
  /** Ends the wait for the reader of a pipe. */
  readonly stop?: AbortSignal | null;
}): Promise<void> {
  const replaced = await existing(file);
  const isSpecial = !(replaced?.isFile() ?? true);
  const written = isSpecial ? file : `${file}.${process.pid}.tmp`;
  try {
    if (replaced?.isFIFO()) return await writePipe(file, formatter.render(source, FILE_SCREEN), stop);
    await writeFile(written, formatter.render(source, FILE_SCREEN), {
      mode: 0o600,
      flag: isSpecial ? 'w' : 'wx',
    });
    if (!isSpecial) {
      // What creates a file leaves out what the umask says.
      if (replaced !== null) await chmod(written, replaced.mode & 0o777);
      await rename(written, file);
    }
  } catch (thrown) {
    if (!isSpecial) await rm(written, { force: true });
    throw new ProdE2eError(
      `The ${formatter.name} report cannot be written to ${file} (${messageOf(thrown)}).`,
      {
        code: 'REPORT_PATH',
        hints:
          source.savedAs === null ? [] : [`The run itself is kept: prod-e2e report show ${source.savedAs}`],
        cause: thrown,
        ...(thrown instanceof PipeStopped ? { exit: thrown.exit } : {}),
      },
    );
  }
}
