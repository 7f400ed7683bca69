import { describe, expect, it } from 'vitest';
import { describeError, errorJson, errorText, isIntendedExit } from '../../src/lib/cli/error-output.ts';
import { BUGS_URL, ProdE2eError } from '../../src/lib/errors.ts';

/** As oclif throws for wrong usage. */
function usageError(message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { oclif: { exit: 2 }, ...more });
}

describe('a user error', () => {
  const error = describeError(
    new ProdE2eError('Invalid config (2 errors):\n  a: wrong\n  b: wrong', {
      code: 'CONFIG_INVALID',
      hints: ['Correct it.', 'Or not.'],
    }),
  );

  it('is complete on a terminal, with advice', () => {
    expect(errorText(error)).toBe(
      'Error: Invalid config (2 errors):\n  a: wrong\n  b: wrong\n  Correct it.\n  Or not.\n',
    );
  });

  it('cannot send control sequences to a terminal', () => {
    const thrown = new ProdE2eError('There is no run "\u001b]0;x\u0007\u009b2J".', {
      code: 'X',
      hints: ['Did you mean "a\u202eb"?'],
    });
    expect(errorText(describeError(thrown))).toBe('Error: There is no run "".\n  Did you mean "ab"?\n');
    expect(errorText(describeError(new Error('\u001b[31mred')))).not.toContain('\u001b');
  });

  it('is the same in JSON', () => {
    expect(errorJson(error)).toEqual({
      error: {
        code: 'CONFIG_INVALID',
        message: 'Invalid config (2 errors):\n  a: wrong\n  b: wrong',
        hint: 'Correct it.\nOr not.',
      },
    });
  });

  it('has its own exit code', () => {
    expect(error.exit).toBe(2);
    expect(describeError(new ProdE2eError('x', { code: 'X', hints: [], exit: 3 })).exit).toBe(3);
  });

  it('has null for a missing hint', () => {
    expect(errorJson(describeError(new ProdE2eError('x', { code: 'X', hints: [] })))).toEqual({
      error: { code: 'X', message: 'x', hint: null },
    });
  });
});

describe('a usage error of oclif', () => {
  it('is in plain words, without internals', () => {
    const thrown = usageError('Missing 1 required arg:\nid  A trace id\n\nSee more help with --help', {
      parse: { input: { secret: 1 } },
    });
    expect(describeError(thrown)).toEqual({
      exit: 2,
      code: 'USAGE',
      message: 'The argument ID is missing.',
      hints: ['ID: A trace id', 'See more help with --help'],
      stack: null,
    });
  });

  it('that is unknown has its further lines as hints', () => {
    const { message, hints } = describeError(usageError('Something new:\nwhat to do\n'));
    expect([message, ...hints]).toEqual(['Something new:', 'what to do']);
  });

  it('does not suggest skipping a safety check', () => {
    const thrown = usageError('Nonexistent flag: --yess\nSee more help with --help', { flags: ['--yess'] });
    expect(describeError(thrown, ['yes', 'insecure'])).toMatchObject({
      message: 'Unknown flag --yess.',
      hints: ['See more help with --help'],
    });
  });

  it('about an unknown flag suggests the nearest one', () => {
    const thrown = usageError('Nonexistent flag: --scenrio\nSee more help with --help', {
      flags: ['--scenrio'],
    });
    expect(describeError(thrown, ['count', 'scenario', 'seed']).hints).toEqual([
      'Did you mean --scenario?',
      'See more help with --help',
    ]);
  });
});

describe('an internal error', () => {
  it.each([
    [new TypeError('x is not a function')],
    ['a string'],
    [null],
    [undefined],
    [{ oclif: {} }],
    [{ oclif: { exit: 'no' } }],
  ])('%s exits with 70 and asks for a report', (thrown) => {
    const error = describeError(thrown);
    expect(error).toMatchObject({
      exit: 70,
      code: 'BUG',
      message: expect.stringContaining('prod-e2e failed with an internal error'),
    });
    expect(errorText(error)).toContain('Please report it');
    expect(errorText(error)).toContain(BUGS_URL);
  });

  it('shows its stack on a terminal, not in JSON', () => {
    const error = describeError(new Error('boom'));
    expect(errorText(error)).toContain('error-output.test.ts');
    expect(JSON.stringify(errorJson(error))).not.toContain('error-output.test.ts');
  });
});

it.each([
  [Object.assign(new Error(), { code: 'EEXIT' }), true],
  [new Error('EEXIT'), false],
  [null, false],
])('%s is an intended exit: %s', (thrown, expected) => {
  expect(isIntendedExit(thrown)).toBe(expected);
});
