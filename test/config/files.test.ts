import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/lib/config/resolve.ts';
import { aProject } from './project.ts';

/** The test runner would transform the modules that configs are; a bundled program loads them as Node does. */
let program = '';
/** One process resolves them all, one after the other: each case has a folder of its own, so none finds modules of another. */
let resolver: ChildProcess;

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-resolve-'));
  program = path.join(folder, 'main.mjs');
  const entry = path.resolve(import.meta.dirname, '../../src/lib/config/resolve.ts');
  const origins = path.resolve(import.meta.dirname, '../../src/lib/config/layers/origins.ts');
  await build({
    stdin: {
      contents: `import { resolveConfig } from ${JSON.stringify(entry)};
        import { originsOf } from ${JSON.stringify(origins)};
        const outcome = (input, unused = []) => resolveConfig({ ...input, onWarning: (warning) => unused.push(warning) }).then(
          (resolved) => ({ file: resolved.file, unused, settings: resolved.settings, count: originsOf(resolved).find(({ key }) => key === 'count'), payload: typeof resolved.settings.payload }),
          ({ code, message, suggestions, oclif }) => ({ code, message, suggestions, exit: oclif?.exit }));
        const [, , alone] = process.argv;
        if (alone !== undefined) outcome(JSON.parse(alone)).then((value) => process.stdout.write(JSON.stringify(value)));
        else process.on('message', (input) => {
          process.chdir(input.cwd);
          outcome(input).then((value) => process.send(JSON.stringify(value)));
        });`,
      resolveDir: path.dirname(entry),
    },
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['typescript'],
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  resolver = fork(program, { execArgv: [] });
});

afterAll(async () => {
  resolver.disconnect();
  await rm(path.dirname(program), { recursive: true, force: true });
});

interface Outcome {
  readonly file?: string | null;
  readonly unused?: readonly string[];
  readonly settings?: { readonly count: number; readonly url: string | null };
  readonly count?: { readonly value: unknown; readonly origin: string };
  readonly payload?: string;
  readonly code?: string;
  readonly message?: string;
  readonly suggestions?: readonly string[];
  readonly exit?: number;
}

function outcome(input: ConfigInput): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('The process that resolves configs has ended.'));
    resolver.once('exit', ended).once('message', (message) => {
      resolver.off('exit', ended);
      resolve(JSON.parse(String(message)));
    });
    resolver.send(input);
  });
}

/** In a process of its own, which was started in this folder. */
async function outcomeAlone(input: ConfigInput): Promise<Outcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(input)], {
    cwd: input.cwd,
  });
  return JSON.parse(stdout) as Outcome;
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const LOADS_TYPESCRIPT = major > 22 || (major === 22 && minor >= 18);

const CONTENT = {
  json: '{"count": 41}',
  yaml: '# comment\ncount: 41\n',
  esm: 'export default { count: 40 + 1 };',
  cjs: 'module.exports = { count: 40 + 1 };',
} as const;

const CONFIG_FORMS = [
  ['js', 'esm'],
  ['mjs', 'esm'],
  ['cjs', 'cjs'],
  ['json', 'json'],
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
] as const;

const FORMS: readonly (readonly [string, string])[] = [
  ...['prod-e2e.config', '.prod-e2erc', '.config/prod-e2e.config', '.config/prod-e2erc'].flatMap((name) =>
    CONFIG_FORMS.map(([extension, kind]) => [`${name}.${extension}`, CONTENT[kind]] as const),
  ),
  ['.prod-e2erc', CONTENT.yaml],
  ['.prod-e2erc', CONTENT.json],
  ['.config/prod-e2erc', CONTENT.yaml],
];

