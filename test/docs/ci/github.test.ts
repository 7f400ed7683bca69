/** The workflow of docs/recipes/ci: GitHub's own parser takes it, and its jobs do what they say against the sandbox. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { filled, type GithubRunner, type Job, runJob } from '../../support/manifests/github-job.ts';
import { workflowErrors } from '../../support/manifests/github-parser.ts';
import { type Machine, withMachine } from '../../support/manifests/machine.ts';
import { recipe, sentryUrl, store, VERSION, withSandbox } from '../../support/manifests/recipes.ts';
import { readTracesOften } from '../../support/read-traces-often.ts';

const TEXT = recipe('github-actions.yml');
const { jobs } = parse(TEXT) as { readonly jobs: Readonly<Record<'shard' | 'merge', Job>> };

it('is a valid GitHub workflow', async () => {
  expect(await workflowErrors(TEXT)).toEqual([]);
  // The judge is awake.
  expect(await workflowErrors(TEXT.replace('needs: shard', 'needs: shards'))).not.toEqual([]);
  expect(await workflowErrors(TEXT.replace('secrets.', 'secret.'))).not.toEqual([]);
});

it('passes values to scripts only in variables', () => {
  const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  for (const [, name = ''] of TEXT.matchAll(/^ +(\w*(?:DSN|TOKEN)): /gm)) {
    expect(jobs.shard.env?.[name]).toBe(`\${{ secrets.${name} }}`);
  }
});

it('is split across three jobs, and merged into one report', async () => {
  await withSandbox(['CHOP=status:500'], (info) =>
    withMachine(async (machine: Machine) => {
      await readTracesOften(machine);
      const { PRODUCTION_URL = '', SENTRY_ORG = '', ...secrets } = store(info);
      const total = jobs.shard.strategy?.matrix.shard?.length ?? 0;
      const runner = (index: number): GithubRunner => ({
        machine,
        artifacts: path.join(machine.home, 'artifacts'),
        cwd: path.join(machine.home, `job-${index}`),
        env: {
          ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '7000', GITHUB_RUN_ATTEMPT: '1' },
          GITHUB_STEP_SUMMARY: path.join(machine.home, `summary-${index}.md`),
          ...sentryUrl(info),
        },
        values: {
          ...{
            'vars.PRODUCTION_URL': PRODUCTION_URL,
            'vars.SENTRY_ORG': SENTRY_ORG,
            'github.run_id': '7000',
          },
          ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`secrets.${name}`, value])),
          ...{ 'strategy.job-index': String(index), 'strategy.job-total': String(total) },
        },
      });
      const shards = await Promise.all([0, 1, 2].map((index) => runJob(jobs.shard, runner(index))));
      // CHOP is test 5, 10 and 15 of 18: one in each.
      expect(
        shards.map(({ exitCode }) => exitCode),
        shards.map(({ output }) => output).join('\n'),
      ).toEqual([1, 1, 1]);
      expect(jobs.merge.if).toBe('${{ !cancelled() }}');
      const merge = await runJob(jobs.merge, runner(3));
      expect(merge.exitCode, merge.output).toBe(1);
      expect(merge.output).toMatch(/^::error title=CHOP is broken[^\n]*::/m);
      const summary = await readFile(path.join(machine.home, 'summary-3.md'), 'utf8');
      expect(summary).toContain('18');
      expect(await readFile(path.join(machine.home, 'artifacts', 'report', 'report.html'), 'utf8')).toContain(
        'CHOP',
      );
      expect(new Set(await machine.installs())).toEqual(new Set([`install --global prod-e2e@${VERSION}`]));
      expect((await machine.calls()).map(({ args }) => args.slice(0, 2).join(' ')).toSorted()).toEqual([
        'report merge',
        ...Array<string>(3).fill('run --count'),
      ]);
    }),
  );
});

it('fails for an unknown expression', () => {
  expect(() => filled('${{ github.event.issue.title }}', {})).toThrow('nothing is known');
});
