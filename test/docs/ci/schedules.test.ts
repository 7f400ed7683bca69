/** The crontab line and the units of docs/recipes/ci: cron and systemd understand them, and their commands work. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Cron } from 'croner';
import { parse } from 'ini';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/lib/errors.ts';
import { type Machine, SH, withMachine } from '../../support/manifests/machine.ts';
import { recipe, sentryUrl, store, withSandbox } from '../../support/manifests/recipes.ts';

const run = promisify(execFile);

describe('crontab', () => {
  const lines = recipe('crontab')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const settings = lines.filter((line) => /^[A-Z]+=/.test(line));
  const [entry = '', ...others] = lines.filter((line) => !settings.includes(line));
  const [, schedule = '', command = ''] = /^((?:\S+ ){4}\S+) (.*)$/.exec(entry) ?? [];

  it('is one entry that cron understands', () => {
    expect(others).toEqual([]);
    const [first, second] = new Cron(schedule, { mode: '5-part', paused: true, timezone: 'UTC' }).nextRuns(2);
    expect((second?.getTime() ?? 0) - (first?.getTime() ?? 0)).toBe(4 * 3_600_000);
    // To cron a % is the end of the command.
    expect(command).not.toContain('%');
    expect(settings.map((line) => line.split('=')[0])).toEqual(['PATH', 'MAILTO']);
  });

  /** As cron does: sh -c, with hardly an environment. */
  async function byCron(machine: Machine, variables: Readonly<Record<string, string>>) {
    const file = path.join(machine.home, '.config', 'prod-e2e.env');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(
      file,
      Object.entries(variables)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    return machine.run(command, { cwd: machine.home, env: {}, shell: SH });
  }

  it('prints nothing for a run that passes, and everything for one that does not', async () => {
    await withSandbox(['CHOP=status:500'], (info) =>
      withMachine(async (machine) => {
        const { PRODUCTION_URL = '', SENTRY_DSN = '' } = store(info);
        const variables = { PRODUCTION_URL, SENTRY_DSN, ...sentryUrl(info) };
        const fine = await byCron(machine, { ...variables, PROD_E2E_EXCLUDE: 'CHOP' });
        expect(fine).toEqual({ stdout: '', stderr: '', exitCode: 0 });
        const broken = await byCron(machine, { ...variables, PROD_E2E_SCENARIO: 'CHOP' });
        expect(broken.stdout).toContain('HTTP 500');
        expect((await machine.calls()).map(({ exitCode }) => exitCode)).toEqual([0, EXIT.failed]);
        expect(await readFile(path.join(machine.home, 'prod-e2e.log'), 'utf8')).toBe(broken.stdout);
      }),
    );
  });
});

describe('systemd', () => {
  const [service, timer] = [recipe('prod-e2e.service'), recipe('prod-e2e.timer')];
  const unit = parse(service);

  it('has a timer of the service, and codes that are results are not retried', () => {
    expect(Object.keys(unit)).toEqual(['Unit', 'Service']);
    expect(Object.keys(parse(timer))).toEqual(['Unit', 'Timer', 'Install']);
    expect(parse(timer).Install).toEqual({ WantedBy: 'timers.target' });
    const { ok, unreachable, incompleteMerge, interrupted, terminated, ...verdicts } = EXIT;
    expect(unit.Service.RestartPreventExitStatus.split(' ').map(Number).toSorted()).toEqual(
      Object.values(verdicts).toSorted(),
    );
    // Node makes code at run time.
    expect(service).not.toContain('MemoryDenyWriteExecute');
  });

  const here = existsSync('/usr/bin/systemd-analyze');

  it.skipIf(!here)('is valid for systemd (skipped if systemd-analyze is not installed)', async () => {
    await withMachine(async ({ home, bin }) => {
      const program = path.join(bin, 'prod-e2e');
      const installed = {
        'prod-e2e.service': service.replace('/usr/local/bin/prod-e2e', program),
        'prod-e2e.timer': timer,
      };
      const files = Object.entries(installed).map(([name, text]) => ({
        file: path.join(home, name),
        text,
      }));
      for (const { file, text } of files) await writeFile(file, text);
      await chmod(program, 0o755);
      const verified = await run('systemd-analyze', ['verify', ...files.map(({ file }) => file)]);
      expect(verified.stderr).toBe('');
      const { stdout } = await run('systemd-analyze', [
        'calendar',
        '--iterations=2',
        parse(timer).Timer.OnCalendar,
      ]);
      expect(stdout).toContain('Next elapse');
      await writeFile(
        path.join(home, 'prod-e2e.timer'),
        timer.replace('OnCalendar=*-*-*', 'OnCalendar=*-*-x'),
      );
      const broken = run('systemd-analyze', ['verify', path.join(home, 'prod-e2e.timer')]);
      expect(
        await broken.then(
          ({ stderr }) => stderr,
          ({ stderr }) => stderr,
        ),
      ).toContain('calendar specification');
    });
  });

  it('runs with its own folder and environment', async () => {
    await withSandbox([], (info) =>
      withMachine(async (machine) => {
        await writeFile(path.join(machine.home, 'prod-e2e.config.yaml'), 'count: 1\n');
        const { PRODUCTION_URL = '', SENTRY_DSN = '' } = store(info);
        const [name = '', value = ''] = unit.Service.Environment.split('=');
        const line: string = unit.Service.ExecStart;
        const result = await machine.run(
          line.replace('/usr/local/bin/', '').replace('/etc/prod-e2e', machine.home),
          {
            cwd: machine.home,
            shell: SH,
            env: {
              PRODUCTION_URL,
              SENTRY_DSN,
              ...sentryUrl(info),
              [name]: value.replace('%S', machine.home),
            },
          },
        );
        expect(result.exitCode, result.stderr).toBe(0);
        expect(result.stdout).toContain('Total Tests: 1');
        expect(unit.Service.StateDirectory).toBe('prod-e2e');
        expect(await readdir(path.join(machine.home, 'prod-e2e', 'runs'))).toHaveLength(1);
      }),
    );
  });
});
