import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../../src/lib/config/resolve.ts';
import type { Scenario } from '../../../src/lib/model/scenario.ts';
import { aProject } from '../project.ts';

async function scenariosOf(config: unknown): Promise<readonly Scenario[]> {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) });
  return (await resolveConfig(input)).settings.scenarios;
}

const REFUSE = { status: ['REJECTED', 'ERROR', 'FAILED'] };
const SUSPECT = { status: ['DUPLICATE'] };
const FIELDS = { required: ['signal_id'], recommended: ['enrichment', 'variant'] };

test('the built-in scenarios are used if the config has none', async () => {
  const builtIn = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'];
  for (const config of [{}, { scenarios: [] }]) {
    const scenarios = await scenariosOf(config);
    expect(scenarios.map(({ name }) => name)).toEqual(builtIn);
    for (const { expect: wanted } of scenarios) {
      expect(wanted).toMatchObject({ status: ['2xx'], ...FIELDS, refuse: REFUSE, suspect: SUSPECT });
    }
  }
});

test('scenarios of the config replace them, also in the short form', async () => {
  const [custom, ...more] = await scenariosOf({
    scenarios: [{ symbol: 'SPY', direction: 'long', timeframe: '5m', scenario: 'CUSTOM_SCENARIO' }],
  });
  expect(more).toEqual([]);
  expect(custom).toMatchObject({
    name: 'CUSTOM_SCENARIO',
    tags: [],
    payload: { symbol: 'SPY', direction: 'long', timeframe: '5m' },
    method: 'POST',
    path: '',
    weight: 1,
    expect: { status: ['2xx'], ...FIELDS, refuse: REFUSE, suspect: SUSPECT },
  });
});

test('a dimension of the config may be used in the short form', async () => {
  const [scenario] = await scenariosOf({
    dimensions: { plan: ['free', 'paid'] },
    scenarios: [{ scenario: 'A', plan: 'free' }],
  });
  expect(scenario?.payload).toEqual({ plan: 'free' });
});

describe('expectations', () => {
  test('of the config override those of the built-in scenarios, key by key', async () => {
    const [scenario] = await scenariosOf({ expect: { required: 'id', maxDuration: '3s' } });
    expect(scenario?.expect).toMatchObject({
      required: ['id'],
      recommended: ['enrichment', 'variant'],
      maxDurationMs: 3000,
      refuse: REFUSE,
    });
  });

  test('of a scenario override those of the config, key by key', async () => {
    const [scenario] = await scenariosOf({
      method: 'PUT',
      expect: { status: '2xx', required: ['id'], degradedDuration: '1s' },
      scenarios: [{ name: 'A', expect: { status: [200, '3xx'], headers: { 'X-A': '/^b/' } } }],
    });
    expect(scenario?.method).toBe('PUT');
    expect(scenario?.expect).toMatchObject({
      status: [200, '3xx'],
      required: ['id'],
      recommended: [],
      headers: { 'x-a': '/^b/' },
      degradedDurationMs: 1000,
      refuse: REFUSE,
    });
  });

  test('of its own replace the built-in fields', async () => {
    const [scenario] = await scenariosOf({ scenarios: [{ name: 'A', expect: { status: 204 } }] });
    expect(scenario?.expect).toMatchObject({ status: [204], required: [], recommended: [], refuse: REFUSE });
  });

  test('a negative scenario may be refused', async () => {
    const [scenario] = await scenariosOf({
      scenarios: [{ name: 'A', tags: 'negative', expect: { status: 400, refuse: { code: 7 } } }],
    });
    expect(scenario).toMatchObject({ tags: ['negative'], expect: { refuse: { code: ['7'] }, suspect: {} } });
    const [plain] = await scenariosOf({ scenarios: [{ name: 'A', tags: ['negative'] }] });
    expect(plain?.expect).toMatchObject({ refuse: {}, suspect: {} });
  });

  test('a negative scenario inherits time limits, not the data of a success', async () => {
    const [scenario] = await scenariosOf({
      expect: {
        status: 200,
        required: ['signal_id'],
        recommended: 'variant',
        match: { ok: true },
        maxDuration: '3s',
      },
      scenarios: [{ name: 'A', tags: 'negative', expect: { status: 400, match: { status: 'REJECTED' } } }],
    });
    expect(scenario?.expect).toMatchObject({
      status: [400],
      required: [],
      recommended: [],
      match: { status: 'REJECTED' },
      maxDurationMs: 3000,
    });
  });
});
