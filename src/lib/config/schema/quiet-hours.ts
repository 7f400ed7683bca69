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
    .meta({ description: 'Start: a time of day.' }),
  to: z.string({ error: TO }).regex(TO_PATTERN, { error: TO }).meta({
    description: 'End: a time of day; if it is earlier than "from", it is on the next day.',
  }),
  timezone: z
    .string({ error: ({ input }) => timeZoneError(input) })
    .refine(isTimeZone, { error: ({ input }) => timeZoneError(input) })
    .meta({ description: 'IANA time zone of both times, UTC, or local (the time zone of the machine).' }),
  days: listOf(z.enum(DAYS, { error: DAY_LIST }), DAY_LIST)
    .refine((days) => days.length > 0, { error: DAY_LIST })
    .meta({ description: 'Days on which they start; every day by default.' })
    .optional(),
}).refine(({ from, to }) => minutesOf(from) !== minutesOf(to), {
  path: ['to'],
  error: 'a time other than "from"; a full day is from "00:00" to "24:00"',
});

export const quietHoursSchema = listOf(
  quietWindow,
  'an object with from, to and timezone, or a list of them',
);

export type QuietHoursConfig = z.output<typeof quietHoursSchema>;