describe('every form of a config file', () => {
  test.each(FORMS)('%s', async (name, content) => {
    const { input, root } = await aProject({ 'package.json': '{"type":"module"}', [name]: content });
    const result = await outcome(input);
    expect(result).toMatchObject({
      file: path.join(root, 'work', name),
      count: { value: 41, origin: `file ${path.join(name)}` },
    });
  });

  test('CommonJS in a .js file of a CommonJS project', async () => {
    const { input } = await aProject({ 'prod-e2e.config.js': CONTENT.cjs });
    expect((await outcome(input)).settings?.count).toBe(41);
  });

  test('package.json#prod-e2e', async () => {
    const { input } = await aProject({ 'package.json': '{"name":"x","prod-e2e":{"count":41}}' });
    expect((await outcome(input)).count).toEqual({
      key: 'count',
      value: 41,
      origin: 'file package.json#prod-e2e',
    });
  });

  test.each(['prod-e2e.config.ts', '.prod-e2erc.ts'])('%s', async (name) => {
    const content = 'const count: number = 41;\nexport default { count } satisfies object;\n';
    const { input } = await aProject({ 'package.json': '{"type":"module"}', [name]: content });
    const result = await outcome(input);
    if (LOADS_TYPESCRIPT) expect(result.settings?.count).toBe(41);
    else {
      expect(result).toMatchObject({ code: 'CONFIG_INVALID', exit: 2 });
      expect(result.message).toContain(`${name}: Node ${process.versions.node} cannot load TypeScript files`);
      expect(result.suggestions?.[0]).toContain('Node 22.18');
      expect(result.suggestions?.[0]).toContain('prod-e2e.config.mjs');
    }
  });

  test('a payload function of a JavaScript config', async () => {
    const { input } = await aProject({
      'prod-e2e.config.mjs': 'export default { payload: ({ symbol }) => ({ symbol }) };',
    });
    expect((await outcome(input)).payload).toBe('function');
  });
});

describe('is searched for', () => {
  test('upward to the folder with package.json, no further', async () => {
    const files = { 'prod-e2e.config.yaml': 'count: 2', 'packages/a/src/x': '' };
    const inside = await aProject(files);
    const cwd = path.join(inside.root, 'work', 'packages', 'a', 'src');
    const found = await outcome({ ...inside.input, cwd });
    expect(found.file).toBe(path.join(inside.root, 'work', 'prod-e2e.config.yaml'));
    const bounded = await aProject({ ...files, 'packages/a/package.json': '{}' });
    const none = await outcome({
      ...bounded.input,
      cwd: path.join(bounded.root, 'work', 'packages', 'a', 'src'),
    });
    expect(none.file).toBeNull();
  });

  test.each(['config.yaml', 'config', 'prod-e2e.config.yaml'])(
    "then the user's config folder: %s",
    async (name) => {
      const { input, root } = await aProject({ [`user/${name}`]: 'count: 3' });
      expect((await outcome(input)).file).toBe(path.join(root, 'user', name));
      const both = await aProject({ [`user/${name}`]: 'count: 3', '.prod-e2erc': 'count: 4' });
      expect((await outcome(both.input)).settings?.count).toBe(4);
    },
  );

  test('and of two files the first is used and the other one is reported', async () => {
    const { input } = await aProject({
      'prod-e2e.config.yaml': 'count: 2',
      '.prod-e2erc': 'count: 3',
      '.config/prod-e2erc.json': '{"count": 4}',
    });
    expect(await outcome(input)).toMatchObject({
      settings: { count: 2 },
      unused: [
        expect.stringMatching(
          /^using .+; \.prod-e2erc, \.config\/prod-e2erc\.json in the same folder is ignored$/,
        ),
      ],
    });
    expect((await outcome({ ...input, configFile: '.prod-e2erc' })).unused).toEqual([]);
  });

  test('and a file with only comments is a config without settings', async () => {
    const { input, root } = await aProject({ 'prod-e2e.config.yaml': '# nothing yet\n' });
    expect((await outcome(input)).file).toBe(path.join(root, 'work', 'prod-e2e.config.yaml'));
  });

  test('and settings for cosmiconfig itself have no effect, and its config is not run', async () => {
    const { input } = await aProject({
      'package.json':
        '{"cosmiconfig":{"searchPlaces":["evil.json"],"packageProp":"evil"},"evil":{"count":9}}',
      'evil.json': '{"count":9}',
      '.config/config.js': 'throw new Error("was run")',
      '.config/config.ts': 'not even TypeScript',
      'prod-e2e.config.yaml': 'count: 2',
    });
    // Cosmiconfig looks for its own settings where the process is.
    expect((await outcomeAlone(input)).settings?.count).toBe(2);
  });

  test('and $import is not a key', async () => {
    const { input } = await aProject({
      'other.yaml': 'count: 9',
      'prod-e2e.config.yaml': '$import: ./other.yaml',
    });
    expect((await outcome(input)).message).toContain('prod-e2e.config.yaml:1: $import: unknown key');
  });
});

