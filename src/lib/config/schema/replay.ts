/** What the config says of replayed payloads: which scenario each belongs to, and what is expected of its answer. */
import * as z from 'zod';
import { expectSchema } from './expect.ts';
import { jsonObject, object, safeName } from './parts.ts';

const ruleSchema = object({
  match: jsonObject.meta({
    description: 'The payload has to contain this: objects as a subset, lists in full length, scalars equal.',
  }),
  scenario: safeName().meta({
    description:
      'A scenario of the config, whose headers, path, signing and expectations hold; or a name with expect.',
  }),
  expect: expectSchema.meta({ description: "Laid over the scenario's expect, key by key." }).optional(),
});

export const rulesSchema = z.array(ruleSchema, { error: 'a list of rules' });

export type RuleConfig = z.output<typeof ruleSchema>;
