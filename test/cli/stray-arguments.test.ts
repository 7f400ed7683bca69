import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { secretsInArguments, withoutSecrets } from '../../src/lib/cli/command-line.ts';
import { describeError } from '../../src/lib/cli/error-output.ts';
import {
  ARGUMENTS,
  FLAGS_WITH_VALUE,
  flagName,
  LETTER_SWITCHES,
  LETTERS_WITH_VALUE,
  SWITCHES,
} from '../../src/lib/cli/stray-arguments.ts';
import { unknownCommand } from '../../src/lib/cli/unknown-command.ts';

interface ManifestFlag {
  readonly type: string;
  readonly char?: string;
  readonly allowNo?: boolean;
}

interface ManifestCommand {
  readonly hidden?: boolean;
  readonly strict?: boolean;
  readonly flags: Readonly<Record<string, ManifestFlag>>;
  readonly args: object;
}

const manifest = JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'));
const commands = Object.entries<ManifestCommand>(manifest.commands).filter(([id]) => id !== 'complete');
const flags = commands.flatMap(([, command]) => Object.entries(command.flags));

describe('the known command line', () => {
  it('has all flags that exist', () => {
    const isSwitch = ({ type }: ManifestFlag) => type === 'boolean';
    const switches = flags.filter(([, flag]) => isSwitch(flag));
    const names = switches.flatMap(([name, { allowNo }]) => (allowNo ? [name, `no-${name}`] : [name]));
    expect([...SWITCHES].sort()).toEqual([...new Set([...names, 'help', 'version', 'next'])].sort());
    const withValue = flags.filter(([, flag]) => !isSwitch(flag));
    expect([...FLAGS_WITH_VALUE].sort()).toEqual([...new Set(withValue.map(([name]) => name))].sort());
    const letters = (of: typeof flags) => [...new Set(of.flatMap(([, { char }]) => char ?? []))].sort();
    expect([...LETTERS_WITH_VALUE].sort()).toEqual(letters(withValue));
    for (const letter of LETTER_SWITCHES.replace('h', '')) expect(letters(switches)).toContain(letter);
  });

  it('has the number of arguments of each command', () => {
    const takes = commands.map(([id, { strict, args }]) => [
      id.replaceAll(':', ' '),
      strict === false ? Number.POSITIVE_INFINITY : Object.keys(args).length,
    ]);
    expect(Object.fromEntries(takes)).toEqual(ARGUMENTS);
  });
});

describe('the process title', () => {
  it.each<[readonly string[], string]>([
    [['run', '--headr=Authorization: Bearer S'], 'run --headr=***'],
    [['run', '--headr', 'Authorization: Bearer S'], 'run --headr ***'],
    [['run', '--tokne=S'], 'run --tokne=***'],
    [['run', '--tokne', 'S', '-n', '3'], 'run --tokne *** -n 3'],
    [['run', 'Authorization: Bearer S'], 'run ***'],
    [['run', 'Authorization:', 'Bearer', 'S'], 'run *** *** ***'],
    [['run', '-n', '3', 'Authorization: Bearer S', '--json'], 'run -n 3 *** --json'],
    [['run', '--header', 'x: 1', '--', '--header', 'X: S'], 'run --header x: 1 -- *** ***'],
    [['run', '-XS'], 'run -X***'],
    [['run', '--json=S'], 'run --json=***'],
    [['run', '--S3CRET'], 'run --***=***'],
    [['S3CRET'], '***'],
    [['rnu', 'S3CRET'], 'rnu ***'],
    [['help', 'report', 'show'], 'help report show'],
    [['help', 'S3CRET'], 'help ***'],
    [['doctor', 'S'], 'doctor ***'],
    [['report', 'show', 'latest', '3', 'S'], 'report show latest 3 ***'],
    [['complete', '--', 'run', '--tokne=S'], 'complete -- run --tokne=***'],
    [['run', '-yn', '3', '-s', 'ORB'], 'run -yn 3 -s ORB'],
    [['report', 'merge', 'a', 'b', 'c'], 'report merge a b c'],
    [['trace', 'show', '3', '--wait'], 'trace show 3 --wait'],
  ])('of %j is %s', (args, title) => {
    expect(withoutSecrets(args)).toBe(title);
  });

  it.each<[readonly string[], readonly string[]]>([
    [
      ['run', '--headr=Authorization: Bearer abcd'],
      ['Authorization: Bearer abcd', 'Bearer abcd', 'abcd'],
    ],
    [['run', '--x', 'abcd'], ['abcd']],
    [['run', '-n', '3', '--json', '-r', 'json=x.json'], []],
    [['report', 'show', 'latest'], []],
  ])('is hidden because of the secrets in %j', (args, secrets) => {
    expect(secretsInArguments(args)).toEqual(secrets);
  });
});

describe('a usage error', () => {
  const usage = (message: string, more: object) =>
    Object.assign(new Error(`${message}\nSee more help with --help`), { oclif: { exit: 2 }, ...more });

  it.each([
    ['--headr=Authorization: Bearer S', '--headr'],
    ['--tokne=S', '--tokne'],
    ['--abc1S=S', '--***'],
    ['-XS', '-X'],
    ['-=S', '-***'],
  ])('names the flag of %s as %s', (typed, name) => {
    expect(flagName(typed)).toBe(name);
    const error = describeError(usage(`Nonexistent flag: ${typed}`, { flags: [typed] }), []);
    expect(error.message).toBe(`Unknown flag ${name}.`);
  });

  it('still suggests the intended flag', () => {
    const error = describeError(usage('Nonexistent flag: --headr=X: S', { flags: ['--headr=X: S'] }), [
      'count',
      'header',
    ]);
    expect(error.hints).toEqual(['Did you mean --header?', 'See more help with --help']);
  });

  it('does not repeat an argument', () => {
    const one = describeError(usage('Unexpected argument: X: S', { args: ['X: S'] }));
    expect([one.message, ...one.hints]).toEqual([
      'Unexpected argument (not shown: it may contain a secret).',
      'Pass headers with -H: -H "NAME: VALUE"',
      'See more help with --help',
    ]);
    const two = describeError(usage('Unexpected arguments: Bearer, S', { args: ['Bearer', 'S'] }));
    expect([two.message, ...two.hints]).toEqual([
      '2 unexpected arguments (not shown: they may contain a secret).',
      'See more help with --help',
    ]);
  });

  it.each<[readonly string[], string]>([
    [['run', 'X:', 'S'], 'prod-e2e run got an unexpected argument (not shown: it may contain a secret).'],
    [['rnu', 'S'], 'Unknown command "rnu".'],
    [['report', 'shwo', 'S'], 'Unknown command "report shwo".'],
    [['X: S'], 'Unknown command (not shown: it may contain a secret).'],
    [['report', 'X: S'], 'Unknown command (not shown: it may contain a secret).'],
  ])('of the command %j is %s', (words, message) => {
    expect(unknownCommand(words, ['run', 'report show']).message).toBe(message);
  });
});
