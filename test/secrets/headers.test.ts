import { expect, it } from 'vitest';
import { isSecretHeader } from '../../src/lib/secrets/headers.ts';

it.each([
  ...['authorization', 'Authorization', 'proxy-authorization', 'x-authorization', 'cookie', 'Set-Cookie'],
  ...[
    'x-api-key',
    'x_api_key',
    'apikey',
    'api-keys',
    'x-auth',
    'x-auth-token',
    'private-token',
    'x-amz-security-token',
  ],
  ...['x-hub-signature-256', 'stripe-signature', 'x-shopify-hmac-sha256', 'x-webhook-secret', 'x-password'],
  ...['x-session-id', 'ocp-apim-subscription-key', 'x-access-key', 'x-credentials', 'x-jwt-assertion'],
])('%s holds a secret', (name) => {
  expect(isSecretHeader(name)).toBe(true);
});

it.each([
  ...[
    'content-type',
    'user-agent',
    'idempotency-key',
    'x-prod-e2e-test',
    'sentry-trace',
    'baggage',
    'traceparent',
  ],
  ...['author', 'x-author', 'www-authenticate', 'x-tokenizer', 'x-keyboard', 'accept', 'x-request-id', ''],
])('%s does not', (name) => {
  expect(isSecretHeader(name)).toBe(false);
});
