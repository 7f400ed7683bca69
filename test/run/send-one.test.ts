/** One webhook: what its retries and the id of its response say about it. */
import { describe, expect, it } from 'vitest';
import type { Delivery, HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Attempt } from '../../src/lib/model/result.ts';
import { createDuplicates, NO_EARLIER_IDS } from '../../src/lib/run/duplicates.ts';
import { sendOne } from '../../src/lib/run/send-one.ts';
import { headerTracer } from '../../src/lib/send/trace.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { anExpectation, someTimings } from '../support/builders.ts';
import { aPlannedTest, atOnce } from '../support/sending.ts';
import { jsonResponse } from '../validate/support.ts';

const EXPECT = anExpectation({
  required: ['signal_id'],
  match: { status: 'ACCEPTED' },
  suspect: { status: ['DUPLICATE'] },
});
const DUPLICATE = jsonResponse({ status: 'DUPLICATE' });
const ACCEPTED = jsonResponse({ status: 'ACCEPTED', signal_id: 's1' });

function attempt(overrides: Partial<Attempt> = {}): Attempt {
  return {
    ...{ startedAt: '2026-08-01T12:00:00.000Z', durationMs: 3_000, status: null, failure: null },
    mayHaveArrived: true,
    ...overrides,
  };
}

const REFUSED = { kind: 'refused', message: 'Connection refused', code: null } as const;
const LOST = { kind: 'response-timeout', message: 'Response timeout', code: null } as const;

async function sender(given: {
  readonly response: HttpResponse | null;
  readonly attempts?: readonly Attempt[];
  readonly failure?: Delivery['failure'];
}) {
  const duplicates = createDuplicates(NO_EARLIER_IDS, () => 0);
  const judge = await createResponseValidator({ expectations: [EXPECT], strict: true });
  return (index: number, isResend = false) =>
    sendOne(
      aPlannedTest('https://hooks.example.com/webhook', { index, expect: EXPECT }),
      { lateMs: 0, isResend, mayRetry: atOnce },
      {
        tracer: headerTracer({ environment: 'production', release: 'prod-e2e@0.1.0' }),
        sender: {
          send: async (test, trace) => ({
            startedAt: '2026-08-01T12:00:00.000Z',
            request: test.request,
            timings: someTimings(),
            response: given.response,
            failure: given.failure ?? null,
            attempts: given.attempts ?? [],
            trace: { traceId: trace.traceId, spanId: 'b'.repeat(16), headers: {} },
          }),
          abort: () => {},
          close: () => {},
        },
        ...{ judge, duplicates, redact: (text: string) => text, redactPaths: [] },
      },
    );
}

const found = ({ judgment }: Awaited<ReturnType<Awaited<ReturnType<typeof sender>>>>) =>
  [...judgment.errors, ...judgment.warnings].map(({ severity, code }) => `${severity} ${code}`);

describe('a DUPLICATE response', () => {
  it('is a duplicate, and its body has no other findings', async () => {
    expect(found(await (await sender({ response: DUPLICATE }))(1))).toEqual(['warning duplicate']);
  });

  it('to a retry means that the first delivery arrived', async () => {
    const attempts = [attempt({ failure: LOST }), attempt()];
    const one = await (await sender({ response: DUPLICATE, attempts }))(1);
    expect(found(one)).toEqual(['warning flaky']);
    expect(one.judgment.warnings[0]?.message).toBe(
      'The first delivery arrived although its response did not: the retry was treated as a duplicate',
    );
    expect(one.judgment.missingData).toEqual([]);
  });

  it('to a retry after HTTP 503 means that the first delivery arrived', async () => {
    const attempts = [attempt({ status: 503 }), attempt({ status: 200 })];
    const one = await (await sender({ response: DUPLICATE, attempts }))(1);
    expect(found(one)).toEqual(['warning flaky']);
    expect(one.judgment.warnings[0]?.message).toBe(
      'The first delivery arrived although its response was HTTP 503: the retry was treated as a duplicate',
    );
  });

  it('to a retry after an attempt that never connected is a duplicate', async () => {
    const first = attempt({ failure: REFUSED, mayHaveArrived: false });
    const send = await sender({ response: DUPLICATE, attempts: [first, attempt()] });
    expect(found(await send(1))).toEqual(['warning duplicate']);
  });
});

describe('a response with an earlier id', () => {
  it('is a duplicate, unless it was resent on purpose', async () => {
    const send = await sender({ response: ACCEPTED });
    expect(found(await send(1))).toEqual([]);
    expect(found(await send(1, true))).toEqual([]);
    const second = await send(2);
    expect(found(second)).toEqual(['warning duplicate']);
    expect(second.judgment.warnings[0]?.message).toBe(
      'Treated as a duplicate: test 1 received the same signal_id',
    );
  });
});

it('a webhook without a response is not a duplicate of another one', async () => {
  const send = await sender({ response: null, failure: LOST });
  expect(found(await send(1))).toEqual(['error response-timeout']);
  expect(found(await send(2))).toEqual(['error response-timeout']);
});
