/** The pipeline of docs/recipes/ci: GitLab's schema takes it, and its jobs do what they say against the sandbox. */
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { SandboxInfo } from '../../../src/lib/sandbox/sandbox.ts';
import { expandedPipeline, type GitlabJob } from '../../support/manifests/gitlab-parser.ts';
import { type Machine, SH, withMachine } from '../../support/manifests/machine.ts';
import { recipe, sentryUrl, store, VERSION, withSandbox } from '../../support/manifests/recipes.ts';
import { readTracesOften } from '../../support/read-traces-often.ts';

const TEXT = recipe('gitlab-ci.yml');

/** One start of gitlab-ci-local for all tests. */
let expanded: ReturnType<typeof expandedPipeline> | undefined;

async function jobs() {
  expanded ??= expandedPipeline(TEXT);
  const { 'production-e2e': shard, 'production-e2e-report': report } = await expanded;
  if (shard === undefined || report === undefined) throw new Error('the jobs have other names');
  return { shard, report };
}

it('is a valid GitLab pipeline', async () => {
  await expect(jobs()).resolves.toBeDefined();
  // The judge is awake.
  await expect(expandedPipeline(TEXT.replace('parallel: 3', 'paralel: 3'))).rejects.toThrow('paralel');
});

/** As a runner does: artifacts of earlier stages, all lines in one shell that stops at the first that fails, its artifacts. */
async function runJob(job: GitlabJob, options: { machine: Machine; name: string; env: SandboxEnv }) {
  const { machine, name, env } = options;
  const [cwd, artifacts] = [path.join(machine.home, name), path.join(machine.home, 'artifacts')];
  const own = path.join(artifacts, job.stage);
  await Promise.all([cwd, own].map((folder) => mkdir(folder, { recursive: true })));
  for (const stage of await readdir(artifacts)) {
    // What a job of the same stage leaves meanwhile is not for this one.
    if (stage !== job.stage) await cp(path.join(artifacts, stage), cwd, { recursive: true });
  }
  const script = ['set -e', ...(job.before_script ?? []), ...job.script].join('\n');
  const result = await machine.run(script, { cwd, env, shell: SH });
  const kept = job.artifacts.paths.map((glob) => new RegExp(`^${glob.replace('*', '.*')}$`));
  for (const file of await readdir(cwd)) {
    if (kept.some((pattern) => pattern.test(file))) await cp(path.join(cwd, file), path.join(own, file));
  }
  return result;
}

type SandboxEnv = Readonly<Record<string, string>>;
const pipeline = (info: SandboxInfo): SandboxEnv => ({
  ...{ CI: 'true', GITLAB_CI: 'true', CI_PIPELINE_ID: '4711', ...store(info), ...sentryUrl(info) },
});

it('is split by parallel, and merged with a JUnit report', async () => {
  const { shard, report } = await jobs();
  await withSandbox([], (info) =>
    withMachine(async (machine) => {
      await readTracesOften(machine);
      const total = shard.parallel ?? 0;
      const shards = await Promise.all(
        Array.from({ length: total }, (_, at) =>
          runJob(shard, {
            machine,
            name: `shard-${at}`,
            env: { ...pipeline(info), CI_NODE_INDEX: String(at + 1), CI_NODE_TOTAL: String(total) },
          }),
        ),
      );
      expect(
        shards.map(({ exitCode }) => exitCode),
        shards.map(({ stderr }) => stderr).join(),
      ).toEqual([0, 0, 0]);
      // Without parallel GitLab says that there is one.
      const merged = await runJob(report, {
        machine,
        name: 'report',
        env: { ...pipeline(info), CI_NODE_TOTAL: '1' },
      });
      expect(merged.exitCode, merged.stderr).toBe(0);
      expect(merged.stdout).toContain('Total Tests: 18');
      const junit = await readFile(
        path.join(machine.home, 'report', report.artifacts.reports?.junit ?? ''),
        'utf8',
      );
      expect(junit).toContain('tests="18"');
      expect(new Set(await machine.installs())).toEqual(new Set([`install --global prod-e2e@${VERSION}`]));
      expect(await machine.calls()).toHaveLength(4);
    }),
  );
});

it('is retried only if nothing responded, and reported even if shards fail', async () => {
  const { shard, report } = await jobs();
  expect(shard.retry).toEqual({ max: 1, exit_codes: 3 });
  expect(shard.artifacts.when).toBe('always');
  expect(report.rules.map(({ when }) => when)).toEqual(['always', 'always']);
  expect(shard.rules.map((rule) => rule.if)).toEqual(report.rules.map((rule) => rule.if));
  await withMachine(async (machine) => {
    const env = {
      ...{ CI: 'true', GITLAB_CI: 'true', CI_PIPELINE_ID: '4711', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '3' },
      // A port on which nobody listens.
      PRODUCTION_URL: 'http://127.0.0.1:9/webhook',
    };
    const { exitCode } = await runJob(shard, { machine, name: 'shard', env });
    expect(exitCode).toBe(shard.retry?.exit_codes);
  });
});
