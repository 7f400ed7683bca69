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
const REPEAT = `a whole number from 1 to ${MAX_REPEATS}, or an object (key: value)`;

/** How a webhook is resent. */
export const repeatSchema = z.union(
  [
    integer(TIMES),
    object({
      times: integer(TIMES).meta({ description: 'How often it is sent again.', default: 1 }).optional(),
      after: duration().meta({ description: 'How long after the previous response.' }).optional(),
      id: jsonPath()
        .meta({
          description: 'Field of the responses that is the same for one event and differs between events.',
          default: 'signal_id',
        })
        .optional(),
      secondEvent: severity
        .meta({ description: 'What it is when the target made a second event of it.', default: 'error' })
        .optional(),
    }),
  ],
  { error: REPEAT },
);

const fullScenario = object({
  name: safeName().meta({ description: 'Unique; what --scenario takes.' }),
  description: z.string({ error: 'a text' }).meta({ description: 'One line for people.' }).optional(),
  tags: listOf(safeName(), 'a tag or a list of tags')
    .meta({ description: 'For --tag. A scenario tagged "negative" is only sent when asked for.' })
    .optional(),
  payload: payload.meta({ description: "Laid over the config's payload." }).optional(),
  payloadSchema: payloadSchema.meta({ description: "In place of the config's payloadSchema." }).optional(),
  headers: headers.meta({ description: 'Further request headers of this scenario.' }).optional(),
  method: method.meta({ description: 'Request method of this scenario.' }).optional(),
  path: z
    .string({ error: 'a path that begins with /' })
    .regex(/^\/\S*$/, { error: 'a path that begins with /' })
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
        'Sign wrongly on purpose; the endpoint has to refuse it. Tagged "negative", and 400, 401 or 403 expected, unless said otherwise.',
      default: 'valid',
    })
    .optional(),
  expect: expectSchema.meta({ description: "Laid over the config's expect, key by key." }).optional(),
  repeat: repeatSchema.meta({ description: "In place of the config's repeat." }).optional(),
  expectRepeat: expectSchema
    .meta({ description: "Laid over the config's expectRepeat, key by key." })
    .optional(),
  weight: integer({ min: 1, max: MAX_WEIGHT })
    .meta({ description: 'How often it comes up in one turn.', default: 1 })
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
    error: 'a name of letters, digits, dash and underscore that templates do not use already',
  }),
  z
    .array(scalar, { error: 'a list of texts or numbers with at least one' })
    .min(1, { error: 'a list of texts or numbers with at least one' }),
  { error: 'an object (dimension: list of values)' },
);

/** A rule for replayed payloads: which scenario they belong to, and which response is expected. */
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
