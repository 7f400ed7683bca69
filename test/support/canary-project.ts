/** A project with a canary in every place that can hold a secret. */
import { mkdir, writeFile } from 'node:fs/promises';
import { canary } from './canaries.ts';

/** Files and variables as a user would have them; `cwd` holds what is the user's own and full of secrets. */
export interface CanaryProject {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export async function canaryProject(
  home: string,
  { target, sentry }: { readonly target: string; readonly sentry: string },
): Promise<CanaryProject> {
  const cwd = `${home}-project`;
  await mkdir(cwd, { recursive: true });
  const files = {
    'prod-e2e.config.json': JSON.stringify({ ...config(), notify: notifiers(target) }),
    '.sentryclirc': `[auth]\ntoken=${canary('tokenInSentryclirc')}\n`,
    'sentry.properties': `auth.token=${canary('tokenInProperties')}\n`,
    'client.key': `-----BEGIN PRIVATE KEY-----\n${canary('tlsKey')}\n-----END PRIVATE KEY-----\n`,
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(`${cwd}/${name}`, text)));
  return {
    cwd,
    env: {
      PRODUCTION_URL: urlOf(target, 'ok'),
      MY_DSN_SETTING: `http://${canary('dsnKey')}:${canary('dsnSecret')}@${sentry}/42`,
      SENTRY_AUTH_TOKEN: canary('tokenInEnvironment'),
      SENTRY_URL: `http://${sentry}`,
      SENTRY_ORG: 'acme',
      HTTPS_PROXY: `http://corporate:${encodeURIComponent(canary('proxyPassword'))}@127.0.0.1:9`,
      PROD_E2E_HEADER: `x-variable-token: ${canary('headerVariable')}`,
      API_SETTING: canary('apiKeyFromEnvironment'),
      PLAIN_SETTING: canary('plainHeaderFromEnvironment'),
      PAYLOAD_SETTING: canary('payloadFromEnvironment'),
      ACCOUNT_TOKEN: canary('dimensionFromEnvironment'),
      FOLLOW_SETTING: canary('followQuery'),
      STAGE_SETTING: canary('stageAttribute'),
      PROBE_SETTING: canary('probeBody'),
      DATABASE_URL: `postgres://reader:${encodeURIComponent(canary('databasePassword'))}@127.0.0.1:9/app`,
      EXPECTED_SETTING: canary('expectation'),
      PAGER_SETTING: canary('routingKey'),
      OTHER_SECRET: canary('otherVariable'),
    },
  };
}

/** The endpoint that responds in one of the ways of the canary target. */
export function urlOf(host: string, mode: string, scheme = 'http'): string {
  const [user, password, key] = (['urlUser', 'urlPassword', 'urlQuery'] as const).map((name) =>
    encodeURIComponent(canary(name)),
  );
  return `${scheme}://${user}:${password}@${host}/${mode}/hook?key=${key}`;
}

/** They quote what they were called with, so that it would be in a warning. */
function notifiers(target: string) {
  const at = `http://${target}/text`;
  return [
    { type: 'slack', url: `${at}/services/T00000000/B00000000/${canary('slackPath')}` },
    { type: 'pagerduty', url: `${at}/v2/enqueue`, routingKey: '${env:PAGER_SETTING}' },
    { type: 'webhook', url: `${at}/alerts`, secret: `whsec_${canary('notifySecret')}` },
    { type: 'sentry-issue' },
  ];
}

function config() {
  return {
    sentry: { dsn: '${env:MY_DSN_SETTING}', token: canary('tokenInConfig') },
    headers: {
      Authorization: `Bearer ${canary('authorization')}`,
      Cookie: `first=1; sid=${canary('cookie')}`,
      'X-Api-Key': '${env:API_SETTING}',
      'X-Tenant': 'tenant ${env:PLAIN_SETTING}',
    },
    timeout: '1m',
    dimensions: { symbol: ['SPY'], account: ['${env:ACCOUNT_TOKEN}'] },
    payload: {
      symbol: '{{symbol}}',
      account: '{{account}}',
      scenario: '{{scenario}}',
      test_id: '{{testId}}',
      note: '${env:PAYLOAD_SETTING}',
      card: canary('payloadAtRedactPath'),
      customer: { name: canary('payloadInRedactObject') },
    },
    redact: ['card', 'customer'],
    scenarios: [
      // The responses are as they should be, so that its background work is searched for.
      { name: 'FINE', tags: ['negative'], expect: { status: '2xx' } },
      {
        name: 'CANARY',
        path: `/deep?api_key=${encodeURIComponent(canary('scenarioQuery'))}`,
        headers: { 'X-Scenario-Token': canary('scenarioHeader') },
        expect: { match: { note: '${env:EXPECTED_SETTING}' }, required: ['signal_id'] },
      },
    ],
    trace: {
      timeout: '4s',
      interval: '100ms',
      settle: '200ms',
      follow: [{ query: 'span.name:work note:${env:FOLLOW_SETTING}', within: '10s' }],
    },
    stages: [
      { name: 'ingestion', span: { name: 'ingest' } },
      { name: 'marked', span: { name: 'mark', attributes: { note: '${env:STAGE_SETTING}' } } },
      { name: 'named', span: '${env:STAGE_SETTING}' },
      {
        name: 'asked',
        http: {
          url: '{{origin}}/probe/{{testId}}',
          method: 'POST',
          headers: { 'X-Probe-Token': canary('probeHeader') },
          body: { note: '${env:PROBE_SETTING}', login: { clientSecret: canary('probeBodyInConfig') } },
          within: '300ms',
        },
        // Nobody is there.
        sql: { url: '${env:DATABASE_URL}', query: 'SELECT 1', within: '300ms' },
      },
    ],
    cleanup: [
      {
        url: '{{origin}}/clean/{{testId}}',
        headers: { Authorization: canary('cleanupHeader'), 'X-Custom': `Bearer ${canary('cleanupBearer')}` },
        body: { test: '{{testId}}', admin_password: canary('cleanupBodyInConfig') },
      },
      { url: '{{origin}}/clean/form', body: `test={{testId}}&password=${canary('cleanupFormInConfig')}` },
    ],
    profiles: {
      other: { headers: { Authorization: canary('otherProfile') } },
      linked: {
        trace: {
          urlTemplate: `https://traces.example.com/{{traceId}}?key=${encodeURIComponent(canary('linkKey'))}`,
        },
      },
    },
  };
}
