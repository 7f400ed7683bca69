import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { addToStepOutputs, addToStepSummary, fitting } from '../../../src/lib/report/output/github-files.ts';
import { anError, aReport, aTest, sourceOf } from '../../support/builders.ts';
import { degraded } from '../../support/reports.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const MIB = 1_048_576;

test('is appended to the output of other steps', async () => {
  const file = path.join(tempFolder(), 'summary.md');
  await writeFile(file, '# another step\n');
  await addToStepSummary(file, sourceOf(degraded()));
  expect(await readFile(file, 'utf8')).toMatch(/^# another step\n\n## ❌ VOL\\_EXPANSION is broken\n/);
});

test("never exceeds GitHub's limit, and states what was cut", async () => {
  const file = path.join(tempFolder(), 'summary.md');
  await writeFile(file, 'x'.repeat(MIB - 500));
  await addToStepSummary(file, sourceOf(degraded()));
  const text = await readFile(file, 'utf8');
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MIB);
  expect(text).toMatch(/… cut: a step summary holds 1 MiB\. The whole report: prod-e2e report show \S+\n$/);
});

/** Each fails in another way, with as long a response as possible. */
function allBroken(count: number, said: (index: number) => string) {
  const results = Array.from({ length: count }, (_, at) => {
    const words = `${'n'.repeat(at % 97)} ${said(at)}`;
    return aTest({ index: at + 1, scenario: `SCENARIO_${at}`, errors: [anError('match', words)] });
  });
  return sourceOf(aReport({ results }));
}

test.each([
  ['plain', 'field price: found 1, expected 2 '.repeat(30)],
  ['hostile', '@team <b>|`*_ '.repeat(60)],
  ['wide', '漢字👩‍👩‍👧 '.repeat(100)],
])(
  'of 1,000 broken tests with %s words is far below the limit, complete, and fits into a comment',
  async (_, said) => {
    const file = path.join(tempFolder(), 'summary.md');
    await addToStepSummary(
      file,
      allBroken(1_000, () => said),
    );
    const text = await readFile(file, 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThan(MIB / 4);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('| 1,000 | 0 | 1,000 |');
    expect(text).not.toContain('… cut');
  },
);

test.each([
  ['all that fits', 'ab\ncd\n', 6, 'ab\ncd\n'],
  ['nothing where not even the word about it fits', 'ab\ncd\n'.repeat(20), 60, ''],
])('%s', (_, text, room, left) => {
  expect(fitting(text, { room, savedAs: 'r' })).toBe(left);
});

test('is cut between lines, never within a character', () => {
  const cut = (savedAs: string | null) => fitting('ä\n'.repeat(1_000), { room: 200, savedAs });
  expect(Buffer.byteLength(cut('r'))).toBeLessThanOrEqual(200);
  expect(cut('r')).toMatch(
    /^(ä\n)+\n… cut: a step summary holds 1 MiB\. The whole report: prod-e2e report show r\n$/,
  );
  expect(cut(null), 'no command for a run that is not saved').toMatch(
    /^(ä\n)+\n… cut: a step summary holds 1 MiB\.\n$/,
  );
});

test('a file that cannot be written is reported', async () => {
  await expect(addToStepSummary(tempFolder(), sourceOf(degraded()))).rejects.toMatchObject({
    code: 'REPORT_PATH',
  });
});

test('passes the status, the run and the traces of broken tests to later steps', async () => {
  const file = path.join(tempFolder(), 'output');
  await writeFile(file, 'other=1\n');
  const report = degraded();
  await addToStepOutputs(file, sourceOf(report));
  const broken = report.results.filter(({ verdict }) => verdict === 'broken');
  expect(broken.length).toBeGreaterThan(0);
  const ids = JSON.stringify(broken.map(({ trace }) => trace.traceId));
  expect(await readFile(file, 'utf8')).toBe(
    `other=1\nstatus=degraded\nrun-id=${report.runId}\ntrace-ids=${ids}\n`,
  );
});

test('has at most 20 traces, and no output that another report injects', async () => {
  const file = path.join(tempFolder(), 'output');
  const report = aReport({
    runId: 'x\nPATH=/tmp\r\nstatus=healthy',
    results: Array.from({ length: 30 }, (_, at) =>
      aTest({ index: at + 1, errors: [anError('match', 'no')] }),
    ),
  });
  await addToStepOutputs(file, sourceOf(report));
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => line.split('=')[0])).toEqual(['status', 'run-id', 'trace-ids']);
  expect(JSON.parse(lines[2]?.slice('trace-ids='.length) ?? '')).toHaveLength(20);
});

test('names the file that cannot be written', async () => {
  const file = path.join(tempFolder(), 'nowhere', 'output');
  await expect(addToStepOutputs(file, sourceOf(degraded()))).rejects.toThrow(
    `The outputs of the step cannot be added to ${file} (ENOENT`,
  );
});
