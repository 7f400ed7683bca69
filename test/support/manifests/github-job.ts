/** Runs the jobs of a workflow of GitHub Actions, as far as the recipes use them: shell steps and artifacts. */
import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { BASH, type Machine } from './machine.ts';

export interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

export interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

export interface GithubRunner {
  readonly machine: Machine;
  /** A folder for what jobs hand to each other. */
  readonly artifacts: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Expression → its value; one that is not there is an error of the test. */
  readonly values: Readonly<Record<string, string>>;
}

const NOT_CANCELLED = '${{ !cancelled() }}';
/** What they do was done before the test began. */
const GIVEN = ['actions/checkout', 'actions/setup-node'];

export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`nothing is known of ${expression}`);
    return value;
  });
}

/** @returns the first exit code that is not 0, and everything printed */
export async function runJob(job: Job, runner: GithubRunner): Promise<{ exitCode: number; output: string }> {
  let [exitCode, output] = [0, ''];
  await mkdir(runner.cwd, { recursive: true });
  for (const step of job.steps) {
    if (step.if !== undefined && step.if !== NOT_CANCELLED) throw new Error(`unknown condition ${step.if}`);
    if (exitCode !== 0 && step.if === undefined) continue;
    if (step.run === undefined) {
      await useAction(step, runner);
      continue;
    }
    const env = Object.entries({ ...job.env, ...step.env });
    const result = await runner.machine.run(step.run, {
      cwd: runner.cwd,
      shell: BASH,
      env: {
        ...runner.env,
        ...Object.fromEntries(env.map(([name, value]) => [name, filled(value, runner.values)])),
      },
    });
    exitCode = exitCode === 0 ? (result.exitCode ?? 1) : exitCode;
    output += result.stdout + result.stderr;
  }
  return { exitCode, output };
}

async function useAction({ uses = '', with: given = {} }: Step, { artifacts, cwd, values }: GithubRunner) {
  const input = (name: string) => filled(String(given[name] ?? ''), values);
  const [action = ''] = uses.split('@');
  if (action === 'actions/upload-artifact') {
    const from = path.join(cwd, input('path'));
    await cp(from, path.join(artifacts, input('name'), path.basename(from)));
  } else if (action === 'actions/download-artifact') {
    const begin = input('pattern').replace(/\*$/, '');
    for (const name of await readdir(artifacts)) {
      if (!name.startsWith(begin)) continue;
      await cp(path.join(artifacts, name), path.join(cwd, input('path'), name), { recursive: true });
    }
  } else if (!GIVEN.includes(action)) throw new Error(`unknown action ${uses}`);
}