describe('--config', () => {
  test('accepts any name, in any folder, relative to the working directory', async () => {
    const { input, root } = await aProject({
      'outside/my settings.yml': 'count: 6',
      '.prod-e2erc': 'count: 1',
    });
    const result = await outcome({ ...input, configFile: '../outside/my settings.yml' });
    const file = path.join(root, 'outside', 'my settings.yml');
    expect(result).toMatchObject({ file, count: { value: 6, origin: `file ${file}` } });
  });

  test('follows a link', async () => {
    const { input, root } = await aProject({ 'real.yaml': 'count: 6' });
    await symlink('real.yaml', path.join(root, 'work', 'link.yaml'));
    expect((await outcome({ ...input, configFile: 'link.yaml' })).settings?.count).toBe(6);
  });

  test('reports problems with the name', async () => {
    const { input } = await aProject({ 'config.toml': 'x', 'folder/x': '' });
    expect(await outcome({ ...input, configFile: 'no.yaml' })).toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: 'The config file no.yaml does not exist.',
      exit: 2,
    });
    expect((await outcome({ ...input, configFile: 'folder' })).message).toBe(
      'folder: is a folder, not a file',
    );
    expect((await outcome({ ...input, configFile: 'config.toml' })).message).toBe(
      'The config file config.toml has an unsupported extension: .toml.',
    );
  });
});

describe('errors of invalid files include the position', () => {
  test.each([
    [
      'prod-e2e.config.json',
      '{\n  "count": 1,\n}',
      'line 3, column 1: not valid JSON: expected a key in double quotes (got "}")',
    ],
    ['.prod-e2erc', 'count: 1\nurl: "x\n', 'line 3, column 1: not valid YAML: Missing closing "quote'],
    ['prod-e2e.config.yaml', 'a: 1\na: 2\n', 'line 2, column 1: not valid YAML: Map keys must be unique'],
    ['prod-e2e.config.yaml', 'a: 1\n---\nb: 2\n', 'line 2, column 1: more than one YAML document'],
    ['prod-e2e.config.json', '{"count": 1,\n "count": 1}', 'line 2, column 2: duplicate key'],
    [
      '.prod-e2erc',
      '{"url": "http://a", "headers": {"a": "1", "a": "2"}}',
      'line 1, column 43: not valid YAML',
    ],
    ['.prod-e2erc.json', '{"headers": {"a": "1", "\\u0061": "2"}}', 'line 1, column 24: duplicate key'],
    ['prod-e2e.config.mjs', 'export default {', 'cannot be loaded: SyntaxError: '],
    ['prod-e2e.config.cjs', 'throw new Error("no luck")', 'cannot be loaded: no luck'],
    ['prod-e2e.config.mjs', 'import "./gone.mjs"; export default {}', 'cannot be loaded: '],
    [
      'prod-e2e.config.mjs',
      'import { readFileSync } from "node:fs"; export default { seed: readFileSync("gone", "utf8") }',
      'ENOENT',
    ],
    ['prod-e2e.config.mjs', 'export const count = 1;', 'has no default export'],
    ['package.json', '{"name": x}', 'line 1, column 10: not valid JSON: expected a JSON value (got "x")'],
  ])('%s: %j', async (name, content, wanted) => {
    const { input } = await aProject({ [name]: content });
    const result = await outcome(input);
    expect(result).toMatchObject({ code: 'CONFIG_INVALID', exit: 2 });
    expect(result.message).toContain(name);
    expect(result.message).toContain(wanted);
    expect(result.suggestions?.length).toBeGreaterThan(0);
  });
});

