import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findRun,
  readHeads,
  readRun,
  readSavedRun,
  readSavedRuns,
  savedRuns,
} from '../../../src/lib/report/history/history.ts';
import { runsFolder } from '../../../src/lib/report/store/store.ts';
import { anError, aReport, aResponse, aStageResult, aTest } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { aHead, edit, headFile, keepRun, resultsFile, resultsOf, threeTests } from '../saved-run.ts';

const IDS = ['20260801-120000-aaaaa', '20260801-120000-abbbb', '20260802-090000-ccccc'] as const;

function threeRuns(): string {
  const dataDir = tempFolder();
  for (const runId of IDS) keepRun(dataDir, { runId });
  return dataDir;
}

function summaryOfThree() {
  return aReport({ results: threeTests() }).summary;
}

describe('a finished run', () => {
  it('is read as it was written', async () => {
    const source = await readRun(keepRun(tempFolder(), { head: { status: 'degraded', exitCode: 1 } }));
    expect(source.head).toEqual(aHead({ status: 'degraded', exitCode: 1 }));
    expect(await resultsOf(source)).toEqual(threeTests());
    expect(await resultsOf(source), 'and once more').toEqual(threeTests());
  });

  it('keeps any text of responses', async () => {
    const body = 'a\u2028b\u2029c\u0085d\r\ne\u0000 👩‍👩‍👧 "\\';
    const results = [aTest({ response: aResponse({ body }) }), aTest({ index: 2 })];
    const source = await readRun(keepRun(tempFolder(), { results }));
    expect(await resultsOf(source)).toEqual(results);
  });

  it('keeps results larger than what is read at once', async () => {
    const results = [1, 2, 3].map((index) =>
      aTest({ index, response: aResponse({ body: 'é'.repeat(70_000) }) }),
    );
    expect(await resultsOf(await readRun(keepRun(tempFolder(), { results })))).toEqual(results);
  });
});

