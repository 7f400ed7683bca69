/** oclif's words for a command line that it cannot read, as this program says them. */
import { expect, it } from 'vitest';
import { usageWords } from '../../src/lib/cli/usage-words.ts';

const MORE = '\nSee more help with --help';

it.each([
  [
    'Parsing --limit \n\tExpected an integer greater than or equal to 1 but received: 0',
    '--limit must be an integer of at least 1 (got "0").',
  ],
  [
    'Parsing --port \n\tExpected an integer less than or equal to 65535 but received: 99999',
    '--port must be an integer of at most 65535 (got "99999").',
  ],
  ['Parsing --port \n\tExpected an integer but received: x', '--port must be an integer (got "x").'],
  [
    'The following error occurred:\n  All of the following must be provided when using --fault: --sandbox',
    '--fault needs --sandbox.',
  ],
  [
    'The following error occurred:\n  --url=http://x cannot also be provided when using --sandbox',
    '--url and --sandbox cannot be used together.',
  ],
  ['Nonexistent flag: --bogus', 'Unknown flag --bogus.'],
  ['Nonexistent flags: --a, --b', 'Unknown flags --a, --b.'],
  ['Unexpected argument: x', 'Unexpected argument "x".'],
  ['Missing 1 required arg:\nname  Its name,\n      or a number.', 'The argument NAME is missing.'],
  ['Expected --color=blu to be one of: blue, red', '--color must be one of blue, red (got "blu").'],
])('%j', (said, message) => {
  expect(usageWords(`${said}${MORE}`)?.message).toBe(message);
});

it('a flag without its value is reported', () => {
  expect(usageWords('Flag --count expects a value')?.message).toBe('--count needs a value.');
});

it('several reasons are reported one per line', () => {
  const said =
    'The following errors occurred:\n  --a cannot also be provided when using --b\n  All of the following must be provided when using --c: --d';
  expect(usageWords(`${said}${MORE}`)?.message).toBe('--a and --b cannot be used together.\n--c needs --d.');
});

it('an unknown message is unchanged', () => {
  expect(usageWords('Something else')).toBeNull();
});