describe('an existing config file that cannot be used is an error', () => {
  /** Bytes of a file, or what makes something else of the name. */
  type Kind = Uint8Array | ((file: string) => Promise<unknown>);
  const KINDS: readonly (readonly [string, Kind, string])[] = [
    ['a folder', (file) => mkdir(file), 'is a folder, not a file'],
    ['a link to nothing', (file) => symlink('nowhere.yaml', file), 'is a link to a file that does not exist'],
    ['a link to itself', (file) => symlink(path.basename(file), file), 'is a link that leads back to itself'],
    ['a FIFO', (file) => promisify(execFile)('mkfifo', [file]), 'is not a regular file'],
    ['empty', Buffer.from(''), 'is empty'],
    ['white space', Buffer.from(' \n\t\r\n'), 'is empty'],
    ['UTF-16 with a mark', Buffer.from('\ufeffcount: 3', 'utf16le'), 'is not UTF-8 (it looks like UTF-16)'],
    ['UTF-16 without one', Buffer.from('count: 3', 'utf16le'), 'is not UTF-8 (it looks like UTF-16)'],
    [
      'UTF-16, big-endian',
      Buffer.from('\ufeffcount: 3', 'utf16le').swap16(),
      'is not UTF-8 (it looks like UTF-16)',
    ],
    ['Latin-1', Buffer.from('profile: "caf\u00e9"', 'latin1'), 'is not UTF-8'],
    ['cut in the middle of a character', Buffer.from('a: \u20ac').subarray(0, 5), 'is not UTF-8'],
  ];
  const PLACES = ['prod-e2e.config.yaml', '.prod-e2erc', '.config/prod-e2erc.json', 'prod-e2e.config.mjs'];

  test.each(PLACES.flatMap((place) => KINDS.map((kind) => [place, ...kind] as const)))(
    '%s: %s',
    async (place, _, kind, problem) => {
      const { input, root } = await aProject({ 'user/config.yaml': 'count: 9', '.config/x': '' });
      const file = path.join(root, 'work', place);
      await (typeof kind === 'function' ? kind(file) : writeFile(file, kind));
      const expected = { code: 'CONFIG_INVALID', message: `${place}: ${problem}`, exit: 2 };
      expect(await outcome(input)).toMatchObject(expected);
      expect(await outcome({ ...input, configFile: place })).toMatchObject(expected);
    },
  );

  test('the file in the user folder, too', async () => {
    const { input, root } = await aProject({ 'user/x': '' });
    await mkdir(path.join(root, 'user', 'config.yaml'));
    expect((await outcome(input)).message).toBe(
      `${path.join(root, 'user', 'config.yaml')}: is a folder, not a file`,
    );
  });

  test('UTF-8 is read with or without a byte order mark', async () => {
    const { input } = await aProject({ 'prod-e2e.config.yaml': '\ufeffcount: 3' });
    expect((await outcome(input)).settings?.count).toBe(3);
  });
});

describe('a config file that is code', () => {
  test.each([
    ['a promise', 'export default Promise.resolve({ count: 41 });'],
    ['a function', 'export default () => ({ count: 41 });'],
    ['an async function', 'export default async () => ({ count: 41 });'],
    ['top-level await', 'await new Promise((go) => setTimeout(go, 5)); export default { count: 41 };'],
  ])('may export %s', async (_, content) => {
    const { input } = await aProject({ 'prod-e2e.config.mjs': content });
    expect((await outcome(input)).settings?.count).toBe(41);
  });

  test.each([
    ['exits', 'process.exit(0); export default {};', 'calls process.exit(0)'],
    [
      'exits and goes on',
      'try { process.exit() } catch {} export default { count: 2 };',
      'calls process.exit()',
    ],
    ['exits in its function', 'export default () => process.exit(3);', 'calls process.exit(3)'],
    ['rejects', 'export default Promise.reject(new Error("no vault"));', 'cannot be loaded: no vault'],
    [
      'throws in its function',
      'export default () => { throw new TypeError("bad") };',
      'cannot be loaded: TypeError: bad',
    ],
    [
      'never settles',
      'await new Promise(() => {}); export default {};',
      'did not finish loading within 10 s',
    ],
    [
      'gives a promise that never settles',
      'export default new Promise(() => {});',
      'did not finish loading within 10 s',
    ],
  ])('that %s is an error', async (_, content, problem) => {
    const { input } = await aProject({ 'prod-e2e.config.mjs': content });
    expect(await outcomeAlone(input)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`prod-e2e.config.mjs: ${problem}`),
      exit: 2,
    });
  });

  test('prints to stderr, because stdout is the result', async () => {
    const { input, root } = await aProject({
      'prod-e2e.config.mjs':
        'console.log("loading"); export default () => { process.stdout.write("called\\n"); return { count: 41 } };',
    });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, JSON.stringify(input)], {
      cwd: path.join(root, 'work'),
    });
    expect(JSON.parse(stdout)).toMatchObject({ settings: { count: 41 } });
    expect(stderr).toBe('loading\ncalled\n');
  });
});
