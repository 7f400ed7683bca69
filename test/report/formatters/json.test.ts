import { expect, test } from 'vitest';
import { aReport, aSource, aTest, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

test('a degraded run is the exact report', async () => {
  const report = degraded();
  const text = await rendered(sourceOf(report), 'json');
  expect(JSON.parse(text)).toEqual(report);
  expectGolden('json-degraded.json', text);
});

test('a run without results is still one document', async () => {
  const report = aReport({ results: [] });
  const text = await rendered(sourceOf(report), 'json');
  expect(JSON.parse(text)).toEqual(report);
  expect(text.endsWith('\n')).toBe(true);
});

test('results are written as they are read, without a delay', async () => {
  const { results: _, ...head } = aReport();
  let read = 0;
  const source = aSource(head, function* () {
    for (let index = 1; index <= 3; index += 1) {
      read = index;
      yield aTest({ index });
    }
  });
  const { json } = await import('../../../src/lib/report/formatters/json.ts');
  const seen: number[] = [];
  for await (const piece of json.render(source, {
    columns: 80,
    color: false,
    unicode: true,
    hyperlinks: false,
  })) {
    if (piece.includes('"testId"')) seen.push(read);
  }
  expect(seen).toEqual([1, 2, 3]);
});
