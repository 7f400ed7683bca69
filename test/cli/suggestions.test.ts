/** "Did you mean" names only what is close, of the same kind, and never what turns off a safety check. */
import { expect, it } from 'vitest';
import { describeError } from '../../src/lib/cli/error-output.ts';
import { unknownCommand } from '../../src/lib/cli/unknown-command.ts';
import { selectionErrors } from '../../src/lib/plan/selection.ts';

const COMMANDS = ['run', 'init', 'doctor', 'report list', 'report show'];
const FLAGS = ['yes', 'insecure', 'force', 'bail', 'count'];

const hintsFor = (flag: string) =>
  describeError(
    Object.assign(new Error(`Nonexistent flag: ${flag}\nSee more help with --help`), {
      oclif: { exit: 2 },
      flags: [flag],
    }),
    FLAGS,
  ).hints.join('\n');

it.each(['--yess', '--ye', '--insecur', '--forc', '--insecured'])('%s suggests no override', (flag) => {
  expect(hintsFor(flag)).not.toMatch(/yes|insecure|force/);
});

it('--conut suggests --count', () => {
  expect(hintsFor('--conut')).toContain('Did you mean --count?');
});

it.each(['bug', 'go', 'test', 'send'])('the command %s suggests no other one', (word) => {
  expect(unknownCommand([word], COMMANDS).suggestions.join('\n')).not.toContain('Did you mean');
});

it.each([
  ['rnu', 'run'],
  ['doctr', 'doctor'],
  ['report shwo', 'report show'],
])('the command %s suggests %s', (words, meant) => {
  expect(unknownCommand(words.split(' '), COMMANDS).suggestions[0]).toBe(`Did you mean: prod-e2e ${meant}`);
});

it('a tag suggests no scenario', () => {
  const scenario = { name: 'smoke_test', tags: ['slow'] } as never;
  const [found] = selectionErrors([scenario], { scenario: [], tag: ['smoke_tst'], exclude: [] });
  expect(found?.error.suggestions.join('\n')).not.toContain('smoke_test');
});
