/** Keys of the target and of its requests. */
import { SENDER_NAMES } from '../../model/signing.ts';
import type { ConfigKey } from './key.ts';

export const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;

export const REQUEST_KEYS = [
  {
    key: 'url',
    kind: 'url',
    summary: 'The webhook endpoint to test.',
    public: true,
    flag: 'url',
    char: 'u',
    alsoEnv: ['PRODUCTION_URL'],
    helpValue: 'URL',
    group: 'TARGET',
  },
  {
    key: 'headers',
    kind: 'headers',
    summary: 'Add a request header; repeatable.',
    merged: true,
    flag: 'header',
    char: 'H',
    helpValue: "'K: V'",
    group: 'TARGET',
  },
  { key: 'tls', kind: 'group', summary: 'Certificates for the target.' },
  {
    key: 'tls.ca',
    kind: 'text',
    allowed: 'a file name',
    summary: 'Trust the certificate authorities in this PEM file.',
    public: true,
    flag: 'cacert',
    helpValue: 'FILE',
    group: 'TARGET',
  },
  {
    key: 'tls.cert',
    kind: 'text',
    allowed: 'a file name',
    summary: 'Use this client certificate (PEM).',
    public: true,
    flag: 'cert',
    helpValue: 'FILE',
    group: 'TARGET',
  },
  {
    key: 'tls.key',
    kind: 'text',
    allowed: 'a file name',
    summary: 'Use this private key for the client certificate (PEM).',
    public: true,
    flag: 'key',
    helpValue: 'FILE',
    group: 'TARGET',
  },
  {
    key: 'tls.insecure',
    kind: 'boolean',
    default: false,
    summary: 'Accept any TLS certificate of the target.',
    public: true,
    flag: 'insecure',
    group: 'TARGET',
  },
  {
    key: 'method',
    kind: 'choice',
    choices: METHODS,
    default: 'POST',
    summary: 'Request method.',
    public: true,
  },
  {
    key: 'sender',
    kind: 'choice',
    choices: SENDER_NAMES,
    summary:
      'Imitate a provider (its headers, signature and timeout): tradingview, github, stripe, slack, shopify or standard-webhooks.',
    public: true,
    flag: 'sender',
    helpValue: 'NAME',
    group: 'TARGET',
  },
  { key: 'signing', kind: 'own', summary: 'How webhooks are signed.' },
] as const satisfies readonly ConfigKey[];
