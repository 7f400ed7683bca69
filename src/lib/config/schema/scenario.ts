/** The schema of scenarios, resends and rules of replayed payloads. The short form of a scenario is `{ symbol, direction, timeframe, scenario }`. */
import * as z from 'zod';
import { SENDER_NAMES } from '../../model/signing.ts';
import { MAX_REPEATS, MAX_WEIGHT } from '../limits.ts';
import { expectSchema } from './expect.ts';
import {
  duration,
  headers,
  integer,
  jsonObject,
  jsonPath,
  listOf,
  method,
  object,
  payload,
  payloadSchema,
  safeName,
  scalar,
  severity,
} from './parts.ts';
import { cleanupSchema } from './probe.ts';
import { signingSchema, signSchema } from './signing.ts';

const TIMES = { min: 1, max: MAX_REPEATS };
const REPEAT = `an integer from 1 to ${MAX_REPEATS}, or an object (key: value)`;

/** How a webhook is resent. */
export const repeatSchema = z.union(
  [
    integer(TIMES),
    object({
      times: integer(TIMES).meta({ description: 'How often it is resent.', default: 1 }).optional(),
      after: duration().meta({ description: 'Wait after the previous response.' }).optional(),
      id: jsonPath()
        .meta({
          description: 'Response field that identifies the event.',
          default: 'signal_id',
        })
        .optional(),
      secondEvent: severity
        .meta({ description: 'Severity if the target creates a second event.', default: 'error' })
        .optional(),
    }),
  ],
  { error: REPEAT },
);

const fullScenario = object({
  name: safeName().meta({ description: 'Unique name, used with --scenario.' }),
  description: z.string({ error: 'a string' }).meta({ description: 'One-line description.' }).optional(),
  tags: listOf(safeName(), 'a tag or a list of tags')
    .meta({ description: 'For --tag. A scenario tagged "negative" is sent only if it is selected.' })
    .optional(),
  payload: payload.meta({ description: "Merged over the config's payload." }).optional(),
  payloadSchema: payloadSchema.meta({ description: "In place of the config's payloadSchema." }).optional(),
  headers: headers.meta({ description: 'Additional request headers of this scenario.' }).optional(),
  method: method.meta({ description: 'Request method of this scenario.' }).optional(),
  path: z
    .string({ error: 'a path that starts with /' })
    .regex(/^\/\S*$/, { error: 'a path that starts with /' })
    .meta({ description: "Appended to the target's URL." })
    .optional(),
  sender: z
    .enum(SENDER_NAMES, { error: SENDER_NAMES.join(', ') })
    .meta({ description: "In place of the config's sender." })
    .optional(),
  signing: signingSchema.meta({ description: "In place of the config's signing." }).optional(),
  sign: signSchema
    .meta({
      description:
        'Sign incorrectly on purpose; the endpoint must refuse it. By default, such a scenario is tagged "negative" and expects 400, 401 or 403.',
      default: 'valid',
    })
    .optional(),
  expect: expectSchema.meta({ description: "Merged over the config's expect, key by key." }).optional(),
  repeat: repeatSchema.meta({ description: "In place of the config's repeat." }).optional(),
  expectRepeat: expectSchema
    .meta({ description: "Merged over the config's expectRepeat, key by key." })
    .optional(),
  weight: integer({ min: 1, max: MAX_WEIGHT })
    .meta({ description: 'How often it is sent per cycle.', default: 1 })
    .optional(),
  cleanup: cleanupSchema.optional(),
});

const shortScenario = z
  .object({
    scenario: safeName().meta({ description: "The scenario's name; the other keys are dimensions." }),
  })
  .catchall(scalar);

export const scenarioSchema = z
  .union([fullScenario, shortScenario], { error: 'an object with the key name or scenario' })
  .meta({ id: 'scenario' });

export const scenariosSchema = z.array(scenarioSchema, { error: 'a list of scenarios' });

export type RepeatConfig = z.output<typeof repeatSchema>;
export type FullScenario = z.output<typeof fullScenario>;
export type ScenarioConfig = z.output<typeof scenarioSchema>;

/** Names allowed for a payload dimension: usable in `{{name}}`, and not one of the names that templates predefine. */
export const DIMENSION_NAME =
  /^(?!(?:testId|runId|scenario|index|timestamp|timestampMs|timestampSeconds|today|uuid|newUuid|int|float|pick|bool|hex|digits|letters|__proto__)$)[A-Za-z_][A-Za-z0-9_-]*$/;

export const dimensionsSchema = z.record(
  z.string().regex(DIMENSION_NAME, {
    error: 'a name of letters, digits, dashes and underscores that is not a built-in template name',
  }),
  z
    .array(scalar, { error: 'a non-empty list of strings or numbers' })
    .min(1, { error: 'a non-empty list of strings or numbers' }),
  { error: 'an object (dimension: list of values)' },
);

/** A rule for replayed payloads: which scenario they belong to, and which response is expected. */
const ruleSchema = object({
  match: jsonObject.meta({
    description: 'What the payload must contain: objects as a subset, lists completely, scalars exactly.',
  }),
  scenario: safeName().meta({
    description:
      'A scenario of the config, whose headers, path, signing and expectations apply, or a new name with expect.',
  }),
  expect: expectSchema.meta({ description: "Merged over the scenario's expect, key by key." }).optional(),
});

export const rulesSchema = z.array(ruleSchema, { error: 'a list of rules' });

export type RuleConfig = z.output<typeof ruleSchema>;
