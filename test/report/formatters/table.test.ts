import { expect, test } from 'vitest';
import { FORMATTERS, loadFormatter } from '../../../src/lib/report/formatters/table.ts';

test('every entry loads the formatter of its name', async () => {
  for (const [name, load] of Object.entries(FORMATTERS)) expect((await load()).name).toBe(name);
});

test.each(['jnuit', 'constructor', ''])('an unknown reporter %j is told with all there are', async (name) => {
  await expect(loadFormatter(name)).rejects.toMatchObject({
    code: 'UNKNOWN_REPORTER',
    message: `There is no reporter "${name}".`,
    suggestions: expect.arrayContaining([`Known: ${Object.keys(FORMATTERS).join(', ')}.`]),
  });
});

test('the nearest reporter is suggested', async () => {
  await expect(loadFormatter('jnuit')).rejects.toMatchObject({
    suggestions: expect.arrayContaining(['Did you mean "junit"?']),
  });
});
