import { describe, expect, it } from 'vitest';
import { settleColor } from '../../src/lib/terminal/color-choice.ts';

const settled = (env: NodeJS.ProcessEnv, ...args: string[]) => {
  const copy = { ...env };
  settleColor(copy, args);
  return copy;
};

describe('the variables', () => {
  it.each<[string, NodeJS.ProcessEnv, NodeJS.ProcessEnv]>([
    ['neither', {}, {}],
    ['NO_COLOR', { NO_COLOR: '1' }, { NO_COLOR: '1' }],
    ['NO_COLOR=0, which is set all the same', { NO_COLOR: '0' }, { NO_COLOR: '0' }],
    ['FORCE_COLOR', { FORCE_COLOR: '3' }, { FORCE_COLOR: '3' }],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, { NO_COLOR: '1' }],
    ['FORCE_COLOR=false', { FORCE_COLOR: 'false' }, { NO_COLOR: '1' }],
    ['NO_COLOR against FORCE_COLOR=0', { NO_COLOR: 'yes', FORCE_COLOR: '0' }, { NO_COLOR: 'yes' }],
    ['NO_COLOR against FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, { NO_COLOR: '1' }],
    ['both empty', { NO_COLOR: '', FORCE_COLOR: '' }, {}],
    ['an empty NO_COLOR', { NO_COLOR: '', FORCE_COLOR: '1' }, { FORCE_COLOR: '1' }],
    ['an empty FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '' }, { NO_COLOR: '1' }],
  ])('%s', (_, given, expected) => {
    expect(settled({ TERM: 'xterm', ...given })).toEqual({ TERM: 'xterm', ...expected });
  });
});

describe('the flags', () => {
  it.each<[string, NodeJS.ProcessEnv, string[], NodeJS.ProcessEnv]>([
    ['--color', {}, ['run', '--color'], { FORCE_COLOR: '1' }],
    ['--no-color', {}, ['run', '--no-color'], { NO_COLOR: '1' }],
    ['--color against NO_COLOR', { NO_COLOR: '1' }, ['run', '--color'], { FORCE_COLOR: '1' }],
    ['--color against FORCE_COLOR=0', { FORCE_COLOR: '0' }, ['run', '--color'], { FORCE_COLOR: '1' }],
    ['--no-color against FORCE_COLOR', { FORCE_COLOR: '3' }, ['run', '--no-color'], { NO_COLOR: '1' }],
    ['the last of both', {}, ['--no-color', '--color'], { FORCE_COLOR: '1' }],
    ['the last of both, again', {}, ['--color', '--no-color'], { NO_COLOR: '1' }],
    ['nothing after --', {}, ['report', 'show', '--', '--color'], {}],
    ['nothing that only begins so', {}, ['--colors', '--no-colors', '--color=1'], {}],
  ])('%s', (_, env, args, expected) => {
    expect(settled(env, ...args)).toEqual(expected);
  });
});
