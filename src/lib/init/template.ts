/** The short config file that `prod-e2e init` writes; its comments point to the docs. */
import { SENDER_SCHEME } from '../senders/schemes.ts';
import { type StarterAnswers, USUAL_DSN, USUAL_TOKEN } from './starter-answers.ts';

const EXAMPLE_URL = 'https://hooks.example.com/webhook';

/** YAML that is valid as it is: what was answered is set, the rest is commented out. */
export function configTemplate(answers: StarterAnswers): string {
  const { url, sender, count } = answers;
  const signing = signingOf(answers);
  return `# Config of prod-e2e. Flags and environment variables override this file.
# Effective values and where they come from: prod-e2e config show
# All keys: docs/configuration.md. Complete examples: docs/recipes/README.md
# Keep secrets out of this file: "\${env:NAME}" reads a variable.

# The webhook endpoint (also --url, PRODUCTION_URL)
${url === null ? '# ' : ''}url: ${JSON.stringify(url ?? EXAMPLE_URL)}

# Webhooks per run; scenarios take turns (also --count, TEST_COUNT)
count: ${count ?? 5}

# The provider to imitate, and how webhooks are signed: docs/signing.md
${sender === null ? '# sender: github' : `sender: ${sender}`}
${signing === null ? '# signing: { scheme: standard-webhooks, secret: "${env:WEBHOOK_SECRET}" }' : `signing: ${signing}`}

${sentryLines(answers).join('\n')}

# What is sent; without scenarios, five are built in: docs/configuration.md#scenarios
# scenarios:
#   - { name: ORDER_CREATED, payload: { order_id: "{{uuid}}" } }

# What a response must contain: docs/configuration.md#expect
# expect: { required: [signal_id], maxDuration: 3s }

# The steps of your pipeline, and probes that confirm them: docs/probes.md
# stages:
#   - { name: database-save, http: { url: "{{origin}}/api/signals/{{response.signal_id}}" } }

# Who is alerted when something breaks: docs/alerts.md
# notify: [{ type: slack, url: "\${env:SLACK_WEBHOOK_URL}" }]
`;
}

function signingOf({ sender, signing, signatureHeader, secretEnv }: StarterAnswers): string | null {
  if (secretEnv === null) return null;
  const secret = `secret: ${fromVariable(secretEnv)}`;
  if (sender !== null && SENDER_SCHEME[sender] !== null) return `{ ${secret} }`;
  if (signing === null) return null;
  const header = signing === 'hmac' ? `, header: ${JSON.stringify(signatureHeader)}` : '';
  return `{ scheme: ${signing}, ${secret}${header} }`;
}

export function fromVariable(name: string): string {
  return `"\${env:${name}}"`;
}

/** What happens with Sentry, and the keys that differ from its usual variables. */
export function sentryLines({ dsnEnv, tokenEnv, org, project }: StarterAnswers): readonly string[] {
  const keys = [
    ...(dsnEnv === null || dsnEnv === USUAL_DSN ? [] : [`  dsn: ${fromVariable(dsnEnv)}`]),
    ...(tokenEnv === null || tokenEnv === USUAL_TOKEN ? [] : [`  token: ${fromVariable(tokenEnv)}`]),
    ...(org === null ? [] : [`  org: ${JSON.stringify(org)}`]),
    ...(project === null ? [] : [`  project: ${JSON.stringify(project)}`]),
  ];
  return [
    dsnEnv === null
      ? `# Sentry: only trace headers are sent. Set ${USUAL_DSN} to send prod-e2e's own spans.`
      : `# Sentry: prod-e2e's own spans are sent to the DSN in ${dsnEnv}.`,
    tokenEnv === null
      ? `# Traces are not read back. Set ${USUAL_TOKEN} and SENTRY_ORG to read them: docs/verdicts.md`
      : `# Traces are read back with the token in ${tokenEnv}${org === null ? ' and SENTRY_ORG' : ''}: docs/verdicts.md`,
    ...(keys.length === 0 ? ['# sentry: { org: acme, project: e2e }'] : ['sentry:', ...keys]),
  ];
}
