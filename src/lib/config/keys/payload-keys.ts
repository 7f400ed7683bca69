/** Keys of the payload and of the expected response. */
import type { ConfigKey } from './key.ts';

export const PAYLOAD_KEYS = [
  {
    key: 'dimensions',
    kind: 'own',
    summary: 'What varies between tests: each dimension with its values.',
    public: true,
    merged: true,
  },
  { key: 'payload', kind: 'own', summary: 'Payload template of all scenarios.' },
  {
    key: 'payloadSchema',
    kind: 'own',
    summary: 'A JSON Schema, or the name of a file with one; invalid payloads are not sent.',
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
    summary: 'Dotted path of the payload field that names the scenario, if no rule matches.',
    public: true,
  },
  {
    key: 'replay.rules',
    kind: 'own',
    summary: 'The first rule that matches a payload determines its scenario.',
  },
  {
    key: 'replay.harHeaders',
    kind: 'own',
    summary: 'Headers of a HAR entry to send again, such as x-github-event; secret headers are refused.',
    public: true,
  },
  { key: 'scenarios', kind: 'own', summary: 'Replaces the built-in scenarios.' },
  {
    key: 'cleanup',
    kind: 'own',
    summary: 'Calls that remove what a webhook created at the target, made after it is judged.',
  },
] as const satisfies readonly ConfigKey[];
