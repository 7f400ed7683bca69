/** The invariants notice what they are there for. */
import { expect, it } from 'vitest';
import {
  expectHarmless,
  expectJsonLines,
  expectNoMarkup,
  expectNoOrders,
  expectSameElements,
} from './support/invariants.ts';

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

it.each([
  ['an escape sequence', () => expectHarmless('a\u001b[31m')],
  ['one that is ours, where there are no colours', () => expectHarmless('a\u001b[1m', { color: false })],
  ['one that is not ours', () => expectHarmless('\u001b[2J', { color: true })],
  [
    'a link out of a link',
    () => expectHarmless('\u001b]8;;https://x\u0007', { color: true, hyperlinks: true }),
  ],
  ['a link to elsewhere', () => expectHarmless('\u001b]8;;file:///x\u001b\\', { hyperlinks: true })],
  ['an 8-bit control', () => expectHarmless('\u009b2J')],
  ['a mark that reorders', () => expectHarmless('\u202e')],
  ['a mark that hides', () => expectHarmless('\u200b')],
  ['more than ASCII', () => expectHarmless('ä', { unicode: false })],
  ['an order to GitHub', () => expectNoOrders('a\n  ::add-mask::x')],
  ['an order to Azure', () => expectNoOrders('a ##vso[x]')],
  ['an element more', () => expectSameElements(`${XML}<a><b/></a>`, `${XML}<a/>`)],
  ['an attribute more', () => expectSameElements(`${XML}<a c="1"/>`, `${XML}<a/>`)],
  ['a line that is no JSON', () => expectJsonLines('{}\n{\n')],
  ['an element of HTML', () => expectNoMarkup('html', '<p><canary>')],
  ['a handler of HTML', () => expectNoMarkup('html', '<p onclick="canary()">')],
  ['a handler behind a value', () => expectNoMarkup('html', '<p title="a" onclick=canary()>')],
  [
    'a handler behind quotes that were broken',
    () => expectNoMarkup('html', '<p title="a"" onclick=canary()>'),
  ],
  ['a script link of HTML', () => expectNoMarkup('html', '<a href="javascript:canary()">')],
  ['HTML in Markdown', () => expectNoMarkup('md', 'a <canary>')],
  ['a link of Markdown', () => expectNoMarkup('md', '[x](javascript:canary())')],
  ['a picture of Markdown', () => expectNoMarkup('md', '![canary](http://x)')],
  ['a line of TAP', () => expectNoMarkup('tap', 'ok 1 a\nnot ok 1 canary')],
  ['a line of GitHub', () => expectNoMarkup('github', '::error::canary')],
])('%s', (_, check) => expect(check).toThrow());

it('our own output passes', () => {
  expectHarmless('\u001b[1ma\u001b[22m \u001b]8;;https://x/\u001b\\b\u001b]8;;\u001b\\\n✓ 漢字', {
    color: true,
    hyperlinks: true,
  });
  expectNoOrders('[::1] a ::b:: # x');
  expectNoMarkup('html', '<p title="&lt;canary&gt;">&lt;canary&gt;</p>');
  expectNoMarkup('html', '<p title="&lt;img src=x onerror=canary&gt;">');
  expectNoMarkup('md', String.raw`\<canary> \[x\](javascript:canary())`);
});
