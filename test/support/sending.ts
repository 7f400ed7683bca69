/** Senders and planned tests with as little to say as possible. */
import type { Delivery } from '../../src/lib/model/delivery.ts';
import type { PlannedTest } from '../../src/lib/model/plan.ts';
import type { WebhookRequest } from '../../src/lib/model/result.ts';
import type { RetryGate } from '../../src/lib/send/retries.ts';
import { headerTracer } from '../../src/lib/send/trace.ts';
import { createSender, type Sender, type SenderOptions } from '../../src/lib/send/traced-sender.ts';
import { anExpectation } from './builders.ts';

export const SENDER_RUN_ID = '20260801-120000-k3f9z';

export function aPlannedTest(
  url: string,
  {
    index = 1,
    request = {},
    ...overrides
  }: Partial<Omit<PlannedTest, 'request'>> & { readonly request?: Partial<WebhookRequest> } = {},
): PlannedTest {
  const testId = `${SENDER_RUN_ID}-${index}`;
  return {
    index,
    testId,
    name: 'ORB_BREAKOUT #1',
    scenario: 'ORB_BREAKOUT',
    dimensions: { symbol: 'SPY', direction: 'long', timeframe: '5m' },
    repeat: null,
    from: null,
    request: {
      method: 'POST',
      url,
      body: JSON.stringify({ test_id: testId }),
      ...request,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': testId,
        'x-prod-e2e-test': testId,
        ...request.headers,
      },
    },
    sender: null,
    signing: null,
    expect: anExpectation(),
    cleanup: [],
    ...overrides,
  };
}

/**
 * Longer than a test may take (`HANG_MS` in vitest.config.ts). Whatever is noticed by a time-out only, instead of by what
 * happened, fails its test.
 */
export const NEVER_MS = 600_000;

/** Hands in a sender and closes it afterwards. */
export async function withSender<Result>(
  options: Partial<SenderOptions> & { readonly url: string },
  use: (sender: Sender) => Promise<Result>,
): Promise<Result> {
  const sender = await createSender({
    timeoutMs: NEVER_MS,
    connectTimeoutMs: NEVER_MS,
    retries: 0,
    maxBodyBytes: 1_048_576,
    tls: { ca: null, cert: null, key: null, insecure: false },
    ...options,
  });
  try {
    return await use(sender);
  } finally {
    sender.close();
  }
}

const tracer = headerTracer({ environment: 'production-e2e-test', release: 'prod-e2e@0.1.0' });

/** Lets every retry leave without a wait. */
export const atOnce: RetryGate = () => Promise.resolve(true);

/** Sends one test in a trace of its own. */
export function sendOne(sender: Sender, test: PlannedTest, lateMs = 0): Promise<Delivery> {
  return sender.send(test, tracer.startTest(test), { lateMs, mayRetry: atOnce });
}
