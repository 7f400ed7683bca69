/** Events in the spellings of several SDKs: titles, messages and times. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/lib/model/json.ts';
import { errorOf } from '../../src/sandbox/sentry-server/error-records.ts';
import { formatMessage } from '../../src/sandbox/sentry-server/log-entry.ts';
import { unixSeconds } from '../../src/sandbox/sentry-server/span-records.ts';

const record = (event: JsonObject) =>
  errorOf(event, JSON.stringify(event), { projectId: 1, sdk: null, eventId: null });

describe('the title of an error', () => {
  const thrown = { type: 'TypeError', value: 'no price' };
  it.each<[string, JsonObject, string]>([
    ['values', { exception: { values: [thrown] } }, 'TypeError: no price'],
    ['a plain list', { exception: [thrown] }, 'TypeError: no price'],
    ['a single exception', { exception: thrown }, 'TypeError: no price'],
    [
      'the old name of the key',
      { 'sentry.interfaces.Exception': { values: [thrown] } },
      'TypeError: no price',
    ],
    [
      'the last of several, which is the captured one',
      { exception: [{ type: 'KeyError', value: 'order' }, thrown] },
      'TypeError: no price',
    ],
    ['the last that is one', { exception: { values: [thrown, null] } }, 'TypeError: no price'],
    ['a type alone', { exception: [{ type: 'Timeout' }] }, 'Timeout'],
    ['a value alone', { exception: [{ value: 'no price' }] }, 'Error: no price'],
    ['a value that is an object', { exception: [{ type: 'E', value: { code: 7 } }] }, 'E: {"code":7}'],
    ['an exception before a message', { exception: [thrown], message: 'told' }, 'TypeError: no price'],
    ['no exception in an empty list', { exception: { values: [] }, message: 'told' }, 'told'],
    ['a message', { message: 'queue is full' }, 'queue is full'],
    ['a message object', { message: { message: 'queue %s is full', params: ['a'] } }, 'queue a is full'],
    [
      'a formatted message object',
      { message: { formatted: 'queue a is full', message: 'x' } },
      'queue a is full',
    ],
    [
      'logentry.formatted',
      { logentry: { formatted: 'queue a is full', message: 'queue %s' } },
      'queue a is full',
    ],
    ['logentry.message', { logentry: { message: 'queue is full' } }, 'queue is full'],
    ['logentry.message with params', { logentry: { message: '%s of %d', params: ['a', 2] } }, 'a of 2'],
    ['logentry as a text', { logentry: 'queue is full' }, 'queue is full'],
    ['logentry before message', { logentry: { message: 'a' }, message: 'b' }, 'a'],
    [
      'the old name of a log entry',
      { 'sentry.interfaces.Message': { message: 'a %s', params: ['b'] } },
      'a b',
    ],
    ['nothing', {}, '(no message)'],
    ['an empty message', { message: '', logentry: {} }, '(no message)'],
  ])('is made of %s', (_, event, title) => {
    expect(record(event).title).toBe(title);
  });
});

describe('formatMessage', () => {
  it.each<[string, Json, string]>([
    ['%s after %d ms', ['s1', 12], 's1 after 12 ms'],
    ['%(who)s after %(ms).1f ms', { who: 's1', ms: 12.25 }, 's1 after 12.25 ms'],
    ['100%% of %s', ['s1'], '100% of s1'],
    ['{} after {} ms', ['s1', 12], 's1 after 12 ms'],
    ['{1} before {0}', ['a', 'b'], 'b before a'],
    ['{who} waits', { who: 's1' }, 's1 waits'],
    ['%s', [{ a: [1] }], '{"a":[1]}'],
    ['%s', [null], 'null'],
    ['%s and %s', ['a'], '%s and %s'],
    ['%(who)s', { whom: 'a' }, '%(who)s'],
    ['{__proto__}', {}, '{__proto__}'],
    ['%s', null, '%s'],
    ['%s', 'a', '%s'],
    ['nothing to fill', ['a'], 'nothing to fill'],
  ])('%j with %j is %j', (template, params, formatted) => {
    expect(formatMessage(template, params)).toBe(formatted);
  });
});

describe('unixSeconds', () => {
  const SECONDS = 1_795_912_986;
  it.each<[Json, number | null]>([
    ['2026-11-29T00:43:06Z', SECONDS],
    ['2026-11-29T00:43:06.369Z', SECONDS + 0.369],
    ['2026-11-29T00:43:06.369466Z', SECONDS + 0.369466],
    ['2026-11-29T00:43:06.36946663Z', SECONDS + 0.36946663],
    ['2026-11-29T00:43:06.369466631Z', SECONDS + 0.369466631],
    ['2026-11-29T00:43:06.369466', SECONDS + 0.369466],
    ['2026-11-29 00:43:06.369466', SECONDS + 0.369466],
    ['2026-11-29T01:43:06.369466+01:00', SECONDS + 0.369466],
    ['2026-11-28T20:13:06.369466-0430', SECONDS + 0.369466],
    [SECONDS + 0.5, SECONDS + 0.5],
    [0, 0],
    ['2026-11-29', null],
    ['2026-13-29T00:43:06Z', null],
    ['29 Nov 2026 00:43:06 GMT', null],
    ['1795912986', null],
    ['', null],
    [null, null],
    [1e300, null],
    [{ seconds: 1 }, null],
  ])('reads %j as %j', (value, seconds) => {
    expect(unixSeconds(value)).toBe(seconds);
  });

  it('keeps a microsecond between two times', () => {
    const start = unixSeconds('2026-11-29T00:43:08.246243Z') ?? Number.NaN;
    const end = unixSeconds('2026-11-29T00:43:08.246244Z') ?? Number.NaN;
    expect(end - start).toBeCloseTo(1e-6, 7);
  });
});

describe('errorOf', () => {
  it('keeps time, trace, release, environment and the event itself', () => {
    const event = {
      event_id: '3BDF0619-6e59-4df1-ae4c-288c2b632aa7',
      timestamp: '2026-11-29T11:21:49.732873Z',
      release: 'svc@1',
      environment: 'production',
      contexts: {
        trace: { trace_id: '9'.repeat(32), span_id: 'a'.repeat(16), data: { signalId: 's1' } },
      },
    };
    expect(record(event)).toEqual({
      eventId: '3bdf06196e594df1ae4c288c2b632aa7',
      traceId: '9'.repeat(32),
      spanId: 'a'.repeat(16),
      level: 'error',
      title: '(no message)',
      transaction: null,
      timestamp: 1_795_951_309.732873,
      projectId: 1,
      attributes: { signalId: 's1' },
      release: 'svc@1',
      environment: 'production',
      platform: 'other',
      payload: JSON.stringify(event),
    });
  });
});
