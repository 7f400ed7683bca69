import { describe, expect, it } from 'vitest';
import { fail, ok, warn } from '../../src/lib/doctor/check.ts';
import { checkLines, conclusion } from '../../src/lib/doctor/doctor-text.ts';

const screen = { columns: 60, color: false, unicode: true, hyperlinks: false };
const long = fail('trace-continued', 'Only the client side of this trace is in Sentry, nothing else', [
  'Check that proxies pass the headers on',
  'Sentry.init({\n  // …\n});',
]);

describe('checkLines', () => {
  it('wraps next to the name, with the advice below and code unchanged', () => {
    expect(checkLines(long, screen)).toEqual([
      '✗ trace-continued  Only the client side of this trace is in',
      '                   Sentry, nothing else',
      '                   → Check that proxies pass the headers on',
      '                     Sentry.init({',
      '                       // …',
      '                     });',
    ]);
  });

  it('lists several problems of one check below it', () => {
    const check = { ...fail('config', 'Invalid config', ['Fix them']), problems: ['`count`: x', '`url`: y'] };
    expect(checkLines(check, screen)).toEqual([
      '✗ config           Invalid config',
      '                   - `count`: x',
      '                   - `url`: y',
      '                   → Fix them',
    ]);
  });

  it('is plain ASCII on a terminal without Unicode', () => {
    const lines = [ok('url', 'x'), warn('dsn', 'y', ['z']), long].flatMap((check) =>
      checkLines(check, { ...screen, unicode: false }),
    );
    expect(lines.join('\n')).toMatch(/^[ -~\n]*$/);
    expect(lines.slice(0, 3)).toEqual([
      '[OK] url              x',
      '!    dsn              y',
      '                      -> z',
    ]);
  });

  it('colors only the mark', () => {
    expect(checkLines(ok('url', 'x'), { ...screen, color: true })).toEqual([
      '\u001b[32m✓\u001b[39m url              x',
    ]);
  });

  it('lets no outside text control the terminal', () => {
    expect(checkLines(warn('answer', 'a\u001b[2Jb', ['c\u0007d']), screen).join('')).not.toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      /[\u001b\u0007]/,
    );
  });
});

describe('conclusion', () => {
  it.each([
    [[ok('url', ''), ok('webhook', '')], '2 checks: 2 passed'],
    [[ok('webhook', ''), warn('dsn', '', [])], '2 checks: 1 passed, 1 warning'],
    [[fail('webhook', '', []), warn('dsn', '', [])], '2 checks: 1 failed, 1 warning'],
    [[fail('url', '', [])], '1 check: 1 failed. No webhook was sent'],
  ])('%#', (checks, text) => expect(conclusion(checks)).toBe(text));

  it('claims nothing about checks skipped by an interruption', () => {
    const text = conclusion([ok('url', ''), ok('webhook', '')], { interrupted: true });
    expect(text).toBe('2 checks: 2 passed. Interrupted: the other checks did not run');
  });
});
