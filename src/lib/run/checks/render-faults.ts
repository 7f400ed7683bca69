/** The plan made as a run makes it, for what only shows in whole payloads: functions that fail, schemas that are broken. */
import { randomUUID } from 'node:crypto';
import type { Fault } from '../../config/faults.ts';
import type { Path } from '../../config/paths.ts';
import type { Checked } from '../../config/resolve.ts';
import { ProdE2eError } from '../../errors.ts';
import { createPlan } from '../../plan/payload-factory.ts';
import { selectScenarios } from '../../plan/selection.ts';
import { createRedactor } from '../../report/redact.ts';

/** Where no URL is given, or the sandbox's is not known yet: only the host of the plan differs. */
const ANY_URL = 'http://127.0.0.1/';

export async function renderFaults({ config, settings, secrets, fault }: Checked): Promise<readonly Fault[]> {
  if (settings.replay.from !== null) return [];
  const selected = selectScenarios(settings.scenarios, settings);
  const checks = selected.every(({ payloadSchema }) => payloadSchema === null)
    ? null
    : await import('../payload-checks.ts').then(({ preparePayloadChecks }) =>
        preparePayloadChecks(selected, { redact: createRedactor(secrets), redactPaths: settings.redact }),
      );
  const faults: Fault[] = [];
  for (const scenario of selected) {
    const isOwn = (config.scenarios ?? []).length > 0;
    const place: Path = isOwn ? ['scenarios', settings.scenarios.indexOf(scenario)] : ['payload'];
    try {
      createPlan({
        runId: '20000101-000000-check',
        seed: settings.seed ?? 'check',
        url: settings.url ?? ANY_URL,
        userAgent: 'prod-e2e',
        now: () => new Date(),
        uuid: randomUUID,
        count: 1,
        scenarios: [scenario],
        dimensions: settings.dimensions,
        pins: settings.set,
        payload: settings.payload,
        headers: settings.headers,
        ...(checks === null ? {} : { checkPayload: checks.check }),
      });
    } catch (thrown) {
      if (!(thrown instanceof ProdE2eError)) throw thrown;
      faults.push(fault(place, thrown));
    }
  }
  return faults;
}
