import { describe, expect, it } from 'vitest';
import { type TerminalFacts, terminalOf } from '../../src/lib/terminal/capabilities.ts';

type Env = TerminalFacts['env'];

function terminal(env: Env, facts: Partial<TerminalFacts> = {}) {
  return terminalOf({ isTTY: true, columns: 100, env, ci: false, platform: 'linux', ...facts });
}

describe('color', () => {
  it.each<[string, Env, boolean, boolean]>([
    ['a terminal', { TERM: 'xterm' }, true, true],
    ['a pipe', { TERM: 'xterm' }, false, false],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['NO_COLOR=0, which is set all the same', { NO_COLOR: '0' }, true, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true, true],
    ['FORCE_COLOR into a pipe', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR on a dumb terminal', { FORCE_COLOR: '3', TERM: 'dumb' }, true, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
    ['FORCE_COLOR=false', { FORCE_COLOR: 'false' }, true, false],
    ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, false, false],
    ['NO_COLOR against FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['an empty NO_COLOR against FORCE_COLOR', { NO_COLOR: '', FORCE_COLOR: '1' }, false, true],
  ])('with %s', (_, env, isTTY, expected) => {
    expect(terminal(env, { isTTY }).color).toBe(expected);
  });
});

describe('UTF-8', () => {
  it.each<[Env, Partial<TerminalFacts>, boolean]>([
    [{ LANG: 'en_US.UTF-8' }, {}, true],
    [{ LANG: 'en_US.utf8' }, {}, true],
    [{ LANG: 'C' }, {}, false],
    [{ LANG: 'C' }, { ci: true }, false],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, {}, false],
    [{ LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' }, {}, true],
    [{ LC_CTYPE: 'POSIX', LANG: 'en_US.UTF-8' }, {}, false],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, {}, false],
    [{}, {}, false],
    [{}, { ci: true }, true],
    [{}, { platform: 'darwin' }, true],
    [{}, { platform: 'win32' }, false],
    [{ WT_SESSION: 'x' }, { platform: 'win32' }, true],
    [{ TERM_PROGRAM: 'vscode' }, { platform: 'win32' }, true],
  ])('%j %j: %s', (env, facts, expected) => {
    expect(terminal(env, facts).unicode).toBe(expected);
  });
});

describe('columns', () => {
  it.each<[string, Env, Partial<TerminalFacts>, number]>([
    ['as the terminal says', {}, { columns: 100 }, 100],
    ['whatever COLUMNS says there', { COLUMNS: '60' }, { columns: 100 }, 100],
    ['at least 40', {}, { columns: 20 }, 40],
    ['at most 200', {}, { columns: 500 }, 200],
    ['80 where the terminal does not know', {}, { columns: undefined }, 80],
    ['80 where the terminal says 0', {}, { columns: 0 }, 80],
    ['80 in a pipe', {}, { isTTY: false, columns: undefined }, 80],
    ['as COLUMNS says in a pipe', { COLUMNS: '120' }, { isTTY: false, columns: undefined }, 120],
    ['80 where COLUMNS is empty', { COLUMNS: '' }, { isTTY: false, columns: undefined }, 80],
    ['80 where COLUMNS is no number', { COLUMNS: 'wide' }, { isTTY: false, columns: undefined }, 80],
    ['80 where COLUMNS is negative', { COLUMNS: '-5' }, { isTTY: false, columns: undefined }, 80],
  ])('%s', (_, env, facts, expected) => {
    expect(terminal(env, facts).columns).toBe(expected);
  });
});

describe('an interactive user', () => {
  it.each<[string, Env, Partial<TerminalFacts>, boolean]>([
    ['sits at a terminal', {}, {}, true],
    ['does not read a pipe', {}, { isTTY: false }, false],
    ['is not in CI, even with a terminal', {}, { ci: true }, false],
    ['cannot follow drawing on a dumb terminal', { TERM: 'dumb' }, {}, false],
  ])('%s', (_, env, facts, expected) => {
    expect(terminal(env, facts).interactive).toBe(expected);
  });
});

describe('links', () => {
  it.each<[string, Env, Partial<TerminalFacts>, boolean]>([
    ['open in iTerm', { TERM_PROGRAM: 'iTerm.app' }, {}, true],
    ['open in kitty', { KITTY_WINDOW_ID: '1' }, {}, true],
    ['open in Windows Terminal', { WT_SESSION: 'x' }, {}, true],
    ['open in a new VTE', { VTE_VERSION: '7200' }, {}, true],
    ['open in kitty, through ssh', { TERM: 'xterm-kitty' }, {}, true],
    ['not in an old VTE', { VTE_VERSION: '4800' }, {}, false],
    ['not in a terminal that nobody knows', { TERM: 'xterm' }, {}, false],
    ['where FORCE_HYPERLINK says so', { FORCE_HYPERLINK: '1' }, {}, true],
    ['not where FORCE_HYPERLINK says no', { FORCE_HYPERLINK: '0', TERM_PROGRAM: 'vscode' }, {}, false],
    ['not in a pipe', { TERM_PROGRAM: 'iTerm.app', FORCE_COLOR: '1' }, { isTTY: false }, false],
    ['not without colour', { TERM_PROGRAM: 'iTerm.app', NO_COLOR: '1' }, {}, false],
    ['not in CI', { TERM_PROGRAM: 'iTerm.app' }, { ci: true }, false],
  ])('%s', (_, env, facts, expected) => {
    expect(terminal(env, facts).hyperlinks).toBe(expected);
  });
});
