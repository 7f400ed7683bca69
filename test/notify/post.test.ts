import http from 'node:http';
import https from 'node:https';
import { describe, expect, it } from 'vitest';
import { createPost } from '../../src/lib/notify/post.ts';
import { jsonRequest } from '../../src/lib/notify/posting.ts';
import { sendAlerts } from '../../src/lib/notify/send-alerts.ts';
import { createAgents } from '../../src/lib/send/agents.ts';
import { afterRequest, closedPort, withFaultyServer } from '../support/faulty-server.ts';
import { withStillClock } from '../support/still-clock.ts';
import { type Handler, withTarget } from '../support/target.ts';
import { broken } from './alerts.ts';

const AGENTS = { http: new http.Agent(), https: new https.Agent() };
const post = createPost(() => AGENTS);
const NEVER = new AbortController().signal;

function outcomeOf(handler: Handler, stop = NEVER) {
  return withTarget(handler, async ({ url, requests }) => ({
    outcome: await post(jsonRequest(url, { a: 1 }), stop),
    requests: [...requests],
  }));
}

describe('a request', () => {
  it('is one POST of exactly these bytes', async () => {
    const { outcome, requests } = await outcomeOf((_request, response) => {
      response.writeHead(202).end('{"status":"success"}');
    });
    expect(outcome).toEqual({ ok: true });
    expect(requests.map(({ method, body }) => [method, body.toString()])).toEqual([['POST', '{"a":1}']]);
    expect(requests[0]?.headers['user-agent']).toMatch(/^prod-e2e\//);
  });

  it.each([
    [400, 'invalid_payload', 'HTTP 400: invalid_payload'],
    [404, '<html>not here</html>', 'HTTP 404'],
    [500, '', 'HTTP 500'],
    [429, 'slow\u001b[31m down\nplease', 'HTTP 429: slow down please'],
    [410, 'x'.repeat(500), `HTTP 410: ${'x'.repeat(119)}…`],
  ])('that gets a response with %s is not repeated', async (status, body, reason) => {
    const { outcome, requests } = await outcomeOf((_request, response) => {
      response.writeHead(status, { 'retry-after': '0' }).end(body);
    });
    expect(outcome).toEqual({ ok: false, reason });
    expect(requests).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])('follows no redirect (%s)', (status) =>
    withTarget(
      (_request, response) => {
        response.end('got it');
      },
      async (elsewhere) => {
        const { outcome } = await outcomeOf((_request, response) => {
          response.writeHead(status, { location: elsewhere.url }).end();
        });
        expect(outcome).toEqual({ ok: false, reason: `HTTP ${status}` });
        expect(elsewhere.requests).toHaveLength(0);
      },
    ),
  );

  it('stops reading an endless response', async () => {
    const { outcome } = await outcomeOf((_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(16_384)), 1);
      response.once('close', () => clearInterval(timer));
    });
    expect(outcome).toEqual({ ok: false, reason: 'the response is longer than 64 KiB' });
  });

  it('ends at the time limit, even before it is connected', async () => {
    const soon = () => AbortSignal.timeout(100);
    expect((await outcomeOf(() => {}, soon())).outcome).toEqual({ ok: false, reason: 'no response in time' });
    expect((await outcomeOf(() => {}, AbortSignal.abort())).requests).toHaveLength(0);
  });

  it('that is reset is not retried, even on a reused connection', async () => {
    let received = 0;
    const server = afterRequest((socket, _request, number) => {
      received += 1;
      if (number === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      else socket.resetAndDestroy();
    });
    await withFaultyServer(server, async ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/`;
      const agents = createAgents({ url, connectTimeoutMs: 600_000, maxSockets: 1 });
      const postAgain = createPost(() => agents.pair);
      await withStillClock(async () => {
        expect(await postAgain(jsonRequest(url, {}), NEVER)).toEqual({ ok: true });
        expect(await postAgain(jsonRequest(url, {}), NEVER)).toEqual({
          ok: false,
          reason: 'the connection was closed',
        });
      });
      expect(received).toBe(2);
      expect(connections()).toBe(1);
      agents.destroy();
    });
  });

  it('without a connection reports why', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    expect(await post(jsonRequest(url, {}), NEVER)).toEqual({
      ok: false,
      reason: 'the connection was refused',
    });
  });

  it('whose connection is closed reports that', async () => {
    const { outcome } = await outcomeOf((_request, response) => {
      response.destroy();
    });
    expect(outcome).toEqual({ ok: false, reason: 'the connection was closed' });
  });

  it('to an invalid address is a failure, not an exception', async () => {
    const none = createPost(() => {
      throw new Error('no proxy');
    });
    expect(await none(jsonRequest('http://127.0.0.1:9/', {}), NEVER)).toEqual({
      ok: false,
      reason: 'no proxy',
    });
  });
});

describe('delivery', () => {
  const posting = (at: number) => {
    const change = broken({ scenario: `S${at}` });
    return { request: jsonRequest(`http://127.0.0.1:9/${at}`, {}), covers: [change] };
  };
  const postings = (count: number) => Array.from({ length: count }, (_, at) => posting(at));

  it('continues after a refused request, and counts what was not delivered', async () => {
    const delivery = await sendAlerts(postings(5), {
      type: 'pagerduty',
      post: async ({ url }) => (url.endsWith('/2') ? { ok: false, reason: 'HTTP 400' } : { ok: true }),
      stop: NEVER,
    });
    expect(
      delivery.delivered.flatMap(({ outage }) => outage.scenarios.map(({ name }) => name)).sort(),
    ).toEqual(['S0', 'S1', 'S3', 'S4']);
    expect(delivery).toMatchObject({ undelivered: 1, reason: 'HTTP 400' });
  });

  it('keeps the order in a channel; otherwise requests run in parallel', async () => {
    for (const [type, most] of [
      ['slack', 1],
      ['pagerduty', 4],
    ] as const) {
      let now = 0;
      let highest = 0;
      await sendAlerts(postings(12), {
        type,
        post: async () => {
          highest = Math.max(highest, ++now);
          await new Promise((resolve) => setTimeout(resolve, 2));
          now--;
          return { ok: true };
        },
        stop: NEVER,
      });
      expect([type, highest]).toEqual([type, most]);
    }
  });

  it('sends at most fifty requests', async () => {
    let sent = 0;
    const delivery = await sendAlerts(postings(60), {
      type: 'webhook',
      post: async () => {
        sent++;
        return { ok: true };
      },
      stop: NEVER,
    });
    expect(sent).toBe(50);
    expect(delivery).toMatchObject({ undelivered: 10, reason: 'more than 50 changes at once' });
  });
});
