import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { scenarioLines } from '../../../src/lib/config/layers/scenario-lines.ts';

async function linesOf(
  file: string,
  text: string,
  at: { readonly path?: readonly string[]; readonly names?: readonly string[] } = {},
) {
  const place = { file: path.resolve(file), path: at.path ?? ['scenarios'], names: at.names ?? ['A', 'B'] };
  return Object.fromEntries(await scenarioLines(text, place));
}

const YAML = `url: https://example.com
stages:
  - { name: A, response: id }
scenarios:
  # the first
  - name: A
    payload: { name: B }
  - { tags: [x], name: B }
profiles:
  staging:
    scenarios:
      - scenario: B
        symbol: SPY
`;

describe('lines of YAML scenarios', () => {
  it.each(['c.yaml', 'c.yml', '.prod-e2erc', '.prod-e2erc.yaml', 'config'])('%s', async (file) => {
    expect(await linesOf(file, YAML)).toEqual({ A: 6, B: 8 });
  });

  it('in a profile', async () => {
    expect(
      await linesOf('c.yaml', YAML, { path: ['profiles', 'staging', 'scenarios'], names: ['B'] }),
    ).toEqual({
      B: 12,
    });
  });

  it('with anchors, merges, a byte order mark and Windows line ends', async () => {
    const text = '\uFEFFx: &all\r\n  - &a { name: A }\r\n  - <<: *a\r\n    name: B\r\nscenarios: *all\r\n';
    expect(await linesOf('c.yaml', text)).toEqual({ A: 2, B: 3 });
  });
});

describe('lines of JSON scenarios', () => {
  it('with tabs', async () => {
    const text = '{\n\t"scenarios": [\n\t\t{\n\t\t\t"name": "A"\n\t\t},\n\t\t{ "name": "B" }\n\t]\n}\n';
    expect(await linesOf('c.json', text)).toEqual({ A: 3, B: 6 });
  });

  it('in package.json', async () => {
    const text = '{\n "name": "A",\n "prod-e2e": {\n "scenarios": [{ "name": "A" },\n{ "name": "B" }]}}';
    expect(await linesOf('package.json', text, { path: ['prod-e2e', 'scenarios'] })).toEqual({ A: 4, B: 5 });
  });
});

describe('lines of scenarios in code', () => {
  it.each(['c.ts', 'c.mjs', '.prod-e2erc.cjs'])('%s, if the name occurs once', async (file) => {
    const text = `export default {\n  // name: 'A'\n  scenarios: [\n    { name: 'A' },\n    { "scenario": "B" },\n  ],\n};`;
    expect(await linesOf(file, text)).toEqual({ A: 4, B: 5 });
  });

  it('not if it occurs twice, is computed, or is a prefix of another', async () => {
    const text = "const all = [{ name: 'A' }, { name: 'A' }, { name: 'BC' }, { name: `B${x}` }];";
    expect(await linesOf('c.js', text)).toEqual({ A: null, B: null });
  });
});

test('a file that has changed has no lines', async () => {
  expect(await linesOf('c.yaml', 'scenarios: [{ name: A }]')).toEqual({ A: null, B: null });
  expect(await linesOf('c.yaml', 'scenarios: [')).toEqual({ A: null, B: null });
  expect(await linesOf('c.yaml', '')).toEqual({ A: null, B: null });
});
