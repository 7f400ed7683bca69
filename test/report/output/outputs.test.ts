import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Formatter } from '../../../src/lib/report/formatters/formatter.ts';
import { prepareOutputs, writeReport } from '../../../src/lib/report/output/outputs.ts';
import { aReport, sourceOf } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const toStdout = (name: string) => ({ name, path: null });
const toFile = (name: string, file: string) => ({ name, path: file });
const SOURCE = sourceOf(aReport());

function aFormatter(render: () => AsyncIterable<string>): Formatter {
  return { name: 'mine', description: '', extension: 'txt', render };
}

describe('reporters', () => {
  const namesOf = async (reporters: Parameters<typeof prepareOutputs>[0]) =>
    (await prepareOutputs(reporters)).map(({ formatter, file }) => `${formatter.name} ${file ?? 'stdout'}`);

  it('are the pretty one by default', async () => {
    expect(await namesOf([])).toEqual(['pretty stdout']);
  });

  it('leave stdout to the pretty one if all others have a file', async () => {
    const file = path.join(tempFolder(), 'a', 'b', 'report.xml');
    expect(await namesOf([toFile('junit', file)])).toEqual([`junit ${file}`, 'pretty stdout']);
    expect(existsSync(path.dirname(file)), 'the folder is there before anything is sent').toBe(true);
  });

  it('write to stdout also for a dash', async () => {
    expect(await namesOf([toFile('json', '-')])).toEqual(['json stdout']);
  });

  it('leave stdout free in addition to annotations, which are in the same log', async () => {
    const named = (name: string) => ({ name, path: null });
    expect(await namesOf([named('github')])).toEqual(['github stdout', 'pretty stdout']);
    expect(await namesOf([named('github'), named('tap')])).toEqual(['github stdout', 'tap stdout']);
  });

  it('are refused if two use stdout', async () => {
    await expect(prepareOutputs([toStdout('pretty'), toFile('json', '-')])).rejects.toMatchObject({
      code: 'REPORTERS_ON_STDOUT',
      message: 'Only one reporter can write to stdout, not pretty and json.',
      suggestions: ['Write the others to files: --reporter json=report.json'],
    });
  });

  it('are refused if their name is unknown', async () => {
    await expect(prepareOutputs([toStdout('junti')])).rejects.toMatchObject({
      code: 'UNKNOWN_REPORTER',
      suggestions: expect.arrayContaining(['Did you mean "junit"?']),
    });
    await expect(prepareOutputs([toStdout('constructor')])).rejects.toMatchObject({
      code: 'UNKNOWN_REPORTER',
    });
  });

  it('are refused if two use the same file', async () => {
    const folder = tempFolder();
    const reporters = [
      toFile('json', path.join(folder, 'r')),
      toFile('junit', path.join(folder, 'x', '..', 'r')),
    ];
    await expect(prepareOutputs(reporters)).rejects.toMatchObject({ code: 'REPORT_PATH' });
  });

  it('are refused if their file cannot be written', async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, 'file'), '');
    mkdirSync(path.join(folder, 'folder'));
    for (const file of ['file/report.json', 'folder']) {
      await expect(prepareOutputs([toFile('json', path.join(folder, file))]), file).rejects.toMatchObject({
        code: 'REPORT_PATH',
        message: expect.stringContaining(path.join(folder, file)),
      });
    }
  });
});

describe('a report in a file', () => {
  it('is what the formatter renders, and replaces the previous file', async () => {
    const file = path.join(tempFolder(), 'report.txt');
    writeFileSync(file, 'a longer text that was there before');
    const formatter = aFormatter(async function* () {
      yield 'one ';
      yield `${'é'.repeat(100_000)}\n`;
    });
    await writeReport({ formatter, file, source: SOURCE });
    expect(readFileSync(file, 'utf8')).toBe(`one ${'é'.repeat(100_000)}\n`);
    expect(readdirSync(path.dirname(file))).toEqual(['report.txt']);
  });

  it.runIf(process.platform !== 'win32')('is readable only by its owner', async () => {
    const [output] = await prepareOutputs([toFile('json', path.join(tempFolder(), 'report.json'))]);
    if (output === undefined || output.file === null) throw new Error('There is one file.');
    await writeReport({ formatter: output.formatter, file: output.file, source: SOURCE });
    expect(statSync(output.file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(output.file, 'utf8'))).toEqual(aReport());
  });

  it.runIf(process.platform !== 'win32')('keeps the permissions of the previous file', async () => {
    const file = path.join(tempFolder(), 'prod-e2e.prom');
    writeFileSync(file, 'before');
    chmodSync(file, 0o644);
    const [output] = await prepareOutputs([toFile('prometheus', file)]);
    if (output === undefined) throw new Error('There is one output.');
    await writeReport({ formatter: output.formatter, file, source: SOURCE });
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readFileSync(file, 'utf8')).toMatch(/# EOF\n$/);
  });

  it.runIf(process.platform !== 'win32')(
    'is written to the target of a link, readable only by its owner',
    async () => {
      const folder = tempFolder();
      const [file, link] = [path.join(folder, 'report.txt'), path.join(folder, 'link.txt')];
      writeFileSync(file, 'before');
      chmodSync(file, 0o644);
      symlinkSync(file, link);
      const formatter = aFormatter(async function* () {
        yield 'text\n';
      });
      await prepareOutputs([toFile('json', link)]);
      await writeReport({ formatter, file: link, source: SOURCE });
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(readFileSync(file, 'utf8')).toBe('text\n');
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder)).toEqual(['link.txt', 'report.txt']);
    },
  );

  it('that fails halfway leaves the previous file, and no partial one', async () => {
    const file = path.join(tempFolder(), 'report.txt');
    writeFileSync(file, 'before');
    const formatter = aFormatter(async function* () {
      yield 'half';
      throw new Error('results are gone');
    });
    await expect(writeReport({ formatter, file, source: SOURCE })).rejects.toMatchObject({
      code: 'REPORT_PATH',
      message: `The mine report cannot be written to ${file} (results are gone).`,
    });
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(path.dirname(file))).toEqual(['report.txt']);
  });

  it.runIf(existsSync('/dev/null'))('that is a device stays a device', async () => {
    const formatter = aFormatter(async function* () {
      yield 'text\n';
    });
    await writeReport({ formatter, file: '/dev/null', source: SOURCE });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});
