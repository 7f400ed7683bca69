import { expect, test } from 'vitest';
import type { Answer, Failure } from '../../src/lib/model/delivery.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { responseEvidence } from '../../src/lib/stages/response-evidence.ts';
import { jsonAnswer, textAnswer } from '../validate/support.ts';

const STAGE = {
  ...BUILT_IN_STAGES[0],
  name: 'saved',
  span: null,
  parts: [],
  http: null,
  sql: null,
  maxDurationMs: null,
  required: false,
};

function stateOf(
  answer: Answer | null,
  { failure = null as Failure['kind'] | null, hasOther = false, response = 'id' as string | null } = {},
) {
  const failed = failure === null ? null : { kind: failure, message: 'Request failed', code: null };
  return responseEvidence({ ...STAGE, response }, { answer, failure: failed, hasOther })?.state ?? null;
}

test.each<[string, Answer | null, Parameters<typeof stateOf>[1], string | null]>([
  ['the field', jsonAnswer({ id: 1 }), {}, 'ok'],
  ['the field under a failing status', jsonAnswer({ id: 1 }, { status: 500 }), {}, 'ok'],
  ['another field', jsonAnswer({ a: 1 }), {}, 'missing'],
  [
    'another field, beside other evidence',
    jsonAnswer({ a: 1 }, { status: 399 }),
    { hasOther: true },
    'missing',
  ],
  ['another field under a failing status', jsonAnswer({ a: 1 }, { status: 400 }), {}, 'missing'],
  // A response that reports a failure lacks the fields of stages that did happen.
  ['the same beside other evidence', jsonAnswer({ a: 1 }, { status: 400 }), { hasOther: true }, null],
  ['no JSON', textAnswer('OK'), {}, 'missing'],
  ['no JSON beside other evidence', textAnswer('OK'), { hasOther: true }, null],
  ['nothing asked for', jsonAnswer({ id: 1 }), { response: null }, null],
  ['no response', null, { failure: 'response-timeout' }, 'missing'],
  ['no response beside other evidence', null, { failure: 'response-timeout', hasOther: true }, null],
  ['no connection beside other evidence', null, { failure: 'refused', hasOther: true }, 'missing'],
])('a response with %s', (_, answer, given, expected) => {
  expect(stateOf(answer, given)).toBe(expected);
});
