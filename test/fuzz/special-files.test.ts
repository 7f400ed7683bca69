/** Pipes, devices, sockets, folders and links where a file is expected: an error with exit code 2, or skipped; nothing waits for them. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import { readReport } from '../../src/lib/library/reports.ts';
import { run } from '../../src/lib/library/run.ts';
import { lateProblems } from '../../src/lib/preflight/late-problems.ts';
import { openSource } from '../../src/lib/replay/source.ts';
import { findBaseline } from '../../src/lib/report/compare/baseline.ts';
import { readHeads, savedRuns } from '../../src/lib/report/history/history.ts';
import { readCleanupState } from '../../src/lib/report/store/cleanup/state.ts';
import { pruneRuns } from '../../src/lib/report/store/prune.ts';
import { runsFolder } from '../../src/lib/report/store/store.ts';
import { type Handler, withTarget } from '../support/target.ts';
import { fuzz } from './support/fuzz.ts';

const KINDS = [
  'pipe',
  'socket',
  'folder',
  'device',
  'link to a pipe',
  'link to itself',
  'link to nothing',
] as const;
type Kind = (typeof KINDS)[number];

let folder = '';
/** Made once, since a process makes it; each case gets a hard link. */
let pipe = '';
let socket = '';
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'prod-e2e-fuzz-'));
  pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  socket = path.join(folder, 'socket');
  server = createServer().listen(socket);
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(file: string, kind: Kind): void {
  rmSync(file, { recursive: true, force: true });
  mkdirSync(path.dirname(file), { recursive: true });
  if (kind === 'pipe') linkSync(pipe, file);
  else if (kind === 'socket') linkSync(socket, file);
  else if (kind === 'folder') mkdirSync(file);
  else if (kind === 'device') symlinkSync('/dev/zero', file);
  else if (kind === 'link to a pipe') symlinkSync(pipe, file);
  else if (kind === 'link to itself') symlinkSync(path.basename(file), file);
  else symlinkSync('nowhere', file);
}

