/** Keys of the payload and of the expected response. */
import type { ConfigKey } from './key.ts';

export const PAYLOAD_KEYS = [
  {
    key: 'dimensions',
    kind: 'own',
    summary: 'What varies between tests: a name and the values it can have.',
    public: true,
    merged: true,
  },
  { key: 'payload', kind: 'own', summary: 'Payload template of all scenarios.' },
  {
    key: 'payloadSchema',
    kind: 'own',
    summary: 'A JSON Schema, or a file with one; a payload that violates it is not sent.',
  },
  { key: 'expect', kind: 'own', summary: 'What a response must look like.', merged: true },
  {
    key: 'repeat',
    kind: 'own',
    summary: 'Resend every webhook unchanged, to check how the target treats duplicates.',
    public: true,
  },
  {
    key: 'expectRepeat',
    kind: 'own',
    summary: 'What the response to a resent webhook must look like.',
    merged: true,
  },
  { key: 'replay', kind: 'group', summary: 'Payloads to send instead of the scenarios.' },
  {
    key: 'replay.scenario',
    kind: 'own',
    default: 'scenario',
    summary: 'Path of the payload field that names its scenario, if no rule matches.',
    public: true,
  },
  {
    key: 'replay.rules',
    kind: 'own',
    summary: 'Rules that assign a scenario to a payload; the first match wins.',
  },
  {
    key: 'replay.harHeaders',
    kind: 'own',
    summary: 'Headers of a HAR entry to send, such as x-github-event; never a secret one.',
    public: true,
  },
  { key: 'scenarios', kind: 'own', summary: 'Replaces the built-in scenarios.' },
  {
    key: 'cleanup',
    kind: 'own',
    summary: 'Calls that remove what a webhook left at the target, made after it is judged.',
  },
] as const satisfies readonly ConfigKey[];
