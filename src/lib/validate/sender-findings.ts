/**
 * What a response means for the real sender: whether forged webhooks get through, and whether it would have given up or resent.
 */

import type { Delivery, HttpResponse } from '../model/delivery.ts';
import { FAILURE_KINDS } from '../model/failure-kinds.ts';
import type { Finding, Judgment } from '../model/finding.ts';
import { isJsonObject } from '../model/json.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { SignMode } from '../model/signing.ts';
import { PROVIDER_TIMEOUTS, type ProviderTimeout } from '../senders/provider-timeouts.ts';
import { tookWords } from '../terminal/quantities.ts';

interface Sent {
  readonly test: Pick<PlannedTest, 'sender' | 'signing'>;
  readonly delivery: Pick<Delivery, 'response' | 'failure' | 'timings'>;
}

export function withSenderFindings(judgment: Judgment, { test, delivery }: Sent): Judgment {
  const mode = test.signing?.mode ?? 'valid';
  const { errors, warnings, missingData } = mode === 'valid' ? judgment : forged(judgment, mode, delivery);
  const timeout = test.sender === null ? null : PROVIDER_TIMEOUTS[test.sender];
  const expected = errors.length === 0;
  return {
    errors,
    warnings: [
      ...warnings,
      ...(timeout === null
        ? []
        : [...gaveUp(timeout, delivery), ...resends(timeout, { delivery, expected })]),
    ],
    missingData,
  };
}

const FORGED: Readonly<
  Record<Exclude<SignMode, 'valid'>, { readonly code: string; readonly description: string }>
> = {
  'wrong-secret': {
    code: 'signature-not-verified',
    description: 'accepted a webhook with a wrong signature: the endpoint does not verify signatures',
  },
  none: {
    code: 'signature-not-verified',
    description: 'accepted a webhook without a signature: the endpoint does not verify signatures',
  },
  stale: {
    code: 'replay-accepted',
    description: 'accepted a webhook that was signed an hour ago: the endpoint lets replays through',
  },
};

/** Replaces the finding about the status, which is less clear. */
function forged(
  judgment: Judgment,
  mode: Exclude<SignMode, 'valid'>,
  { response }: Sent['delivery'],
): Judgment {
  if (response === null || judgment.errors.length === 0 || !accepts(response)) return judgment;
  const { code, description } = FORGED[mode];
  const loud: Finding = {
    severity: 'error',
    code,
    message: `HTTP ${response.status}: ${description}`,
    hint: null,
  };
  return { ...judgment, errors: [loud, ...judgment.errors.filter((error) => error.code !== 'http-2xx')] };
}

/** Words by which a body says no although the status says yes. */
const NO = ['REJECTED', 'ERROR', 'FAILED'];

function accepts({ status, json }: HttpResponse): boolean {
  if (Math.floor(status / 100) !== 2) return false;
  const description = json.ok && isJsonObject(json.value) ? json.value.status : null;
  return typeof description !== 'string' || !NO.includes(description.toUpperCase());
}

function gaveUp(
  { label, limitMs, givenUp }: ProviderTimeout,
  { response, failure, timings }: Sent['delivery'],
): readonly Finding[] {
  // What was late before it began is our delay, not the endpoint's.
  const tookMs = timings.totalMs - timings.lateMs;
  const waited = response !== null || (failure !== null && FAILURE_KINDS[failure.kind].timedOut);
  if (limitMs === null || !waited || tookMs <= limitMs) return [];
  const then = givenUp === 'lost' ? 'not resent it' : 'resent it, which creates a duplicate';
  const took = tookWords(tookMs, { limitMs, usualMs: null });
  const message = `Response ${took}: the real sender (${label}) would have timed out and ${then}`;
  return [{ severity: 'warning', code: 'sender-gave-up', message, hint: null }];
}

/** An expected refusal is not reported: the scenario tests it. */
function resends(
  { label, resends: rule }: ProviderTimeout,
  { delivery, expected }: { readonly delivery: Sent['delivery']; readonly expected: boolean },
): readonly Finding[] {
  const { response } = delivery;
  if (response === null || rule === null || expected) return [];
  const { status, headers } = response;
  if (status < rule.from || status > rule.to || rule.except.includes(status)) return [];
  if (rule.unlessHeader !== null && Object.hasOwn(headers, rule.unlessHeader)) return [];
  const message = `HTTP ${status}: the real sender (${label}) would have resent it (${rule.how}), which creates a duplicate if it was processed anyway`;
  return [{ severity: 'warning', code: 'sender-resends', message, hint: null }];
}
