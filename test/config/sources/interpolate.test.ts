import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { interpolate as interpolateWith } from '../../../src/lib/config/sources/interpolate.ts';

const interpolate = (root: unknown, env: Readonly<Record<string, string>>) =>
  interpolateWith(root, { env, baseDir: '/nowhere' });

test('replaces values and defaults, and records which came from the environment', () => {
  const { value, uses, problems } = interpolate(
    { a: 'x ${env:A} ${env:B:-b c}', list: ['${env:A}', 1, null], '${env:A}': true },
    { A: 'one', B: '' },
  );
  expect(value).toEqual({ a: 'x one b c', list: ['one', 1, null], '${env:A}': true });
  expect(problems).toEqual([]);
  expect(uses).toEqual([
    {
      path: ['a'],
      template: 'x ${env:A} ${env:B:-b c}',
      values: ['one'],
      names: ['A'],
      fromFile: false,
      fromOutside: false,
    },
    {
      path: ['list', 0],
      template: '${env:A}',
      values: ['one'],
      names: ['A'],
      fromFile: false,
      fromOutside: true,
    },
  ]);
});

test('an unset variable without a default is reported with its path; an empty default is valid', () => {
  const { value, problems } = interpolate({ a: { b: ['${env:NO}'] }, c: '${env:NO:-}' }, {});
  expect(value).toEqual({ a: { b: ['${env:NO}'] }, c: '' });
  expect(problems).toEqual([
    {
      path: ['a', 'b', 0],
      problem: 'the environment variable NO is not set; set it, or give a default: ${env:NO:-…}',
    },
  ]);
});

test('a malformed placeholder is reported', () => {
  expect(interpolate('${env:A-B} ${env:}', {}).problems.map(({ problem }) => problem)).toEqual([
    'expected ${env:NAME} or ${env:NAME:-default} (got ${env:A-B})',
    'expected ${env:NAME} or ${env:NAME:-default} (got ${env:})',
  ]);
});

test('equals splitting and joining, and never replaces in inserted values', () => {
  const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,5}$/);
  const plainText = fc.string().filter((text) => !text.includes('$'));
  const value = fc.oneof(fc.string({ minLength: 1 }), fc.constant('${env:OTHER}'));
  fc.assert(
    fc.property(fc.array(fc.tuple(plainText, name, value)), plainText, (parts, end) => {
      const env = Object.fromEntries(parts.map(([, variable, put]) => [variable, put]));
      const template = parts.map(([text, variable]) => `${text}\${env:${variable}}`).join('') + end;
      const wanted = parts.map(([text, variable]) => text + env[variable]).join('') + end;
      const result = interpolate({ key: template }, env);
      expect(result.value).toEqual({ key: wanted });
      expect(result.problems).toEqual([]);
    }),
  );
});

test('data without placeholders is unchanged', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes('${env:') && !JSON.stringify(value).includes('__proto__'));
      expect(JSON.stringify(interpolate(value, {}).value)).toBe(JSON.stringify(value));
    }),
  );
});

describe('values of files', () => {
  async function aFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-file-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    return folder;
  }

  test('are read relative to the config, without one trailing line end', async () => {
    const baseDir = await aFolder({ token: 's3cret\n', two: 'a\n\n', windows: 'b\r\n', key: 'c' });
    const { value, uses, problems } = interpolateWith(
      {
        a: 'Bearer ${file:token}',
        b: ['${file:two}', '${file:./windows}', `\${file:${path.join(baseDir, 'key')}}`],
        c: '${file:none:-d}',
      },
      { env: {}, baseDir },
    );
    expect(value).toEqual({ a: 'Bearer s3cret', b: ['a\n', 'b', 'c'], c: 'd' });
    expect(problems).toEqual([]);
    expect(uses[0]).toEqual({
      path: ['a'],
      template: 'Bearer ${file:token}',
      values: ['s3cret'],
      names: [],
      fromFile: true,
      fromOutside: false,
    });
  });

  test('that cannot be read are reported, each with its reason', async () => {
    const baseDir = await aFolder({
      empty: '\n',
      latin: Buffer.from('é', 'latin1'),
      large: 'x'.repeat(70_000),
    });
    const problems = interpolateWith(
      ['${file:gone}', '${file:empty}', '${file:latin}', '${file:large}', '${file:.}', '${file:}'],
      { env: {}, baseDir },
    ).problems.map(({ problem }) => problem);
    expect(problems).toEqual([
      expect.stringContaining('the file gone cannot be read (ENOENT'),
      'the file empty is empty; write the value into it, or give a default: ${file:empty:-…}',
      expect.stringContaining('the file latin cannot be read (The encoded data was not valid'),
      'the file large is larger than 64 KiB; name another one, or give a default: ${file:large:-…}',
      '. is not a regular file; name another one, or give a default: ${file:.:-…}',
      'expected ${file:NAME} or ${file:NAME:-default} (got ${file:})',
    ]);
  });
});

test('one trailing line end of a variable is removed', () => {
  const env = { A: 'x\n', B: 'x\r\n', C: 'x\n\n', D: '\n' };
  expect(interpolate(['${env:A}', '${env:B}', '${env:C}', '${env:D:-unset}'], env).value).toEqual([
    'x',
    'x',
    'x\n',
    'unset',
  ]);
});

test('a value inserted into a template stays text', () => {
  const { value } = interpolateWith(
    { payload: '${env:A} {{testId}}', other: '${env:A}' },
    { env: { A: 'a{{x}}{{y' }, baseDir: '/nowhere', isTemplate: ([first]) => first === 'payload' },
  );
  expect(value).toEqual({ payload: 'a{{openBraces}}x}}{{openBraces}}y {{testId}}', other: 'a{{x}}{{y' });
});
