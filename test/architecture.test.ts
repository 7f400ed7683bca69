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
  it('asks nothing of Intl on the way of every run', async () => {
    const allowed = [
      'config/settings/time-zones.ts',
      // The text of a script that runs in a browser.
      'report/formatters/html/script.ts',
      'safety/wall-clock.ts',
      'terminal/width.ts',
    ];
    const folder = path.join(ROOT, 'src', 'lib');
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    const asking = files.filter((_, at) =>
      /\.(toLocale\w*|localeCompare)\(|new Intl\./.test(texts[at] ?? ''),
    );
    expect(asking.map((name) => name.replaceAll('\\', '/')).sort()).toEqual(allowed);
  });

  /** Facts are fields; a text of ours is made when it is shown. What is read here is the text of another program, or none of a finding. */
  it('takes no finding, cause or failure apart by its text', async () => {
    const allowed: Readonly<Record<string, string>> = {
      'cli/error-output.ts': "oclif's errors",
      'cli/usage-words.ts': "oclif's errors",
      'config/problems/problems.ts': 'the lines of an error become one line',
      'config/problems/schema-problems.ts': 'texts of the schema: the value goes before the advice',
      'config/sources/yaml.ts': "the YAML parser's errors",
      'coverage/predict.ts': 'whether what a person reads names the span of a fault',
      'doctor/check.ts': 'the lines of an error become one line',
      'notify/outage-key.ts': 'words of the target, compared without ids',
      'plan/templates.ts': "the user's templates",
      'report/digest/threshold.ts': "the user's thresholds",
      'report/formatters/html/parts.ts': 'the address at the end of a hint becomes a link',
      'report/formatters/pretty/groups.ts': 'words of the target, compared without ids',
      'report/store/unsaved.ts': 'commands in advice',
      'sandbox/child.ts': "Node's errors",
      'send/tls-failures.ts': "OpenSSL's errors",
    };
    const name = String.raw`\b(?:message|hint|detail|because|reason|cause|advice|expression)`;
    const method =
      'startsWith|endsWith|includes|split|replace|replaceAll|match|matchAll|search|slice|indexOf|substring';
    const reads = new RegExp(
      String.raw`${name}\)?\??\.(?:${method})\(|\.(?:test|exec)\((?:[\w?.]+\.)?${name}\)`,
    );
    const folder = path.join(ROOT, 'src', 'lib');
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
    const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
    const reading = files.filter((_, at) => reads.test(texts[at] ?? ''));
    expect(reading.map((file) => file.replaceAll('\\', '/')).sort()).toEqual(Object.keys(allowed));
    for (const parsing of [
      'message.startsWith("HTTP ")',
      'error?.message.split(" ")',
      '/^HTTP/.test(one.reason)',
    ])
      expect(parsing).toMatch(reads);
  });

  it('asks canParseUrl, not URL.canParse, which goes wrong once it is hot', async () => {
    const folder = path.join(ROOT, 'src');
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    expect(files.filter((_, at) => texts[at]?.includes('URL.canParse('))).toEqual([]);
  });
});
