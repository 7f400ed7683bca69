import { expect, test } from 'vitest';
import { readYaml } from '../../../src/lib/config/sources/yaml.ts';

test.each([
  ['lists', '['.repeat(5_000)],
  ['maps', '{"a": '.repeat(5_000)],
  ['lists of dashes', `${'- '.repeat(5_000)}a`],
  ['keys that are maps', '? '.repeat(5_000)],
])('%s in %j without an end are refused before they exhaust the stack', (_, text) => {
  expect(readYaml(text)).toMatchObject({ problem: 'unsupported YAML: nested deeper than 256 levels' });
});

test('YAML nested up to the limit of a config is read', () => {
  expect(readYaml(`${'['.repeat(64)}${']'.repeat(64)}`)).toHaveProperty('value');
});

test('aliases that expand exponentially are refused', () => {
  const lines = ['x0: &x0 [a, a]'];
  for (let at = 1; at < 30; at++) lines.push(`x${at}: &x${at} [*x${at - 1}, *x${at - 1}]`);
  expect(readYaml(lines.join('\n'))).toMatchObject({ hint: 'Use fewer aliases.' });
});

test('keys that are not strings print nothing to stderr', () => {
  const warnings: unknown[] = [];
  const listen = (warning: unknown) => warnings.push(warning);
  process.on('warning', listen);
  readYaml('? {a: 1}\n: 2');
  return new Promise<void>((resolve) => {
    setImmediate(() => {
      process.off('warning', listen);
      expect(warnings).toEqual([]);
      resolve();
    });
  });
});
