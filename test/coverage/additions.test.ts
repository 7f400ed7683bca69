/** Proposed lines in a config file: complete values, and everything else as it was. */
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { additionsFor, additionsText, withAdditions } from '../../src/lib/coverage/additions.ts';
import type { Edit } from '../../src/lib/coverage/proposal.ts';
import { rowOf } from '../../src/lib/coverage/row.ts';
import { someSettings } from './some-settings.ts';

const EDITS: readonly Edit[] = [
  { kind: 'required', scenario: 'CHOP', field: 'request_id' },
  { kind: 'match', scenario: 'CHOP', values: { status: 'ACCEPTED' } },
  { kind: 'span', entry: { span: 'save' } },
  { kind: 'span', entry: { span: 'save', maxDuration: '300ms' } },
  { kind: 'probe', stage: 'stored', source: 'sql', set: { rows: 1 } },
];

const CONFIG = {
  trace: { expect: ['fetch'] },
  stages: [{ name: 'stored', sql: { url: 'postgres://db/app', query: 'select 1', match: { a: 1 } } }],
};

it('keeps the default fields, what is expected already, and comments', async () => {
  const { scenarios } = await someSettings();
  const additions = additionsFor(EDITS, { config: CONFIG, scenarios });
  const text = `# ours\n${JSON.stringify(CONFIG)}\n`;
  const written = withAdditions(text, additions, { format: 'yaml', under: null });
  expect(written).toMatch(/^# ours\n/);
  expect(parse(written)).toEqual({
    expect: {
      required: ['signal_id', 'request_id'],
      recommended: ['enrichment', 'variant'],
      match: { status: 'ACCEPTED' },
    },
    trace: { expect: ['fetch', { span: 'save', maxDuration: '300ms' }] },
    stages: [{ name: 'stored', sql: { ...CONFIG.stages[0]?.sql, rows: 1 } }],
  });
  expect(parse(additionsText(additions))).toMatchObject({ expect: { match: { status: 'ACCEPTED' } } });
});

it('is written into JSON, also below a key, and into an empty file', async () => {
  const { scenarios } = await someSettings();
  const additions = additionsFor(EDITS.slice(1, 2), { config: {}, scenarios });
  const json = withAdditions('{\n\t"name": "x"\n}', additions, { format: 'json', under: 'prod-e2e' });
  expect(json).toContain('\n\t"name": "x"');
  expect(JSON.parse(json)['prod-e2e'].expect.match).toEqual({ status: 'ACCEPTED' });
  expect(parse(withAdditions('', additions, { format: 'yaml', under: null })).expect.match).toEqual({
    status: 'ACCEPTED',
  });
});

it('does not change a file that is written in another way', () => {
  const additions = [{ path: ['expect', 'match'], value: {} }];
  expect(() => withAdditions('- a\n', additions, { format: 'yaml', under: null })).toThrow(
    'cannot be extended',
  );
});

it('reads saved rows back, and not those that are cut', () => {
  expect(rowOf('status "filled, or not", amount 5, open true, note null')).toEqual({
    ...{ status: 'filled, or not', amount: 5, open: true, note: null },
  });
  expect(rowOf('status "fil…"')).toBeNull();
  expect(rowOf('status "a", some…')).toBeNull();
  expect(rowOf('status "a" (expected "b")')).toBeNull();
});
