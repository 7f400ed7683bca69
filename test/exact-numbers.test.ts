/** A number through each room by itself: what goes in comes out byte for byte. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../src/lib/config/sources/yaml.ts';
import { fillJson, fillUrl } from '../src/lib/json/placeholders.ts';
import { duplicateKey } from '../src/lib/json/position.ts';
import { parseJson, writeJson } from '../src/lib/json/text.ts';
import type { Json, JsonObject } from '../src/lib/model/json.ts';
import type { PayloadContext } from '../src/lib/model/scenario.ts';
import { withMark } from '../src/lib/replay/mark.ts';
import { createDuplicates, NO_EARLIER_IDS } from '../src/lib/run/duplicates.ts';
import { maskPaths } from '../src/lib/secrets/redact-paths.ts';
import { matchFindings } from '../src/lib/validate/match.ts';
import { compilePayloadSchemas } from '../src/lib/validate/payload-schema.ts';
import { compileSchemas } from '../src/lib/validate/schema.ts';
import { aProject, resolveWithOrigins } from './config/project.ts';
import { aScenario, testsOf } from './plan/support.ts';
import { aPlannedTest } from './support/sending.ts';
import { jsonResponse } from './validate/support.ts';

const NUMBERS = [
  '9007199254740993',
  '98765.10',
  '12345E2',
  '-0',
  '1e-7',
  '0.1000',
  '18446744073709551615',
  '1E+400',
];
const object = (text: string) => parseJson(text) as JsonObject;

describe.each(NUMBERS)('%s', (number) => {
  const text = `{"id":${number}}`;

  it.each([
    [
      'prod-e2e.config.yaml',
      `payload: { id: ${number}, list: [${number}] }\nscenarios: [{ name: A, payload: { own: ${number} } }]`,
    ],
    [
      'prod-e2e.config.json',
      `{"payload":{"id":${number},"list":[${number}]},"scenarios":[{"name":"A","payload":{"own":${number}}}]}`,
    ],
  ])('in the payload of %s', async (file, content) => {
    const { input } = await aProject({ [file]: content });
    const { settings } = await resolveWithOrigins(input);
    const [test] = testsOf({
      payload: settings.payload,
      scenarios: settings.scenarios,
      count: 1,
      dimensions: {},
    });
    expect(test?.request.body).toBe(`{"id":${number},"list":[${number}],"own":${number}}`);
  });

  it('as the value of a dimension, in a template and chosen by --set', async () => {
    const content = `payload: { d: "{{d}}", t: "is {{d}}" }\ndimensions: { d: [1, ${number}] }\nscenarios: [{ name: A }]`;
    const { input } = await aProject(
      { 'prod-e2e.config.yaml': content },
      { flags: { set: [`d=${number}`] } },
    );
    const { settings } = await resolveWithOrigins(input);
    const { payload, dimensions, set: pins, scenarios } = settings;
    const [test] = testsOf({ payload, scenarios, dimensions, pins, count: 1 });
    expect(test?.request.body).toBe(`{"d":${number},"t":"is ${number}"}`);
  });

  it('in placeholders', () => {
    const values = { response: object(text) };
    expect(fillUrl('https://h.example/s/{{response.id}}?a={{response."id"}}', values)).toEqual({
      ok: true,
      value: `https://h.example/s/${encodeURIComponent(number)}?a=${encodeURIComponent(number)}`,
    });
    const filled = fillJson({ id: '{{response.id}}', text: 'x {{response.id}}' }, values);
    expect(writeJson(filled.ok ? filled.value : filled.problem)).toBe(
      `{"id":${number},"text":"x ${number}"}`,
    );
  });

  it('in a payload that is replayed with a mark', () => {
    const whole = `{"id": ${number}, "id":${number},"metadata": {"n":${number},"synthetic":false}}`;
    expect(withMark(whole, { synthetic: true })).toBe(whole.replace('false', 'true'));
  });

  it('in a mismatch', () => {
    expect(matchFindings(object(text), object(text))).toEqual([]);
    const [finding] = matchFindings(object(text), { id: 7 });
    expect(finding?.message).toBe(`id is ${number}, expected 7`);
  });
});

describe('schemas', () => {
  const check = async (schema: string, body: string) => {
    const parsed = object(schema);
    return (await compileSchemas([parsed]))(parseJson(body), parsed).map(({ message }) => message);
  };

  it.each([
    ['{"properties":{"a":{"const":9007199254740993}}}', '{"a":9007199254740993}', []],
    [
      '{"properties":{"a":{"const":9007199254740993}}}',
      '{"a":9007199254740992}',
      ['a must be equal to constant: 9007199254740993'],
    ],
    ['{"properties":{"a":{"const":1.10}}}', '{"a":1.1}', []],
    [
      '{"const":9007199254740993}',
      '9007199254740992',
      ['Response must be equal to constant: 9007199254740993'],
    ],
    [
      '{"const":{"a":[9007199254740993]}}',
      '{"a":[9007199254740992]}',
      ['Response must be equal to constant: {"a":[9007199254740993]}'],
    ],
    ['{"properties":{"a":{"enum":[1,9007199254740993]}}}', '{"a":9007199254740993.0}', []],
    [
      '{"properties":{"a":{"enum":[1,9007199254740993]}}}',
      '{"a":9007199254740994}',
      ['a must be equal to one of the allowed values: [1,9007199254740993]'],
    ],
    ['{"properties":{"a":{"multipleOf":0.01}}}', '{"a":19.99}', []],
    ['{"properties":{"a":{"multipleOf":0.01}}}', '{"a":19.999}', ['a must be multiple of 0.01']],
    ['{"properties":{"a":{"multipleOf":2}}}', '{"a":9007199254740993}', ['a must be multiple of 2']],
    [
      '{"properties":{"a":{"maximum":9007199254740992}}}',
      '{"a":9007199254740993}',
      ['a must be <= 9007199254740992'],
    ],
    ['{"properties":{"a":{"minimum":9007199254740993}}}', '{"a":9007199254740993}', []],
    [
      '{"properties":{"a":{"exclusiveMinimum":9007199254740993}}}',
      '{"a":9007199254740993}',
      ['a must be > 9007199254740993'],
    ],
    ['{"properties":{"a":{"exclusiveMaximum":1.10}}}', '{"a":1.1}', ['a must be < 1.10']],
    ['{"properties":{"a":{"type":"integer"}}}', '{"a":9007199254740993.5}', ['a must be integer']],
    ['{"properties":{"a":{"type":"integer"}}}', '{"a":1e400}', []],
    ['{"properties":{"a":{"type":"string"}}}', '{"a":1.10}', ['a must be string']],
    ['{"uniqueItems":true}', '[9007199254740993,9007199254740992]', []],
    ['{"uniqueItems":true}', '[1.10,1.1]', ['Response must NOT have duplicate items']],
    [
      '{"$defs":{"n":{"const":9007199254740993}},"properties":{"a":{"$ref":"#/$defs/n"}}}',
      '{"a":9007199254740992}',
      ['a must be equal to constant: 9007199254740993'],
    ],
    ['{"items":{"anyOf":[{"const":9007199254740993},{"const":1}]}}', '[9007199254740993,1]', []],
  ])('%s judges %s', async (schema, body, messages) => {
    expect(await check(schema, body)).toEqual(messages);
  });

  it('of payloads quote the digits', async () => {
    const checks = await compilePayloadSchemas(
      new Map([['s', object('{"properties":{"a":{"const":9007199254740993}}}')]]),
    );
    expect(checks.get('s')?.(object('{"a":9007199254740992.0}'))).toEqual([
      'a: expected 9007199254740993 (got 9007199254740992.0)',
    ]);
  });
});

it('ids that differ in the last digit are two events', () => {
  const { earlierOwner } = createDuplicates(NO_EARLIER_IDS, () => 0);
  const test = (index: number) => aPlannedTest('https://h.example/', { index });
  const delivered = (id: string) =>
    jsonResponse({}, { json: { ok: true, value: object(`{"signal_id":${id}}`) } });
  expect(earlierOwner(test(1), delivered('9007199254740993'))).toBeNull();
  expect(earlierOwner(test(2), delivered('9007199254740992'))).toBeNull();
  expect(earlierOwner(test(3), delivered('9007199254740993'))).toBe('test 1 received the same signal_id');
  expect(earlierOwner(test(4), delivered('7'))).toBeNull();
  expect(earlierOwner(test(5), delivered('7.0'))).toBe('test 4 received the same signal_id');
});

describe('what YAML and JavaScript have beyond JSON', () => {
  it.each([
    ['+9007199254740993', '9007199254740993'],
    ['0x1FFFFFFFFFFFFFF', '144115188075855871'],
    ['009007199254740993', '9007199254740993'],
    ['.10', '0.10'],
    ['-.50', '-0.50'],
    ['7.', '7'],
    ['1e3', '1e3'],
    ['"1.10"', '"1.10"'],
    ['!!str 1.10', '"1.10"'],
  ])('%s in YAML', (written, json) => {
    const reading = readYaml(`a: ${written}\nb: &x ${written}\nc: *x`);
    expect(writeJson('value' in reading ? reading.value : null)).toBe(
      `{"a":${json},"b":${json},"c":${json}}`,
    );
  });

  it('keys of a YAML map, and duplicate keys', () => {
    const reading = readYaml('{ 9007199254740993: 1, 1.10: 2 }');
    expect('value' in reading ? reading.value : null).toEqual({ '9007199254740993': 1, '1.10': 2 });
    expect(duplicateKey('{"a":1.10,"a":1.10}')).toEqual({ line: 1, column: 11 });
  });

  it('a bigint is an integer of any length, in a config and in what a payload function returns', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'prod-e2e-numbers-'));
    const file = path.join(folder, 'prod-e2e.config.mjs');
    writeFileSync(
      file,
      'export default { payload: { id: 9007199254740993n, small: 5n }, scenarios: [{ name: "A" }] };',
    );
    const { input } = await aProject({}, { configFile: file });
    const { settings } = await resolveWithOrigins(input);
    const [test] = testsOf({
      payload: settings.payload,
      scenarios: settings.scenarios,
      count: 1,
      dimensions: {},
    });
    expect(test?.request.body).toBe('{"id":9007199254740993,"small":5}');
    const payload = ({ d }: PayloadContext) => ({ d: d ?? null, next: BigInt(d ?? 0) + 1n, list: [1n] });
    const dimensions = { d: [object('{"d":9007199254740993}').d as never] };
    const [made] = testsOf({ payload, dimensions, scenarios: [aScenario({ name: 'A' })], count: 1 });
    expect(made?.request.body).toBe('{"d":9007199254740993,"next":9007199254740994,"list":[1]}');
  });

  it('an option accepts the value of a number, however it is written; one that would be rounded is refused', async () => {
    const { input } = await aProject({ 'prod-e2e.config.yaml': 'rate: 2.50\ncount: 3.0' });
    const { settings } = await resolveWithOrigins(input);
    expect([settings.rate, settings.count]).toEqual([2.5, 3]);
    const { input: wrong } = await aProject({ 'prod-e2e.config.yaml': 'count: 9007199254740993' });
    await expect(resolveWithOrigins(wrong)).rejects.toThrow(
      'count: expected an integer from 1 to 1,000,000 (got 9007199254740993)',
    );
  });
});

describe('redaction by path', () => {
  it.each([
    [
      'items[].email',
      '{"items":[ {"email":"ada@x.example"},{"email" : "bob@x.example","n":1.10}]}',
      '{"items":[ {"email":"***"},{"email" : "***","n":1.10}]}',
    ],
    [
      'items[0].id',
      '{"items":[{"id":"first-id"},{"id":"second-id"}],"z":-0}',
      '{"items":[{"id":"***"},{"id":"second-id"}],"z":-0}',
    ],
    [
      'a."x.y"',
      '{"a":{"x.y":"secret-1","x":{"y":"open"}},"\\u0062":12345E2}',
      '{"a":{"x.y":"***","x":{"y":"open"}},"\\u0062":12345E2}',
    ],
    ['a', '{"a":"one-value","b":1,"a":"two-value"}', '{"a":"***","b":1,"a":"***"}'],
    ['key', '{"\\u006bey":"secret-1"}', '{"\\u006bey":"***"}'],
    ['a', '{"a":{"b":[1.10]} ,"c":"\\ud800"}', '{"a":"***" ,"c":"\\ud800"}'],
    ['[].a', '[{"a":"secret-1"},{"b":2}]', '[{"a":"***"},{"b":2}]'],
    ['a', '{"a":null}', '{"a":null}'],
  ])('%s in %s', (name, body, masked) => {
    expect(maskPaths([name], [body]).body(body)).toBe(masked);
  });

  it('one path within another masks the outer value once', () => {
    expect(maskPaths(['a.b', 'a'], []).body('{"a":{"b":"secret-1"},"c":1}')).toBe('{"a":"***","c":1}');
  });

  it.each(['12345E2', '1234500', '1.2345e6', '1234500.00', '123450e1'])(
    'a number is masked in any spelling, here %s, and no other number is',
    (spelling) => {
      const { text } = maskPaths(['account'], ['{"account":12345E2}']);
      expect(text(`account is ${spelling}, expected 1234501 of 12345`)).toBe(
        'account is ***, expected 1234501 of 12345',
      );
    },
  );
});

describe('paths in a configuration', () => {
  it.each([
    [
      'redact: $.user.email',
      'redact: expected a path in another spelling (got "$.user.email"); write user.email',
    ],
    [
      'redact: [/user/email]',
      'redact[0]: expected a path in another spelling (got "/user/email"); write user.email',
    ],
    ['redact: a..b', 'redact: expected a path such as data.id,'],
    [
      'expect: { required: [$.id] }',
      'expect.required[0]: expected a path in another spelling (got "$.id"); write id',
    ],
    [
      'repeat: { id: "items[].id" }',
      'repeat.id: expected a path to one value (got "items[].id"); write items[0].id',
    ],
    [
      'replay: { scenario: /event/type }',
      'replay.scenario: expected a path in another spelling (got "/event/type"); write event.type',
    ],
    ['expect: { refuse: { $.status: NO } }', '$.status'],
    [
      'cleanup: { url: "{{origin}}/{{response.items[].id}}" }',
      'expected a path to one value; write response.items[0].id',
    ],
  ])('%s', async (content, message) => {
    const { input } = await aProject({ 'prod-e2e.config.yaml': content });
    await expect(resolveWithOrigins(input)).rejects.toThrow(message);
  });

  it('brackets and quotes are allowed in templates, where a response is read', async () => {
    const url = '{{origin}}/{{response.items[0].id}}/{{response."x.y"}}';
    const { input } = await aProject({ 'prod-e2e.config.yaml': `cleanup: { url: '${url}' }` });
    await expect(resolveWithOrigins(input)).resolves.toBeDefined();
    const response: Json = { items: [{ id: 1 }], 'x.y': 2 };
    expect(fillUrl(url, { origin: 'https://h.example', response })).toEqual({
      ok: true,
      value: 'https://h.example/1/2',
    });
  });
});

it('any number in any spelling is unchanged by reading, writing and masking', () => {
  const digits = fc.stringMatching(/^(0|[1-9]\d{0,40})$/);
  const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,40}$/));
  const power = fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][+-]?\d{1,5}$/));
  const number = fc.tuple(fc.constantFrom('', '-'), digits, fraction, power).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(number, { minLength: 1 }), fc.constantFrom('', ' ', '\n\t'), (numbers, space) => {
      const text = `[${numbers.join(`${space},`)}]`;
      expect(writeJson(parseJson(text))).toBe(`[${numbers.join()}]`);
      const body = `{"a":${text},"b":${numbers[0]}}`;
      expect(maskPaths(['a'], []).body(body)).toBe(`{"a":"***","b":${numbers[0]}}`);
    }),
  );
});
