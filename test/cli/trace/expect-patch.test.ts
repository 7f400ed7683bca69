import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ExpectEntry, entryLine, withExpectations } from '../../../src/lib/cli/trace/expect-patch.ts';
import { resolveConfig } from '../../../src/lib/config/resolve.ts';
import { readYaml } from '../../../src/lib/config/sources/yaml.ts';
import { configTemplate } from '../../../src/lib/init/template.ts';
import { NO_ANSWERS } from '../../init/answers.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ENTRIES: readonly ExpectEntry[] = [
  { span: 'POST /webhook', maxDuration: '220ms' },
  { label: 'save', span: 'a: "b" # c', check: 'database', inside: 'POST /webhook' },
];
const YAML = { format: 'yaml', under: null, entries: ENTRIES, force: false } as const;
const JSON_FILE = { ...YAML, format: 'json' } as const;

function patched(text: string, options: Parameters<typeof withExpectations>[1]): string {
  const result = withExpectations(text, options);
  if (result.kind !== 'patched') throw new Error(`conflict: ${result.labels.join(', ')}`);
  return result.text;
}

async function expectOf(file: string, text: string) {
  const folder = tempFolder();
  await writeFile(path.join(folder, file), text);
  const { settings } = await resolveConfig({
    flags: {},
    env: {},
    cwd: folder,
    home: folder,
    userConfigDir: folder,
    configFile: null,
    profile: null,
  });
  return settings.trace.expect.map(({ label, pattern, maxDurationMs, inside, check }) => ({
    label,
    name: pattern.name,
    maxDurationMs,
    inside,
    check,
  }));
}

const LEARNED = [
  { label: 'POST /webhook', name: ['POST /webhook'], maxDurationMs: 220, inside: null, check: 'missing' },
  { label: 'save', name: ['a: "b" # c'], maxDurationMs: null, inside: 'POST /webhook', check: 'database' },
];

describe('YAML', () => {
  it.each([
    ['an empty file', ''],
    ['a file of comments', '# nothing yet\n'],
    ['the template', configTemplate(NO_ANSWERS)],
    ['a trace section', 'count: 2\ntrace:\n  interval: 1s # often\n'],
    ['an empty trace section', 'trace:\n'],
    ['an empty list', 'trace: { expect: [] }\n'],
  ])('is added to %s', async (_, text) => {
    const result = patched(text, YAML);
    expect(await expectOf('prod-e2e.config.yaml', result)).toEqual(LEARNED);
    for (const comment of text.match(/# .*/g) ?? []) expect(result).toContain(comment);
  });

  it('keeps comments, order and other entries', () => {
    const text = [
      '# the endpoint',
      'url: https://hooks.example.com # production',
      '',
      'trace:',
      '  expect:',
      '    - mine # by hand',
      '  interval: 1s',
      'count: 3',
      '',
    ];
    const [first, second] = ENTRIES.map((entry) => `    ${entryLine(entry, 'yaml')}`);
    expect(patched(text.join('\n'), YAML)).toBe(
      [...text.slice(0, 6), first, second, ...text.slice(6)].join('\n'),
    );
  });

  it('replaces nothing without --force', () => {
    const text =
      'trace:\n  expect:\n    - POST /webhook # mine\n    - { label: save, span: x }\n    - other\n';
    expect(withExpectations(text, YAML)).toEqual({ kind: 'conflict', labels: ['POST /webhook', 'save'] });
    const [first, second] = ENTRIES.map((entry) => `    ${entryLine(entry, 'yaml')}\n`);
    expect(patched(text, { ...YAML, force: true })).toBe(`trace:\n  expect:\n${first}${second}    - other\n`);
  });

  it('reports a structure that cannot be edited', () => {
    expect(() => withExpectations('x: &t { verify: true }\ntrace: *t\n', YAML)).toThrow(
      'trace does not have the expected structure',
    );
  });
});

describe('JSON', () => {
  it('is added with the indentation of the file', async () => {
    const text = '{\n    "count": 2\n}\n';
    const result = patched(text, JSON_FILE);
    expect(result).toContain('\n    "trace": {\n        "expect": [');
    expect(await expectOf('prod-e2e.config.json', result)).toEqual(LEARNED);
  });

  it('is added within package.json, and nothing else changes', async () => {
    const text = '{\n\t"name": "x",\n\t"prod-e2e": { "trace": { "expect": ["mine"] } }\n}\n';
    const result = patched(text, { ...JSON_FILE, under: 'prod-e2e' });
    expect(JSON.parse(result)).toEqual({
      name: 'x',
      'prod-e2e': { trace: { expect: ['mine', ...ENTRIES] } },
    });
    expect((await expectOf('package.json', result)).slice(1)).toEqual(LEARNED);
  });

  it('replaces nothing without --force', () => {
    const text = JSON.stringify({ trace: { expect: ['POST /webhook', 'other'] } });
    expect(withExpectations(text, JSON_FILE)).toEqual({ kind: 'conflict', labels: ['POST /webhook'] });
    expect(JSON.parse(patched(text, { ...JSON_FILE, force: true })).trace.expect).toEqual([
      ENTRIES[0],
      'other',
      ENTRIES[1],
    ]);
  });
});

it('a file that is not a map is not changed', () => {
  expect(() => withExpectations('just text', YAML)).toThrow('the file does not have the expected structure');
});

it('a line sends no control sequences to a terminal, and is read unchanged', () => {
  const entry = { span: 'a\u009b2J\u202e \u001b[1m' };
  const lines = [entryLine(entry, 'yaml'), entryLine(entry, 'json')];
  for (const line of lines) expect(line).toMatch(/^[ -~]*$/);
  expect(lines.map((line) => readYaml(line))).toEqual([{ value: [entry] }, { value: entry }]);
});
