/** What the config says of the order of stages, and of where their spans are. */
import { expect, test } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import type { ProdE2eError } from '../../src/lib/errors.ts';
import { aProject, problemLines } from './project.ts';

async function resolved(
  config: unknown,
  input: { readonly env?: NodeJS.ProcessEnv; readonly flags?: object } = {},
) {
  const project = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) });
  return (await resolveConfig({ ...project.input, ...input } as typeof project.input)).settings;
}

async function problemsOf(config: unknown) {
  const error = await resolved(config).then(
    () => null,
    (thrown: ProdE2eError) => thrown,
  );
  expect(error?.code).toBe('CONFIG_INVALID');
  return problemLines(error?.message ?? '');
}

test('each stage follows the one above it by default', async () => {
  const { stages } = await resolved({
    stages: [
      { name: 'received' },
      { name: 'engine-a' },
      { name: 'engine-b', after: 'received' },
      { name: 'decided', after: ['engine-a', 'engine-b'] },
      { name: 'filled' },
      { name: 'audited', after: [] },
    ],
  });
  expect(stages?.map(({ name, after }) => [name, after])).toEqual([
    ['received', []],
    ['engine-a', ['received']],
    ['engine-b', ['received']],
    ['decided', ['engine-a', 'engine-b']],
    ['filled', ['decided']],
    ['audited', []],
  ]);
});

test.each([
  ['recieved', 'unknown stage recieved; did you mean received? (known: received, decided)'],
  [['received', 'nothing'], 'unknown stage nothing (known: received, decided)'],
])('a stage cannot follow one that does not exist: %j', async (after, problem) => {
  const stages = [{ name: 'received' }, { name: 'decided', after }];
  expect(await problemsOf({ stages })).toEqual([expect.stringContaining(`stages[1].after: ${problem}`)]);
});

test.each([
  ['itself', [{ name: 'a', after: 'a' }], [0]],
  [
    'one that comes after it',
    [
      { name: 'a', after: 'b' },
      { name: 'b', after: 'a' },
    ],
    [0, 1],
  ],
  ['one that comes after it by its place', [{ name: 'a', after: 'c' }, { name: 'b' }, { name: 'c' }], [0]],
])('a stage cannot follow %s', async (_, stages, places) => {
  expect(await problemsOf({ stages })).toEqual(
    places.map((at) => expect.stringContaining(`stages[${at}].after: found a circle; `)),
  );
});

test('stages may be listed before the ones they follow', async () => {
  const stages = [
    { name: 'b', after: 'a' },
    { name: 'a', after: [] },
  ];
  expect((await resolved({ stages })).stages?.map(({ after }) => after)).toEqual([['a'], []]);
});

test("the span of a stage may be in the test's own trace even if background work is followed", async () => {
  const { stages } = await resolved({ stages: [{ name: 'a', trace: 'own' }, { name: 'b' }] });
  expect(stages?.map(({ ownTrace }) => ownTrace)).toEqual([true, false]);
  expect(await problemsOf({ stages: [{ name: 'a', trace: 'followed' }] })).toEqual([
    expect.stringMatching(/stages\[0\]\.trace: expected own \(got "followed"\)/),
  ]);
});

test('a search records whether its service keeps every trace', async () => {
  const { trace } = await resolved({
    trace: {
      follow: [
        { query: 'a', always: true },
        { query: 'b', within: '5s' },
      ],
    },
  });
  expect(trace.follow).toEqual([
    { query: 'a', always: true, withinMs: 60_000 },
    { query: 'b', always: false, withinMs: 5_000 },
  ]);
  expect(await problemsOf({ trace: { follow: [{ query: 'a', always: 'yes' }] } })).toHaveLength(1);
});

test('required stages can be required to be checked', async () => {
  expect((await resolved({})).requireStages).toBe(false);
  expect((await resolved({ requireStages: true })).requireStages).toBe(true);
  expect((await resolved({}, { flags: { 'require-stages': true } })).requireStages).toBe(true);
  expect((await resolved({}, { env: { PROD_E2E_REQUIRE_STAGES: 'true' } })).requireStages).toBe(true);
  expect(
    (await resolved({ requireStages: true }, { flags: { 'require-stages': false } })).requireStages,
  ).toBe(false);
});
