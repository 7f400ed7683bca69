/** What every command needs from the machine: a working directory, and folders for its data and the user's config. */
import { lstatSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { codeOf, ProdE2eError } from '../errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type FolderKind = 'DATA' | 'CONFIG' | 'CACHE';

/** @throws ProdE2eError `CWD_GONE` where it has been deleted */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new ProdE2eError('The working directory no longer exists.', {
      code: 'CWD_GONE',
      hints: ['Change to a folder that exists, and run the command there.'],
      cause,
    });
  }
}

/**
 * The folders have the names that oclif gives them. Missing ones are created when they are needed.
 * @throws ProdE2eError `CWD_GONE`, `FOLDER_UNUSABLE`
 */
export function checkEnvironment(kinds: readonly FolderKind[], env: Env = process.env): void {
  workingFolder();
  for (const kind of kinds) checkFolder(kind, env);
}

function checkFolder(kind: FolderKind, env: Env): void {
  const own = `PROD_E2E_${kind}_DIR`;
  const xdg = `XDG_${kind}_HOME`;
  const variable = env[own] ? own : env[xdg] ? xdg : 'HOME';
  // On Windows, the home folder is the user's profile, which the system sets.
  if (variable === 'HOME' && process.platform === 'win32') return;
  const problem = problemWith(variable, env);
  if (problem === null) return;
  throw new ProdE2eError(`The ${kind.toLowerCase()} folder cannot be used: ${problem}.`, {
    code: 'FOLDER_UNUSABLE',
    hints: [`Set ${variable === own ? own : `${variable} or ${own}`} to the absolute path of a folder.`],
  });
}

function problemWith(variable: string, env: Env): string | null {
  const named = env[variable] ?? accountHome();
  if (named === null) return `${variable} is not set, and this user has no home folder`;
  if (named === '') return `${variable} is empty`;
  const isOwn = variable.startsWith('PROD_E2E_');
  if (!isOwn && !path.isAbsolute(named)) return `${variable} is not an absolute path (got ${named})`;
  // A problem below our own folder is not an environment problem: the run is reported, but not saved.
  const blocked = blockedBy(path.resolve(named));
  return blocked === null ? null : `${blocked} (from ${variable})`;
}

function accountHome(): string | null {
  try {
    return userInfo().homedir;
  } catch {
    // A container may run as a user id without an account.
    return null;
  }
}

/** Why the folder cannot be created: it, or the nearest existing path above it, is not a folder. */
function blockedBy(folder: string): string | null {
  try {
    return statSync(folder).isDirectory() ? null : `${folder} is not a folder`;
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') return null;
    if (isLink(folder)) return `${folder} is a link to something that does not exist`;
    const above = path.dirname(folder);
    return above === folder ? null : blockedBy(above);
  }
}

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}
