/** The configuration of docs/recipes/ci for CircleCI, whose schema no package has: what it refers to is there, and it works. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { BASH, type Machine, withMachine } from '../../support/manifests/machine.ts';
import { recipe, sentryUrl, store, VERSION, withSandbox } from '../../support/manifests/recipes.ts';
import { readTracesOften } from '../../support/read-traces-often.ts';

/** https://circleci.com/docs/configuration-reference/#steps */
interface StepBodies {
  readonly run: string;
  readonly persist_to_workspace: { readonly root: string; readonly paths: readonly string[] };
  readonly attach_workspace: { readonly at: string };
  readonly store_test_results: { readonly path: string };
  readonly store_artifacts: { readonly path: string };
}
type Step = string | Partial<StepBodies>;

interface CircleJob {
  readonly executor: string;
  readonly parallelism?: number;
  readonly steps: readonly Step[];
}

interface CircleConfig {
  readonly version: number;
  readonly executors: Readonly<Record<string, { readonly docker: readonly { readonly image: string }[] }>>;
  readonly commands: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
  readonly jobs: Readonly<Record<'shards' | 'report', CircleJob>>;
  readonly workflows: Readonly<
    Record<
      string,
      {
        readonly jobs: readonly Readonly<
          Record<string, { readonly requires?: readonly string[]; readonly context?: string }>
        >[];
      }
    >
  >;
}

const TEXT = recipe('circleci.yml');
const config: CircleConfig = parse(TEXT);
const STEPS = ['run', 'persist_to_workspace', 'attach_workspace', 'store_test_results', 'store_artifacts'];

/** Commands in place of their names. */
const stepsOf = ({ steps }: { readonly steps: readonly Step[] }): readonly Step[] =>
  steps.flatMap((step) =>
    typeof step === 'string' && config.commands[step] !== undefined ? config.commands[step].steps : [step],
  );

it('refers only to existing items and steps', () => {
  expect(Object.keys(config).toSorted()).toEqual(['commands', 'executors', 'jobs', 'version', 'workflows']);
  expect(config.version).toBe(2.1);
  for (const job of Object.values(config.jobs)) {
    expect(Object.keys(job).filter((key) => !['executor', 'parallelism', 'steps'].includes(key))).toEqual([]);
    expect(config.executors).toHaveProperty(job.executor);
    for (const step of stepsOf(job)) {
      if (typeof step === 'string') expect(step).toBe('checkout');
      else for (const name of Object.keys(step)) expect(STEPS).toContain(name);
    }
  }
  const [first, second] = config.workflows['production-e2e']?.jobs ?? [];
  expect(first).toEqual({ shards: { context: 'prod-e2e' } });
  expect(second).toEqual({ report: { requires: ['shards'] } });
});

async function runJob(
  job: CircleJob,
  options: {
    readonly machine: Machine;
    readonly name: string;
    readonly env: Readonly<Record<string, string>>;
  },
) {
  const { machine, name, env } = options;
  const [cwd, workspace] = [path.join(machine.home, name), path.join(machine.home, 'workspace')];
  await Promise.all([cwd, workspace].map((folder) => mkdir(folder, { recursive: true })));
  let [exitCode, output] = [0, ''];
  for (const step of stepsOf(job)) {
    if (typeof step === 'string' || exitCode !== 0) continue;
    if (step.run !== undefined) {
      const result = await machine.run(step.run, { cwd, env, shell: BASH });
      exitCode = result.exitCode ?? 1;
      output += result.stdout + result.stderr;
    }
    for (const sub of step.persist_to_workspace?.paths ?? []) {
      // Another container may do the same at this moment, and cp fails over a folder that appears meanwhile.
      await mkdir(path.join(workspace, sub), { recursive: true });
      await cp(path.join(cwd, sub), path.join(workspace, sub), { recursive: true });
    }
    if (step.attach_workspace !== undefined) await cp(workspace, cwd, { recursive: true });
  }
  return { exitCode, output, cwd };
}

it('is split across containers, whose failures the merge reports', async () => {
  await withSandbox(['CHOP=status:500'], (info) =>
    withMachine(async (machine) => {
      await readTracesOften(machine);
      const env = { CI: 'true', CIRCLECI: 'true', CIRCLE_WORKFLOW_ID: 'w-1', ...sentryUrl(info) };
      const total = config.jobs.shards.parallelism ?? 0;
      const shards = await Promise.all(
        Array.from({ length: total }, (_, at) =>
          runJob(config.jobs.shards, {
            machine,
            name: `container-${at}`,
            env: { ...env, ...store(info), CIRCLE_NODE_INDEX: String(at), CIRCLE_NODE_TOTAL: String(total) },
          }),
        ),
      );
      for (const { exitCode, output } of shards) {
        expect(exitCode, output).toBe(0);
        expect(output).toContain('exit code 1, reported by the merge');
      }
      const single = { CIRCLE_NODE_INDEX: '0', CIRCLE_NODE_TOTAL: '1' };
      const report = await runJob(config.jobs.report, {
        machine,
        name: 'report',
        env: { ...env, ...single },
      });
      expect(report.exitCode, report.output).toBe(1);
      expect(report.output).toContain('Total Tests: 18');
      expect(await readFile(path.join(report.cwd, 'results', 'junit.xml'), 'utf8')).toContain('failures="3"');
      expect(new Set(await machine.installs())).toEqual(
        new Set([`install --global --prefix ${machine.home}/.local prod-e2e@${VERSION}`]),
      );
      expect((await machine.calls()).map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
    }),
  );
});
