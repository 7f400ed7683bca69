import { describe, expect, it } from 'vitest';
import { canParseUrl, urlProblem } from '../../src/lib/http/url.ts';

describe('a usable URL', () => {
  it.each([
    'http://localhost/',
    'http://my_service:8080/',
    'https://hooks.example.com./x',
    'https://bücher.example/',
    'http://127.1/',
    'http://[::1]:8080/',
    'http://u%25:p%40@h.test/',
    `http://${'a'.repeat(63)}.test/`,
  ])('%s', (url) => {
    expect(urlProblem(url)).toBeNull();
  });
});

describe('an unusable URL', () => {
  const HOST = 'has a host that is neither a name nor an address';
  const ESCAPE =
    'has a % in its credentials that is not part of an escape such as %40; write %25 for the character %';

  it.each([
    ['http://h.test:0/', 'has port 0, which cannot be used'],
    ['http://a..b/', HOST],
    ['http://./', HOST],
    ['https://{tenant}.example.com/', HOST],
    ['https://$HOST/', HOST],
    [`http://${'a'.repeat(64)}.test/`, HOST],
    [`http://${'a.'.repeat(127)}test/`, HOST],
    ['http://us%er:p@h.test/', ESCAPE],
    ['http://user:100%@h.test/', ESCAPE],
    ['http://user:%ff@h.test/', ESCAPE],
  ])('%s %s', (url, problem) => {
    expect(urlProblem(url)).toBe(problem);
  });
});

it('a non-ASCII address stays valid, however often it is checked', () => {
  const results = new Set<boolean>();
  for (let time = 0; time < 20_000; time++) results.add(canParseUrl('https://münchen.example/'));
  expect([...results]).toEqual([true]);
  expect(canParseUrl('https://')).toBe(false);
  expect(canParseUrl('/path', 'https://h.example')).toBe(true);
});
