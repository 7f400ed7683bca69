/** Keys of the payload and of the expected response. */
import type { ConfigKey } from './key.ts';

export const PAYLOAD_KEYS = [
  {
    key: 'dimensions',
    kind: 'own',
    summary: 'What varies from test to test: name and the values it takes.',
    public: true,
    merged: true,
  },
  { key: 'payload', kind: 'own', summary: 'Payload template of all scenarios.' },
  {
    key: 'payloadSchema',
    kind: 'own',
    summary: 'A JSON Schema, or a file with one: a payload that breaks it is not sent.',
  },
  { key: 'expect', kind: 'own', summary: 'What a response must look like.', merged: true },
  {
    key: 'repeat',
    kind: 'own',
    summary: 'Resend every webhook unchanged: the duplicate probe.',
    public: true,
  },
  {
    key: 'expectRepeat',
    kind: 'own',
    summary: 'What the response to a resent webhook must look like.',
    merged: true,
  },
  { key: 'replay', kind: 'group', summary: 'Payloads to send in place of the scenarios.' },
  {
    key: 'replay.scenario',
    kind: 'own',
    default: 'scenario',
    summary: 'Dotted path of the field of a payload that names its scenario, where no rule matches.',
    public: true,
  },
  {
    key: 'replay.rules',
    kind: 'own',
    summary: 'The first one that matches a payload says which scenario it is.',
  },
  {
    key: 'replay.harHeaders',
    kind: 'own',
    summary: 'Headers of a HAR entry that are sent again, such as x-github-event; none that is secret.',
    public: true,
  },
  { key: 'scenarios', kind: 'own', summary: 'Replaces the built-in scenarios.' },
  {
    key: 'cleanup',
    kind: 'own',
    summary: 'Calls that remove what a webhook left at the target, made once it is judged.',
  },
] as const satisfies readonly ConfigKey[];
