import { expect, it } from 'vitest';
import { maskingOf, maskPaths } from '../../src/lib/secrets/redact-paths.ts';

it('masks values at dotted paths of a JSON body, lists and objects included', () => {
  const body = JSON.stringify({ user: { name: 'Ada Lovelace', id: 7 }, items: [{ iban: 'DE01' }], ok: true });
  const { body: mask } = maskPaths(['user.name', 'items.0.iban', 'absent.path'], [body]);
  expect(JSON.parse(mask(body))).toEqual({
    user: { name: '***', id: 7 },
    items: [{ iban: '***' }],
    ok: true,
  });
});

it('masks the same values where a finding quotes them', () => {
  const { text } = maskPaths(['user.name'], ['{"user":{"name":"Ada Lovelace"}}']);
  expect(text('name is "Ada Lovelace", expected "Bob"')).toBe('name is "***", expected "Bob"');
});

it.each(['not json', '', '[]', 'null', '{"user":null}'])('does not change %j', (body) => {
  expect(maskPaths(['user.name', '__proto__.x'], [body]).body(body)).toBe(body);
});

it('does nothing without paths', () => {
  const { body, text } = maskPaths([], ['{"a":"secret"}']);
  expect([body('{"a":"secret"}'), text('secret')]).toEqual(['{"a":"secret"}', 'secret']);
});

it('masks a value of any length, wherever and however it is quoted', () => {
  const value = `"${'ab\u0000'.repeat(100_000)}`;
  const { text } = maskPaths(['a'], [JSON.stringify({ a: value })]);
  expect(text(`is ${value}!`)).toBe('is ***!');
  expect(text(`is ${JSON.stringify(value).slice(1, 300)}… and no more`)).toBe('is ***… and no more');
});

it('an extremely nested response costs neither time nor the run, and reveals nothing', () => {
  const depth = 100_000;
  const text = `{"account":${'{"a":'.repeat(depth)}"secret-number"${'}'.repeat(depth)}}`;
  const masking = maskingOf([text], { redact: (said) => said, redactPaths: ['account'] });
  // Whatever goes through it, instead of counting its brackets, exhausts the stack.
  expect(masking.body(text)).toBe('***');
});

it('every part of an object at the depth limit is masked, in limited time', () => {
  const parts = Array.from({ length: 3_000 }, (_, at) => `"part-${at}-of-it"`).join(',');
  const maskNested = (levels: number) => {
    const text = `{"account":${'{"a":['.repeat(levels)}${parts}${']}'.repeat(levels)},"id":7}`;
    const masking = maskingOf([text], { redact: (said) => said, redactPaths: ['account'] });
    expect(masking.body(text)).toBe('{"account":"***","id":7}');
    expect(masking.text('It says part-0-of-it and part-2999-of-it.')).toBe('It says *** and ***.');
  };
  // The same parts cost the same, however deep they are: were each level written down, 15 times as much.
  expect(cpuOf(() => maskNested(90))).toBeLessThan(4 * cpuOf(() => maskNested(1)));
});

/** Processor time of the work, which other programs do not take part in, in microseconds: the least of three times. */
function cpuOf(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}
