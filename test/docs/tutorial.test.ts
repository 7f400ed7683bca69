/** The commands of the tutorial, the README and docs/traces.md, run as they stand against the sandbox or without sending. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, ROOT, withCli } from '../support/cli.ts';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** The command of a page that begins so, without its comment, as words. */
function words(page: string, start: string): readonly string[] {
  const [line = ''] = read(page)
    .split('\n')
    .filter((each) => each.startsWith(start));
  if (line === '') throw new Error(`${page} has no line that begins with "${start}".`);
  const [, ...args] = line.replace(/\s+#\s.*$/, '').split(' ');
  return args;
}

/** The YAML after a heading. */
function yamlAfter(page: string, heading: string): string {
  const text = read(page);
  return /```yaml\n(.*?)```/s.exec(text.slice(text.indexOf(heading)))?.[1] ?? '';
}

it('the offline part of the tutorial, and what changed between its two runs', async () => {
  await withCli(async ({ run }) => {
    const healthy = await run(words('docs/tutorial.md', 'prod-e2e run --sandbox'));
    expect([healthy.exitCode, healthy.stdout]).toEqual([0, expect.stringContaining('HEALTHY')]);
    const broken = await run(words('docs/tutorial.md', 'prod-e2e run --sandbox --fault'));
    expect([broken.exitCode, broken.stdout]).toEqual([
      1,
      expect.stringContaining('CHOP is broken at data-enrichment'),
    ]);
    const shown = await run(words('docs/tutorial.md', 'prod-e2e trace show --failed'));
    expect([shown.exitCode, shown.stdout]).toEqual([0, expect.stringContaining('✗ fetch-gex-data')]);
    for (const start of ['prod-e2e trace diff   ', 'prod-e2e trace diff CHOP']) {
      const { exitCode, stdout } = await run(words('docs/traces.md', start));
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('fetch-gex-data fails')]);
    }
    const page = await run(['report', 'show', '--full']);
    expect(page.stdout).toContain('NEXT STEPS');
  });
});

it('init, dry run and config show, as the README and the tutorial have them', async () => {
  await withCli(async ({ run, home }) => {
    for (const [page, start] of [
      ['README.md', 'prod-e2e init'],
      ['README.md', 'prod-e2e run --dry-run'],
    ] as const) {
      const { exitCode, stderr } = await run(words(page, start));
      expect(exitCode, `${start}: ${stderr}`).toBe(0);
    }
    expect(readFileSync(path.join(home, 'prod-e2e.config.yaml'), 'utf8')).toContain('hooks.example.com');
    await dryRunOf({ run, home }, yamlAfter('docs/tutorial.md', '## 2. A config'), ['BUY', 'SELL']);
    await dryRunOf({ run, home }, yamlAfter('docs/tutorial.md', '## 3. Sign it'), ['x-webhook-signature']);
    await dryRunOf({ run, home }, yamlAfter('docs/config-files.md', '## Which file'), ['CUSTOM_SCENARIO']);
  });
});

async function dryRunOf({ run, home }: Cli, config: string, expected: readonly string[]): Promise<void> {
  writeFileSync(path.join(home, 'prod-e2e.config.yaml'), config);
  const env = {
    ...{ WEBHOOK_SECRET: 'a-secret-of-the-docs', WEBHOOK_TOKEN: 'a-token-of-the-docs' },
    SENTRY_DSN: 'https://abcdef0123456789abcdef0123456789@o1.ingest.sentry.io/42',
  };
  const { exitCode, stdout, stderr } = await run(['run', '--dry-run'], { env });
  expect(exitCode, stderr).toBe(0);
  for (const text of expected) expect(stdout).toContain(text);
}
