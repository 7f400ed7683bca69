/** The package as users get it: packed, installed globally into an empty prefix, started from another folder. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/cli.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const exec = promisify(execFile);
const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };

/** The version that runs the tests, and those npm brings from its registry. */
const NODES = [null, '22', '24'];

describe('without a registry', () => {
  /** What `npm ci && npm run build` leaves, as far as an installation needs it. */
  async function aClone(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-clone-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { stdout } = await exec('git', ['ls-files'], { cwd: ROOT, maxBuffer: 10_000_000 });
    const files = stdout.split('\n').filter((file) => /^(bin|schemas|docs\/recipes)\/|^[^/]+$/.test(file));
    for (const file of [...files.filter((file) => file !== ''), 'dist'])
      await cp(path.join(ROOT, file), path.join(folder, file), { recursive: true });
    await mkdir(path.join(folder, 'node_modules'));
    return folder;
  }

  const version = async (prefix: string) =>
    (await exec(path.join(prefix, 'bin', 'prod-e2e'), ['--version'])).stdout;

  it('npm install -g . installs a clone that is built', async () => {
    const clone = await aClone();
    const prefix = path.join(clone, 'prefix');
    await exec('npm', ['install', '-g', '--prefix', prefix, '.'], { cwd: clone });
    expect(await version(prefix)).toMatch(/^prod-e2e\//);
  });

  it('the install step of the action installs its own checkout', async () => {
    const clone = await aClone();
    const prefix = path.join(clone, 'prefix');
    const action = parse(await readFile(path.join(ROOT, 'action.yml'), 'utf8'));
    // The packages that a build needs are not downloaded again: this npm skips the build, which has run.
    const bin = path.join(clone, 'fake-bin');
    await mkdir(bin);
    const { stdout: npm } = await exec('which', ['npm']);
    const script = `#!/bin/sh\n[ "$1" = install ] || exit 0\nexec '${npm.trim()}' "$@"\n`;
    await writeFile(path.join(bin, 'npm'), script, { mode: 0o755 });
    const env = {
      ...process.env,
      ...{ PATH: `${bin}:${process.env.PATH}`, npm_config_prefix: prefix },
      ...{ GITHUB_ACTION_PATH: clone, INPUT_VERSION: '' },
    };
    await exec('bash', ['-eo', 'pipefail', '-c', action.runs.steps[0].run], { env, cwd: tmpdir() });
    expect(await version(prefix)).toMatch(/^prod-e2e\//);
  });
});

describe('npm pack, npm install -g', () => {
  let prefix = '';
  let bin = '';

  beforeAll(async () => {
    prefix = await mkdtemp(path.join(tmpdir(), 'prod-e2e-install-'));
    // The build has run; packing must not replace it under the other tests.
    await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', prefix], { cwd: ROOT });
    const [tarball = ''] = (await readdir(prefix)).filter((file) => file.endsWith('.tgz'));
    await exec('npm', ['install', '-g', '--prefix', prefix, path.join(prefix, tarball)]);
    bin = path.join(prefix, 'bin', 'prod-e2e');
  });

  afterAll(() => rm(prefix, { recursive: true, force: true }));

  it('installs no other packages', async () => {
    expect(await readdir(path.join(prefix, 'lib', 'node_modules'))).toEqual(['prod-e2e']);
    const inside = await readdir(path.join(prefix, 'lib', 'node_modules', 'prod-e2e'));
    expect(inside).not.toContain('node_modules');
    for (const file of ['LICENSE', 'README.md', 'THIRD_PARTY_NOTICES.txt', 'schemas'])
      expect(inside).toContain(file);
  });

  it.concurrent.each(NODES)('sends ten webhooks from any folder, Node %s', async (version) => {
    await withWebhookTarget({ body: GOOD }, async (target) => {
      const args = [bin, 'run', '--count', '10', '--url', target.url, '--json'];
      const [command, ...rest] =
        version === null
          ? [process.execPath, ...args]
          : ['npx', '-y', '--prefer-offline', '-p', `node@${version}`, 'node', ...args];
      const home = await mkdtemp(path.join(tmpdir(), 'prod-e2e-home-'));
      try {
        const env = { ...process.env, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
        const { stdout } = await exec(command ?? '', rest, { cwd: home, env });
        expect(JSON.parse(stdout).summary).toMatchObject({ total: 10, successful: 10 });
        expect(target.received).toHaveLength(10);
      } finally {
        await rm(home, { recursive: true, force: true });
      }
    });
  });
});
