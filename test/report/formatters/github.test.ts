import { expect, test } from 'vitest';
import { anError, aReport, aTest, aWarning, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded, healthy, interrupted, large, oneBroken, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

/** As the runner reads a line (actions/runner, ActionCommand.TryParseV2). */
function parseCommand(text: string) {
  const [, kind = '', properties = '', data = ''] = /^::(\w+) ([^:]*)::(.*)$/.exec(text) ?? [];
  const plain = (escaped = '') =>
    escaped.replace(/%(0D|0A|3A|2C|25)/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  const { title, file, line } = Object.fromEntries(
    properties
      .split(',')
      .map((each): [string, string] => [
        each.slice(0, each.indexOf('=')),
        plain(each.slice(each.indexOf('=') + 1)),
      ]),
  );
  return { kind, title, file, line, data: plain(data) };
}

const commandsOf = (text: string) => text.trimEnd().split('\n').map(parseCommand);

test.each([
  ['one-broken', oneBroken()],
  ['healthy', healthy()],
  ['unreachable', unreachable()],
  ['interrupted', interrupted()],
  ['degraded', degraded()],
  ['large', large()],
])('github-%s.txt', async (name, report) => {
  expectGolden(`github-${name}.txt`, await rendered(sourceOf(report), 'github'));
});

test('has at most ten of a kind: the tenth states how many more there are', async () => {
  const word = (index: number) => String.fromCharCode(97 + (index % 26)).repeat(1 + (index % 30));
  const results = Array.from({ length: 60 }, (_, index) =>
    index < 30
      ? aTest({ index, errors: [anError('match', `broke ${word(index)}`)] })
      : aTest({ index, warnings: [aWarning('slow', `slow ${word(index)}`)] }),
  );
  const commands = commandsOf(await rendered(sourceOf(aReport({ results })), 'github'));
  for (const kind of ['error', 'warning']) {
    const those = commands.filter((each) => each.kind === kind);
    expect(those).toHaveLength(10);
    expect(those.at(-1)?.data).toBe(
      '… and 21 more: see the step summary, or prod-e2e report show 20260801-120000-k3f9z',
    );
  }
  expect(commands.filter(({ kind }) => kind === 'notice')).toHaveLength(1);
  expect(commands).toHaveLength(21);
});

test('of 1,000 broken tests of as many kinds has ten short annotations', async () => {
  const results = Array.from({ length: 1_000 }, (_, at) => {
    const words = `${'n'.repeat(at % 97)} ${String.fromCharCode(97 + (at % 26)).repeat(5_000)}`;
    return aTest({ index: at + 1, scenario: `SCENARIO_${at}`, errors: [anError('match', words)] });
  });
  const text = await rendered(sourceOf(aReport({ results })), 'github');
  const errors = commandsOf(text).filter(({ kind }) => kind === 'error');
  expect(errors).toHaveLength(10);
  expect(errors.at(-1)?.title).toMatch(/^prod-e2e: 9\d\d more$/);
  for (const { title, data } of errors) expect(`${title}${data}`.length).toBeLessThan(1_000);
});

test('exactly ten are all shown', async () => {
  const results = Array.from({ length: 10 }, (_, index) =>
    aTest({ index, errors: [anError('match', `broke ${'x'.repeat(index + 1)}`)] }),
  );
  const commands = commandsOf(await rendered(sourceOf(aReport({ results })), 'github'));
  expect(commands.filter(({ kind }) => kind === 'error').map(({ title }) => title)).not.toContainEqual(
    expect.stringContaining('more'),
  );
});

test('the text of a response is never a command, a property or a separate line', async () => {
  const said = 'x::y,z=1%0A\r\n::error::forged\n::add-mask::y';
  const report = aReport({
    results: [aTest({ scenario: 'a,b:c%\n::error::d', errors: [anError('match', said)] })],
  });
  const commands = commandsOf(await rendered(sourceOf(report), 'github'));
  expect(commands.map(({ kind }) => kind)).toEqual(['error', 'notice']);
  const [name, shown] = ['a,b:c% : :error::d', 'x::y,z=1%0A : :error::forged : :add-mask::y'];
  expect(commands[0]?.title).toBe(`${name} is broken: ${shown}`);
  expect(commands[0]?.data.split('\n')[0]).toBe(`${name}: ${shown}`);
});

test('findings of a scenario point at its line in the config file; others have no location', async () => {
  const report = aReport({
    source: { file: 'e2e/a,b:c.yaml', lines: { CHOP: 12, FROM_CODE: null } },
    results: [
      aTest({ index: 1, scenario: 'CHOP', errors: [anError('match', 'one')] }),
      aTest({ index: 2, scenario: 'FROM_CODE', errors: [anError('schema', 'two')] }),
      aTest({ index: 3, scenario: 'constructor', errors: [anError('status', 'three')] }),
      aTest({ index: 4, scenario: 'CHOP', warnings: [aWarning('slow', 'four')] }),
    ],
  });
  const commands = commandsOf(await rendered(sourceOf(report), 'github'));
  const placed = commands.map(({ kind, data, file, line }) => [kind, data.split('\n')[0], file, line]);
  expect(placed).toEqual([
    ['error', 'CHOP: one', 'e2e/a,b:c.yaml', '12'],
    ['error', 'FROM_CODE: two', 'e2e/a,b:c.yaml', undefined],
    ['error', 'constructor: three', undefined, undefined],
    ['warning', 'CHOP: four', 'e2e/a,b:c.yaml', '12'],
    ['notice', expect.anything(), undefined, undefined],
  ]);
});
