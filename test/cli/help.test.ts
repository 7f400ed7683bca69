/** Help is a manual page: every command has one, it fits the screen, and it says how the command may end. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/lib/errors.ts';
import { FAULT_KINDS } from '../../src/sandbox/faults/fault-kinds.ts';
import { ROOT, withCli } from '../support/cli.ts';
import { expectGolden } from '../support/golden.ts';

interface Manifest {
  readonly commands: Readonly<
    Record<string, { readonly summary: string; readonly hidden?: boolean; readonly exitCodes?: object }>
  >;
}

const { commands }: Manifest = JSON.parse(readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8'));
const OF_OCLIF = ['help', 'autocomplete'];
const OURS = Object.entries(commands)
  .filter(([id, { hidden }]) => hidden !== true && !OF_OCLIF.includes(id))
  .map(([id, command]) => ({ ...command, id: id.replaceAll(':', ' ') }));

/** Header → text; what is above the first one is the summary. */
function sectionsOf(page: string): Readonly<Record<string, string>> {
  const parts = page.split(/^([A-Z][A-Z ]+)\n/m);
  const headers = parts.filter((_, at) => at % 2 === 1);
  return Object.fromEntries([
    ['', parts[0] ?? ''],
    ...headers.map((header, at) => [header, parts[2 * at + 2] ?? ''] as const),
  ]);
}

const helpOf = (args: readonly string[]) =>
  withCli(async ({ run }) => {
    const { stdout, stderr, exitCode } = await run(args);
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout;
  });

const pages = new Map<string, Promise<string>>();

/** `COMMAND --help`. The page is the same for every test that reads it: the program runs once for each command. */
function pageOf(id: string): Promise<string> {
  const page = pages.get(id) ?? helpOf([...id.split(' '), '--help']);
  pages.set(id, page);
  return page;
}

describe.each(OURS)('$id --help', ({ id, summary, exitCodes }) => {
  it('has its sections, in this order', async () => {
    const page = await pageOf(id);
    const sections = sectionsOf(page);
    const headers = Object.keys(sections).slice(1);
    expect(sections['']?.replace(/\s+/g, ' ').trim()).toBe(summary);
    expect(page.replace(/\s+/g, ' ').split(summary), 'the summary once').toHaveLength(2);
    expect(headers[0]).toBe('USAGE');
    expect(headers.at(-1)).toBe('EXAMPLES');
    const flags = headers.filter((header) => header.endsWith('FLAGS'));
    expect(flags.at(-1)).toBe('GLOBAL FLAGS');
    expect(sections['GLOBAL FLAGS']).toContain('-h, --help');
    expect(sections.EXAMPLES).toContain(`prod-e2e ${id}`);
    const codes = Object.entries(exitCodes ?? {}).map(([code]) => code);
    expect([...(sections['EXIT CODES'] ?? '').matchAll(/^ {2}(\d+) +\S/gm)].map(([, code]) => code)).toEqual(
      codes,
    );
    expect(id === 'autocomplete init' || codes.includes(String(EXIT.bug))).toBe(true);
  });

  it('fits 80 columns', async () => {
    const page = await pageOf(id);
    // Examples are to be pasted; a list of what is allowed is not torn apart either.
    const [prose = ''] = page.split('\nEXAMPLES\n');
    for (const line of prose.split('\n')) {
      expect(line.length, line).toBeLessThanOrEqual(80);
      expect(line, 'notes follow the description').not.toMatch(/^ +-.* {2}\[(env|default):/);
    }
  });
});

it('run --help matches the golden file', async () => {
  expectGolden('help-run.txt', await pageOf('run'));
});

it('the first page names the first step, and every topic and command', async () => {
  const page = await helpOf(['--help']);
  expect(page).toContain('prod-e2e run --sandbox');
  for (const { id } of OURS) expect(page).toContain(`\n  ${id.split(' ')[0]} `);
  for (const { id } of OURS.filter(({ id }) => id.startsWith('report ')))
    expect(page.replaceAll(/\s+/g, ' ')).toMatch(new RegExp(`report [a-z| ]*\\b${id.split(' ')[1]}\\b`));
  expect(await helpOf(['-h'])).toBe(page);
  expect(await helpOf(['help'])).toBe(page);
});

it('a flag that can be negated is shown so in the usage', async () => {
  const usage = (sectionsOf(await pageOf('run')).USAGE ?? '').replaceAll(/\s+/g, ' ');
  for (const flag of ['mark', 'verify-traces', 'bail', 'color']) expect(usage).toContain(`[--[no-]${flag}]`);
});

it('the help of run and sandbox names every kind of fault', async () => {
  for (const id of ['run', 'sandbox']) {
    const { DESCRIPTION = '' } = sectionsOf(await pageOf(id));
    const kinds = DESCRIPTION.match(/[a-z][a-z-]*(?=[:,.])/g) ?? [];
    expect(kinds).toEqual(expect.arrayContaining(Object.keys(FAULT_KINDS)));
  }
});

it('every default and variable is noted in one style', async () => {
  for (const { id } of OURS) {
    const [prose = ''] = (await pageOf(id)).split('\nEXAMPLES\n');
    for (const [note] of prose.replaceAll(/\s+/g, ' ').matchAll(/\[(default|env)\b[^\]]*\]/g))
      expect(note).toMatch(/^\[(default|env): [^\]]+\]$/);
  }
});

it('help COMMAND is COMMAND --help', async () => {
  expect(await helpOf(['help', 'report', 'show'])).toBe(await helpOf(['report', 'show', '-h']));
});

it('every exit code of the program is documented by run or report merge', () => {
  const codes = (id: string) => Object.keys(commands[id]?.exitCodes ?? {}).map(Number);
  expect([...new Set([...codes('run'), ...codes('report:merge')])].sort((a, b) => a - b)).toEqual(
    Object.values(EXIT).sort((a, b) => a - b),
  );
});

it('autocomplete and --version exist', () =>
  withCli(async ({ run }) => {
    expect((await run(['--version'])).stdout).toMatch(/^prod-e2e\/\d+\.\d+\.\d+ /);
    const { stdout, exitCode } = await run(['autocomplete', 'bash']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('autocomplete script bash');
    expect((await run(['autocomplete', 'script', 'bash'])).exitCode).toBe(0);
  }));

describe('without a command', () => {
  it.each([[[]], [['report']], [['trace']]])('%j shows the commands and exits with 2', async (args) => {
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(args);
      expect(stdout).toContain('COMMANDS\n');
      expect(exitCode).toBe(2);
    });
  });

  it.each([[['--help']], [['report', '--help']], [['help', 'report']], [['-h']]])(
    '%j shows the help and exits with 0',
    async (args) => {
      await withCli(async ({ run }) => {
        const { stdout, exitCode } = await run(args);
        expect(stdout).toContain('COMMANDS\n');
        expect(exitCode).toBe(0);
      });
    },
  );

  it.each([
    [['run', '--help', '--json'], '--help prints text, not JSON.'],
    [['help', 'run', '--json'], '--help prints text, not JSON.'],
    [['report', '--json'], 'No command given.'],
    [['--json'], 'The command must come before its flags.'],
  ])('%j is one JSON document', async (args, message) => {
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(args);
      expect(JSON.parse(stdout)).toMatchObject({ error: { message } });
      expect(exitCode).toBe(2);
    });
  });
});
