/** The manifests of docs/recipes/ci for Kubernetes: its API takes them, and their containers do what they say. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/lib/errors.ts';
import type { SandboxInfo } from '../../../src/lib/sandbox/sandbox.ts';
import {
  type Container,
  documentsOf,
  type JobSpec,
  type Manifest,
  manifestProblems,
  started,
} from '../../support/manifests/kubernetes.ts';
import { type Machine, withMachine } from '../../support/manifests/machine.ts';
import { recipe, sentryUrl, store, VERSION, withSandbox } from '../../support/manifests/recipes.ts';
import { readTracesOften } from '../../support/read-traces-often.ts';

const NAMES = [
  'kubernetes-cronjob.yaml',
  'kubernetes-indexed-job.yaml',
  'kubernetes-merge-job.yaml',
] as const;

function jobOf(name: (typeof NAMES)[number]): JobSpec {
  const manifest = documentsOf(recipe(name)).find(({ kind }) => kind.endsWith('Job'));
  const spec = manifest?.spec.jobTemplate?.spec ?? manifest?.spec;
  if (spec === undefined) throw new Error(`${name} has no job`);
  return spec;
}

function containerOf(spec: JobSpec): Container {
  const [container, ...more] = spec.template.spec.containers;
  if (container === undefined || more.length > 0) throw new Error('one container is expected');
  return container;
}

const [cronJob, shards, merge] = [jobOf(NAMES[0]), jobOf(NAMES[1]), jobOf(NAMES[2])];

it('are accepted by the Kubernetes API', async () => {
  const all = NAMES.flatMap((name) => documentsOf(recipe(name)));
  expect(all.map(({ kind }) => kind)).toEqual([
    ...['PersistentVolumeClaim', 'CronJob', 'PersistentVolumeClaim', 'Job', 'Job'],
  ]);
  // The judges are awake: one for values, one for keys.
  const broken = (from: string, to: string): readonly Manifest[] => {
    const text = recipe(NAMES[1]);
    expect(text).toContain(from);
    return documentsOf(text.replace(from, to));
  };
  const [problems, ...awake] = await manifestProblems([
    all,
    broken('completions: 3', 'completions: three'),
    broken('backoffLimitPerIndex:', 'backOffLimitPerIndex:'),
    broken('name: prod-e2e\n          image', 'nam: x\n          image'),
  ]);
  expect(problems).toEqual([]);
  for (const found of awake) expect(found).not.toEqual([]);
});

describe('exit codes', () => {
  const rules = (spec: JobSpec) =>
    (spec.podFailurePolicy?.rules ?? []).flatMap(({ action, onExitCodes }) =>
      (onExitCodes?.values ?? []).map((code): [number, string] => [code, action]),
    );

  it('end a job if they are a result, and only "the target did not respond" is retried', () => {
    const { ok, unreachable, incompleteMerge, interrupted, terminated, ...verdicts } = EXIT;
    const codes = Object.values(verdicts).toSorted((a, b) => a - b);
    for (const spec of [cronJob, shards]) {
      const found = rules(spec).toSorted(([a], [b]) => a - b);
      expect(found.map(([code]) => code)).toEqual(codes);
      for (const { onExitCodes } of spec.podFailurePolicy?.rules ?? []) {
        expect(onExitCodes?.containerName ?? 'prod-e2e').toBe(containerOf(spec).name);
      }
    }
    const actions = Object.fromEntries(rules(shards));
    const { usage, bug, ...found } = verdicts;
    expect([usage, bug].map((code) => actions[code])).toEqual(['FailJob', 'FailJob']);
    expect(new Set(Object.values(found).map((code) => actions[code]))).toEqual(new Set(['FailIndex']));
  });
});

it('have one valid schedule, one image, and secrets from a secret', () => {
  const { spec } = documentsOf(recipe(NAMES[0])).find(({ kind }) => kind === 'CronJob') ?? {};
  expect(new Cron(spec?.schedule ?? '', { mode: '5-part', paused: true }).nextRuns(2)).toHaveLength(2);
  for (const job of [cronJob, shards, merge]) {
    expect(containerOf(job).image).toBe(`registry.example.com/prod-e2e:${VERSION}`);
  }
  for (const job of [cronJob, shards]) {
    expect(containerOf(job).envFrom).toEqual([{ secretRef: { name: 'prod-e2e' } }]);
  }
  const dockerfile = recipe('Dockerfile');
  expect(dockerfile).toContain(`ARG PACKAGE=prod-e2e@${VERSION}\nRUN npm install --global "$PACKAGE"\n`);
  expect(dockerfile).toContain('ENTRYPOINT ["prod-e2e"]');
});

interface Pod {
  readonly machine: Machine;
  readonly container: Container;
  readonly secret?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
  readonly uid?: string;
}

/** The container's words, handed to the system as they are. */
async function runPod({ machine, container, secret = {}, set = {}, uid = 'uid-1' }: Pod) {
  const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
  const volumes = Object.fromEntries(mounts.map((mount) => [mount, path.join(machine.home, mount)]));
  await Promise.all(Object.values(volumes).map((folder) => mkdir(folder, { recursive: true })));
  const fields = { "metadata.labels['batch.kubernetes.io/controller-uid']": uid };
  const { env, words } = started(container, { secret, set, fields, volumes });
  const [command = '', ...args] = words;
  // Through env, so that the words are not read by a shell.
  return machine.run(args.at(-1) ?? '', {
    ...{ env: { ...env, ...set }, cwd: machine.home },
    shell: ['env', command, ...args.slice(0, -1)],
  });
}

