/** `config show`: what differs from the defaults, at every width. */
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { originLines } from '../../src/lib/view/shown-config.ts';

const ORIGINS = [
  {
    key: 'url',
    value: 'https://hooks.example.com/services/webhook/signals',
    origin: 'file prod-e2e.config.yaml',
  },
  { key: 'count', value: 7, origin: 'env TEST_COUNT' },
  { key: 'retries', value: 0, origin: 'default' },
  { key: 'seed', value: null, origin: 'default' },
];
const screen = { unicode: true, columns: 80 };

it('shows changed values, and how many defaults are hidden', () => {
  expect(originLines(ORIGINS, { all: false, screen: { ...screen, columns: 200 } }).join('\n')).toBe(
    `KEY    VALUE                                               FROM
url    https://hooks.example.com/services/webhook/signals  file prod-e2e.config.yaml
count  7                                                   env TEST_COUNT

2 defaults not shown: prod-e2e config show --all`,
  );
});

it('shows every value with --all', () => {
  const [table = '', ...others] = originLines(ORIGINS, { all: true, screen });
  expect(table).toMatch(/^retries {2}0 +default$/m);
  expect(table).toMatch(/^seed +not set +default$/m);
  expect(others).toEqual([]);
});

it('always shows the source of a value', () => {
  const long = { key: 'scenarios', value: 'x'.repeat(500), origin: 'profile staging (prod-e2e.config.yaml)' };
  for (const columns of [80, 60]) {
    const [table = ''] = originLines([...ORIGINS, long], { all: false, screen: { ...screen, columns } });
    for (const line of table.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(table).toMatch(/^url .*… {1,2}file .*yaml$/m);
    expect(table).toMatch(/^count .* env TEST_COUNT$/m);
  }
});

it('reports that nothing is changed', () => {
  expect(originLines(ORIGINS.slice(2), { all: false, screen })).toEqual([
    'All values are defaults.',
    '2 defaults not shown: prod-e2e config show --all',
  ]);
});
