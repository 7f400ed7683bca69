/** Commands that read kept runs, traces and the configuration: no canary comes out. */
import { describe, expect, it } from 'vitest';
import { FORMATTERS } from '../../src/lib/report/formatters/table.ts';
import { canary } from '../support/canaries.ts';
import { HEADER_FLAG, withCanaries } from '../support/canary-place.ts';
import { urlOf } from '../support/canary-project.ts';
import { sideBySide } from '../support/side-by-side.ts';

describe('no secret is exposed', () => {
  it('by the commands that show saved runs, traces and the config', async () => {
    await withCanaries(async ({ home, silent, target, setApiMode }) => {
      const env = { PRODUCTION_URL: urlOf(target, 'fail') };
      expect((await silent(['run', '-n', '3', ...HEADER_FLAG], { env })).exitCode).toBe(1);
      expect((await silent(['run', '-n', '3', ...HEADER_FLAG])).exitCode).toBe(1);
      setApiMode('later');
      const fine: readonly (readonly string[])[] = [
        ...Object.keys(FORMATTERS).map((name) => ['report', 'show', '-r', name]),
        ...[
          ['report', 'show', '--json'],
          ['report', 'list'],
          ['report', 'list', '--json'],
        ],
        ...[
          ['scenarios', 'list'],
          ['scenarios', 'list', '--json'],
          ['scenarios', 'show', 'CANARY'],
        ],
        ...[
          ['scenarios', 'show', 'CANARY', '--json'],
          ['config', 'show'],
          ['config', 'show', '--json'],
        ],
        ['config', 'show', '-H', `Authorization: ${canary('headerOfFlag')}`, '--url', urlOf(target, 'ok')],
        ...[
          ['run', '--dry-run'],
          ['run', '--dry-run', '--json', '-H', `x-token: ${canary('headerOfFlag')}`],
        ],
        ...[
          ['trace', 'open', '1', '--print'],
          ['trace', 'open', '1', '--json', '--profile', 'linked'],
        ],
        ...[
          ['trace', 'open', '1', '--profile', 'linked'],
          ['trace', 'show', '1'],
          ['trace', 'show', '1', '--json'],
        ],
        ['trace', 'show', '1', '--wait', '--trace-timeout', '1s'],
        ['init', '--url', urlOf(target, 'ok'), '--output', `${home}/prod-e2e.config.yaml`],
        ...[['help'], ['run', '--help'], ['--version'], ['autocomplete'], ['autocomplete', 'script', 'bash']],
      ];
      // No command changes what another one reads.
      await sideBySide(fine, async (args) => {
        const { exitCode, stderr } = await silent(args);
        expect(exitCode, `${args.join(' ').slice(0, 60)}\n${stderr.slice(-1_000)}`).toBe(0);
      });
      await silent(['trace', 'learn']);
      // A webhook without a response is still to be cleaned up after.
      const hanging = { PRODUCTION_URL: urlOf(target, 'hang') };
      await silent(['run', '-n', '1', '--timeout', '1s', '--retries', '0'], { env: hanging });
      const dryRun = await silent(['cleanup', '--dry-run', '--json']);
      expect(JSON.parse(dryRun.stdout)).toMatchObject({
        webhooks: 1,
        calls: [{ request: { method: 'DELETE' } }, { request: { method: 'DELETE' } }],
      });
      await silent(['cleanup', '--dry-run']);
      await silent(['cleanup']);
      await silent(['cleanup', '--json']);
      for (const mode of ['later', 'refuse', 'broken'] as const) {
        setApiMode(mode);
        const [shown] = await Promise.all([
          mode === 'later' ? null : silent(['trace', 'show', '1']),
          silent(['doctor', '-H', `x-token: ${canary('headerOfFlag')}`, '--trace-timeout', '1s']),
          silent(['doctor', '--json'], { env }),
          mode === 'broken' ? silent(['doctor', '--no-send']) : null,
        ]);
        if (shown !== null) {
          expect(shown.exitCode).toBe(0);
          expect(shown.stderr).toContain('showing the spans saved with run');
        }
      }
    });
  });
});
