import { expect, it } from 'vitest';
import type { Json } from '../../src/lib/model/json.ts';
import { secretsOfCalls } from '../../src/lib/secrets/calls.ts';

const NO_HEADERS: Readonly<Record<string, string>> = {};
const secretsOf = (body: Json, headers = NO_HEADERS) =>
  secretsOfCalls([{ method: 'POST', url: '{{origin}}/x', headers, body }]);

it.each<[Json, readonly string[]]>([
  [{ password: 'swordfish' }, ['swordfish']],
  [{ admin_password: 'a', adminPassword: 'b', clientSecret: 'c', api_key: 'd' }, ['a', 'b', 'c', 'd']],
  [{ login: { token: 'x' }, list: [{ secret: 1234 }] }, ['x', '1234']],
  [{ credentials: { user: 'u', pin: 12 } }, ['u', '12']],
  [{ note: 'whsec_abc', text: 'plain' }, ['whsec_abc']],
  [{ token: '{{response.token}}' }, []],
  [{ token: 'key-12345-{{testId}}' }, ['key-12345-']],
  ['{"password":"p"}', ['p']],
  ['test={{testId}}&password=p%20q', ['p q']],
  ['Bearer abcdefgh', ['Bearer abcdefgh']],
  ['plain text', []],
  [null, []],
  [{ symbol: 'SPY', idempotency_key: 'x', key: 'SPY' }, []],
])('of the body %j', (body, secrets) => {
  expect(secretsOf(body)).toEqual(secrets);
});

it.each<[Readonly<Record<string, string>>, readonly string[]]>([
  [{ authorization: 'Bearer abc' }, ['Bearer abc', 'abc']],
  [{ 'x-custom': 'Bearer abc' }, ['Bearer abc', 'abc']],
  [{ 'x-tenant': 'acme' }, []],
  [{ authorization: 'Bearer {{response.token}}' }, []],
  [{ authorization: 'Key abcdefgh.{{testId}}' }, ['Key abcdefgh.', 'abcdefgh.']],
])('of the headers %j', (headers, secrets) => {
  expect(secretsOf(null, headers)).toEqual(secrets);
});
