import { expect, test } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Failure } from '../../src/lib/model/result.ts';
import type { Statement } from '../../src/lib/model/stage.ts';
import { responseEvidence } from '../../src/lib/stages/source-evidence.ts';
import { jsonResponse, textResponse } from '../validate/support.ts';

interface Given {
  readonly failure?: Failure['kind'] | null;
  readonly refused?: boolean;
  readonly response?: string | null;
}

function evidence(
  response: HttpResponse | null,
  { failure = null, refused = false, response: field = 'id' }: Given = {},
) {
  const failed = failure === null ? null : { kind: failure, message: 'Request failed', code: null };
  return responseEvidence({ response: field }, { response, failure: failed, refused });
}

const OTHER = { a: 1 };

test.each<[string, HttpResponse | null, Given, Statement | null, string | null]>([
  ['the field', jsonResponse({ id: 1 }), {}, 'confirms', null],
  ['the field under a failing status', jsonResponse({ id: 1 }, { status: 500 }), {}, 'confirms', null],
  ['the field and a refusal', jsonResponse({ id: 1 }, { status: 422 }), { refused: true }, 'confirms', null],
  ['another field', jsonResponse(OTHER), {}, 'absent', 'id not in response'],
  ['an empty field', jsonResponse({ id: '' }), {}, 'absent', 'id not in response'],
  ['a field that is null', jsonResponse({ id: null }), {}, 'absent', 'id not in response'],
  ['a field that is 0', jsonResponse({ id: 0 }), {}, 'confirms', null],
  ['another field under 201', jsonResponse(OTHER, { status: 201 }), {}, 'absent', 'id not in response'],
  ['another field under 299', jsonResponse(OTHER, { status: 299 }), {}, 'absent', 'id not in response'],
  // The webhook may have been processed all the same.
  ['another field under 300', jsonResponse(OTHER, { status: 300 }), {}, 'unknown', 'HTTP 300'],
  ['another field under 500', jsonResponse(OTHER, { status: 500 }), {}, 'unknown', 'HTTP 500'],
  [
    'another field under a 4xx that is expected',
    jsonResponse(OTHER, { status: 400 }),
    {},
    'unknown',
    'HTTP 400',
  ],
  [
    'another field under a 4xx that is not',
    jsonResponse(OTHER, { status: 400 }),
    { refused: true },
    'contradicts',
    'id not in response (HTTP 400)',
  ],
  [
    'another field and a value of refuse',
    jsonResponse({ status: 'REJECTED' }),
    { refused: true },
    'contradicts',
    'id not in response (HTTP 200)',
  ],
  ['no JSON', textResponse('OK'), {}, 'unknown', 'the response is not JSON'],
  ['no JSON under 502', textResponse('OK', { status: 502 }), {}, 'unknown', 'HTTP 502'],
  ['nothing requested', jsonResponse({ id: 1 }), { response: null }, null, null],
  ['nothing requested, and no response', null, { response: null }, null, null],
])('a response with %s', (_, response, given, statement, detail) => {
  const said = evidence(response, given);
  expect([said?.statement ?? null, said?.detail ?? null]).toEqual([statement, detail]);
});

test.each<[Failure['kind'] | null, string]>([
  ['response-timeout', 'Request failed'],
  ['refused', 'Request failed'],
  [null, 'no response'],
])('no response (%s) is no evidence', (failure, detail) => {
  expect(evidence(null, { failure })).toEqual({ statement: 'unknown', detail, reason: 'no-response' });
});

test('missing evidence has a reason', () => {
  expect(evidence(jsonResponse(OTHER, { status: 503 }))?.reason).toBe('response-error');
  expect(evidence(textResponse('OK'))?.reason).toBe('response-error');
  expect(evidence(jsonResponse(OTHER))?.reason).toBeNull();
});
