/** Numbers that JavaScript would round or respell: read, compared and written as they stand. */
import { describe, expect, it } from 'vitest';
import { compareNumbers, isMultipleOf, numberOf } from '../../src/lib/json/decimal.ts';
import {
  canonicalJson,
  indentJson,
  parseJson,
  sameAsWritten,
  sameJson,
  writeJson,
} from '../../src/lib/json/text.ts';
import { ExactNumber } from '../../src/lib/model/json.ts';

describe('reading and writing', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890123456789',
    '98765.10',
    '1.0',
    '-0',
    '-0.0',
    '12345E2',
    '1e+2',
    '1e999',
    '0.1234567890123456789',
    '{"a":9007199254740993,"b":[1.10,{"c":-0}],"d":"9007199254740993"}',
    '{"__proto__":{"id":9007199254740993},"constructor":1.0}',
    '{"s":"\\ud800","n":1.10,"sn":"n1.10"}',
    '{"x\\"y":1.10,"":2.0}',
    '["1.10",1.10,"s","n",null,true,false,0,1.5]',
    '{"2":1.0,"1":2.0}',
  ])('%s comes out as it went in, in the order of its keys', (text) => {
    const ordered = text.startsWith('{"2"') ? '{"1":2.0,"2":1.0}' : text;
    expect(writeJson(parseJson(text))).toBe(ordered);
  });

  it.each(['1', '0', '-1', '1.5', '9007199254740991', '1e+21', '5e-324', '"1.10"', '[]'])(
    'reads %s as JSON.parse does',
    (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    },
  );

  it('keeps the last of equal keys, and numbers do not include white space', () => {
    expect(writeJson(parseJson('{ "id" : 1.10 , "id" :\n 9007199254740993\t}'))).toBe(
      '{"id":9007199254740993}',
    );
  });

  it.each([
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '-',
    '[1.10,]',
    '{"a":1.10',
    '{a:1.10}',
    "{'a':1.10}",
    '1.10 1',
    'NaN',
  ])('refuses %s as JSON.parse does', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('reads JSON nested deeper than the stack allows', () => {
    const depth = 50_000;
    let at = parseJson(`${'['.repeat(depth)}9007199254740993${']'.repeat(depth)}`);
    while (Array.isArray(at)) at = at[0];
    expect(String(at)).toBe('9007199254740993');
  });

  it('indents like JSON.stringify', () => {
    const value = { a: [1, { b: 'x\ny' }], c: {}, d: [], e: { f: null } };
    const text = JSON.stringify(value, null, 2);
    const exact = parseJson(JSON.stringify(value).replace('[1,', '[1.0,'));
    expect(writeJson(exact, 2)).toBe(text.replace('    1,', '    1.0,'));
    expect(indentJson(JSON.stringify(value))).toBe(text);
  });

  it('indents without touching a string, a number or a key', () => {
    expect(indentJson('{"a":1.10,"a":[ ],"\\u0061":{"b" : -0}}')).toBe(
      '{\n  "a": 1.10,\n  "a": [],\n  "\\u0061": {\n    "b": -0\n  }\n}',
    );
  });
});

describe('comparing', () => {
  const number = (text: string) => numberOf(text);

  it.each([
    ['9007199254740993', '9007199254740992', false],
    ['9007199254740993', '9007199254740993.0', true],
    ['1.10', '1.1', true],
    ['12345E2', '1234500', true],
    ['1.2345e6', '1234500', true],
    ['-0', '0', true],
    ['0e5', '0.00', true],
    ['1e999', '1e998', false],
    ['10e998', '1e999', true],
    ['0.1', '0.10000000000000000001', false],
  ])('%s and %s: the same is %s', (a, b, same) => {
    expect(sameJson(parseJson(`[${a}]`), parseJson(`[${b}]`))).toBe(same);
  });

  it('equates a number and its text only if one of the two is a number', () => {
    expect(sameAsWritten(number('98765.10'), '98765.1')).toBe(true);
    expect(sameAsWritten('1.10', '1.1')).toBe(false);
    expect(sameAsWritten(number('9007199254740993'), '9007199254740992')).toBe(false);
    expect(sameAsWritten(7, '007')).toBe(false);
  });

  it('orders numbers of any size', () => {
    const sorted = [
      '-1e999',
      '-9007199254740993',
      '-9007199254740992',
      '-0',
      '1e-999',
      '0.10',
      '2',
      '10',
      '9007199254740993',
      '1e999',
    ];
    const shuffled = [...sorted].reverse();
    expect(shuffled.sort((a, b) => compareNumbers(number(a), number(b)))).toEqual(sorted);
    expect(compareNumbers(number('12E1'), number('120'))).toBe(0);
  });

  it.each([
    ['19.99', '0.01', true],
    ['0.3', '0.1', true],
    ['1.1', '0.25', false],
    ['9007199254740993', '2', false],
    ['9007199254740994', '2', true],
    ['1e999999999999', '7', false],
    ['7e999999999999', '7', true],
    ['0', '3', true],
    ['-4.5', '1.5', true],
    ['0.001', '0.01', false],
  ])('%s is a multiple of %s: %s', (value, divisor, is) => {
    expect(isMultipleOf(number(value), number(divisor))).toBe(is);
  });

  it('has one text for the same JSON, whatever the order of its keys', () => {
    expect(canonicalJson(parseJson('{"b":1.0,"a":[2]}'))).toBe(
      canonicalJson({ a: [2], b: new ExactNumber('1') }),
    );
  });
});
