/** How a webhook is sent again, as written in the config. */
import * as z from 'zod';
import { MAX_REPEATS } from '../limits.ts';
import { duration, jsonPath, object, severity, wholeNumber } from './parts.ts';

const TIMES = { min: 1, max: MAX_REPEATS };
const error = `a whole number from 1 to ${MAX_REPEATS}, or an object (key: value)`;

export const repeatSchema = z.union(
  [
    wholeNumber(TIMES),
    object({
      times: wholeNumber(TIMES).meta({ description: 'How often it is sent again.', default: 1 }).optional(),
      after: duration().meta({ description: 'How long after the answer before.' }).optional(),
      id: jsonPath()
        .meta({
          description: 'Field of the answers that is the same for one event, and another for another one.',
          default: 'signal_id',
        })
        .optional(),
      secondEvent: severity
        .meta({ description: 'What it is when the target made a second event of it.', default: 'error' })
        .optional(),
    }),
  ],
  { error },
);

export type RepeatConfig = z.output<typeof repeatSchema>;
