/** What the config says of replayed payloads: which scenario each belongs to, and what is expected of its answer. */
import * as z from 'zod';
import { expectSchema } from './expect.ts';
import { headerName, jsonObject, jsonPath, listOf, object, safeName } from './parts.ts';

export const ruleSchema = object({
  match: jsonObject.meta({
    description: 'The payload has to contain this: objects as a subset, lists in full length, scalars equal.',
  }),
  scenario: safeName().meta({
    description:
      'A scenario of the config, whose headers, path, signing and expectations hold; or a name with expect.',
  }),
  expect: expectSchema.meta({ description: "Laid over the scenario's expect, key by key." }).optional(),
});

/** Keys of `replay` beside those that are options of a run. */
export const replayKeys = {
  scenario: jsonPath()
    .meta({
      description: 'Dotted path of the field of a payload that names its scenario, where no rule matches.',
      default: 'scenario',
    })
    .optional(),
  rules: z
    .array(ruleSchema, { error: 'a list of rules' })
    .meta({ description: 'The first one that matches a payload says which scenario it is.' })
    .optional(),
  harHeaders: listOf(headerName, 'a header name or a list of them')
    .meta({
      description: 'Headers of a HAR entry that are sent again, such as x-github-event; none that is secret.',
    })
    .optional(),
};

export type RuleConfig = z.output<typeof ruleSchema>;
