import fc from 'fast-check';
import { expect, test } from 'vitest';
import { interpolate } from '../../src/lib/config/interpolate.ts';

test('replaces values and defaults, and says which came from the environment', () => {
  const { value, uses, faults } = interpolate(
    { a: 'x ${env:A} ${env:B:-b c}', list: ['${env:A}', 1, null], '${env:A}': true },
    { A: 'one', B: '' },
  );
  expect(value).toEqual({ a: 'x one b c', list: ['one', 1, null], '${env:A}': true });
  expect(faults).toEqual([]);
  expect(uses).toEqual([
    {
      path: ['a'],
      template: 'x ${env:A} ${env:B:-b c}',
      values: ['one'],
      names: ['A'],
      fromEnvironment: false,
    },
    { path: ['list', 0], template: '${env:A}', values: ['one'], names: ['A'], fromEnvironment: true },
  ]);
});

test('an unset variable without a default names the place; an empty default is one', () => {
  const { value, faults } = interpolate({ a: { b: ['${env:NO}'] }, c: '${env:NO:-}' }, {});
  expect(value).toEqual({ a: { b: ['${env:NO}'] }, c: '' });
  expect(faults).toEqual([
    {
      path: ['a', 'b', 0],
      problem: 'the environment variable NO is not set; set it, or give a default: ${env:NO:-…}',
    },
  ]);
});

test('a malformed placeholder is told', () => {
  expect(interpolate('${env:A-B} ${env:}', {}).faults.map(({ problem }) => problem)).toEqual([
    'found ${env:A-B}; allowed: ${env:NAME} or ${env:NAME:-default}',
    'found ${env:}; allowed: ${env:NAME} or ${env:NAME:-default}',
  ]);
});

test('is what splitting and joining gives, and never looks into what was put in', () => {
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
      expect(result.faults).toEqual([]);
    }),
  );
});

test('data without placeholders comes back equal', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(!JSON.stringify(value).includes('${env:') && !JSON.stringify(value).includes('__proto__'));
      expect(JSON.stringify(interpolate(value, {}).value)).toBe(JSON.stringify(value));
    }),
  );
});
