/**
 * Plain English in the code: words that read as translated, or have a better name, are in no comment, no identifier, no
 * test title, and on none of the pages listed here. Other strings are not checked.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './support/cli.ts';

/** Folders whose files are read. */
const FOLDERS = ['src'];

/** Pages whose text is read as well, apart from quoted code. */
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'docs/alerts.md',
  'docs/architecture.md',
  'docs/ci.md',
  'docs/comparing.md',
  'docs/completion.md',
  'docs/configuration.md',
  'docs/decisions/0001-bundle.md',
  'docs/decisions/0002-libraries.md',
  'docs/faults.md',
  'docs/fuzzing.md',
  'docs/library.md',
  'docs/limits.md',
  'docs/performance.md',
  'docs/probes.md',
  'docs/reliability.md',
  'docs/replay.md',
  'docs/reports.md',
  'docs/sandbox.md',
  'docs/signing.md',
  'docs/verdicts.md',
  'docs/commands.md',
  'docs/config-files.md',
  'docs/environment.md',
  'docs/exit-codes.md',
  'docs/glossary.md',
  'docs/safety.md',
  'docs/traces.md',
  'docs/troubleshooting.md',
  'docs/tutorial.md',
  'docs/README.md',
  'docs/recipes/README.md',
];

/** Not in comments, pages and identifiers: each pattern with what to write instead. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bwho(so)?ever\b/i, 'users who'],
  [/\bnobody\b/i, 'name who does not, or use the passive'],
  [/\bin vain\b/i, 'say what failed'],
  [/\bunder ?way\b|underWay/i, 'in flight, inFlight'],
  [/\btold\b/i, 'reported'],
  [/\btells?\b/i, 'reports, says, distinguishes'],
  [/(?<![A-Z])(MOST|LEAST)_|\batMost\b/, 'MAX_, MIN_'],
  [/patien(ce|t)/i, 'timeout, limit'],
  [/hurr(y|ied)/i, 'stop, early'],
  [/\btwins?\b|twinKey/i, 'duplicate, copy'],
  [/\b(a|no) (yes|no)\b(?! [a-z])/, 'confirmation'],
  [/\b(kept|keeps) runs?\b/i, 'saved runs'],
  [/\bno faults\b/i, 'valid'],
  [/\bthere (is|are) none\b/i, 'none, missing'],
  [/\bnone at all\b/i, 'none'],
  [/doubtful/i, 'with warnings'],
  [/\b(is|are|was|were) fine\b/i, 'passed'],
  [/\bagreed\b|agreement/i, 'confirmed'],
  [/\b(un)?proven\b/i, 'confirmed'],
  [/\ballowed are\b/i, 'limit'],
  [/\b(passed over|left out)\b/i, 'skipped'],
  [/\b(the )?very same\b/i, 'the same'],
  [/\bonce more\b/i, 'again'],
  [/\bin the manner of\b/i, 'as'],
  [/\b(lay over|held? against|takes? along)\b/i, 'apply, compare, include'],
  [/\blacks?\b/i, 'has no, is missing'],
  [/colour|organis|behaviour|catalogue|favour|honour|neighbour/i, 'American spelling'],
  [
    /(recogni|authori|normali|seriali|initiali|summari|minimi|maximi|optimi)s(e[ds]?|ing|ation)(?![a-z])/,
    'American spelling: -ize',
  ],
  [/cancell(ed|ing)\b|labelled|\bcentre\b|\bgrey\b/i, 'American spelling'],
];

/** Not in test titles either, where a sentence has a verb of its own: `exits with 2`, `reports …`. */
const TITLES: readonly (readonly [RegExp, string])[] = [
  ...WORDS,
  [/\b(HTTP|targets?|servers?|Sentry|webhooks?|requests?)\b.*\banswer/i, 'response'],
  [/\basked for\b/i, 'configured, requested'],
  [/\ball the same\b/i, 'still'],
  [/\b(is|are|ends with) exit\b/i, 'exits with'],
  [/\bwhat leaves\b|\bnothing leaves\b/i, 'sent'],
  [/\bfor ever\b/i, 'forever'],
  [/\bfaults? of (the|a) config/i, 'config error'],
];

