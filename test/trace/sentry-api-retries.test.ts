import { expect, test } from 'vitest';
import { createSentryApi } from '../../src/lib/trace/sentry-api/client.ts';
import { withApiServer } from './api-server.ts';

const STATUSES: readonly (readonly [status: number, retried: boolean])[] = [
  ...[408, 429, 500, 502, 503, 504, 521, 522, 524].map((status) => [status, true] as const),
  ...[300, 400, 401, 404, 409, 501, 520, 523, 525].map((status) => [status, false] as const),
];

test('only temporary statuses of a failed request are retried', () =>
  withApiServer(
    // What explains a 404 is requested as well.
    ({ path }) => ({ status: Number(/\/trace\/0*(\d+)\//.exec(path)?.[1] ?? 404), body: {} }),
    async ({ url, asked }) => {
      const api = createSentryApi({ baseUrl: url, org: 'acme', token: 't', timeoutMs: 60_000 });
      try {
        const requests = STATUSES.map(([status]) =>
          api.readTrace(String(status).padStart(32, '0'), { startedAt: 0, retries: 1 }),
        );
        expect(await Promise.all(requests)).toMatchObject(
          STATUSES.map(([status]) => ({ kind: 'error', status })),
        );
      } finally {
        api.close();
      }
      const counts = STATUSES.map(([status]) => [
        status,
        asked.filter(({ path }) => path.includes(`0${status}/`)).length === 2,
      ]);
      expect(counts).toEqual(STATUSES);
    },
  ));
