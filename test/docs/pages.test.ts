/** README and docs as a whole: kinds, links, anchors, commands, configurations, pictures, and one place for each fact. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { RUN_OPTIONS } from '../../src/lib/config/keys/table.ts';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { BUGS_URL, EXIT } from '../../src/lib/errors.ts';
import { aProject } from '../config/project.ts';
import { ROOT } from '../support/cli.ts';
import { problemWith } from '../support/wrong-commands.ts';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const DOCS = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name.replaceAll('\\', '/')}`)
  .toSorted();
const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...DOCS];

const BLOCK = /^```(\w*)\n(.*?)^```$/gms;
const blocksOf = (page: string, language: string) =>
  [...read(page).matchAll(BLOCK)].flatMap(([, name, text = '']) => (name === language ? [text] : []));
const withoutBlocks = (text: string) => text.replaceAll(BLOCK, '');

/** As GitHub makes them out of headings. */
function anchorsOf(page: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...withoutBlocks(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

function linksOf(page: string): readonly string[] {
  const text = withoutBlocks(read(page)).replaceAll(/`[^`\n]*`/g, '`');
  const markdown = [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, link = '']) => link);
  const html = [...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].map(([, link = '']) => link);
  return [...markdown, ...html];
}

test.each(PAGES)('every link of %s leads to a file and to a heading', (page) => {
  const broken = linksOf(page)
    .filter((link) => !/^(https?|mailto):/.test(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file).replaceAll('\\', '/');
      if (!existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
  expect(broken).toEqual([]);
});

test('a wrong anchor would be seen', () => {
  expect(anchorsOf('docs/traces.md')).toContain('what-changed-trace-diff');
  expect(anchorsOf('docs/traces.md')).not.toContain('what-changed');
});

test('pages that the program names exist', () => {
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const named = sources
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(path.join('src', name)).matchAll(/docs\/[\w/-]+\.md(?:#[\w-]+)?/g)])
    .map(([link]) => link);
  expect(named.length).toBeGreaterThan(0);
  const wrong = named.filter((link) => {
    const [file = '', anchor] = link.split('#');
    return !DOCS.includes(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
  });
  expect(wrong).toEqual([]);
});

/** The index is a list of the others, and the architecture page has a form of its own. */
const FREE = ['docs/README.md', 'docs/architecture.md'];

test.each(DOCS.filter((page) => !FREE.includes(page)))('%s says what it is for, and links on', (page) => {
  const [title = '', , lead = ''] = read(page).split('\n');
  expect(title).toMatch(/^# /);
  expect(lead).toMatch(
    /^(Tutorial|How-to|Reference|Explanation|Explanation and reference|Troubleshooting|Contributing): /,
  );
  expect(linksOf(page).some((link) => /\.md(#|$)/.test(link))).toBe(true);
});

test('the index leads to every page', () => {
  const linked = linksOf('docs/README.md').map((link) => path.join('docs', link.replace(/#.*/, '')));
  const missing = DOCS.filter((page) => page !== 'docs/README.md' && !linked.includes(path.join(page)));
  expect(missing).toEqual([]);
});

describe('README.md', () => {
  const text = read('README.md');

  it('fits on 180 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(180);
  });

  it('has the command and the picture of the report on its first screen', () => {
    const screen = text.split('\n').slice(0, 18).join('\n');
    expect(screen).toContain('npm ci && npm run demo');
    expect(screen).toContain('docs/pictures/report-light.svg');
    expect(screen).toContain('docs/pictures/report-dark.svg');
  });

  it('names the command that CI runs', () => {
    expect(text).toContain('npm ci && npm test');
    expect(read('.ci/run')).toContain('npm ci && npm test');
  });
});

describe('pictures', async () => {
  const script = pathToFileURL(path.join(ROOT, 'scripts', 'docs-pictures.mjs')).href;
  const { terminalPictures } = await import(script);
  const pictures: Readonly<Record<string, string>> = await terminalPictures();

  it.each(Object.keys(pictures))('%s is what npm run docs:pictures writes', (name) => {
    expect(read(`docs/pictures/${name}`)).toBe(pictures[name]);
  });

  it('are all used, in a light and a dark version', () => {
    const used = linksOf('README.md').filter((link) => link.startsWith('docs/pictures/'));
    const files = readdirSync(path.join(ROOT, 'docs', 'pictures')).map((name) => `docs/pictures/${name}`);
    expect(used.toSorted()).toEqual(files.toSorted());
  });
});

/** Lines of a shell block, without comments, each part of a pipe or of `&&` by itself. */
function shellCommands(page: string): readonly string[] {
  return blocksOf(page, 'sh')
    .flatMap((block) => block.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .map((line) => line.replace(/(^|\s+)#\s.*$/, ''))
    .flatMap((line) => line.split(/ (?:&&|\|\|?|>>?) /))
    .map((command) => command.trim().replace(/^(?:[A-Z_]+=(?:"[^"]*"|\S*) )+/, ''));
}

test.each(PAGES)('every command of %s exists', (page) => {
  const commands = shellCommands(page);
  const { scripts } = JSON.parse(read('package.json'));
  const wrong = commands.flatMap((command) => {
    const [, script] = /^npm run (?:--\S+ )?([\w:]+)/.exec(command) ?? [];
    if (script !== undefined) return Object.hasOwn(scripts, script) ? [] : [command];
    const own = /^(?:npx )?(prod-e2e .*)$/.exec(command)?.[1];
    return own === undefined ? [] : [problemWith(own) ?? []].flat();
  });
  expect(wrong).toEqual([]);
});

/** A value that the key accepts, whatever the variable of the example is called. */
function valueFor(name: string): string {
  if (name === 'DATABASE_URL') return 'postgres://reader@db.example.com/app';
  if (name === 'SENTRY_DSN') return 'https://abcdef0123456789abcdef0123456789@o1.ingest.sentry.io/42';
  if (/^SLACK_\w*URL$/.test(name))
    return 'https://hooks.slack.com/services/T00000000/B00000000/0123456789abcdef';
  if (name.startsWith('PAGERDUTY')) return '0123456789abcdef0123456789abcdef';
  return 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
}

/** Pages whose examples have tests of their own: they need files beside them. */
const TESTED_APART = ['docs/replay.md'];

const examples = PAGES.filter((page) => !TESTED_APART.includes(page)).flatMap((page) =>
  blocksOf(page, 'yaml').map((yaml) => ({ page, yaml, value: parse(yaml) })),
);

test.each(examples.filter(({ value }) => !Array.isArray(value)))(
  'an example of $page is a valid configuration: $yaml',
  async ({ yaml, value }) => {
    const names = [...yaml.matchAll(/\$\{env:(\w+)/g)].map(([, name = '']) => name);
    const env = Object.fromEntries(names.map((name) => [name, valueFor(name)]));
    for (const profile of [null, ...Object.keys(value.profiles ?? {})]) {
      const { input } = await aProject({ 'prod-e2e.config.yaml': yaml }, { env, profile });
      const { settings } = await resolveConfig(input);
      expect(settings).toBeDefined();
    }
  },
);

test('what is not a configuration is a step or an alert rule', () => {
  const lists = examples.flatMap(({ value }) => (Array.isArray(value) ? [value] : []));
  for (const [first] of lists)
    expect(Object.keys(first)).toContainEqual(expect.stringMatching(/^(uses|alert)$/));
});

test.each(PAGES)('every JSON example of %s can be read', (page) => {
  for (const json of blocksOf(page, 'json')) expect(() => JSON.parse(json)).not.toThrow();
});

describe('one place for each fact', () => {
  /** Where a table has a row that begins with it. */
  const placesOf = (cell: RegExp) =>
    PAGES.filter((page) =>
      read(page)
        .split('\n')
        .some((line) => cell.test(line)),
    );
  const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

  it('keys and flags of a run are in the configuration reference', () => {
    for (const { key, flag, env } of RUN_OPTIONS) {
      const own = env.find((name) => name.startsWith('PROD_E2E_')) ?? '';
      const row = new RegExp(`^\\| .*--(\\[no-\\])?${escaped(flag)}[ \`].*\`${own}\``);
      expect(placesOf(row), flag).toEqual(['docs/configuration.md']);
      expect(placesOf(new RegExp(`^\\| \\[?\`${escaped(key)}\``))).toContain('docs/configuration.md');
    }
  });

  it('exit codes are on their page', () => {
    const page = read('docs/exit-codes.md');
    const listed = [...page.matchAll(/^\| (\d+(?:, \d+)*) \|/gm)].flatMap(([, codes = '']) =>
      codes.split(', '),
    );
    expect(listed.map(Number)).toEqual(Object.values(EXIT));
    expect(placesOf(/^\| (?:exit )?code \|/)).toEqual(['docs/exit-codes.md']);
  });

  it('the address for errors is that of package.json, with its placeholder named as such', () => {
    const { bugs, repository, homepage, oclif, '//': note } = JSON.parse(read('package.json'));
    expect(bugs.url).toBe(BUGS_URL);
    expect(oclif.description).toContain(BUGS_URL);
    for (const url of [bugs.url, repository.url, homepage]) expect(url).toContain('/OWNER/prod-e2e');
    expect(note).toContain('OWNER is a placeholder');
  });

  it('variables that are no key are on their page', () => {
    const page = read('docs/environment.md');
    const keys = RUN_OPTIONS.flatMap(({ env }) => env).filter((name) => !name.startsWith('PROD_E2E_'));
    const source = read('src/lib/config/sources/unknown-variables.ts');
    const list = source.slice(source.indexOf('OTHERS'), source.indexOf('.map('));
    const others = [...list.matchAll(/'([A-Z_]+)'/g)].map(([, name]) => `PROD_E2E_${name}`);
    expect(others.length).toBeGreaterThan(5);
    const flagsAlone = ['PROD_E2E_DRY_RUN', 'PROD_E2E_SANDBOX'];
    for (const name of [...keys, ...others].filter((each) => !flagsAlone.includes(each)))
      expect(page).toContain(`\`${name}\``);
    for (const name of flagsAlone) expect(read('docs/configuration.md')).toContain(`\`${name}\``);
  });
});

test('the changelog keeps the form of Keep a Changelog', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^#{2,3} .*$/gm)].map(([heading]) => heading);
  expect(headings[0]).toBe('## [Unreleased]');
  for (const heading of headings.slice(1))
    expect(heading).toMatch(
      /^(## \[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d|### (Added|Changed|Deprecated|Removed|Fixed|Security))$/,
    );
  for (const version of read('CHANGELOG.md').split(/^## /m)) {
    const kinds = [...version.matchAll(/^### .*$/gm)].map(([kind]) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
  }
});
