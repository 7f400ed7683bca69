import { describe, expect, it } from 'vitest';
import { codeOf, EXIT, messageOf, nearestName, ProdE2eError, unknownName } from '../src/lib/errors.ts';

describe('an unknown name', () => {
  it.each([
    ['ORB_BRAKOUT', ['CHOP', 'ORB_BREAKOUT'], 'ORB_BREAKOUT'],
    ['chop', ['CHOP2', 'chops'], 'chops'],
    ['', ['a'], null],
    ['bogus', ['count', 'from'], null],
    ['foo', ['bool'], null],
    ['itn', ['int', 'hex'], 'int'],
    ['ORB', ['CHOP', 'ORB_BREAKOUT'], 'ORB_BREAKOUT'],
    ['orb_brakout', ['CHOP', 'ORB_BREAKOUT'], 'ORB_BREAKOUT'],
    ['x', [], null],
  ])('%j among %j is nearest to %j', (typed, known, expected) => {
    expect(nearestName(typed, known)).toBe(expected);
  });

  it('is reported with the nearest name and all known ones', () => {
    const error = unknownName({
      what: 'scenario',
      typed: 'CHP',
      known: ['CHOP', 'OTHER'],
      code: 'UNKNOWN_SCENARIO',
    });
    expect(error).toMatchObject({
      message: 'There is no scenario "CHP".',
      code: 'UNKNOWN_SCENARIO',
      suggestions: ['Did you mean "CHOP"?', 'Known: CHOP, OTHER.'],
      oclif: { exit: EXIT.usage },
    });
  });

  it('is reported even if there are no known ones', () => {
    const error = unknownName({ what: 'tag', typed: 'x', known: [], code: 'UNKNOWN_TAG' });
    expect(error.suggestions).toEqual(['None are configured.']);
  });
});

it('an error keeps its cause and its exit code', () => {
  const cause = new Error('why');
  const error = new ProdE2eError('what', { code: 'X', hints: [], exit: EXIT.unreachable, cause });
  expect(error).toBeInstanceOf(Error);
  expect(error.cause).toBe(cause);
  expect(error.oclif.exit).toBe(3);
});

it.each([
  [new Error('boom'), 'boom', null],
  [Object.assign(new Error('gone'), { code: 'ENOENT' }), 'gone', 'ENOENT'],
  [Object.assign(new Error('odd'), { code: 7 }), 'odd', null],
  ['text', 'text', null],
  [null, 'null', null],
  [undefined, 'undefined', null],
])('%j has the message %j and the code %j', (thrown, message, code) => {
  expect(messageOf(thrown)).toBe(message);
  expect(codeOf(thrown)).toBe(code);
});

it.each([
  ['i', ['insecure', 'from']],
  ['fo', ['force', 'format']],
  ['bug', ['run']],
  ['smoke', ['STRICT']],
])('%j suggests nothing among %j: it is not close to any', (typed, known) => {
  expect(nearestName(typed, known)).toBeNull();
});
