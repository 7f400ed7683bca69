import { describe, expect, it } from 'vitest';
import { aPlan, aScenario, FIVE, firstOf, testsOf } from './support.ts';

describe('a plan', () => {
  it('cycles through the scenarios and names each by its ordinal', () => {
    expect(testsOf({ count: 7 }).map(({ name }) => name)).toEqual([
      'ORB_BREAKOUT #1',
      'TREND_CONTINUATION #1',
      'VOL_EXPANSION #1',
      'ORB_FAKEOUT #1',
      'CHOP #1',
      'ORB_BREAKOUT #2',
      'TREND_CONTINUATION #2',
    ]);
  });

  it('names tests the same in every run', () => {
    const names = (options: Parameters<typeof testsOf>[0]) => testsOf(options).map(({ name }) => name);
    expect(names({ count: 12, seed: 'a', runId: 'x' })).toEqual(names({ count: 12, seed: 'b', runId: 'y' }));
  });

  it('gives a scenario of weight 3 three of the five places per cycle, spread over it', () => {
    const scenarios = [
      aScenario({ name: 'A' }),
      aScenario({ name: 'B', weight: 3 }),
      aScenario({ name: 'C' }),
    ];
    const plan = aPlan({ scenarios, count: 10 });
    expect(plan.scenarios).toEqual(['A', 'B', 'C', 'B', 'B']);
    expect([...plan.tests()].map(({ scenario }) => scenario).join('')).toBe('ABCBBABCBB');
  });

  it('numbers tests from 1 and derives their ids from the run', () => {
    expect(testsOf({ count: 3 }).map(({ index, testId }) => [index, testId])).toEqual([
      [1, '20260801-120000-k3f9z-1'],
      [2, '20260801-120000-k3f9z-2'],
      [3, '20260801-120000-k3f9z-3'],
    ]);
  });

  it('renders a test only when it is read, so that its time is the time of sending', () => {
    const times = ['2026-08-01T12:00:00Z', '2026-08-01T12:00:01Z', '2026-08-01T12:00:02Z'].map(
      (time) => new Date(time),
    );
    const now = () => times.shift() ?? new Date(0);
    const plan = aPlan({ scenarios: [aScenario()], payload: { at: '{{timestamp}}' }, now });
    const [first] = plan.tests();
    expect(first?.request.body).toBe('{"at":"2026-08-01T12:00:01.000Z"}');
  });

  it('reports an unknown --set with the nearest dimension', () => {
    expect(() => aPlan({ pins: { symbl: 'SPY' } })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_DIMENSION',
        suggestions: expect.arrayContaining(['Did you mean "symbol"?']),
      }),
    );
  });

  it('is complete for any count', () => {
    for (const count of [0, 1, 4, 5, 6, 18, 19, 100])
      expect(testsOf({ count, scenarios: FIVE })).toHaveLength(count);
  });
});

describe('a request', () => {
  it('is marked as a test', () => {
    expect(firstOf().request).toEqual({
      method: 'POST',
      url: 'https://hooks.example.com/webhook',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'prod-e2e/0.0.0',
        'accept-encoding': 'gzip, deflate, br',
        'idempotency-key': '20260801-120000-k3f9z-1',
        'x-prod-e2e-test': '20260801-120000-k3f9z-1',
      },
      body: '{"symbol":"SPY","direction":"long","timeframe":"1m"}',
    });
  });

  it("uses a scenario's header before the config's, that before the default, and always our mark", () => {
    const { headers } = firstOf({
      headers: { 'X-Team': 'config', 'content-type': 'application/vnd.api+json', 'x-prod-e2e-test': 'no' },
      scenarios: [
        aScenario({ headers: { 'X-TEAM': 'scenario', 'idempotency-key': 'mine', 'X-Prod-E2E-Test': 'no' } }),
      ],
    }).request;
    expect(headers).toMatchObject({
      'x-team': 'scenario',
      'content-type': 'application/vnd.api+json',
      'idempotency-key': 'mine',
      'x-prod-e2e-test': '20260801-120000-k3f9z-1',
    });
    expect(Object.keys(headers).filter((name) => name !== name.toLowerCase())).toEqual([]);
  });

  it('fills the placeholders of its headers', () => {
    const { headers, body } = firstOf({
      headers: {
        'X-Id': 'id {{testId}}',
        'X-Uuid': '{{uuid}}',
        'X-Hex': '{{hex 4}}',
        'X-Braces': '{{openBraces}}x}}',
      },
      scenarios: [aScenario({ headers: { 'x-symbol': '{{symbol}}' }, payload: { uuid: '{{uuid}}' } })],
    }).request;
    expect(headers).toMatchObject({
      'x-id': 'id 20260801-120000-k3f9z-1',
      'x-uuid': JSON.parse(body).uuid,
      'x-hex': expect.stringMatching(/^[0-9a-f]{4}$/),
      'x-braces': '{{x}}',
      'x-symbol': 'SPY',
    });
  });

  it('varies dimensions that only a header uses', () => {
    const seen = testsOf({ count: 3, payload: {}, headers: { 'x-symbol': '{{symbol}}' } });
    expect(seen.map(({ request }) => request.headers['x-symbol'])).toEqual(['SPY', 'QQQ', 'IWM']);
  });

  it('has no header with an unknown placeholder, or with a value that is not valid in HTTP', () => {
    expect(() => aPlan({ headers: { 'X-Id': '{{testID}}' } })).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_INVALID',
        message: 'Unknown name "testID" in the template {{testID}} (config, headers.X-Id).',
        suggestions: expect.arrayContaining(['Did you mean {{testId}}?']),
      }),
    );
    for (const symbol of ['→', 'a\nb', 'a\0'])
      expect(() =>
        aPlan({ dimensions: { symbol: [symbol] }, payload: {}, headers: { 'x-symbol': '{{symbol}}' } }),
      ).toThrow(expect.objectContaining({ code: 'HEADER_INVALID' }));
  });

  it.each([
    ['https://h.example/webhook', '', 'https://h.example/webhook'],
    ['https://h.example/webhook', '/v2', 'https://h.example/webhook/v2'],
    ['https://h.example/webhook/', '/v2', 'https://h.example/webhook/v2'],
    ['https://h.example', '/v2/', 'https://h.example/v2/'],
    ['https://h.example/webhook?key=1', '/v2', 'https://h.example/webhook/v2?key=1'],
    ['https://h.example/webhook', '/v2?mode=dry', 'https://h.example/webhook/v2?mode=dry'],
    ['https://h.example/webhook?key=1', '/?mode=dry', 'https://h.example/webhook?key=1&mode=dry'],
    ['https://u:p@h.example/a', '//other.example/b', 'https://u:p@h.example/a//other.example/b'],
    ['https://h.example/a%20b', '/c%2Fd', 'https://h.example/a%20b/c%2Fd'],
  ])('with method %s and path %s goes to %s', (url, path, expected) => {
    expect(firstOf({ url, scenarios: [aScenario({ path })] }).request.url).toBe(expected);
  });
});
