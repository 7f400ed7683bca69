import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/lib/errors.ts';
import type { JsonObject } from '../../../src/lib/model/json.ts';
import { parseFault } from '../../../src/sandbox/faults/faults.ts';
import { createSignalStore } from '../../../src/sandbox/target/signal-store.ts';
import { startTarget, type Target } from '../../../src/sandbox/target/target.ts';
import { eventually } from '../../support/eventually.ts';
import { aSignal } from '../support.ts';

let target: Target | null = null;

afterEach(async () => {
  await target?.stop();
  target = null;
});

async function started(...faults: string[]): Promise<string> {
  target = await startTarget({ port: 0, faults: faults.map(parseFault) });
  return `http://127.0.0.1:${target.port}`;
}

async function post(base: string, payload: JsonObject | string, init: RequestInit = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const response = await fetch(`${base}/webhook`, { method: 'POST', body, redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

async function postJson(base: string, payload: JsonObject | string) {
  const { status, text } = await post(base, payload);
  const json: JsonObject = JSON.parse(text);
  return { status, json };
}

/** A webhook whose response is not read: when it was sent, and how it ended. */
function held(base: string): { sent: Promise<void>; ended: Promise<unknown>; giveUp: () => void } {
  const abort = new AbortController();
  const outgoing = request(`${base}/webhook`, { method: 'POST', signal: abort.signal });
  const ended = new Promise<unknown>((resolve) => {
    outgoing.once('response', (response) => resolve(response.statusCode));
    outgoing.once('error', (error) => resolve(codeOf(error)));
  });
  const sent = new Promise<void>((resolve) => outgoing.once('finish', resolve));
  outgoing.end(JSON.stringify(aSignal()));
  return { sent, ended, giveUp: () => abort.abort() };
}

describe('the webhook target', () => {
  it('accepts a signal, responds with all data and saves it after the response', async () => {
    const base = await started();
    const { status, json } = await postJson(base, aSignal());
    expect(status).toBe(200);
    expect(json).toEqual({
      status: 'ACCEPTED',
      signal_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      enrichment: {
        market_data: { symbol: 'SPY', price: expect.any(Number), volume: expect.any(Number) },
        gex: { net: expect.any(Number), flip: expect.any(Number) },
      },
      variant: expect.stringMatching(/^[AB]$/),
      received_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const saved = await eventually(async () => {
      const response = await fetch(`${base}/api/signals/${String(json.signal_id)}`);
      return response.status === 200 ? ((await response.json()) as JsonObject) : null;
    });
    expect(saved).toMatchObject({ signal_id: json.signal_id, symbol: 'SPY', variant: json.variant });
  });

  it.each([
    ['not JSON', 'hello', 'the body is not a JSON object'],
    ['a list', '[]', 'the body is not a JSON object'],
    ['no body', '', 'the body is not a JSON object'],
    [
      'a wrong direction',
      JSON.stringify(aSignal({ direction: 'sideways' })),
      'direction must be long or short, not "sideways"',
    ],
    ['no symbol', JSON.stringify({ direction: 'long', timeframe: '5m' }), 'symbol is missing'],
    [
      'an odd symbol',
      JSON.stringify(aSignal({ symbol: '<script>' })),
      'symbol "<script>" is not a ticker symbol',
    ],
    ['no timeframe', JSON.stringify(aSignal({ timeframe: null })), 'timeframe is missing'],
    [
      'a wrong timestamp',
      JSON.stringify(aSignal({ timestamp: 'yesterday' })),
      'timestamp "yesterday" is not a point in time',
    ],
  ])('rejects %s', async (_name, body, error) => {
    const { status, json } = await postJson(await started(), body);
    expect({ status, json }).toEqual({
      status: 400,
      json: { status: 'REJECTED', error, request_id: expect.any(String) },
    });
  });

  it('responds to the same signal of one session with DUPLICATE, but not of another', async () => {
    const base = await started();
    expect((await postJson(base, aSignal())).json.status).toBe('ACCEPTED');
    const { status, json } = await postJson(base, aSignal({ test_id: 'another' }));
    expect(status).toBe(200);
    expect(json).toEqual({
      status: 'DUPLICATE',
      request_id: expect.any(String),
      message: 'SPY long 5m was already received 0 s ago',
    });
    for (const other of [
      { metadata: { test_session_id: 'second' } },
      { symbol: 'QQQ' },
      { direction: 'short' },
      { timeframe: '1m' },
    ]) {
      expect((await postJson(base, aSignal(other))).json.status).toBe('ACCEPTED');
    }
  });

  it('accepts exactly one of the same signal sent twenty times at once', async () => {
    const base = await started();
    const responses = await Promise.all(Array.from({ length: 20 }, () => postJson(base, aSignal())));
    expect(responses.filter(({ json }) => json.status === 'ACCEPTED')).toHaveLength(1);
    expect(responses.filter(({ json }) => json.status === 'DUPLICATE')).toHaveLength(19);
  });

  it('has a health check, and refuses other paths, methods and huge bodies', async () => {
    const base = await started();
    expect((await fetch(`${base}/health`)).status).toBe(200);
    expect((await fetch(`${base}/elsewhere`)).status).toBe(404);
    const get = await fetch(`${base}/webhook`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await post(base, 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  });
});

describe('faults', () => {
  it('applies to its scenario only', async () => {
    const base = await started('CHOP=status:500');
    expect((await post(base, aSignal())).status).toBe(500);
    expect((await post(base, aSignal({ scenario: 'ORB_BREAKOUT' }))).status).toBe(200);
    expect((await post(base, 'not JSON')).status).toBe(400);
  });

  it.each([
    [500, 'Internal server error'],
    [502, 'Bad gateway'],
    [401, 'Unauthorized'],
    [404, 'Not found'],
    [599, 'Status 599'],
  ])('status:%i includes the reason', async (code, error) => {
    const { status, json } = await postJson(await started(`status:${code}`), aSignal());
    expect({ status, json }).toEqual({ status: code, json: { error } });
  });

  it('status:202 is another success, status:204 has no body', async () => {
    const accepted = await postJson(
      await started('A=status:202', 'B=status:204'),
      aSignal({ scenario: 'A' }),
    );
    expect(accepted).toMatchObject({ status: 202, json: { status: 'ACCEPTED' } });
    expect(
      await post(`http://127.0.0.1:${target?.port}`, aSignal({ scenario: 'B', symbol: 'QQQ' })),
    ).toMatchObject({ status: 204, text: '' });
  });

  it('status:100 is sent as it is without a final response', async () => {
    const base = await started('status:101');
    const first = await new Promise<string>((resolve, reject) => {
      const body = JSON.stringify(aSignal());
      const socket = connect(Number(new URL(base).port), '127.0.0.1');
      socket.once('error', reject).once('data', (data) => resolve(data.toString()));
      socket.write(`POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    expect(first).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('does not treat a failed webhook as a duplicate if it is sent again', async () => {
    const base = await started('status:503');
    for (const _again of [1, 2]) expect((await post(base, aSignal())).status).toBe(503);
  });

  it('timeout never responds, and delays no other request', async () => {
    const base = await started('CHOP=timeout');
    const { sent, ended, giveUp } = held(base);
    await sent;
    expect((await post(base, aSignal({ scenario: 'ORB_BREAKOUT', symbol: 'QQQ' }))).status).toBe(200);
    const timedOut = await post(base, aSignal(), { signal: AbortSignal.timeout(200) }).catch(
      (error) => error.name,
    );
    expect(timedOut).toBe('TimeoutError');
    giveUp();
    expect(await ended).toBe('ABORT_ERR');
  });

  it('reset closes the connection without a response', async () => {
    expect(await held(await started('reset')).ended).toBe('ECONNRESET');
  });

  it('slow responds late, also in combination', async () => {
    const base = await started('slow:300ms', 'A=status:500');
    for (const [scenario, status] of [
      ['A', 500],
      ['B', 200],
    ] as const) {
      const begin = performance.now();
      expect((await post(base, aSignal({ scenario, symbol: scenario }))).status).toBe(status);
      expect(performance.now() - begin).toBeGreaterThan(290);
    }
  });

  it('malformed looks like JSON but is not', async () => {
    const { status, headers, text } = await post(await started('malformed'), aSignal());
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(text).toContain('"ACCEPTED"');
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('empty has no body', async () => {
    expect(await post(await started('empty'), aSignal())).toMatchObject({ status: 200, text: '' });
  });

  it('missing removes fields, nested ones too', async () => {
    const { json } = await postJson(await started('missing:variant+enrichment.gex+not.there'), aSignal());
    expect(json).not.toHaveProperty('variant');
    expect(json).toHaveProperty('signal_id');
    expect(Object.keys(json.enrichment ?? {})).toEqual(['market_data']);
  });

  it('redirect and rate-limit', async () => {
    const base = await started('A=redirect', 'B=rate-limit');
    const redirect = await post(base, aSignal({ scenario: 'A' }));
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/moved/webhook']);
    const limited = await post(base, aSignal({ scenario: 'B' }));
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '30']);
    expect(JSON.parse(limited.text)).toEqual({ error: 'Too many requests' });
  });

  it.each(['timeout', 'slow:5m'])('stops promptly while %s delays a response', async (fault) => {
    const base = await started(`CHOP=${fault}`);
    const { sent, ended } = held(base);
    await sent;
    // Resolves after the one before has reached the target.
    expect((await post(base, aSignal({ scenario: 'ORB_BREAKOUT', symbol: 'QQQ' }))).status).toBe(200);
    // Not waited for: a response would come after five minutes, or never.
    await target?.stop();
    expect(await ended).toBe('ECONNRESET');
  });

  it('span-slow delays the response if its work comes before it, and never a stop', async () => {
    const log: string[] = [];
    const store = createSignalStore();
    target = await startTarget({
      port: 0,
      faults: ['A=span-slow:data-enrichment:300ms', 'B=span-slow:database-save:5m'].map(parseFault),
      store: {
        ...store,
        save: (id, row) => {
          log.push(`saved ${row.symbol}`);
          return store.save(id, row);
        },
        close: () => {
          log.push('closed');
          return store.close();
        },
      },
    });
    const base = `http://127.0.0.1:${target.port}`;
    const begin = performance.now();
    expect((await post(base, aSignal({ scenario: 'A', symbol: 'A' }))).status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThan(290);
    await eventually(async () => (log.length > 0 ? log : null));
    expect((await post(base, aSignal({ scenario: 'B', symbol: 'B' }))).status).toBe(200);
    await target.stop();
    // The delay of five minutes was cut short: a stop that gives up on work closes the database without it.
    expect(log).toEqual(['saved A', 'saved B', 'closed']);
  });

  it('finishes a webhook it has started before it stops', async () => {
    const base = await started();
    const responses = Promise.all(
      ['1m', '5m', '15m'].map((timeframe) => postJson(base, aSignal({ timeframe }))),
    );
    expect((await postJson(base, aSignal({ symbol: 'QQQ' }))).status).toBe(200);
    await target?.stop();
    expect((await responses).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
