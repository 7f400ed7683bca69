import { describe, expect, it } from 'vitest';
import { sentryFindings } from '../../../src/lib/report/digest/sentry-findings.ts';
import { aDelivery } from '../../support/builders.ts';

const messages = (overrides: Parameters<typeof aDelivery>[0]) =>
  sentryFindings(aDelivery(overrides)).map(({ code, message }) => `${code}: ${message}`);

describe('findings about Sentry', () => {
  it.each([
    [{ accepted: 5 }, []],
    [
      { refused: [{ status: 429, count: 1 }], retryAfterSeconds: 60 },
      ['sentry-refused: Sentry refused 1 trace with HTTP 429, retry after 60 s'],
    ],
    [
      {
        refused: [
          { status: 403, count: 2 },
          { status: 413, count: 1 },
        ],
      },
      [
        'sentry-refused: Sentry refused 2 traces with HTTP 403',
        'sentry-refused: Sentry refused 1 trace with HTTP 413',
      ],
    ],
    [
      { dropped: 3, retryAfterSeconds: 60 },
      ['sentry-dropped: 3 traces dropped unsent: rate limited, retry after 60 s'],
    ],
    [{ dropped: 1 }, ['sentry-dropped: 1 trace dropped unsent']],
    [{ failed: 2 }, ['sentry-unreachable: 2 traces could not be sent to o1.ingest.sentry.io']],
    [{ pending: 1 }, ['sentry-pending: 1 trace without a response from Sentry in time']],
    [{ enabled: false, pending: 1, failed: 1 }, []],
  ])('%j is reported as %j', (delivery, expected) => {
    expect(messages(delivery)).toEqual(expected);
  });

  it('are warnings with a hint: they never break a test', () => {
    const findings = sentryFindings(
      aDelivery({ refused: [{ status: 403, count: 1 }], dropped: 1, failed: 1, pending: 1 }),
    );
    expect(findings).toHaveLength(4);
    for (const { severity, hint } of findings) {
      expect(severity).toBe('warning');
      expect(hint).not.toBeNull();
    }
  });
});
