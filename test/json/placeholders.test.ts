import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillHeader, fillJson, fillUrl, pathsIn, valuesNamed } from '../../src/lib/json/placeholders.ts';
import type { JsonObject } from '../../src/lib/model/json.ts';

const VALUES: JsonObject = {
  symbol: 'SPY',
  testId: 'run-1',
  origin: 'https://hooks.example.com',
  response: {
    signal_id: 's 1/2?',
    n: 7,
    ok: false,
    empty: '',
    none: null,
    list: [{ id: 'x' }],
    doc: { a: 1 },
  },
};

describe('a value', () => {
  it('keeps its type if the text is a single placeholder', () => {
    const template = [
      '{{response.n}}',
      '{{ response.ok }}',
      'n={{response.n}}',
      '{{response.list.0.id}}',
      '{{response.doc}}',
      1,
    ];
    expect(fillJson(template, VALUES)).toEqual({ ok: true, value: [7, false, 'n=7', 'x', { a: 1 }, 1] });
  });

  it.each([
    ['{{response.signalId}}', 'there is no response.signalId'],
    ['{{response.empty}}', 'there is no response.empty'],
    ['x {{response.none}}', 'there is no response.none'],
    ['x {{response.doc}}', 'response.doc is not a string, a number or a boolean'],
    ['{{response.constructor}}', 'there is no response.constructor'],
    ['{{response.list.1.id}}', 'there is no response.list.1.id'],
  ])('that is missing is reported: %s', (template, problem) => {
    expect(fillJson({ a: [template] }, VALUES)).toEqual({ ok: false, problem });
  });

  it('is listed with its placeholder, except the origin and missing values', () => {
    const template = ['{{origin}}/{{response.n}}', { x: '{{ testId }}{{response.gone}}' }];
    expect(pathsIn(template)).toEqual(['origin', 'response.n', 'testId', 'response.gone']);
    expect(valuesNamed(template, VALUES)).toEqual({ 'response.n': '7', testId: 'run-1' });
  });
});

describe('a URL', () => {
  it('contains encoded values, and the origin unchanged', () => {
    expect(fillUrl('{{origin}}/api/{{response.signal_id}}?s={{symbol}}', VALUES)).toEqual({
      ok: true,
      value: 'https://hooks.example.com/api/s%201%2F2%3F?s=SPY',
    });
  });

  it.each(['.', '..', 'x'.repeat(2_001), '\ud800'])(
    'refuses a value that would change the path: %j',
    (id) => {
      expect(fillUrl('{{origin}}/api/{{response.id}}', { ...VALUES, response: { id } })).toEqual({
        ok: false,
        problem: 'response.id has a value that is not valid in a URL',
      });
    },
  );

  it('never lets a response choose the host or leave the folder', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const filled = fillUrl('{{origin}}/api/signals/{{response.id}}/rows', {
          ...VALUES,
          response: { id },
        });
        if (!filled.ok) return;
        const { origin, pathname, search, hash } = new URL(filled.value);
        expect([origin, search, hash]).toEqual(['https://hooks.example.com', '', '']);
        expect(pathname.split('/')).toHaveLength(5);
        expect(pathname).toMatch(/^\/api\/signals\/.*\/rows$/);
      }),
    );
  });
});

it('a header takes no line break, and nothing beyond Latin-1', () => {
  for (const id of ['a\r\nx-evil: 1', 'a\u0000', '€', '日本']) {
    expect(fillHeader('Bearer {{response.id}}', { ...VALUES, response: { id } })).toEqual({
      ok: false,
      problem: 'response.id has a value that is not valid in a header',
    });
  }
  const latin = { ...VALUES, response: { id: 'café' } };
  expect(fillHeader('{{response.id}}', latin)).toEqual({ ok: true, value: 'café' });
  expect(fillHeader('Bearer {{testId}}', VALUES)).toEqual({ ok: true, value: 'Bearer run-1' });
});
