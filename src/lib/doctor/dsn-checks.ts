/** Can the client side of traces be reported: is the DSN one, and does Sentry take what is sent to it? */

import type { ProdE2eError } from '../errors.ts';
import type { SentryDelivery } from '../model/report.ts';
import { hintFor } from '../report/advice/advice.ts';
import { sentryFindings } from '../report/digest/sentry-findings.ts';
import { type DsnReading, dsnInvalid, readDsn } from '../send/dsn.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { unusable } from './config-check.ts';

/** Too much was sent: true for now, not of the DSN. */
const RATE_LIMITED = 429;

/** @param placed what is wrong with it, with the place it stands at */
export function dsnCheck(
  text: string | null,
  placed: ProdE2eError | null = null,
): {
  readonly check: Check;
  readonly reading: DsnReading | null;
} {
  if (text === null) {
    const message = 'None is set: webhooks carry trace headers, but their client side is not reported';
    const check = warn('dsn', message, [
      'Set SENTRY_DSN to a client key of a project (Sentry: Project Settings > Client Keys).',
    ]);
    return { check, reading: null };
  }
  const reading = readDsn(text);
  const check = reading.ok
    ? ok('dsn', `Well formed: project ${reading.dsn.projectId} at ${reading.dsn.host}`)
    : unusable('dsn', placed ?? dsnInvalid(reading.problem));
  return { check, reading };
}

/** Null where nothing was reported. */
export function deliveryCheck(delivery: SentryDelivery): Check | null {
  if (!delivery.enabled) return null;
  if (delivery.accepted > 0) {
    return ok('dsn-accepted', `${delivery.host} accepted the client side of the trace`);
  }
  const findings = sentryFindings(delivery);
  const message = findings.map((finding) => finding.message).join('; ');
  const hints = [...findings.map(({ hint }) => hint), hintFor('sentry-refused')];
  const advice = [...new Set(hints.filter((hint) => hint !== null))];
  const passes = delivery.refused.every(({ status }) => status === RATE_LIMITED) && delivery.failed === 0;
  return (passes ? warn : fail)(
    'dsn-accepted',
    message === '' ? 'Nothing was sent to Sentry' : message,
    advice,
  );
}
