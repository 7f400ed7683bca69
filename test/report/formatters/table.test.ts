import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FORMATTERS, loadFormatter } from '../../../src/lib/report/formatters/table.ts';
import { sourceOf } from '../../support/builders.ts';
import { ROOT } from '../../support/cli.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

test('every entry loads the formatter of its name', async () => {
  for (const [name, load] of Object.entries(FORMATTERS)) expect((await load()).name).toBe(name);
});

test.each(['jnuit', 'constructor', ''])(
  'an unknown reporter %j is reported with all there are',
  async (name) => {
    await expect(loadFormatter(name)).rejects.toMatchObject({
      code: 'UNKNOWN_REPORTER',
      message: `There is no reporter "${name}".`,
      suggestions: expect.arrayContaining([`Known: ${Object.keys(FORMATTERS).join(', ')}.`]),
    });
  },
);

test('the nearest reporter is suggested', async () => {
  await expect(loadFormatter('jnuit')).rejects.toMatchObject({
    suggestions: expect.arrayContaining(['Did you mean "junit"?']),
  });
});

// A new format is one file and one line of the table; UPDATE_GOLDEN=1 writes its golden file, and it wants a row in docs/reports.md.
test.each(Object.keys(FORMATTERS))(
  '%s shows the canonical report as it is in its golden file',
  async (name) => {
    const { extension, description } = await loadFormatter(name);
    expect(description).toMatch(/\S+\.$/);
    const text = await rendered(sourceOf(degraded()), name);
    expect(text.endsWith('\n')).toBe(true);
    expectGolden(`${name}-degraded.${extension}`, text);
  },
);

test.each(Object.keys(FORMATTERS))('%s links no address that a browser does not open', async (name) => {
  const url = 'https://acme.sentry.io-0![x](http://y)';
  const report = degraded();
  const results = report.results.map((result) => ({ ...result, trace: { ...result.trace, url } }));
  const text = await rendered(sourceOf({ ...report, results }), name, { hyperlinks: true });
  const opened = 'https://acme.sentry.io-0';
  for (const link of [`](${opened}`, `](<${opened}`, `href="${opened}`, `\u001b]8;;${opened}`])
    expect(text).not.toContain(link);
});

test('docs/reports.md has a row for each format, and for no other', () => {
  const page = readFileSync(path.join(ROOT, 'docs', 'reports.md'), 'utf8');
  const [table = ''] = /^\| name \| for \| size \|\n(?:\|.*\n)+/m.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual(Object.keys(FORMATTERS).toSorted());
});
