/** docs/ci.md and the folder it tells of: nothing is left out, nothing is outdated, nothing is secret. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXIT } from '../../../src/lib/errors.ts';
import { ROOT } from '../../support/cli.ts';
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

it('lists every exit code', () => {
  const told = [...page.matchAll(/^\| (\d+(?:, \d+)*) \|/gm)].flatMap(({ 1: codes = '' }) =>
    codes.split(', '),
  );
  expect(told.map(Number)).toEqual(Object.values(EXIT));
});

it('lists every input and output of the action', () => {
  const action = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8'));
  const section = page.slice(page.indexOf('## GitHub action'), page.indexOf('## Exit codes'));
  for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)]) {
    expect(section).toContain(`\`${name}\``);
  }
});

describe.each(files)('%s', (file) => {
  const text = recipe(file);

  it('installs this version wherever it names one', () => {
    const versions = [...text.matchAll(/prod-e2e[@:](\d\S*)/g)].map(({ 1: version }) => version);
    expect(versions.filter((version) => version !== VERSION)).toEqual([]);
  });

  it('contains no secret', () => {
    expect(text.match(A_SECRET_AS_TEXT)?.[0] ?? null).toBeNull();
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
