/** The schema of `quietHours`. */
import * as z from 'zod';
import { DAYS } from '../../model/quiet-window.ts';
import { isTimeZone, LOCAL, nearestTimeZones } from '../settings/time-zones.ts';
import { minutesOf } from '../settings/units.ts';
import { listOf, object } from './parts.ts';

const FROM = 'a time of day such as "09:30", from 00:00 to 23:59';
const TO = 'a time of day such as "16:00", up to 24:00';
const DAY_LIST = `${DAYS.slice(1).join(', ')}, ${DAYS[0]}, or a list of them`;
const FROM_PATTERN = /^([01]?\d|2[0-3]):[0-5]\d$/;
const TO_PATTERN = /^(([01]?\d|2[0-3]):[0-5]\d|24:00)$/;

function timeZoneError(input: unknown): string {
  const allowed = `an IANA time zone such as America/New_York, UTC, or ${LOCAL}`;
  const near = typeof input === 'string' ? nearestTimeZones(input) : [];
  return near.length === 0 ? allowed : `${allowed}; nearest: ${near.join(', ')}`;
}

const quietWindow = object({
  from: z
    .string({ error: FROM })
    .regex(FROM_PATTERN, { error: FROM })
    .meta({ description: 'Time of day at which they begin.' }),
  to: z.string({ error: TO }).regex(TO_PATTERN, { error: TO }).meta({
    description: 'Time of day at which they end; one that is earlier than "from" is of the next day.',
  }),
  timezone: z
    .string({ error: ({ input }) => timeZoneError(input) })
    .refine(isTimeZone, { error: ({ input }) => timeZoneError(input) })
    .meta({ description: 'IANA name of the time zone of both, UTC, or local for that of the machine.' }),
  days: listOf(z.enum(DAYS, { error: DAY_LIST }), DAY_LIST)
    .refine((days) => days.length > 0, { error: DAY_LIST })
    .meta({ description: 'Days on which they begin; every day without.' })
    .optional(),
}).refine(({ from, to }) => minutesOf(from) !== minutesOf(to), {
  path: ['to'],
  error: 'another time than "from"; the whole day is from "00:00" to "24:00"',
});

export const quietHoursSchema = listOf(
  quietWindow,
  'an object with from, to and timezone, or a list of them',
);

export type QuietHoursConfig = z.output<typeof quietHoursSchema>;
