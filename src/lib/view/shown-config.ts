/** The effective configuration with secrets masked. */
import type { Origin } from '../config/layers/origins.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { writeJson } from '../json/text.ts';
import { createRedactor, redactDeep } from '../secrets/redact.ts';
import { maskingOf } from '../secrets/redact-paths.ts';

/** Masks secrets everywhere, and in payloads also what `redact` names. */
export function shownOrigins(
  origins: readonly Origin[],
  { secrets, settings }: ResolvedConfig,
): readonly Origin[] {
  const { payload, scenarios, redact: redactPaths } = settings;
  const payloads = [payload, ...scenarios.map((scenario) => scenario.payload)].map((each) =>
    typeof each === 'function' ? '' : writeJson(each),
  );
  const { text } = maskingOf(payloads, { redact: createRedactor(secrets), redactPaths });
  return redactDeep(origins, text);
}
