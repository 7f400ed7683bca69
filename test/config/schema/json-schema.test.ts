import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { configSchema, jsonSchema } from '../../../src/lib/config/schema/schema.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(jsonSchema());

const GOOD: readonly unknown[] = [
  {},
  { $schema: './x.json', url: 'https://a.example/x', count: 1, scenario: 'A', tag: ['a', 'b'] },
  { url: 'HTTP://127.0.0.1:8080', headers: { 'x-a': '' }, method: 'PUT', rate: 0.5, timeout: '1.5s' },
  { sentry: { dsn: 'x', org: 'a', traceLifecycle: 'static', orgId: 7, flushTimeout: '1s' }, seed: 42 },
  { maxBody: '512KiB', keep: 0, redact: 'a.b', allowHosts: ['x.example'], failOn: ['missing', 'flaky'] },
  { allowHosts: ['*.x.example:8443', '[::1]'], quietHours: { from: '9:30', to: '16:00', timezone: 'local' } },
  { quietHours: [{ from: '22:00', to: '24:00', timezone: 'Europe/Berlin', days: 'fri' }] },
  { maxBody: 1024, reporter: ['pretty', 'junit=a/b.xml'], threshold: 'p95<800ms', bail: false },
  { dimensions: { symbol: ['A', 1, true] }, set: { symbol: 'A' }, payload: { a: [1, null, { b: 'x' }] } },
  {
    expect: {
      status: '2xx',
      required: 'a',
      match: { a: { b: 1 } },
      schema: false,
      refuse: { s: ['A', 1], t: 'B' },
    },
  },
  {
    expect: {
      status: [200, '3xx'],
      schema: { type: 'object' },
      contentType: 'text/plain',
      maxDuration: '1s',
    },
  },
  { scenarios: [{ name: 'A', tags: 'negative', path: '/x', weight: 3, expect: { status: 400 } }] },
  { scenarios: [{ symbol: 'SPY', direction: 'long', timeframe: '5m', scenario: 'CUSTOM_SCENARIO' }] },
  {
    profiles: { staging: { url: 'https://s.example', scenarios: [] } },
    trace: { urlTemplate: 'https://t/{{traceId}}' },
  },
];

const BAD: readonly unknown[] = [
  [],
  'x',
  { unknown: 1 },
  { url: 'ftp://x' },
  { url: 5 },
  { count: 0 },
  { count: 1.5 },
  { count: '5' },
  { rate: 0 },
  { timeout: 10 },
  { timeout: '10' },
  { seed: 1.5 },
  { sentry: { traceLifecycle: 'both' } },
  { sentry: { token: 1 } },
  { failOn: 'all' },
  { yes: true },
  { allowHosts: 'https://x.example' },
  { quietHours: '09:30-16:00' },
  { quietHours: { from: '09:30', to: '16:00' } },
  { quietHours: { from: '24:00', to: '16:00', timezone: 'UTC' } },
  { quietHours: { from: '09:30', to: '24:01', timezone: 'UTC' } },
  { quietHours: { from: '09:30', to: '16:00', timezone: 'UTC', days: ['monday'] } },
  { method: 'post' },
  { reporter: ['=x'] },
  { headers: { 'a b': 'c' } },
  { headers: { a: 'x\ny' } },
  { dimensions: { index: [1] } },
  { dimensions: { a: [] } },
  { dimensions: { a: [{}] } },
  { payload: [] },
  { maxBody: '1 MiB' },
  { expect: { status: 99 } },
  { expect: { status: '20x' } },
  { expect: { status: [] } },
  { expect: { contentType: 'text' } },
  { expect: { nothing: true } },
  { scenarios: [{}] },
  { scenarios: [{ name: 'a b' }] },
  { scenarios: [{ name: 'A', weight: 0 }] },
  { scenarios: [{ scenario: 'A', symbol: {} }] },
  { scenarios: { name: 'A' } },
  { profiles: { p: { profiles: {} } } },
  { profiles: { p: { cuont: 1 } } },
];

describe('the published JSON Schema', () => {
  test.each(GOOD.map((sample) => [JSON.stringify(sample), sample] as const))(
    'accepts %s, as zod does',
    (_text, sample) => {
      expect(configSchema.safeParse(sample).error).toBeUndefined();
      validate(sample);
      expect(validate.errors).toBeNull();
    },
  );

  test.each(BAD.map((sample) => [JSON.stringify(sample), sample] as const))(
    'refuses %s, as zod does',
    (_text, sample) => {
      expect(configSchema.safeParse(sample).success).toBe(false);
      expect(validate(sample)).toBe(false);
    },
  );

  test('lets ${env:} stand for any scalar, and only there', () => {
    const env = '${env:X}';
    const sample = {
      url: env,
      count: env,
      timeout: env,
      bail: env,
      failOn: [env],
      expect: { maxDuration: env },
    };
    validate(sample);
    expect(validate.errors).toBeNull();
    expect(validate({ payload: env })).toBe(false);
    expect(validate({ sentry: env })).toBe(false);
  });

  test('describes every key for editors, and has no functions', () => {
    const schema: Record<string, unknown> = jsonSchema();
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.title).toBe('prod-e2e configuration');
    expect(schema.properties).toMatchObject({
      count: { description: 'Number of webhooks to send; scenarios take turns.', default: 5 },
      payload: { type: 'object', description: 'Payload template of all scenarios.' },
    });
    expect(JSON.stringify(schema)).not.toContain('{}');
  });

  test('a function is a payload for zod only', () => {
    expect(configSchema.safeParse({ payload: () => ({}) }).success).toBe(true);
  });
});