describe('an interrupted run', () => {
  it('has a head derived from its results', async () => {
    const broken = aTest({
      index: 2,
      errors: [anError('http-5xx', 'HTTP 500: oops')],
      missingData: [{ field: 'variant', level: 'recommended' }],
    });
    const { head } = await readRun(keepRun(tempFolder(), { results: [aTest(), broken], head: null }));
    expect(head).toMatchObject({
      status: 'interrupted',
      exitCode: 130,
      endedAt: null,
      durationMs: null,
      summary: { total: 2, successful: 1, failed: 1, missing: 1, skipped: 1 },
      latency: { count: 2 },
      missingData: [{ field: 'variant' }],
      skippedBecause: 'The run was cut off or is still in progress.',
      nextOffset: 3,
    });
  });

  it('has no reason for skipped webhooks if all were sent', async () => {
    const { head } = await readRun(keepRun(tempFolder(), { head: null }));
    expect(head).toMatchObject({ status: 'interrupted', summary: { skipped: 0 }, skippedBecause: null });
  });

  it('has every complete result, wherever its file was cut', async () => {
    const small = threeTests().map((test) => ({
      ...test,
      request: { ...test.request, body: 'ü' },
      response: null,
    }));
    const folder = keepRun(tempFolder(), { results: small, head: null });
    const whole = readFileSync(resultsFile(folder));
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at] : []));
    // Every place near the end of a line, and one in five between.
    const isWorthIt = (length: number) => length % 5 === 0 || ends.some((end) => Math.abs(end - length) < 4);
    for (let length = 0; length <= whole.length; length++) {
      if (!isWorthIt(length)) continue;
      writeFileSync(resultsFile(folder), whole.subarray(0, length));
      const source = await readRun(folder);
      const complete = ends.filter((end) => end <= length).length;
      expect(source.head.summary.total, `cut at byte ${length}`).toBe(complete);
      expect((await resultsOf(source)).map(({ index }) => index)).toEqual([1, 2, 3].slice(0, complete));
    }
  });

  it.each([
    ['that was damaged', (line: string) => line.replace('"testId"', '"te\u0000')],
    ['that is other JSON', () => '{"testId":"x"}'],
    ['that is no object', () => 'null'],
    ['that is empty', () => ''],
  ])('loses a line %s, and no other', async (_, damage) => {
    const folder = keepRun(tempFolder(), { head: null });
    edit(resultsFile(folder), (text) =>
      text
        .split('\n')
        .map((line, at) => (at === 1 ? damage(line) : line))
        .join('\n'),
    );
    const source = await readRun(folder);
    expect((await resultsOf(source)).map(({ index }) => index)).toEqual([1, 3]);
    expect(source.head.summary.total).toBe(2);
  });

  it.each([
    ['dimensions', { dimensions: null }],
    ['a name', { name: 7 }],
    ['a missing field', { missingData: [null] }],
    ['a finding', { errors: ['x'] }],
    ['timings', { timings: { totalMs: 'x' } }],
    ['a stage', { stages: [{ name: 'x', state: 'gone' }] }],
    ['the place where it got stuck', { stuckAt: 'saved' }],
    ['a cause', { cause: { stage: null, source: 'nobody', message: 'x' } }],
    ['the issue of a cause', { cause: { stage: null, source: 'trace', message: 'x', issue: 'API-7' } }],
    ['what it expects', { expectsAcceptance: 'yes' }],
    ['the field of a finding', { errors: [{ ...anError('x', 'x'), field: 7 }] }],
    ['a trace', { trace: { traceId: 'x' } }],
  ])('has no result that lost the shape of %s', async (_, change) => {
    const folder = keepRun(tempFolder(), { head: null });
    const [first] = threeTests();
    appendFileSync(resultsFile(folder), `${JSON.stringify({ ...first, index: 9, ...change })}\n`);
    const results = await resultsOf(await readRun(folder));
    expect(results.map(({ index }) => index)).toEqual([1, 2, 3]);
  });

  it('has a result with additional keys', async () => {
    const folder = keepRun(tempFolder(), { head: null });
    const [first] = threeTests();
    appendFileSync(resultsFile(folder), `${JSON.stringify({ ...first, index: 4, later: true })}\n`);
    expect(await resultsOf(await readRun(folder))).toHaveLength(4);
  });

  it('has no results if their file is gone', async () => {
    const folder = keepRun(tempFolder(), { head: null });
    rmSync(resultsFile(folder));
    const source = await readRun(folder);
    expect(source.head.summary).toMatchObject({ total: 0, skipped: 3 });
    expect(await resultsOf(source)).toEqual([]);
  });
});

