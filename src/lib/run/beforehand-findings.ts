/** What is to be said of a run before anything is sent. */
import { EXPOSURE_HINT, exposureMessage } from '../config/flag-secrets.ts';
import type { Settings } from '../config/settings.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { hintFor } from '../report/advice.ts';
import { numberText } from '../terminal/quantities.ts';
import { unsignedFindings } from './unsigned-findings.ts';

/** @param of.flagsWithSecrets flags that were given with a secret */
export function beforehandFindings(of: {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly flagsWithSecrets: readonly string[];
}): readonly Finding[] {
  return [
    ...of.plan.findings,
    ...planFindings(of.plan),
    ...insecureFindings(of.settings),
    ...unsignedFindings(of.plan.used),
    ...exposureFindings(of.flagsWithSecrets),
  ];
}

function planFindings(plan: Plan): readonly Finding[] {
  if (plan.repeated === 0) return [];
  const message = `${numberText(plan.repeated)} of ${numberText(plan.total)} webhooks repeat a combination of dimensions (there are ${numberText(plan.combinations)}): a target that drops duplicates may refuse them`;
  return [warning('combinations-repeated', message)];
}

function insecureFindings(settings: Settings): readonly Finding[] {
  return settings.tls.insecure ? [warning('insecure', 'TLS certificates are not checked (--insecure)')] : [];
}

function exposureFindings(flagsWithSecrets: readonly string[]): readonly Finding[] {
  if (flagsWithSecrets.length === 0) return [];
  const message = exposureMessage(flagsWithSecrets);
  return [{ severity: 'warning', code: 'secret-in-flag', message, hint: EXPOSURE_HINT }];
}

/** With the hint of the catalogue. */
export function warning(code: string, message: string): Finding {
  return { severity: 'warning', code, message, hint: hintFor(code) };
}
