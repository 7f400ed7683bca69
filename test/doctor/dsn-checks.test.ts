import { describe, expect, it } from 'vitest';
import { deliveryCheck, dsnCheck } from '../../src/lib/doctor/sentry-checks.ts';
import { aDelivery } from '../support/builders.ts';

describe('dsnCheck', () => {
  it('names project and host, never the key', () => {
    const { check, reading } = dsnCheck('https://abcdef0123456789@o7.ingest.sentry.io/42');
    expect(check).toMatchObject({ state: 'ok', message: 'Valid: project 42 at o7.ingest.sentry.io' });
    expect(reading?.ok).toBe(true);
  });

  it('fails for an unusable DSN, without its key', () => {
    const { check } = dsnCheck('https://abcdef0123456789@sentry.example.com/project');
    expect(check.state).toBe('fail');
    expect(check.advice).not.toEqual([]);
    expect(JSON.stringify(check)).not.toContain('abcdef0123456789');
  });

  it('warns without a DSN', () => {
    expect(dsnCheck(null)).toMatchObject({ check: { state: 'warn' }, reading: null });
  });
});

describe('deliveryCheck', () => {
  it.each([
    ['accepted', { accepted: 1 }, 'ok', 'accepted'],
    ['refused', { refused: [{ status: 403, count: 1 }] }, 'fail', 'HTTP 403'],
    [
      'limited',
      { refused: [{ status: 429, count: 1 }], retryAfterSeconds: 60 },
      'warn',
      'HTTP 429, retry after 60 s',
    ],
    ['without a connection', { failed: 1 }, 'fail', 'could not be sent'],
    ['without a response', { pending: 1 }, 'warn', 'without a response'],
  ])('%s', (_name, delivery, state, words) => {
    const check = deliveryCheck(aDelivery(delivery));
    expect(check?.state).toBe(state);
    expect(check?.message).toContain(words);
    expect(check?.advice.length === 0).toBe(state === 'ok');
  });

  it('reports nothing if no spans are sent', () => {
    expect(deliveryCheck(aDelivery({ enabled: false }))).toBeNull();
  });
});
