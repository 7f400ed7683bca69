import { describe, expect, it } from 'vitest';
import { CALLS_AT_ONCE, type CleanupPort, STOPPED_LIMIT_MS } from '../../src/lib/cleanup/call.ts';
import { CLEANUP_LIMIT_MS, createCleanup } from '../../src/lib/cleanup/cleanup.ts';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { CleanupCall } from '../../src/lib/model/probe.ts';
import type { Failure } from '../../src/lib/model/result.ts';
import { aWarning, someTimings } from '../support/builders.ts';
import { aPlannedTest } from '../support/sending.ts';
import { jsonResponse } from '../validate/support.ts';

const CALL: CleanupCall = {
  method: 'DELETE',
  url: '{{origin}}/signals/{{response.signal_id}}',
  headers: {},
  body: null,
  status: ['2xx', 404],
};
const TIMED_OUT: Failure = {
  kind: 'response-timeout',
  message: 'No response in 1 s',
  code: null,
};
const REFUSED: Failure = {
  kind: 'refused',
  message: 'Connection refused',
  code: 'ECONNREFUSED',
};

interface Case {
  readonly response?: HttpResponse | null;
  readonly failure?: Failure;
  readonly duplicate?: boolean;
  readonly calls?: readonly CleanupCall[];
}

function aCleanup(
  call: CleanupPort['call'],
  options: { readonly stop?: AbortController; readonly log?: CleanupPort['log'] } = {},
) {
  let nowMs = 0;
  const cleanup = createCleanup({
    port: {
      call,
      userAgent: 'ua',
      commandFor: ({ method, url }, mask) => mask(`curl -X ${method} ${url}`),
      redact: (text) => text,
      redactPaths: [],
      log: options.log ?? null,
    },
    monotonicMs: () => nowMs,
    stop: (options.stop ?? new AbortController()).signal,
  });
  const add = (
    index: number,
    {
      response = jsonResponse({ signal_id: `s${index}` }),
      failure,
      duplicate = false,
      calls = [CALL],
    }: Case = {},
  ) =>
    cleanup.add({
      send: 0,
      test: { ...aPlannedTest('https://h.example/webhook', { index }), name: `T #${index}`, cleanup: calls },
      delivery: {
        startedAt: '2026-08-01T12:00:00.000Z',
        request: { method: 'POST', url: 'https://h.example/webhook', headers: {}, body: '{}' },
        response: failure === undefined ? response : null,
        failure: failure ?? null,
        timings: someTimings(),
        attempts: [],
        trace: { traceId: '', spanId: '', headers: {} },
      },
      judgment: {
        errors: [],
        warnings: duplicate ? [aWarning('duplicate', 'status DUPLICATE')] : [],
        missingData: [],
      },
      mask: (text) => text.replaceAll('s3', '***'),
    });
  return { ...cleanup, add, pass: (ms: number) => (nowMs += ms) };
}

const responding =
  (status: number): CleanupPort['call'] =>
  () =>
    Promise.resolve({ response: jsonResponse({}, { status }), failure: null });

