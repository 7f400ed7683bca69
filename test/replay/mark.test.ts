import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { noPlaceForMark, withMark } from '../../src/lib/replay/mark.ts';

const MARK = { is_test: true, test_session_id: 'run', test_scenario: 'X' };
const MEMBERS = '"is_test":true,"test_session_id":"run","test_scenario":"X"';

describe('the mark', () => {
  it.each([
    ['{}', `{"metadata":{${MEMBERS}}}`],
    ['{ }', `{"metadata":{${MEMBERS}} }`],
    ['{"id":12345678901234567890,"p":1.0}', `{"id":12345678901234567890,"p":1.0,"metadata":{${MEMBERS}}}`],
    ['{\n  "a": 1\n}', `{\n  "a": 1,"metadata":{${MEMBERS}}\n}`],
    ['{"metadata":{"a":1.0},"b":2}', `{"metadata":{"a":1.0,${MEMBERS}},"b":2}`],
    ['{"metadata":{},"b":2}', `{"metadata":{${MEMBERS}},"b":2}`],
    [
      '{"metadata":{"is_test":false,"a":1}}',
      `{"metadata":{"is_test":true,"a":1,"test_session_id":"run","test_scenario":"X"}}`,
    ],
    ['{"a":"}","metadata":{"x":"\\"}"}}', `{"a":"}","metadata":{"x":"\\"}",${MEMBERS}}}`],
    ['{"metadata":{"a":1},"metadata":{"b":2}}', `{"metadata":{"a":1},"metadata":{"b":2,${MEMBERS}}}`],
    ['{"x":{"metadata":3}}', `{"x":{"metadata":3},"metadata":{${MEMBERS}}}`],
    ['{"meta\\u0064ata":{"b":2}}', `{"meta\\u0064ata":{"b":2,${MEMBERS}}}`],
  ])('%s', (text, expected) => {
    expect(withMark(text, MARK)).toBe(expected);
    expect(JSON.parse(expected).metadata).toMatchObject(MARK);
  });

  it('leaves the rest of any object unchanged', () => {
    const object = fc.dictionary(
      fc.oneof(fc.constantFrom('metadata', '__proto__', '}', '"'), fc.string()),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(object, fc.nat(2), (made, indent) => {
        const text = JSON.stringify(made, null, indent);
        const json = JSON.parse(text) as JsonObject;
        fc.pre(noPlaceForMark(json) === null);
        const marked = JSON.parse(withMark(text, MARK)) as JsonObject;
        const { metadata, ...rest } = marked;
        const { metadata: before, ...restBefore } = json;
        expect(rest).toEqual(restBefore);
        expect(metadata).toEqual({ ...(before as JsonObject | undefined), ...MARK });
      }),
    );
  });

  it.each([
    [undefined, 'expected an object to add the mark to (got text that is not JSON)'],
    [[1], 'expected an object to add the mark to (got a list)'],
    [{ metadata: 'a' }, 'expected an object to add the mark to in metadata (got a string)'],
    [{ metadata: null }, 'expected an object to add the mark to in metadata (got null)'],
    [{ metadata: [] }, 'expected an object to add the mark to in metadata (got a list)'],
  ])('cannot be added to %j', (json, problem) => {
    expect(noPlaceForMark(json)).toBe(`${problem}; send it without the mark with --no-mark`);
  });
});
