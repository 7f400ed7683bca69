import { expect, test } from 'vitest';
import { aReport, aTest, sourceOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { degraded, interrupted, large } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/** A strict reader of OpenMetrics 1.0, as far as gauges go; throws on anything else. */
function parseMetrics(text: string): readonly Sample[] {
  const lines = text.split('\n');
  expect(lines.splice(-2)).toEqual(['# EOF', '']);
  const samples: Sample[] = [];
  const families = new Set<string>();
  let family = '';
  while (lines.length > 0) {
    const line = lines.shift() ?? '';
    const help = /^# HELP ([a-z_0-9]+) ([^"\\\n]+)$/.exec(line);
    if (help !== null) {
      family = help[1] ?? '';
      expect(families.has(family), `${family} comes twice`).toBe(false);
      families.add(family);
      expect(lines.shift()).toBe(`# TYPE ${family} gauge`);
      continue;
    }
    const [, name = '', inside = '', value = ''] =
      /^([a-z_0-9]+)\{(.*)\} (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line) ?? [];
    expect(name, line).toBe(family);
    samples.push({ name, labels: labelsOf(inside), value: Number(value) });
  }
  const series = samples.map(({ name, labels }) => JSON.stringify([name, labels]));
  expect(new Set(series).size).toBe(series.length);
  return samples;
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (name === '') throw new Error(`no label at ${at} of ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
  }
  return labels;
}

test('a degraded run', async () => {
  const text = await rendered(sourceOf(degraded()), 'prometheus');
  const samples = parseMetrics(text);
  const find = (name: string, labels: object) =>
    samples.find(
      (each) =>
        each.name === name && Object.entries(labels).every(([key, value]) => each.labels[key] === value),
    );
  expect(find('prod_e2e_scenario_up', { scenario: 'VOL_EXPANSION' })?.value).toBe(0);
  expect(find('prod_e2e_scenario_up', { scenario: 'CHOP' })?.value).toBe(1);
  expect(find('prod_e2e_last_run_timestamp_seconds', {})?.value).toBe(
    Date.UTC(2026, 7, 1, 12, 0, 2, 400) / 1_000,
  );
  expect(find('prod_e2e_tests', { result: 'broken' })?.value).toBe(1);
  expect(samples.every(({ labels }) => labels.target === 'https://hooks.example.com/webhook')).toBe(true);
  expectGolden('prometheus-degraded.prom', text);
});

test.each([
  ['cut off', interrupted({ endedAt: null, durationMs: null })],
  ['large', large()],
  ['empty', aReport({ results: [] })],
])('a run that is %s is reported as far as it got', async (_, report) => {
  expect(parseMetrics(await rendered(sourceOf(report), 'prometheus')).length).toBeGreaterThan(10);
});

test('no run leaves its own series behind: ids are not labels', async () => {
  const text = await rendered(sourceOf(degraded()), 'prometheus');
  expect(text).not.toContain('k3f9z');
  expect(text).not.toContain('1234567890abcdef');
});

test('labels may contain any name of a scenario or profile', async () => {
  const name = 'a"b\\c\nd,e="f"} 1\n# EOF';
  const report = aReport({ results: [aTest({ scenario: name })], profile: name });
  const samples = parseMetrics(await rendered(sourceOf(report), 'prometheus'));
  expect(samples.find(({ name: each }) => each === 'prod_e2e_scenario_up')?.labels).toMatchObject({
    scenario: name,
    profile: name,
  });
});
