/** A report says where its scenarios stand, and annotations point there; no path of the machine gets into it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { withGatedTarget } from '../support/gated-target.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const CONFIG = `scenarios:
  - name: GOOD
  - name: OTHER
profiles:
  staging:
    scenarios:
      - name: STAGED
`;

/** A project with the config in `e2e/`, and a target that breaks everything. */
async function inProject<Result>(use: (cli: Cli, url: string) => Promise<Result>): Promise<Result> {
  return withWebhookTarget({ status: 500, body: {} }, ({ url }) => withProject((cli) => use(cli, url)));
}

function withProject<Result>(use: (cli: Cli) => Promise<Result>): Promise<Result> {
  return withCli((cli) => {
    mkdirSync(path.join(cli.home, 'e2e'));
    writeFileSync(path.join(cli.home, 'e2e', 'prod-e2e.config.yaml'), CONFIG);
    return use(cli);
  });
}

async function sourceIn(cli: Cli, args: readonly string[], options: Parameters<Cli['run']>[1] = {}) {
  const { stdout } = await cli.run(['run', '--json', '-n', '1', ...args], options);
  const report: Report = JSON.parse(stdout);
  return report.source;
}

describe('the location of the scenarios', () => {
  it('is relative to the root of the repository if GitHub sets it, otherwise to the working folder', async () => {
    await inProject(async (cli, url) => {
      const args = ['--url', url, '--scenario', 'OTHER'];
      const cwd = path.join(cli.home, 'e2e');
      const lines = { OTHER: 3 };
      expect(await sourceIn(cli, args, { cwd })).toEqual({ file: 'prod-e2e.config.yaml', lines });
      const inCi = await sourceIn(cli, args, { cwd, env: { GITHUB_WORKSPACE: cli.home } });
      expect(inCi).toEqual({ file: 'e2e/prod-e2e.config.yaml', lines });
      const profile = await sourceIn(cli, ['--url', url, '--profile', 'staging'], { cwd });
      expect(profile).toEqual({ file: 'prod-e2e.config.yaml', lines: { STAGED: 7 } });
    });
  });

  it('is null for built-in scenarios, and for a file elsewhere on the machine', async () => {
    await inProject(async (cli, url) => {
      const elsewhere = path.join(cli.home, 'elsewhere');
      mkdirSync(elsewhere);
      expect(await sourceIn(cli, ['--url', url], { cwd: elsewhere })).toBeUndefined();
      const file = path.join(cli.home, 'e2e', 'prod-e2e.config.yaml');
      expect(await sourceIn(cli, ['--url', url, '--config', file], { cwd: elsewhere })).toBeUndefined();
    });
  });

  it('is saved for a run that is killed, too', async () => {
    const gate = { first: 1, body: {} };
    await withGatedTarget(gate, ({ url }) =>
      withProject(async (cli) => {
        const cwd = path.join(cli.home, 'e2e');
        // The second webhook is held, so that the run cannot end before it is killed.
        const killed = await cli.run(['run', '--url', url, '-n', '5', '--timeout', '5m'], {
          cwd,
          running: (child) =>
            child.stderr?.on('data', (said) => {
              if (String(said).includes('1/5')) child.kill('SIGKILL');
            }),
        });
        expect(killed.stdout).toBe('');
        const report: Report = JSON.parse((await cli.run(['report', 'show', '--json'], { cwd })).stdout);
        const { endedAt, source } = report;
        expect({ endedAt, source }).toEqual({
          endedAt: null,
          source: { file: 'prod-e2e.config.yaml', lines: { GOOD: 2, OTHER: 3 } },
        });
      }),
    );
  });

  it('is used by the annotation of a broken scenario, also of a run shown later', async () => {
    await inProject(async (cli, url) => {
      const options = { env: { GITHUB_WORKSPACE: cli.home }, cwd: path.join(cli.home, 'e2e') };
      const { stdout } = await cli.run(['run', '--url', url, '-n', '2', '-r', 'github'], options);
      const [annotation] = stdout.match(/^::error .*$/m) ?? [];
      expect(annotation).toMatch(
        /^::error file=e2e\/prod-e2e\.config\.yaml,line=2,title=GOOD and OTHER are broken%3A .* \(2 tests\)::GOOD and OTHER: /,
      );
      const shown = await cli.run(['report', 'show', '-r', 'github'], options);
      expect(shown.stdout).toContain(`${annotation}\n`);
    });
  });
});