const DAMAGES: readonly [string, (text: string) => string][] = [
  ['is empty', () => ''],
  ['was cut off', (text) => text.slice(0, 100)],
  ['is zeros', (text) => '\0'.repeat(text.length)],
  ['is no object', () => '[1]'],
  ['is another object', () => '{"name":"x","schemaVersion":"1"}'],
  ['is of no version', () => '{"schemaVersion":0}'],
  ['lacks its facts', () => '{"schemaVersion":1,"endedAt":null}'],
  ['lacks its summary', (text) => text.replace('"summary"', '"gone"')],
  ['lacks its lists', (text) => text.replace('"findings": []', '"findings": null')],
  ['has an end that is none', (text) => text.replace(/"endedAt": "[^"]*"/, '"endedAt": 7')],
  ['has a text for a number', (text) => text.replace(/"total": \d+/, '"total": "1"')],
  ['has a status nobody knows', (text) => text.replace(/"status": "[a-z]+"/, '"status": "fine"')],
  ['has a duration without end', (text) => text.replace(/"durationMs": [\d.]+/, '"durationMs": 1e999')],
];

describe('a head that', () => {
  it.each(DAMAGES)('%s loses no result: they are shown as an interrupted run', async (_, damage) => {
    const dataDir = tempFolder();
    const folder = keepRun(dataDir);
    edit(headFile(folder), damage);
    const source = await readRun(folder);
    expect(await resultsOf(source)).toEqual(threeTests());
    expect(source.head).toMatchObject({
      runId: path.basename(folder),
      status: 'interrupted',
      target: 'https://hooks.example.com/webhook',
      startedAt: '2026-08-01T12:00:00.000Z',
      seed: 'unknown',
      summary: { total: 3, skipped: 0 },
      findings: [{ code: 'head-damaged' }],
    });
    expect(await findRun(dataDir, 'latest')).toBe(folder);
  });

  it.each(DAMAGES)('%s is reported with its file if there are no results either', async (_, damage) => {
    const folder = keepRun(tempFolder(), { results: [] });
    edit(headFile(folder), damage);
    await expect(readRun(folder)).rejects.toMatchObject({
      code: 'RUN_UNREADABLE',
      message: `${headFile(folder)} is not a run of prod-e2e.`,
    });
  });

  it('that is missing is reported with its file, or derived from the results', async () => {
    await expect(readRun(path.join(tempFolder(), 'none'))).rejects.toMatchObject({ code: 'RUN_UNREADABLE' });
    const dataDir = tempFolder();
    const folder = keepRun(dataDir);
    rmSync(headFile(folder));
    expect((await readRun(await findRun(dataDir, 'latest'))).head.summary.total).toBe(3);
  });

  it('of a newer version asks for an update', async () => {
    const folder = keepRun(tempFolder());
    edit(headFile(folder), (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
    await expect(readRun(folder)).rejects.toMatchObject({
      code: 'RUN_TOO_NEW',
      message: expect.stringContaining('has format 2; this version reads 1'),
    });
  });
});

describe('results that were damaged', () => {
  const damageLine = (folder: string, which: number, damage: (line: string) => string | Buffer) => {
    const lines = readFileSync(resultsFile(folder), 'utf8').split('\n');
    const pieces = lines.map((line, at) => (at === which ? damage(line) : line));
    writeFileSync(
      resultsFile(folder),
      Buffer.concat(pieces.flatMap((piece, at) => [Buffer.from(at === 0 ? '' : '\n'), Buffer.from(piece)])),
    );
  };

  it.each<[string, number, (line: string) => string | Buffer, readonly number[]]>([
    ['in the middle', 1, (line) => line.slice(0, 40), [1, 3]],
    ['at the end', 2, (line) => line.slice(0, -1), [1, 2]],
    ['at the beginning', 0, (line) => line.slice(5), [2, 3]],
    ['by zeros', 1, (line) => '\0'.repeat(line.length), [1, 3]],
    ['by other bytes', 1, (line) => Buffer.from(line).fill(0xe2, 20, 60), [1, 3]],
    ['by a character that was cut', 1, () => Buffer.from('{"testId":"é').subarray(0, -1), [1, 3]],
    ['by findings that are none', 1, (line) => line.replace('"errors":[]', '"errors":[null]'), [1, 3]],
    ['by a line without end', 1, () => Buffer.alloc(17 * 1024 * 1024, 'x'), [1, 3]],
  ])('%s are reported, and affect no other', async (_, which, damage, left) => {
    for (const head of [{}, null]) {
      const folder = keepRun(tempFolder(), { head: head && { summary: summaryOfThree() } });
      damageLine(folder, which, damage);
      const source = await readSavedRun(folder, path.dirname(path.dirname(folder)));
      expect((await resultsOf(source)).map(({ index }) => index)).toEqual(left);
      expect(source.head.findings).toMatchObject([
        {
          code: 'results-damaged',
          message: '1 result of this run is damaged in results.ndjson and cannot be shown',
        },
      ]);
    }
  });

  it('are not reported of a run whose last line is incomplete', async () => {
    const folder = keepRun(tempFolder(), { head: null });
    edit(resultsFile(folder), (text) => text.slice(0, -10));
    const { head } = await readSavedRun(folder, path.dirname(path.dirname(folder)));
    expect(head).toMatchObject({ summary: { total: 2 }, findings: [] });
  });

  it('are not reported if the run itself states how much of it was saved', async () => {
    const notKept = {
      severity: 'warning',
      code: 'not-kept',
      message: 'The disk was full',
      hint: null,
    } as const;
    const folder = keepRun(tempFolder(), {
      results: threeTests().slice(0, 1),
      head: { summary: summaryOfThree(), findings: [notKept] },
    });
    expect((await readSavedRun(folder, path.dirname(path.dirname(folder)))).head.findings).toEqual([notKept]);
  });
});

describe('a run of an earlier version', () => {
  const LATER_FIELDS = ['stuckAt', 'cause', 'expectsAcceptance'] as const;
  const without = (value: object, ...keys: readonly string[]) =>
    Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
  const earlierStage = {
    ...{ name: 'saved', state: 'ok', durationMs: 12, detail: null },
    evidence: { response: null, trace: 'ok', http: null, sql: null },
  };

  it.each([
    ...LATER_FIELDS.map((field) => [`lacks ${field}`, without(aTest({ index: 9 }), field)] as const),
    ['has states for evidence', { ...aTest({ index: 9 }), stages: [earlierStage] }],
    [
      'has stages that do not say whether they are required',
      { ...aTest({ index: 9 }), stages: [without(aStageResult('saved'), 'required')] },
    ],
  ] as const)('loses each result that %s, like a damaged one', async (_, result) => {
    const folder = keepRun(tempFolder(), { head: null });
    appendFileSync(resultsFile(folder), `${JSON.stringify(result)}\n`);
    const source = await readSavedRun(folder, path.dirname(path.dirname(folder)));
    expect((await resultsOf(source)).map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(source.head.findings).toMatchObject([{ code: 'results-damaged' }]);
  });

  it.each(['acceptance', 'accepted', 'duplicates', 'unchecked'])(
    'has no head of its own if its summary has no %s',
    async (count) => {
      const folder = keepRun(tempFolder());
      edit(headFile(folder), (text) => text.replace(`"${count}"`, `"earlier"`));
      expect((await readRun(folder)).head).toMatchObject({
        status: 'interrupted',
        summary: { total: 3 },
        findings: [{ code: 'head-damaged' }],
      });
    },
  );

  it('cannot be shown, and is skipped in every history', async () => {
    const dataDir = tempFolder();
    const [kept = '', earlier = ''] = [IDS[0], IDS[2]];
    keepRun(dataDir, { runId: kept });
    const folder = keepRun(dataDir, { runId: earlier });
    edit(headFile(folder), (text) => text.replace('"acceptance"', '"earlier"'));
    edit(resultsFile(folder), (text) => text.replaceAll('"expectsAcceptance"', '"earlier"'));
    await expect(readRun(folder)).rejects.toMatchObject({ code: 'RUN_UNREADABLE' });
    const unreadable: unknown[] = [];
    const listed = [];
    for await (const { runId } of readHeads(dataDir, (run) => unreadable.push(run))) listed.push(runId);
    expect(listed).toEqual([kept]);
    expect(unreadable).toMatchObject([{ runId: earlier, reason: { code: 'RUN_UNREADABLE' } }]);
    const used = [];
    for await (const { head } of readSavedRuns(dataDir)) used.push(head.runId);
    expect(used).toEqual([kept]);
  });
});

describe('a run is found by', () => {
  it.each([
    ['latest', 'latest', IDS[2]],
    ['its id', IDS[0], IDS[0]],
    ['the beginning of its id', '20260802', IDS[2]],
    ['just enough of its id', '20260801-120000-aa', IDS[0]],
  ])('%s', async (_, reference, id) => {
    const dataDir = threeRuns();
    expect(await findRun(dataDir, reference)).toBe(path.join(runsFolder(dataDir), id));
  });

  it('its path, or that of one of its files', async () => {
    const folder = keepRun(tempFolder());
    const relative = path.relative(process.cwd(), folder);
    for (const reference of [folder, `${folder}/`, relative, headFile(folder), resultsFile(folder)]) {
      expect(path.resolve(await findRun(tempFolder(), reference))).toBe(folder);
    }
  });

  it.each([
    ['an unknown id', '20260801-120000-aaaab', 'UNKNOWN_RUN', 'Did you mean "20260801-120000-aaaaa"?'],
    ['nothing', '', 'UNKNOWN_RUN', 'Known: '],
    ['two dots', '..', 'UNKNOWN_RUN', 'Known: '],
    ['a beginning that several share', '20260801', 'AMBIGUOUS_RUN', 'Use more characters of the id'],
    ['a path out of the folder', '../x', 'UNKNOWN_RUN', 'A saved run is a folder'],
    ['an absolute path to something else', '/etc/passwd', 'UNKNOWN_RUN', 'A saved run is a folder'],
    ['a path on Windows', 'C:\\nowhere', 'UNKNOWN_RUN', 'A saved run is a folder'],
  ])('not %s', async (_, reference, code, hint) => {
    await expect(findRun(threeRuns(), reference)).rejects.toMatchObject({
      code,
      suggestions: expect.arrayContaining([expect.stringContaining(hint)]),
    });
  });

  it('not a missing file, even next to a run', async () => {
    const folder = keepRun(tempFolder());
    await expect(findRun(tempFolder(), path.join(folder, 'typo.json'))).rejects.toMatchObject({
      code: 'UNKNOWN_RUN',
    });
  });

  it('nothing if no run is saved', async () => {
    await expect(findRun(tempFolder(), 'latest')).rejects.toMatchObject({ code: 'NO_RUNS' });
  });
});

describe('saved runs', () => {
  it('are listed newest first', async () => {
    expect(await savedRuns(threeRuns())).toEqual([...IDS].reverse());
  });

  it('are none if the folder is missing', async () => {
    expect(await savedRuns(path.join(tempFolder(), 'none'))).toEqual([]);
  });

  it('are reported as unreachable if a file is in place of the folder', async () => {
    const dataDir = tempFolder();
    writeFileSync(path.join(dataDir, 'runs'), '');
    await expect(savedRuns(dataDir)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('do not include other content of the folder, or a run that was killed before it began', async () => {
    const dataDir = threeRuns();
    for (const name of ['zzz', '.cache', '20270101-000000-zzzzz'])
      mkdirSync(path.join(runsFolder(dataDir), name));
    writeFileSync(path.join(runsFolder(dataDir), '20280101-000000-zzzzz'), '');
    expect(await findRun(dataDir, 'latest')).toContain(IDS[2]);
    expect(await savedRuns(dataDir)).toHaveLength(3);
  });

  it('have heads, except those that cannot be read', async () => {
    const dataDir = threeRuns();
    const damaged = path.join(runsFolder(dataDir), IDS[1]);
    writeFileSync(headFile(damaged), '{');
    rmSync(resultsFile(damaged));
    const ids: string[] = [];
    const unreadable: string[] = [];
    for await (const { runId } of readHeads(dataDir, (run) => unreadable.push(run.runId))) ids.push(runId);
    expect(ids).toEqual([IDS[2], IDS[0]]);
    expect(unreadable).toEqual([IDS[1]]);
  });

  it('are counted if they were cut off, except large ones: a list would take minutes', async () => {
    const dataDir = tempFolder();
    const [small, large] = [IDS[2], IDS[1]];
    const folder = keepRun(dataDir, { runId: large, head: null });
    keepRun(dataDir, { runId: small, head: null });
    const body = 'x'.repeat(16_000);
    const line = `${JSON.stringify(aTest({ response: aResponse({ body }) }))}\n`;
    edit(resultsFile(folder), () => line.repeat(600));
    const heads = [];
    for await (const { runId, status, summary } of readHeads(dataDir, () => {}))
      heads.push({ runId, status, summary });
    expect(heads).toEqual([
      { runId: small, status: 'interrupted', summary: expect.objectContaining({ total: 3 }) },
      { runId: large, status: 'interrupted', summary: null },
    ]);
    expect((await readRun(folder)).head.summary.total, 'its own report counts it').toBe(600);
  });

  it('show where the next run continues, without reading their results', async () => {
    const dataDir = tempFolder();
    const folder = keepRun(dataDir, { head: null });
    rmSync(resultsFile(folder));
    mkdirSync(resultsFile(folder));
    const kept = [];
    for await (const { head } of readSavedRuns(dataDir)) kept.push(head.nextOffset);
    expect(kept).toEqual([3]);
  });
});
