import { describe, expect, it } from 'vitest';
import type { Leftover } from '../../../../src/lib/model/report.ts';
import type { StageResult } from '../../../../src/lib/model/stage.ts';
import { aReport, aStageResult, aStageSummary, aTest, sourceOf } from '../../../support/builders.ts';
import { rendered } from '../rendered.ts';

const aLeftOver = (overrides: Partial<Leftover> = {}): Leftover => ({
  testId: 'run-1',
  name: 'CHOP #1',
  call: 'DELETE https://api.example.com/signals/s1',
  ids: { 'response.signal_id': 's1', testId: 'run-1' },
  certain: true,
  reason: 'HTTP 503',
  command: `curl -sS -i -X DELETE 'https://api.example.com/signals/s1' -H 'authorization: Bearer '"$API_TOKEN"`,
  ...overrides,
});

async function section(title: string, report: Parameters<typeof aReport>[0], width = 80) {
  const screen = { columns: width, unicode: true, color: false, hyperlinks: false, full: true };
  const text = await rendered(sourceOf(aReport(report)), 'pretty', screen);
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.endsWith(` ${title}`));
  return from < 0 ? [] : lines.slice(from, lines.indexOf('', from));
}

describe('clean-up', () => {
  it('has no section if there was none, and one line if all of it succeeded', async () => {
    expect(await section('CLEAN-UP', {})).toEqual([]);
    const cleanup = { done: 1_200, failed: 0, unknown: 0, leftOvers: [] };
    expect(await section('CLEAN-UP', { cleanup })).toEqual([
      '🧹 CLEAN-UP',
      '  Clean-up: 1,200 calls succeeded',
    ]);
  });

  it('lists what is left with its ids, and a line to paste that is not broken into lines', async () => {
    const unknown = aLeftOver({
      ...{
        testId: 'run-2',
        name: 'CHOP #2',
        certain: false,
        reason: 'No response within 10 s',
        command: null,
      },
      ...{ ids: {}, call: 'DELETE {{origin}}/signals/{{response.signal_id}}' },
    });
    const cleanup = { done: 3, failed: 1, unknown: 1, leftOvers: [aLeftOver(), unknown] };
    expect(await section('LEFT OVER', { cleanup }, 60)).toEqual([
      '🧹 LEFT OVER',
      '  Clean-up: 3 calls succeeded, 1 left over, 1 possibly left',
      '  over',
      '  ⚠ CHOP #1: HTTP 503',
      '    signal_id s1',
      '    test run-1',
      '  ⚠ CHOP #2: No response within 10 s; nobody knows whether',
      '    anything is left',
      '    test run-2',
      '    DELETE {{origin}}/signals/{{response.signal_id}}',
      '  To remove it, paste:',
      `  ${aLeftOver().command}`,
    ]);
  });

  it('shows a screen of them, and steers no terminal', async () => {
    const leftOvers = Array.from({ length: 30 }, (_, at) =>
      aLeftOver({
        name: `\u001b[31mT\r\n #${at}`,
        reason: '\u009b2Jx',
        command: 'curl \u001b]0;evil\u0007\n ::error::x',
      }),
    );
    const lines = await section('LEFT OVER', { cleanup: { done: 0, failed: 1_030, unknown: 0, leftOvers } });
    expect(lines.filter((line) => line.includes('⚠'))).toHaveLength(20);
    expect(lines.join('\n')).toContain('and 1,010 more');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(lines.join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|^\s*::error/m);
  });
});

it('a command that an ASCII screen cannot show as it is is not shown otherwise', async () => {
  const command = "curl -sS -X DELETE 'https://api.example.com/signals/é'";
  const cleanup = { done: 1, failed: 2, unknown: 0, leftOvers: [aLeftOver(), aLeftOver({ command })] };
  const screen = { columns: 80, unicode: false, color: false, hyperlinks: false };
  const text = await rendered(sourceOf(aReport({ cleanup })), 'pretty', screen);
  expect(text).toContain("-X DELETE 'https://api.example.com/signals/s1'");
  expect(text).toContain('  1 command with more than ASCII: see the JSON report\n');
  expect(text).toMatch(/^[\n -~]*$/);
});

describe('what confirms the stages', () => {
  const aStage = (evidence: Partial<StageResult['evidence']>): StageResult =>
    aStageResult('saved', { evidence: { response: null, trace: null, http: null, sql: null, ...evidence } });
  const stages = [aStageSummary('saved', { ok: 2 })];
  const proven = (evidence: Partial<StageResult['evidence']>, width?: number) =>
    section(
      'STAGES',
      { stages, results: [1, 2].map((index) => aTest({ index, stages: [aStage(evidence)] })) },
      width,
    );

  it('is shown if probes ran', async () => {
    const all = { response: 'confirms', trace: 'confirms', http: 'confirms', sql: 'absent' } as const;
    expect(await proven(all)).toEqual([
      '🚦 STAGES',
      '  stage  ok   confirmed by',
      '  saved  ✓ 2  response 2, trace 2, HTTP 2',
    ]);
    expect((await proven({ sql: 'confirms' }, 20)).join(' ')).toMatch(
      /saved: 2 ok\s+\(confirmed by\s+SQL 2\)/,
    );
  });

  it.each(['contradicts', 'absent', 'unknown'] as const)(
    'has no confirmation by evidence that %s',
    async (says) => {
      expect(await proven({ response: says, trace: 'confirms', sql: says })).toEqual([
        '🚦 STAGES',
        '  stage  ok   confirmed by',
        '  saved  ✓ 2  trace 2',
      ]);
    },
  );

  it('is omitted if no clean-up ran', async () => {
    expect(await proven({ response: 'confirms', trace: 'confirms' })).toEqual([
      '🚦 STAGES',
      '  stage  ok',
      '  saved  ✓ 2',
    ]);
  });
});
