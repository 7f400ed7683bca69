/** Building blocks of the report's schema. */
import * as z from 'zod';

export const count = (what: string) => z.int().min(0).describe(what);

export const ms = (what: string) => z.number().min(0).describe(`${what}, in milliseconds.`);

export const msOrNull = (what: string) => z.number().min(0).nullable().describe(`${what}, in milliseconds.`);

export const time = (what: string) => z.iso.datetime().describe(`${what}: ISO 8601, UTC.`);

export const strings = z.record(z.string(), z.string());
