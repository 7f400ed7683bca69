/** Findings about traces that Sentry did not accept. */
import type { Finding } from '../../model/finding.ts';
import type { SentryDelivery } from '../../model/report.ts';
import { hintFor } from '../advice/advice.ts';

export function sentryFindings(sentry: SentryDelivery): readonly Finding[] {
  if (!sentry.enabled) return [];
  const wait = sentry.retryAfterSeconds === null ? '' : `, retry after ${sentry.retryAfterSeconds} s`;
  const refused = sentry.refused.map(({ status, count }) =>
    warning('sentry-refused', `Sentry refused ${traces(count)} with HTTP ${status}${wait}`),
  );
  return [
    ...refused,
    ...(sentry.dropped > 0
      ? [
          warning(
            'sentry-dropped',
            `${traces(sentry.dropped)} dropped unsent${wait === '' ? '' : `: rate limited${wait}`}`,
          ),
        ]
      : []),
    ...(sentry.failed > 0
      ? [warning('sentry-unreachable', `${traces(sentry.failed)} could not be sent to ${sentry.host}`)]
      : []),
    ...(sentry.pending > 0
      ? [warning('sentry-pending', `${traces(sentry.pending)} without a response from Sentry in time`)]
      : []),
  ];
}

function traces(count: number): string {
  return count === 1 ? '1 trace' : `${count} traces`;
}

function warning(code: string, message: string): Finding {
  return { severity: 'warning', code, message, hint: hintFor(code) };
}
