import stringWidth from 'string-width';
import { describe, expect, it, test } from 'vitest';
import type { StageSummary } from '../../../../src/lib/model/stage.ts';
import type { RenderOptions } from '../../../../src/lib/report/formatters/formatter.ts';
import { aReport, aStageSummary, aTest, sourceOf } from '../../../support/builders.ts';
import { expectGolden } from '../../../support/golden.ts';
import { rendered } from '../rendered.ts';

const MIXED = [
  aStageSummary('webhook-ingestion', { ok: 12 }),
  aStageSummary('data-enrichment', { ok: 7, slow: 2, failed: 2, unverified: 1, stuck: 2 }),
  aStageSummary('ab-routing', { ok: 7, missing: 2, unverified: 1, notReached: 2, stuck: 1 }),
  aStageSummary('engine-execution', { ok: 8, unverified: 1, notReached: 3 }),
  aStageSummary('database-save', { ok: 8, unverified: 1, notReached: 3 }),
];

/** Few states, so that the table fits 80 columns. */
const STUCK = [
  aStageSummary('webhook-ingestion', { ok: 12 }),
  aStageSummary('data-enrichment', { ok: 10, failed: 2, stuck: 2 }),
  aStageSummary('ab-routing', { ok: 8, missing: 2, notReached: 2, stuck: 1 }),
  aStageSummary('database-save', { ok: 9, notReached: 3 }),
];

/** The section alone: up to the next heading, without the empty line before it. */
async function section(
  stages: readonly StageSummary[],
  options: Partial<RenderOptions> = {},
): Promise<string> {
  const results = Array.from({ length: 12 }, (_, at) => aTest({ index: at + 1 }));
  const text = await rendered(sourceOf(aReport({ results, stages })), 'pretty', { ...options, full: true });
  const start = text.search(/^.*STAGES/m);
  if (start === -1) return '';
  const rest = text.slice(start);
  return rest.slice(0, rest.indexOf('\n\n') + 1);
}

test.each([
  ['pretty-stages-60.txt', MIXED, { columns: 60 }],
  ['pretty-stages-80.txt', STUCK, { columns: 80 }],
  ['pretty-stages-200.txt', MIXED, { columns: 200 }],
  ['pretty-stages-ascii.txt', STUCK, { columns: 80, unicode: false }],
])('%s', async (name, stages, options) => {
  expectGolden(name, await section(stages, options));
});

describe('STAGES', () => {
  it('is not there without stages', async () => {
    expect(await section([])).toBe('');
  });

  it('has no column for states that no stage is in, and none for being stuck', async () => {
    const text = await section([aStageSummary('ingest', { ok: 5 }), aStageSummary('save', { ok: 5 })]);
    expect(text.split('\n').slice(1)).toEqual(['  stage   ok', '  ingest  ✓ 5', '  save    ✓ 5', '']);
  });

  it.each([
    ['slow', 'slow'],
    ['failed', 'failed'],
    ['missing', 'missing'],
    ['unverified', 'unverified'],
    ['notReached', 'not reached'],
  ] as const)('has a column for %s as soon as one stage is', async (state, column) => {
    const text = await section([
      aStageSummary('ingest', { ok: 5 }),
      aStageSummary('save', { ok: 4, [state]: 1 }),
    ]);
    const [, head = '', ingest = '', save = ''] = text.split('\n');
    expect(head.trim().split(/\s{2,}/)).toEqual(['stage', 'ok', column]);
    expect(ingest).toMatch(/✓ 5 +-$/);
    expect(save).toMatch(/✓ 4 +\S 1$/);
  });

  it('reports how many tests are stuck at a stage', async () => {
    const text = await section([
      aStageSummary('ingest', { ok: 4, failed: 1, stuck: 1 }),
      aStageSummary('save', { missing: 5, stuck: 4 }),
    ]);
    expect(text).toContain('→ 1 stuck here\n');
    expect(text).toContain('→ 4 stuck here\n');
  });

  it.each([40, 60, 80, 200])('is never wider than %i columns', async (columns) => {
    const long = [...MIXED, aStageSummary('a-stage-whose-name-is-longer-than-most', { missing: 12 })];
    for (const unicode of [true, false]) {
      for (const line of (await section(long, { columns, unicode })).split('\n'))
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('reports the same if the table does not fit', async () => {
    const text = (await section(MIXED, { columns: 40 })).replace(/\s+/g, ' ');
    expect(text).toContain('data-enrichment: 7 ok, 2 slow, 2 failed, 1 unverified, 2 tests stuck here');
    expect(text).toContain('webhook-ingestion: 12 ok');
    expect(text).toContain('ab-routing: 7 ok, 2 missing, 1 unverified, 2 not reached, 1 test stuck here');
  });

  it('is printable ASCII without Unicode', async () => {
    expect(await section(MIXED, { unicode: false })).toMatch(/^[\n -~]*$/);
  });

  it('looks different with color and has the same text', async () => {
    const colored = await section(MIXED, { color: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken away
    const withoutColor = colored.replace(/\u001b\[\d+m/g, '');
    expect(withoutColor).not.toBe(colored);
    // Ends of lines do not show.
    expect(withoutColor.replace(/ +$/gm, '')).toBe(await section(MIXED));
  });
});