async function inFolder<Result>(use: (root: string) => Promise<Result>): Promise<Result> {
  const root = mkdtempSync(path.join(folder, 'case-'));
  try {
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const kind = fc.constantFrom(...KINDS);

/** Where a command reads a file, and what says so in its config. */
const INPUTS: Readonly<Record<string, string>> = {
  'prod-e2e.config.yaml': '',
  'prod-e2e.config.mjs': '',
  '.prod-e2erc': '',
  '.config/prod-e2erc.json': '',
  'named.yaml': '',
  'value.txt': 'headers: { X: "${file:value.txt}" }',
  'schema.json': 'payloadSchema: schema.json',
};

fuzz('an invalid config file is an error with exit code 2', {
  surface: 'config',
  runs: 60,
  share: 0.05,
  input: fc.tuple(fc.constantFrom(...Object.keys(INPUTS)), kind),
  check: ([input, made]) =>
    inFolder(async (root) => {
      const content = INPUTS[input] ?? '';
      if (content !== '')
        writeFileSync(path.join(root, 'prod-e2e.config.yaml'), `scenarios: [{ name: A }]\n${content}`);
      put(path.join(root, input), made);
      const resolving = resolveConfig({
        ...{ flags: {}, env: {}, cwd: root, home: root, userConfigDir: root, profile: null },
        configFile: input === 'named.yaml' ? input : null,
        check: lateProblems({ replay: 'read', env: {}, sandbox: false, dataDir: () => root }),
      });
      await expect(resolving).rejects.toMatchObject({
        code: expect.stringMatching(/^(CONFIG_INVALID|SCHEMA_FILE)$/),
        oclif: { exit: 2 },
      });
      await expect(resolving).rejects.toThrow(path.basename(input));
    }),
});

fuzz('payloads that are not a regular file are read as a stream until a signal, or are an error', {
  surface: 'replayed files',
  runs: 30,
  share: 0.02,
  // A device that never ends is read up to the limit of what is piped, a gigabyte.
  input: kind.filter((made) => made !== 'device'),
  check: (made) =>
    inFolder(async (root) => {
      const file = path.join(root, 'payloads.ndjson');
      put(file, made);
      const stop = new AbortController();
      const opening = openSource(file, { stdin: process.stdin, stop: stop.signal });
      stop.abort('SIGTERM');
      await expect(opening).rejects.toMatchObject(
        made.endsWith('pipe')
          ? { code: 'INTERRUPTED', oclif: { exit: 143 } }
          : { code: 'REPLAY_FILE', oclif: { exit: 2 } },
      );
    }),
});

fuzz('a report that is not a file is an error with exit code 2', {
  surface: 'stored runs',
  runs: 30,
  share: 0.05,
  input: kind,
  check: (made) =>
    inFolder(async (root) => {
      const file = path.join(root, 'report.json');
      put(file, made);
      const reading = findBaseline({ dataDir: root, reference: file, like: null, before: null });
      await expect(reading).rejects.toMatchObject({ oclif: { exit: 2 } });
      await expect(reading).rejects.toBeInstanceOf(ProdE2eError);
    }),
});

/** Refuses to remove anything, so that clean-up records stay. */
const handler: Handler = ({ method, url }, response) => {
  response.statusCode = method === 'DELETE' || url.startsWith('/broken') ? 500 : 200;
  response.setHeader('content-type', 'application/json');
  response.end('{"id":1}');
};

const configOf = (url: string, dataDir: string, way: string) => ({
  ...{ url: `${url}${way}`, dataDir, count: 1, payload: { id: 1 }, scenarios: [{ name: 'A' }] },
  cleanup: { url: '{{origin}}/{{response.id}}' },
  notify: [{ type: 'slack' as const, url: `${url}/alerts` }],
});

/** All that a command of the tool keeps: the files of two runs, of which one failed, their order, and what alerts were sent. */
async function filledDataFolder(root: string): Promise<readonly string[]> {
  await withTarget(handler, async ({ url }) => {
    for (const way of ['/fine', '/broken']) await run(configOf(url, root, way));
  });
  return readdirSync(root, { recursive: true }).map(String).toSorted();
}

let template: string | null = null;
let names: readonly string[] = [];

fuzz('a data folder with invalid entries is read and written, and the rest of it counts', {
  surface: 'stored runs',
  runs: 20,
  share: 0.02,
  input: fc.array(fc.tuple(fc.nat(), kind), { minLength: 1, maxLength: 4 }),
  check: async (replaced) => {
    if (template === null) {
      template = path.join(folder, 'template');
      mkdirSync(template);
      names = await filledDataFolder(template);
      for (const part of ['run-order.txt', 'run.json', 'results.ndjson', 'cleanup.ndjson', 'alerts'])
        expect(names.join('\n')).toContain(part);
    }
    const from = template;
    await inFolder(async (root) => {
      cpSync(from, root, { recursive: true });
      for (const [at, made] of replaced) {
        const name = names[at % names.length] ?? '';
        // Within what was replaced by something else there is no place any more.
        try {
          put(path.join(root, name), made);
        } catch {}
      }
      const orError = (work: Promise<unknown>) =>
        work.catch((thrown: unknown) => {
          expect(thrown).toBeInstanceOf(ProdE2eError);
          expect(thrown).toMatchObject({ oclif: { exit: 2 } });
          return null;
        });
      const ids = await orError(savedRuns(root));
      for (const id of Array.isArray(ids) ? ids : []) {
        await orError(readReport(id, { dataDir: root }));
        await orError(readCleanupState(path.join(runsFolder(root), id)));
      }
      const heads = async () => {
        for await (const head of readHeads(root, () => {})) expect(head).toHaveProperty('runId');
      };
      await orError(heads());
      await orError(findBaseline({ dataDir: root, reference: 'last-green', like: null, before: null }));
      await withTarget(handler, async ({ url, requests }) => {
        await orError(run(configOf(url, root, '/broken')));
        expect(requests.filter(({ url: way }) => way === '/broken').length).toBeLessThanOrEqual(1);
      });
      await orError(pruneRuns(root, { keep: 1, own: '' }));
    });
  },
});
