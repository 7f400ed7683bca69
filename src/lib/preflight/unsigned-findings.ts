/** Webhooks in the manner of a sender that signs every one, without a secret to sign them with. */
import type { Finding } from '../model/finding.ts';
import type { Scenario } from '../model/scenario.ts';
import { hintFor } from '../report/advice/advice.ts';
import { PROVIDER_TIMEOUTS } from '../senders/provider-timeouts.ts';
import { ALWAYS_SIGNED } from '../senders/schemes.ts';

const CODE = 'unsigned';

/** @param scenarios that are sent */
export function unsignedFindings(scenarios: readonly Scenario[]): readonly Finding[] {
  const senders = scenarios
    .filter(({ signing }) => signing === null)
    .flatMap(({ sender }) => (sender !== null && ALWAYS_SIGNED.includes(sender) ? [sender] : []));
  return [...new Set(senders)].map((sender) => ({
    severity: 'warning',
    code: CODE,
    message: `${PROVIDER_TIMEOUTS[sender].label} signs every webhook, but no signing secret is set: these are sent unsigned`,
    hint: hintFor(CODE),
  }));
}