/** Not the name of anything. In a sentence they may be the right word. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [
    /\b(whole|told|kept|hopeless|rehearse|besides|tellOthers|makeRoom|inFull|waitNoMore|goesThrough)\b/,
    'WORDS',
  ],
  [/\b(isCutShort|beforehand|deafVariable|inAll)\b/i, 'name what it is'],
];

/** Comments, and what may look like one: strings, template literals, and regular expressions where one can begin. */
const TOKENS =
  /(?<comment>\/\*[\s\S]*?\*\/|\/\/[^\n]*)|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=[(,=:[!&|?{};>\n]\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

/** The title of a test or a group, in either form: `it('…'` and `])('…'`. */
const TITLE =
  /(?:\b(?:describe|it|test|fuzz)(?:\.\w+)*\(|\)\()\s*(?:'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`)\s*,/g;

/** As many lines, without characters. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]+/g, ' ');
}

/** Quoted code is what it is. */
function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, blank).replaceAll(/`[^`\n]*`/g, ' ');
}

function findWords(file: string, text: string, words: typeof WORDS): readonly string[] {
  return text.split('\n').flatMap((line, at) =>
    words.flatMap(([pattern, instead]) => {
      const word = pattern.exec(line)?.[0];
      return word === undefined ? [] : [`${file}:${at + 1}: "${word}" (${instead})`];
    }),
  );
}

function titlesIn(text: string): readonly string[] {
  return [...text.matchAll(TITLE)].map(([, single, double, template]) => single ?? double ?? template ?? '');
}

function violationsIn(file: string, text: string): readonly string[] {
  const withoutStrings = text.replaceAll(TOKENS, (token, comment?: string) =>
    comment === undefined ? blank(token) : token,
  );
  const names = text.replaceAll(TOKENS, blank);
  return [...findWords(file, withoutCode(withoutStrings), WORDS), ...findWords(file, names, NAMES)];
}

test.each(FOLDERS)('%s is written in plain English', (folder) => {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name).replaceAll('\\', '/'));
  expect(files.length).toBeGreaterThan(0);
  const violations = files.flatMap((file) => violationsIn(file, readFileSync(path.join(ROOT, file), 'utf8')));
  expect(violations).toEqual([]);
});

test('the test titles are written in plain English', () => {
  const files = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name).replaceAll('\\', '/'));
  const titles = files.flatMap((file) =>
    titlesIn(readFileSync(path.join(ROOT, file), 'utf8')).map((text) => ({ file, text })),
  );
  expect(titles.length).toBeGreaterThan(2_000);
  expect(titles.flatMap(({ file, text }) => findWords(`${file}, '${text}'`, text, TITLES))).toEqual([]);
});

test('titles are found in every form', () => {
  const text =
    "describe('a', () => {\n  it.each([1])('b %i', () => {});\n  it.each([\n    'no title',\n  ])(\"c's\", () => {});\n  test(`d`, () => {});\n});\n";
  expect(titlesIn(text)).toEqual(['a', 'b %i', "c's", 'd']);
});

test('the help is written in plain English', () => {
  const manifest = readFileSync(path.join(ROOT, 'oclif.manifest.json'), 'utf8');
  expect(findWords('oclif.manifest.json', manifest, WORDS)).toEqual([]);
});

test.each(PAGES)('%s is written in plain English', (page) => {
  const text = readFileSync(path.join(ROOT, page), 'utf8');
  expect(findWords(page, withoutCode(text), WORDS)).toEqual([]);
});

test('comments and names are read; strings, regular expressions and quoted code are not', () => {
  const text = [
    '/** The answer that nobody told `patience`. */',
    "const MOST_TRIES = 'in vain'; // under way",
    'const quoted = text.replace(/[\'"`]/g, `told ${whole}`);',
    'const whole = kept(1, "whoever");',
  ].join('\n');
  expect(violationsIn('a.ts', text).map((each) => each.replace(/ \(.*/, ''))).toEqual([
    'a.ts:1: "nobody"',
    'a.ts:1: "told"',
    'a.ts:2: "under way"',
    'a.ts:2: "MOST_"',
    'a.ts:4: "whole"',
  ]);
});
