/** The parts of a configuration that must not be shown anywhere. */
import type { CallTemplate } from '../model/probe.ts';
import type { Scenario } from '../model/scenario.ts';
import { secretsOfCalls } from '../secrets/calls.ts';
import { collectSecrets } from '../secrets/collect.ts';
import type { LayerConfig } from './schema/schema.ts';
import { notifierSecrets } from './settings/notify.ts';
import { normalizeScenario } from './settings/scenarios.ts';
import type { Settings } from './settings/settings.ts';
import { formsOfSecret, secretsOf } from './settings/signing.ts';
import type { Interpolation } from './sources/interpolate.ts';

export function secretsOfConfig({
  config,
  settings,
  interpolations,
  env,
}: {
  readonly config: LayerConfig;
  readonly settings: Settings;
  readonly interpolations: readonly Interpolation[];
  readonly env: NodeJS.ProcessEnv;
}): readonly string[] {
  const calls = callsOfSettings(settings);
  return collectSecrets({
    urls: urlsOf(settings),
    dsn: settings.sentry.dsn,
    token: settings.sentry.token,
    headers: [settings.headers, ...allScenarios(settings).map(({ headers }) => headers)],
    calls: secretsOfCalls(calls),
    signing: [...signingSecrets(config), ...notifierSecrets(config.notify)],
    interpolations,
    redact: settings.redact,
    payloads: [
      settings.payload,
      ...settings.scenarios.map(({ payload }) => payload),
      ...calls.map(({ body }) => body),
    ],
    env,
  });
}

/** Includes scenarios that are not sent: they are in the same file. */
function signingSecrets({ signing, scenarios = [] }: LayerConfig): readonly string[] {
  return [signing, ...scenarios.map((scenario) => normalizeScenario(scenario).signing)]
    .flatMap((each) => (each === undefined ? [] : secretsOf(each)))
    .flatMap(formsOfSecret);
}

/** The endpoint, Sentry, other tracing systems; for paths that scenarios append to the endpoint, only the query matters. */
function urlsOf(settings: Settings): readonly (string | null)[] {
  const { url, scenarios, sentry, trace } = settings;
  const paths = scenarios.map(({ path }) => `http://scenario${path}`);
  const calls = callsOfSettings(settings).map((call) => call.url.replace(/^\{\{origin\}\}/, 'http://origin'));
  const databases = (settings.stages ?? []).flatMap(({ sql }) => (sql === null ? [] : [sql.url]));
  const templates = [trace.urlTemplate, ...calls].map(withoutPlaceholders);
  return [url, ...paths, sentry.url, sentry.tokenUrl, ...templates, ...databases];
}

/** Includes scenarios that are not sent. */
function callsOfSettings(settings: Settings): readonly CallTemplate[] {
  const probes = (settings.stages ?? []).flatMap(({ http }) => (http === null ? [] : [http]));
  return [...probes, ...allScenarios(settings).flatMap(({ cleanup }) => cleanup)];
}

/** Includes the scenarios of replayed payloads. */
function allScenarios({ scenarios, replay }: Settings): readonly Scenario[] {
  return [...scenarios, ...replay.rules.map(({ scenario }) => scenario), replay.otherwise];
}

/** A placeholder, as in `?traceId={{traceId}}`, is not a key, nor is its parameter's name. */
function withoutPlaceholders(template: string | null): string | null {
  return template === null ? null : template.replaceAll(/\{\{[^{}]*\}\}/g, 'x');
}