const secretOf = (info: SandboxInfo) => ({ ...store(info), ...sentryUrl(info) });

it('run by schedule with a history to compare with', async () => {
  await withSandbox([], (info) =>
    withMachine(async (machine) => {
      await mkdir(path.join(machine.home, 'config'));
      await writeFile(path.join(machine.home, 'config', 'prod-e2e.config.yaml'), 'count: 2\n');
      // Without the token: the traces are not what this is about.
      const { SENTRY_AUTH_TOKEN: _, ...secret } = secretOf(info);
      const pod = { machine, container: containerOf(cronJob), secret };
      const first = await runPod(pod);
      expect(first.exitCode, first.stderr).toBe(0);
      const second = await runPod(pod);
      expect(second.exitCode, second.stderr).toBe(0);
      const nothingYet = /there\s+is\s+nothing\s+to\s+compare/;
      expect([first.stdout, second.stdout].map((text) => nothingYet.test(text))).toEqual([true, false]);
      expect(await readdir(path.join(machine.home, 'history', 'runs'))).toHaveLength(2);
    }),
  );
});

it('split a run across the pods of an Indexed Job, and merge the results', async () => {
  const container = containerOf(shards);
  const total = container.env?.find(({ name }) => name === 'PROD_E2E_SHARD_TOTAL')?.value;
  expect([shards.completions, shards.parallelism]).toEqual([Number(total), Number(total)]);
  await withSandbox(['CHOP=status:500'], (info) =>
    withMachine(async (machine) => {
      await readTracesOften(machine);
      // Of an earlier job; the merge takes the latest.
      await mkdir(path.join(machine.home, 'shards', 'run-uid-0', 'x'), { recursive: true });
      const pods = await Promise.all(
        [0, 1, 2].map((index) =>
          runPod({
            machine,
            container,
            secret: secretOf(info),
            set: { JOB_COMPLETION_INDEX: String(index) },
          }),
        ),
      );
      expect(
        pods.map(({ exitCode }) => exitCode),
        pods.map(({ stderr }) => stderr).join(),
      ).toEqual([1, 1, 1]);
      const folder = path.join(machine.home, 'shards', 'run-uid-1');
      expect((await readdir(folder)).toSorted()).toEqual(['0.json', '1.json', '2.json']);
      const merged = await runPod({ machine, container: containerOf(merge) });
      expect(merged.exitCode, merged.stderr).toBe(1);
      expect(merged.stdout).toContain('Total Tests: 18');
      expect(await readFile(path.join(folder, 'report.html'), 'utf8')).toContain('CHOP');
      await rm(path.join(folder, '1.json'));
      const lacking = await runPod({ machine, container: containerOf(merge) });
      expect(lacking.exitCode).toBe(EXIT.incompleteMerge);
      expect(lacking.stdout).toContain('Shard 2 is missing');
    }),
  );
});
