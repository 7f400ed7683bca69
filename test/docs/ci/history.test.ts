/** The recipes that publish the history: GitHub's parser and GitLab's schema take them, and their commands write the pages. */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Job } from '../../support/manifests/github-job.ts';
import { workflowErrors } from '../../support/manifests/github-parser.ts';
import { expandedPipeline } from '../../support/manifests/gitlab-parser.ts';
import { BASH, type Machine, SH, withMachine } from '../../support/manifests/machine.ts';
import { recipe, sentryUrl, store, withSandbox } from '../../support/manifests/recipes.ts';
import { readTracesOften } from '../../support/read-traces-often.ts';

const GITHUB = recipe('github-pages.yml');
const GITLAB = recipe('gitlab-pages.yml');

const withBrokenTarget = (use: (machine: Machine, env: Readonly<Record<string, string>>) => Promise<void>) =>
  withSandbox(['CHOP=status:500'], (info) =>
    withMachine(async (machine) => {
      await readTracesOften(machine);
      await use(machine, { CI: 'true', ...store(info), ...sentryUrl(info) });
    }),
  );

/** Readable by everybody, as a web server needs it. */
const isPublic = async (file: string) => ((await stat(file)).mode & 0o004) !== 0;

describe('GitHub Pages', () => {
  const { jobs } = parse(GITHUB) as { readonly jobs: Readonly<Record<'run' | 'publish', Job>> };

  it('is a workflow to GitHub', async () => {
    expect(await workflowErrors(GITHUB)).toEqual([]);
    expect(await workflowErrors(GITHUB.replace('needs: run', 'needs: runs'))).not.toEqual([]);
  });

  it('publishes the history also after a run that found something broken, and saves the runs', async () => {
    const after = jobs.run.steps.slice(
      jobs.run.steps.findIndex(({ run }) => run?.startsWith('prod-e2e run')) + 1,
    );
    expect(after.map((step) => step.if)).toEqual(after.map(() => '${{ !cancelled() }}'));
    expect(jobs.publish.if).toBe('${{ !cancelled() }}');
    await withBrokenTarget(async (machine, env) => {
      const cwd = path.join(machine.home, 'job');
      await mkdir(cwd);
      const scripts = jobs.run.steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
      const { PROD_E2E_DATA_DIR = '' } = jobs.run.env ?? {};
      const codes = [];
      for (const script of scripts) {
        const { exitCode } = await machine.run(script, {
          cwd,
          env: { ...env, PROD_E2E_DATA_DIR },
          shell: BASH,
        });
        codes.push(exitCode);
      }
      expect(codes).toEqual([0, 1, 0]);
      const page = path.join(cwd, 'public', 'index.html');
      expect(await readFile(page, 'utf8')).toContain('CHOP is newly broken');
      expect(await isPublic(page)).toBe(true);
      expect(await readdir(path.join(cwd, PROD_E2E_DATA_DIR, 'runs'))).toHaveLength(1);
      expect(await readdir(path.join(cwd, 'public'))).toEqual(['index.html']);
    });
  });
});

describe('GitLab Pages', () => {
  it('is a pipeline to GitLab that publishes the history with the page of each run, also of a broken one', async () => {
    const { 'production-e2e-history': job, pages } = await expandedPipeline(GITLAB);
    if (job === undefined || pages === undefined) throw new Error('the jobs have other names');
    expect(job.artifacts.when).toBe('always');
    expect(pages.rules.map(({ when }) => when)).toEqual(['always', 'always']);
    await withBrokenTarget(async (machine, env) => {
      const cwd = path.join(machine.home, 'job');
      await mkdir(cwd);
      const script = ['set -e', ...job.script].join('\n');
      const run = () =>
        machine.run(script, { cwd, env: { ...env, PROD_E2E_DATA_DIR: 'prod-e2e-data' }, shell: SH });
      expect((await run()).exitCode).toBe(1);
      expect((await run()).exitCode).toBe(1);
      const files = await readdir(path.join(cwd, 'public'));
      const page = path.join(cwd, 'public', 'index.html');
      const links = [...(await readFile(page, 'utf8')).matchAll(/<tr id="run-.*?<a href="([^"]+)"/g)];
      expect(links.map(([, link]) => link).toSorted()).toEqual(files.filter((file) => file !== 'index.html'));
      expect(links).toHaveLength(2);
      expect(await Promise.all(files.map((file) => isPublic(path.join(cwd, 'public', file))))).not.toContain(
        false,
      );
    });
  });
});
