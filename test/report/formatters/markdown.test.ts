import { expect, test } from 'vitest';
import {
  markdownCode,
  markdownLink,
  markdownText,
} from '../../../src/lib/report/formatters/markdown-text.ts';
import { anError, aReport, aTest, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded, healthy, interrupted, large, oneBroken, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

test.each([
  ['one-broken', oneBroken()],
  ['unreachable', unreachable()],
  ['interrupted', interrupted()],
  ['degraded', degraded()],
  ['healthy', healthy()],
  ['large', large()],
])('markdown-%s.md', async (name, report) => {
  expectGolden(`markdown-${name}.md`, await rendered(sourceOf(report), 'markdown'));
});

test('stays short enough for a comment (65,536 characters), whatever goes wrong', async () => {
  const results = Array.from({ length: 5_000 }, (_, index) => {
    const words = `${'x'.repeat(index % 97)} failed ${'y'.repeat(300)}`;
    return aTest({ index, scenario: `S${index % 150}`, errors: [anError('match', words)] });
  });
  const text = await rendered(sourceOf(aReport({ results })), 'markdown');
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('… and 120 more');
});

test.each([
  ['<b>&amp;</b>', '\\<b\\>\\&amp;\\</b\\>'],
  ['a | b', 'a \\| b'],
  ['![x](javascript:y)', '\\!\\[x\\]\\(javascript:y\\)'],
  ['# no heading', '\\# no heading'],
  ['- no list', '\\- no list'],
  ['1. no list', '1\\. no list'],
  ['see https://evil.example and www.evil.example', 'see https\\://evil.example and www\\.evil.example'],
  ['hey @someone', 'hey <code>@</code>someone'],
  ['two\nlines', 'two lines'],
])('%j stays text', (text, written) => {
  expect(markdownText(text)).toBe(written);
});

test('code and links keep their content', () => {
  expect(markdownCode('`a` | <b>')).toBe('<code>&#96;a&#96; &#124; &#60;b&#62;</code>');
  expect(markdownLink('t', 'https://sentry.example/a?b=(c)>')).toBe(
    '[t](<https://sentry.example/a?b=(c)%3E>)',
  );
  expect(markdownLink('t', 'javascript:alert(1)')).toBe('t');
  expect(markdownLink('t', 'https://a b')).toBe('t');
});

test.each([
  // Found by fuzzing: no host may hold a bracket, and a browser refuses this address.
  ['https://acme.sentry.io-0![canary](http://canary.example)S{$W#O5.', 't'],
  ['https://sentry.example/![x](http://y)', '[t](<https://sentry.example/!%5Bx%5D(http://y)>)'],
  ['https://sentry.example/a](http://y)', '[t](<https://sentry.example/a%5D(http://y)>)'],
  ['https://sentry.example/?a=1|2&copy;=`x`', '[t](<https://sentry.example/?a=1%7C2&amp;copy;=%60x%60>)'],
  ['https://sentry.example/a\\b', '[t](<https://sentry.example/a/b>)'],
])('the address %j does not end the link early', (url, written) => {
  expect(markdownLink('t', url)).toBe(written);
});
