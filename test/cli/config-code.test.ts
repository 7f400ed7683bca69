/** A config file that is code runs in the program's process: it cannot make a command end as if it had done its work. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withCli } from '../support/cli.ts';

describe('a command that has not finished never exits 0', () => {
  it.each([
    [['run', '--url', 'http://127.0.0.1:9/', '--dry-run']],
    [['run', '--url', 'http://127.0.0.1:9/']],
    [['scenarios', 'show', 'CHOP']],
  ])('%j, ended by its config', async (args) => {
    await withCli(async ({ run, home }) => {
      const config = 'export default { payload: () => process.exit(0) };';
      await writeFile(path.join(home, 'prod-e2e.config.mjs'), config);
      const { exitCode, stderr } = await run(args);
      expect(stderr).toContain(
        'Error: prod-e2e was ended before it had finished; code in the config file can cause this.',
      );
      expect(exitCode).toBe(2);
    });
  });

  it('names a config that exits while it is loaded', async () => {
    await withCli(async ({ run, home }) => {
      await writeFile(path.join(home, 'prod-e2e.config.mjs'), 'process.exit(0)');
      const { exitCode, stdout, stderr } = await run(['run', '--json']);
      expect(exitCode).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        error: { code: 'CONFIG_INVALID', message: expect.stringContaining('calls process.exit(0)') },
      });
      expect(stderr).toBe('');
    });
  });
});

it('prints output of a config to stderr, and stdout is one JSON document', async () => {
  await withCli(async ({ run, home }) => {
    const config = 'console.log("from the config"); export default { count: 3 };';
    await writeFile(path.join(home, 'prod-e2e.config.mjs'), config);
    const { exitCode, stdout, stderr } = await run(['config', 'show', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.stringify(JSON.parse(stdout))).toContain('"count"');
    expect(stderr).toContain('from the config\n');
  });
});

it('names the config file in use if there are two in one folder', async () => {
  await withCli(async ({ run, home }) => {
    await writeFile(path.join(home, 'prod-e2e.config.yaml'), 'count: 3');
    await writeFile(path.join(home, '.prod-e2erc.json'), '{"count": 4}');
    const { stderr } = await run(['scenarios', 'list']);
    expect(stderr).toBe(
      'Warning: using prod-e2e.config.yaml; .prod-e2erc.json in the same folder is ignored.\n',
    );
  });
});
