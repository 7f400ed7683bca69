/** docs/ci.md and the folder it tells of: nothing is left out, nothing is outdated, nothing is secret. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../../support/cli.ts';
import { SH, withMachine } from '../../support/manifests/machine.ts';
import { A_SECRET_AS_TEXT, FOLDER, recipe, VERSION } from '../../support/manifests/recipes.ts';

const page = readFileSync(path.join(ROOT, 'docs', 'ci.md'), 'utf8');
const files = readdirSync(FOLDER);

/** Each is run by the test of its platform. */
const RUN_BY: Readonly<Record<string, readonly string[]>> = {
  'github.test.ts': ['github-actions.yml'],
  'gitlab.test.ts': ['gitlab-ci.yml'],
  'circleci.test.ts': ['circleci.yml'],
  'kubernetes.test.ts': [
    'Dockerfile',
    'kubernetes-cronjob.yaml',
    'kubernetes-indexed-job.yaml',
    'kubernetes-merge-job.yaml',
  ],
  'history.test.ts': ['github-pages.yml', 'gitlab-pages.yml'],
  'schedules.test.ts': ['crontab', 'prod-e2e.service', 'prod-e2e.timer'],
};

it('names every manifest, and a test reads each', () => {
  expect(Object.values(RUN_BY).flat().toSorted()).toEqual(files.toSorted());
  for (const file of files) expect(page).toContain(`(recipes/ci/${file})`);
  for (const [test, names] of Object.entries(RUN_BY)) {
    const text = readFileSync(path.join(ROOT, 'test', 'docs', 'ci', test), 'utf8');
    for (const name of names) expect(text).toContain(`'${name}'`);
  }
});

it('lists every input and output of the action', () => {
  const action = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8'));
  const section = page.slice(page.indexOf('## GitHub action'), page.indexOf('## Exit codes and retries'));
  for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)]) {
    expect(section).toContain(`\`${name}\``);
  }
});

describe.each(files)('%s', (file) => {
  const text = recipe(file);

  it('installs this version wherever it names one', () => {
    const versions = [...text.matchAll(/prod-e2e[@:](\d[\w.+-]*)/g)].map(({ 1: version }) => version);
    expect(versions.filter((version) => version !== VERSION)).toEqual([]);
  });

  it('contains no secret', () => {
    expect(text.match(A_SECRET_AS_TEXT)?.[0] ?? null).toBeNull();
  });
});

describe.each(['github-actions.yml', 'gitlab-ci.yml', 'circleci.yml'])('%s', (file) => {
  const [line = ''] = /npm install .*"(?= #)/.exec(recipe(file)) ?? [];

  it.each([
    [undefined, `prod-e2e@${VERSION}`],
    ['', `prod-e2e@${VERSION}`],
    ['./a folder/prod-e2e.tgz', './a folder/prod-e2e.tgz'],
  ])('with E2E_PACKAGE %j installs %s', async (given, installed) => {
    await withMachine(async (machine) => {
      const env = given === undefined ? {} : { E2E_PACKAGE: given };
      const { exitCode, stderr } = await machine.run(line, { cwd: machine.home, shell: SH, env });
      expect(exitCode, stderr).toBe(0);
      const [call = ''] = await machine.installs();
      expect(call).toMatch(/^install --global /);
      expect(call.endsWith(` ${installed}`)).toBe(true);
    });
  });
});

it('would be detected with a secret', () => {
  for (const secret of [
    'SENTRY_DSN: https://0123456789abcdef0123@o1.ingest.sentry.io/1',
    'SENTRY_AUTH_TOKEN: sntrys_eyJpYXQiOjE3',
    'WEBHOOK_SECRET=abcdefghijklmnop',
  ]) {
    expect(secret).toMatch(A_SECRET_AS_TEXT);
  }
});
