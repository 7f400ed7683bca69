/** Minimal responses and expectations. */
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Judgment } from '../../src/lib/model/finding.ts';
import type { Json } from '../../src/lib/model/json.ts';
import type { WebhookRequest } from '../../src/lib/model/result.ts';
import type { Expectation } from '../../src/lib/model/scenario.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { anExpectation, someTimings } from '../support/builders.ts';

/** What the built-in scenarios expect. */
export const BUILT_IN = anExpectation({
  required: ['signal_id'],
  recommended: ['enrichment', 'variant'],
  refuse: { status: ['REJECTED', 'ERROR', 'FAILED'] },
  suspect: { status: ['DUPLICATE'] },
});

export function aResponse(overrides: Partial<HttpResponse> = {}): HttpResponse {
  return {
    status: 200,
    statusText: 'OK',
    httpVersion: '1.1',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    bodyBytes: 2,
    json: { ok: true, value: {} },
    ...overrides,
  };
}

export function jsonResponse(value: Json, overrides: Partial<HttpResponse> = {}): HttpResponse {
  const body = JSON.stringify(value);
  return aResponse({ body, bodyBytes: body.length, json: { ok: true, value }, ...overrides });
}

export function textResponse(body: string, overrides: Partial<HttpResponse> = {}): HttpResponse {
  const json = { ok: false, kind: 'not-json', reason: 'Unexpected token' } as const;
  return aResponse({ body, bodyBytes: body.length, json, ...overrides });
}

export const A_REQUEST: WebhookRequest = {
  method: 'POST',
  url: 'https://hooks.example.com/webhook',
  headers: {},
  body: '{}',
};

interface Conditions {
  readonly totalMs?: number;
  readonly strict?: boolean;
}

export async function judge(
  response: HttpResponse,
  expected: Partial<Expectation>,
  { totalMs = 100, strict = false }: Conditions = {},
): Promise<Judgment> {
  const expect = anExpectation(expected);
  const validate = await createResponseValidator({ expectations: [expect], strict });
  return validate(
    { request: A_REQUEST, response: response, failure: null, timings: someTimings({ totalMs }) },
    expect,
  );
}

/** `code: message` of each error. */
export async function errorsOf(...args: Parameters<typeof judge>): Promise<readonly string[]> {
  return (await judge(...args)).errors.map(({ code, message }) => `${code}: ${message}`);
}
