/** Where reports go: each reporter to stdout or into a file of its own. */
import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, ProdE2eError } from '../errors.ts';
import type { ReportSource } from '../model.ts';
import type { Formatter, RenderOptions } from './formatters/formatter.ts';
import { loadFormatter } from './formatters/table.ts';

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
  const onStdout = outputs.filter(({ file }) => file === null);
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
  for (const { file } of outputs) if (file !== null) await checkWritable(file);
  return onStdout.length === 1
    ? outputs
    : [...outputs, { formatter: await loadFormatter('pretty'), file: null }];
}

async function checkWritable(file: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await access(path.dirname(file), constants.W_OK);
  } catch (thrown) {
    throw new ProdE2eError(`A report cannot be written to ${file} (${messageOf(thrown)}).`, {
      code: 'REPORT_PATH',
      hints: ['Choose a path in a folder you may write to: --reporter junit=results/junit.xml'],
      cause: thrown,
    });
  }
}

/** How a report looks in a file: no colours, no links. */
const IN_FILE: RenderOptions = { columns: 120, color: false, unicode: true, hyperlinks: false };

/** Writes the file whole or not at all. */
export async function writeReport({
  formatter,
  file,
  source,
}: {
  readonly formatter: Formatter;
  readonly file: string;
  readonly source: ReportSource;
}): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      for await (const piece of formatter.render(source, IN_FILE)) await handle.write(piece);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw new ProdE2eError(
      `The ${formatter.name} report cannot be written to ${file} (${messageOf(thrown)}).`,
      {
        code: 'REPORT_PATH',
        hints: ['The run itself is kept: prod-e2e report show'],
        cause: thrown,
      },
    );
  }
}
