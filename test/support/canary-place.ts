/** The program with every canary in its place, and a target and a Sentry that quote all of them. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { FORMATTERS } from '../../src/lib/report/formatters/table.ts';
import { CANARIES, type CanaryName, canariesIn, canary, leaksIn } from './canaries.ts';
import { type CanaryProject, canaryProject } from './canary-project.ts';
import { type CanaryServers, withCanaryServers } from './canary-servers.ts';
import { type CliOptions, type CliResult, withCli } from './cli.ts';

/** The canary that is given on the command line. */
export const HEADER_FLAG = ['-H', `x-flag-token: ${canary('headerOfFlag')}`] as const;

export interface CanaryPlace extends CanaryServers {
  readonly home: string;
  readonly project: CanaryProject;
  /** Runs the program with every canary in its place, and with DEBUG; nothing of them may come out of it. */
  readonly silent: (args: readonly string[], options?: CliOptions) => Promise<CliResult>;
}

/** @param servers.firstNumber see {@link withCanaryServers} */
export async function withCanaries(
  use: (place: CanaryPlace) => Promise<void>,
  servers: { readonly firstNumber?: number } = {},
): Promise<void> {
  await withCanaryServers(
    (started) =>
      withCli(async ({ run, home }) => {
        const project = await canaryProject(home, started);
        try {
          const silent = async (args: readonly string[], { env = {}, ...options }: CliOptions = {}) => {
            const all = { DEBUG: '*', ...project.env, ...env };
            const result = await run(args, { cwd: project.cwd, env: all, ...options });
            const leaks = [...leaksIn(result.stdout), ...leaksIn(result.stderr)];
            expect(leaks, args.join(' ').slice(0, 200)).toEqual([]);
            return result;
          };
          await use({ ...started, home, project, silent });
          await expectSilentFiles(home);
        } finally {
          await rm(project.cwd, { recursive: true, force: true });
        }
      }),
    servers,
  );
}

/** Nothing below the folder holds a canary, and nobody else can read it. */
async function expectSilentFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const { mode } = await stat(file);
    const open = entry.name === 'prod-e2e.config.yaml' ? 0o022 : 0o077;
    expect(`${file} ${(mode & open).toString(8)}`).toBe(`${file} 0`);
    if (entry.isFile()) expect(leaksIn(await readFile(file, 'utf8')), file).toEqual([]);
  }
}

/** All formats there are, each into a file of its own. */
export function intoFiles(home: string, run: string): readonly string[] {
  return Object.keys(FORMATTERS).flatMap((name) => ['-r', `${name}=${home}/out/${run}.${name}`]);
}

export const RECORDING = ['target', 'ingest', 'api'] as const;
export type RecordingParty = (typeof RECORDING)[number];

/** The canaries that belong to a recording server. */
export function ownOf(party: RecordingParty): readonly CanaryName[] {
  return CANARIES.filter(({ goesTo }) => (goesTo as readonly string[]).includes(party)).map(
    ({ name }) => name,
  );
}

/** What each recording server got of the canaries: its own and no others. */
export function expectNothingStrange({ atTarget, atIngest, atApi }: CanaryServers) {
  const got = {
    target: canariesIn(atTarget()),
    ingest: canariesIn(atIngest()),
    api: canariesIn(atApi()),
  };
  for (const party of RECORDING) {
    const own = ownOf(party);
    const strange = got[party].filter((name) => !own.includes(name));
    expect(strange, party).toEqual([]);
  }
  return got;
}
