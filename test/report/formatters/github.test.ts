import { expect, test } from 'vitest';
import { anError, aReport, aTest, aWarning, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded, large } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

/** As the runner reads a line (actions/runner, ActionCommand.TryParseV2). */
function parseCommand(line: string) {
  const [, kind = '', properties = '', data = ''] = /^::(\w+) ([^:]*)::(.*)$/.exec(line) ?? [];
  const plain = (text: string) =>
    text.replace(/%(0D|0A|3A|2C|25)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return { kind, title: plain(properties.replace(/^title=/, '')), data: plain(data) };
}

const commandsOf = (text: string) => text.trimEnd().split('\n').map(parseCommand);

test.each([
  ['degraded', degraded()],
  ['large', large()],
])('github-%s.txt', async (name, report) => {
  expectGolden(`github-${name}.txt`, await rendered(sourceOf(report), 'github'));
});

test('never more than ten of a kind: the tenth tells how many there are beyond', async () => {
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
    expect(those.at(-1)?.data).toBe('… and 21 more: see the step summary, or prod-e2e report show');
  }
  expect(commands.filter(({ kind }) => kind === 'notice')).toHaveLength(1);
  expect(commands).toHaveLength(21);
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

test('what an answer says is no command, no property and no line of its own', async () => {
  const said = 'x::y,z=1%0A\r\n::error::forged\n::add-mask::y';
  const report = aReport({
    results: [aTest({ name: 'a,b:c%\n::error::d', errors: [anError('match', said)] })],
  });
  const commands = commandsOf(await rendered(sourceOf(report), 'github'));
  expect(commands.map(({ kind }) => kind)).toEqual(['error', 'notice']);
  expect(commands[0]?.title).toBe('a,b:c% : :error::d is broken');
  expect(commands[0]?.data.split('\n')[0]).toBe('x::y,z=1%0A : :error::forged : :add-mask::y');
});