describe('clean-up calls', () => {
  it('are made for each test in their order, a few at a time', async () => {
    const urls: string[] = [];
    let atOnce = 0;
    let most = 0;
    const { add, cleanUp, summary, findings } = aCleanup(async ({ method, url }) => {
      most = Math.max(most, ++atOnce);
      urls.push(`${method} ${url}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      atOnce--;
      return { response: jsonResponse({}, { status: 204 }), failure: null };
    });
    for (const index of [9, 3, 12, 1, 2, 4, 5, 6, 7, 8, 10, 11]) add(index);
    await cleanUp();
    expect(urls).toEqual(
      Array.from({ length: 12 }, (_, at) => `DELETE https://h.example/signals/s${at + 1}`),
    );
    expect(most).toBe(CALLS_AT_ONCE);
    expect(summary()).toEqual({ done: 12, failed: 0, unknown: 0, leftOvers: [] });
    expect(findings()).toEqual([]);
  });

  it.each([
    ['no response', { failure: TIMED_OUT }, 'No response in 1 s'],
    [
      'a response without the id',
      { response: jsonResponse({ status: 'ACCEPTED' }) },
      'there is no response.signal_id',
    ],
    [
      'an error of the server',
      { response: jsonResponse({}, { status: 500 }) },
      'there is no response.signal_id',
    ],
  ] as const)('are not made if a value is missing, which is listed: %s', async (_, given, reason) => {
    const { add, cleanUp, summary, findings } = aCleanup(() => Promise.reject(new Error('not to be called')));
    add(1, given);
    await cleanUp();
    expect(summary()).toMatchObject({
      done: 0,
      failed: 0,
      unknown: 1,
      leftOvers: [{ certain: false, command: null, reason, ids: {} }],
    });
    expect(findings()).toMatchObject([{ severity: 'warning', code: 'cleanup-unknown' }]);
  });

  it.each([
    ['never arrived', { failure: REFUSED }],
    ['was refused', { response: jsonResponse({ error: 'no' }, { status: 400 }) }],
    ['was taken for a duplicate', { response: jsonResponse({ status: 'DUPLICATE' }), duplicate: true }],
    ['has nothing to clean up', { calls: [] }],
  ])('are not made if a webhook %s', async (_, given) => {
    const { add, cleanUp, summary } = aCleanup(() => Promise.reject(new Error('not to be called')));
    add(1, given);
    await cleanUp();
    expect(summary()).toBeNull();
  });

  it('are made for a refused webhook that has an id', async () => {
    const { add, cleanUp, summary } = aCleanup(responding(404));
    add(1, { response: jsonResponse({ signal_id: 's1' }, { status: 409 }) });
    await cleanUp();
    expect(summary()).toMatchObject({ done: 1 });
  });
});

describe('failed calls', () => {
  it('are listed with id and a command, masked', async () => {
    const { add, cleanUp, summary, findings } = aCleanup(({ url }) =>
      url.endsWith('s2')
        ? Promise.resolve({ response: null, failure: REFUSED })
        : responding(500)({} as never, {} as never),
    );
    for (const index of [1, 2, 3]) add(index);
    await cleanUp();
    expect(summary()?.leftOvers.map(({ ids, reason, command }) => [ids, reason, command])).toEqual([
      [{ 'response.signal_id': 's1' }, 'HTTP 500', 'curl -X DELETE https://h.example/signals/s1'],
      [{ 'response.signal_id': 's2' }, 'Connection refused', 'curl -X DELETE https://h.example/signals/s2'],
      [{ 'response.signal_id': '***' }, 'HTTP 500', 'curl -X DELETE https://h.example/signals/***'],
    ]);
    expect(findings()).toMatchObject([
      {
        severity: 'warning',
        code: 'cleanup-failed',
        message: '3 clean-up calls failed: HTTP 500, Connection refused',
      },
    ]);
  });

  it('are abandoned when the time is over, which a stop shortens', async () => {
    const { add, cleanUp, pass, summary } = aCleanup(responding(204));
    add(1);
    await cleanUp();
    add(2);
    pass(CLEANUP_LIMIT_MS);
    await cleanUp();
    expect(summary()).toMatchObject({
      done: 1,
      failed: 1,
      leftOvers: [{ reason: 'Not finished: 2 min 0 s were over' }],
    });

    const stop = new AbortController();
    const stopped = aCleanup(responding(204), { stop });
    stopped.add(1);
    stopped.add(2);
    stop.abort();
    stopped.pass(STOPPED_LIMIT_MS - 1);
    await stopped.cleanUp();
    stopped.add(3);
    stopped.pass(1);
    await stopped.cleanUp();
    expect(stopped.summary()).toMatchObject({
      done: 2,
      failed: 1,
      leftOvers: [{ reason: 'Not finished: the run was stopped' }],
    });
  });

  it('are counted if there are too many to list', async () => {
    const { add, cleanUp, summary } = aCleanup(responding(500));
    for (let index = 1; index <= 1_005; index++) add(index);
    await cleanUp();
    expect([summary()?.failed, summary()?.leftOvers.length]).toEqual([1_005, 1_000]);
  });
});
