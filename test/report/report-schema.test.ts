import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { reportJsonSchema, reportSchema } from '../../src/lib/report/report-schema.ts';
import { sourceOf } from '../support/builders.ts';
import { broken, degraded, healthy, interrupted, unreachable } from '../support/reports.ts';
import { rendered } from './formatters/rendered.ts';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(reportJsonSchema());

test.each([
  ['healthy', healthy()],
  ['degraded', degraded()],
  ['broken', broken()],
  ['unreachable', unreachable()],
  ['cut off', interrupted({ endedAt: null, durationMs: null })],
])('the JSON report of a %s run fits both forms of the schema', async (_, report) => {
  const document: unknown = JSON.parse(await rendered(sourceOf(report), 'json'));
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(reportSchema.parse(document)).toEqual(report);
});

test.each([
  ['an unknown key', { ...healthy(), surprise: 1 }],
  ['another version', { ...healthy(), schemaVersion: 2 }],
  ['a status of its own', { ...healthy(), status: 'fine' }],
  ['a negative duration', { ...healthy(), durationMs: -1 }],
  ['no results', { ...healthy(), results: undefined }],
])('%s is refused', (_, document) => {
  expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  expect(reportSchema.safeParse(document).success).toBe(false);
});
