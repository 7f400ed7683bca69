/** `run`, `doctor` and `config show` find the same faults: on spoiled configurations, through the built program. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, withCli } from '../support/cli.ts';
import { mutated } from '../support/mutated-configs.ts';

/** Each is four starts of the program: MUTATED_CONFIGS=200 is for a longer look. */
const CONFIGS = Number(process.env.MUTATED_CONFIGS ?? 8);

/** A message as the set of its lines, however it is wrapped. */
function faultsIn(message: string): readonly string[] {
  return message
    .replaceAll('; ', '\n')
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^The configuration has (a fault|\d+ faults): /, '')
        .replace(/\.$/, ''),
    )
    .filter((line) => line !== '' && !line.startsWith('The configuration has'))
    .sort();
}

async function errorOf(cli: Cli, cwd: string, args: readonly string[]) {
  const { stdout, exitCode } = await cli.run([...args, '--json'], { cwd });
  const { error } = JSON.parse(stdout) as { readonly error?: { readonly message: string } };
  return { exitCode, faults: faultsIn(error?.message ?? '') };
}

async function doctorsFaults(cli: Cli, cwd: string) {
  const { stdout, exitCode } = await cli.run(['doctor', '--no-send', '--json'], { cwd });
  const { checks } = JSON.parse(stdout) as {
    readonly checks: readonly { readonly name: string; readonly state: string; readonly message: string }[];
  };
  const failed = checks.filter(({ name, state }) => name === 'config' && state === 'fail');
  return { exitCode, faults: failed.flatMap(({ message }) => faultsIn(message)) };
}

it.each(Array.from({ length: CONFIGS }, (_, at) => at + 1))('spoiled configuration %i', async (seed) => {
  const { config, mutations } = mutated(seed);
  const what = mutations.map(({ name }) => name).join(', ');
  await withCli(async (cli) => {
    const cwd = path.join(cli.home, 'project');
    await mkdir(cwd);
    await writeFile(path.join(cwd, 'package.json'), '{}');
    await writeFile(path.join(cwd, 'prod-e2e.config.json'), JSON.stringify(config, null, 1));
    const [run, dry, shown, doctor] = await Promise.all([
      errorOf(cli, cwd, ['run']),
      errorOf(cli, cwd, ['run', '--dry-run']),
      errorOf(cli, cwd, ['config', 'show']),
      doctorsFaults(cli, cwd),
    ]);
    expect(run.faults.length, what).toBeGreaterThan(0);
    expect(dry, what).toEqual(run);
    expect(shown, what).toEqual(run);
    expect(doctor.faults, what).toEqual(run.faults);
    expect([run.exitCode, doctor.exitCode]).toEqual([2, 1]);
  });
});
