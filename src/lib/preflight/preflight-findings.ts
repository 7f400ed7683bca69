/** Findings about a run that are known before anything is sent. */

import type { Settings } from '../config/settings/settings.ts';
import { pathsIn } from '../json/placeholders.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { Scenario } from '../model/scenario.ts';
import { hintFor } from '../report/advice/advice.ts';
import { EXPOSURE_HINT, exposureMessage } from '../secrets/flags.ts';
import { PROVIDER_TIMEOUTS } from '../senders/provider-timeouts.ts';
import { ALWAYS_SIGNED } from '../senders/schemes.ts';
import { countOf, numberText } from '../terminal/quantities.ts';

/** @param of.flagsWithSecrets flags that were given with a secret */
export function preflightFindings(of: {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly flagsWithSecrets: readonly string[];
  /** The target is the sandbox of this run. */
  readonly sandbox?: boolean;
}): readonly Finding[] {
  return [
    ...of.plan.findings,
    // The sandbox does not treat signals of different scenarios as duplicates.
    ...(of.sandbox === true ? [] : planFindings(of.plan)),
    ...insecureFindings(of.settings),
    ...unsignedFindings(of.plan.used),
    ...sharedProbeFindings(of.settings),
    ...exposureFindings(of.flagsWithSecrets),
  ];
}

function planFindings(plan: Plan): readonly Finding[] {
  if (plan.repeated === 0) return [];
  const message = `${numberText(plan.repeated)} of ${numberText(plan.planned)} webhooks repeat one of the ${countOf(plan.combinations, 'combination')} of dimensions: a target that drops duplicates may refuse them`;
  return [warning('combinations-repeated', message)];
}

function insecureFindings(settings: Settings): readonly Finding[] {
  return settings.tls.insecure ? [warning('insecure', 'TLS certificates are not checked (--insecure)')] : [];
}

/** Placeholders by which a probe finds the data of its test, or at least of its run. */
const OWN_VALUES = /^(response|request|testId|runId)(\.|$)/;

/** A probe without such a placeholder can find the row of another test. */
function sharedProbeFindings({ stages }: Settings): readonly Finding[] {
  return (stages ?? []).flatMap(({ name, http, sql }) => {
    const shared = [
      ...(http !== null && !isOwn([http.url, http.headers, http.body, http.match]) ? ['HTTP'] : []),
      ...(sql !== null && !isOwn([sql.params, sql.match]) ? ['SQL'] : []),
    ];
    return shared.map((kind) => ({
      ...warning(
        'probe-shared',
        `The ${kind} probe of ${name} uses no value that is unique to a webhook: it can match the row of another test`,
      ),
      stage: name,
    }));
  });
}

function isOwn(templates: unknown): boolean {
  return pathsIn(templates).some((path) => OWN_VALUES.test(path));
}

function exposureFindings(flagsWithSecrets: readonly string[]): readonly Finding[] {
  if (flagsWithSecrets.length === 0) return [];
  const message = exposureMessage(flagsWithSecrets);
  return [{ severity: 'warning', code: 'secret-in-flag', message, hint: EXPOSURE_HINT }];
}

/** A finding with the hint from the catalog. */
export function warning(code: string, message: string): Finding {
  return { severity: 'warning', code, message, hint: hintFor(code) };
}

const CODE = 'unsigned';

/** @param scenarios that are sent */
export function unsignedFindings(scenarios: readonly Scenario[]): readonly Finding[] {
  const senders = scenarios
    .filter(({ signing }) => signing === null)
    .flatMap(({ sender }) => (sender !== null && ALWAYS_SIGNED.includes(sender) ? [sender] : []));
  return [...new Set(senders)].map((sender) => ({
    severity: 'warning',
    code: CODE,
    message: `${PROVIDER_TIMEOUTS[sender].label} signs every webhook, but no signing secret is set: webhooks are sent unsigned`,
    hint: hintFor(CODE),
  }));
}
