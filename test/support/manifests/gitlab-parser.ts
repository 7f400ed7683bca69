/** A pipeline of GitLab, held against the schema of GitLab's own editor and expanded, by gitlab-ci-local. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ROOT } from '../cli.ts';

export interface GitlabJob {
  readonly stage: string;
  readonly parallel?: number;
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly rules: readonly { readonly if: string; readonly when?: string }[];
  readonly retry?: { readonly max: number; readonly exit_codes: number };
  readonly artifacts: {
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports?: { readonly junit: string };
  };
}

const run = promisify(execFile);
const PROGRAM = path.join(ROOT, 'node_modules', 'gitlab-ci-local', 'dist', 'index.js');
const FOR_NODE_20 = path.join(ROOT, 'test', 'support', 'manifests', 'node-20.mjs');

/** @throws with what is wrong in stderr */
export async function expandedPipeline(text: string): Promise<Readonly<Record<string, GitlabJob>>> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'prod-e2e-gitlab-'));
  try {
    await run('git', ['init', '--quiet', cwd]);
    await writeFile(path.join(cwd, '.gitlab-ci.yml'), text);
    const args = ['--import', FOR_NODE_20, PROGRAM, '--preview'];
    const { stdout } = await run(process.execPath, args, {
      cwd,
      env: { PATH: process.env.PATH ?? '', HOME: cwd, NO_COLOR: '1' },
    });
    return parse(stdout);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
