/** Implements `prod-e2e init`: turns answers, from flags or questions, into a config file. */
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { usualUmask } from '../cli/private-files.ts';
import { watchSignals } from '../cli/signals.ts';
import { codeOf, ProdE2eError } from '../errors.ts';
import { secretsInUrl } from '../secrets/urls.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { askAll } from './questions.ts';
import { starterConfig, variablesOf } from './starter.ts';
import type { StarterAnswers } from './starter-answers.ts';

/** Readable by other members of the project: it contains no secrets. */
const CONFIG_MODE = 0o644;

export interface InitInput {
  /** Null: ask for them. */
  readonly given: StarterAnswers | null;
  readonly output: string;
  readonly force: boolean;
  /** Folder of the installed package. */
  readonly root: string;
  /** The terminal of stderr, where questions are printed. */
  readonly screen: Terminal;
}

export interface Written {
  readonly file: string;
  /** Required variables that are not set here. */
  readonly unset: readonly string[];
  /** The URL was not written, because it contains a secret. */
  readonly urlLeftOut: boolean;
}

/** @throws ProdE2eError `INIT_FILE`, `INTERRUPTED` */
export async function writeStarter(input: InitInput): Promise<Written> {
  const file = path.resolve(input.output);
  const isNew = (await stat(file).catch(() => null)) === null;
  if (!isNew && !input.force) throw exists(file);
  const answers = input.given ?? (await asked(input.screen));
  const urlLeftOut = answers.url !== null && secretsInUrl(answers.url).length > 0;
  const url = urlLeftOut ? '${env:PRODUCTION_URL}' : answers.url;
  const text = starterConfig({ ...answers, url }, await recipeOf(answers, input.root));
  try {
    await writeFile(file, text, { flag: input.force ? 'w' : 'wx' });
    if (isNew) await chmod(file, CONFIG_MODE & ~usualUmask());
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') throw exists(file);
    throw new ProdE2eError(`Cannot write ${file} (${codeOf(thrown)}).`, {
      code: 'INIT_FILE',
      hints: ['Choose another file with --output.'],
      cause: thrown,
    });
  }
  const unset = variablesOf(text).filter((name) => (process.env[name] ?? '') === '');
  return { file, unset, urlLeftOut };
}

async function asked(screen: Terminal): Promise<StarterAnswers> {
  const signals = watchSignals();
  try {
    return await askAll({ screen, stop: signals.stop, write: (text) => process.stderr.write(text) });
  } finally {
    signals.unwatch();
  }
}

async function recipeOf({ recipe }: StarterAnswers, root: string): Promise<string | null> {
  if (recipe === null) return null;
  return readFile(path.join(root, 'docs', 'recipes', `${recipe}.yaml`), 'utf8');
}

function exists(file: string): ProdE2eError {
  return new ProdE2eError(`${file} already exists.`, {
    code: 'INIT_FILE',
    hints: [
      'Replace it with --force, or choose another file with --output.',
      'What it configures now: prod-e2e config show',
    ],
  });
}

/** The next steps, in order; comments only if they fit. @param options.config ` --config FILE` unless the file is found automatically */
export function nextCommands(
  { unset }: Written,
  { config, columns }: { readonly config: string; readonly columns: number },
): readonly string[] {
  const commands = [
    [`prod-e2e config show${config}`, 'effective values and where they come from'],
    [`prod-e2e doctor${config}`, 'check every link of the chain, with one webhook'],
    [`prod-e2e run${config} --dry-run`, 'show the exact requests; nothing is sent'],
    [`prod-e2e run${config}`, 'send, judge, report'],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    ...(unset.length === 0 ? [] : [`First set the variables it reads: ${unset.join(', ')}.`]),
    'Next:',
    ...commands.map(([command, does]) => {
      const line = `  ${command.padEnd(width)}  # ${does}`;
      return line.length <= columns ? line : `  ${command}`;
    }),
  ];
}
