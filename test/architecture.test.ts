import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/cli.ts';

describe('architecture', () => {
  it('keeps to the import rules', async () => {
    const file = pathToFileURL(path.join(ROOT, '.dependency-cruiser.mjs')).href;
    const { default: rules }: { default: IConfiguration } = await import(file);
    const { output } = await cruise([path.join(ROOT, 'src')], {
      ...rules.options,
      baseDir: ROOT,
      ruleSet: { forbidden: rules.forbidden ?? [] },
      validate: true,
    });
    const { summary } = output as ICruiseResult;
    expect(summary.totalCruised).toBeGreaterThan(100);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  it('is described: every folder of src/lib is named in docs/architecture.md', async () => {
    const text = await readFile(path.join(ROOT, 'docs', 'architecture.md'), 'utf8');
    const entries = await readdir(path.join(ROOT, 'src', 'lib'), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => `${entry.name}/`);
    expect(folders.filter((folder) => !text.includes(folder))).toEqual([]);
  });

  /** The first of these calls loads the rules of all languages, which takes Node as long as half a start. */
  it('uses no Intl on the path of every run', async () => {
    const allowed = ['config/settings/time-zones.ts', 'safety/wall-clock.ts', 'terminal/width.ts'];
    const folder = path.join(ROOT, 'src', 'lib');
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    const asking = files.filter((_, at) =>
      /\.(toLocale\w*|localeCompare)\(|new Intl\./.test(texts[at] ?? ''),
    );
    expect(asking.map((name) => name.replaceAll('\\', '/')).sort()).toEqual(allowed);
  });

  it('uses canParseUrl, not URL.canParse, which fails once it is optimized', async () => {
    const folder = path.join(ROOT, 'src');
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    expect(files.filter((_, at) => texts[at]?.includes('URL.canParse('))).toEqual([]);
  });
});
