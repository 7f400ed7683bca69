/** Numbers of any spelling through every path: what goes in comes out, byte for byte. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { readYaml } from '../../src/lib/config/sources/yaml.ts';
import { fillJson, fillUrl } from '../../src/lib/json/placeholders.ts';
import { parseJson, writeJson } from '../../src/lib/json/text.ts';
import type { Config } from '../../src/lib/library/config-type.ts';
import { renderReport } from '../../src/lib/library/reports.ts';
import { run } from '../../src/lib/library/run.ts';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { withMark } from '../../src/lib/replay/mark.ts';
import { FORMATTERS } from '../../src/lib/report/formatters/table.ts';
import { maskPaths } from '../../src/lib/secrets/redact-paths.ts';
import { matchFindings } from '../../src/lib/validate/match.ts';
import { type Handler, withTarget } from '../support/target.ts';
import { fuzz } from './support/fuzz.ts';

const digits = fc.stringMatching(/^(0|[1-9]\d{0,40})$/);
const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,40}$/));
const power = fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][+-]?\d{1,5}$/));
const number = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom('', '-'), digits, fraction, power).map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '-0',
      '-0.0',
      '0e0',
      '1E400',
      '-1e-400',
      '9007199254740993',
      '98765.10',
      '12345E2',
    ),
  },
);
const fiveNumbers = fc.tuple(number, number, number, number, number);
const object = (text: string) => parseJson(text) as JsonObject;

fuzz('a number is read, written, masked, matched, filled in and marked with its digits', {
  surface: 'numbers',
  runs: 150,
  input: fc.tuple(number, number, fc.constantFrom('', ' ', '\n\t')),
  check: ([first, second, space]) => {
    const text = `{"a":${space}${first},"b":[${second}${space},{"c":${first}}]}`;
    const tight = text.replaceAll(/\s/g, '');
    const value = object(text);
    expect(writeJson(value)).toBe(tight);
    const yaml = readYaml(text);
    expect(writeJson('value' in yaml ? yaml.value : yaml.problem)).toBe(tight);
    expect(maskPaths(['b'], []).body(text)).toBe(`{"a":${space}${first},"b":"***"}`);
    expect(matchFindings(value, object(text))).toEqual([]);
    const [wrong] = matchFindings(value, { a: 'x' });
    expect(wrong?.message).toBe(`a is ${first}, expected "x"`);
    const filled = fillJson({ a: '{{response.a}}', t: 'is {{response.b[0]}}' }, { response: value });
    expect(writeJson(filled.ok ? filled.value : filled.problem)).toBe(`{"a":${first},"t":"is ${second}"}`);
    const url = fillUrl('https://h.example/{{response.a}}?b={{response.b[0]}}', { response: value });
    const [a, b] = [encodeURIComponent(first), encodeURIComponent(second)];
    expect(url).toEqual({ ok: true, value: `https://h.example/${a}?b=${b}` });
    const unmarked = `{"a":${space}${first},"metadata":{"n":${second},"synthetic":false}}`;
    expect(withMark(unmarked, { synthetic: true })).toBe(unmarked.replace('false', 'true'));
  },
});

/** In every response, and nowhere but there may its digits be shown. */
const SECRET = '314159265358979323846264338327950288.41971';

/** The whole config, written as it would be in a file. */
function configOf([id, item, nested, size, own]: readonly string[], url: string): string {
  return `{
    "url": "${url}", "count": 1,
    "payload": { "id": ${id}, "list": [${item}, { "n": ${nested} }], "size": "{{size}}", "text": "is {{size}}", "secret": ${SECRET} },
    "dimensions": { "size": [${size}] },
    "scenarios": [{ "name": "A", "payload": { "own": ${own} } }],
    "expect": {
      "required": ["id"], "recommended": [],
      "match": { "id": ${id}, "list": [${item}, { "n": ${nested} }], "size": ${size} },
      "schema": { "properties": { "own": { "const": ${own} }, "list": { "contains": { "enum": [${item}] } } } }
    },
    "redact": ["secret"],
    "stages": [{ "name": "stored", "http": { "url": "{{origin}}/signals/{{response.id}}", "match": { "id": ${id} }, "within": "5s" } }],
    "cleanup": {
      "url": "{{origin}}/signals/{{response.own}}?size={{response.size}}",
      "body": { "id": "{{response.id}}", "of": ${nested} }
    }
  }`;
}

/** Responses a webhook with its own body, and a probe with the number in its path. */
const echo: Handler = ({ method, url, body }, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(method === 'GET' ? `{"id":${decodeURIComponent(url.slice('/signals/'.length))}}` : body);
};

fuzz('a number goes through a whole run with its digits', {
  surface: 'numbers',
  runs: 12,
  share: 0.03,
  input: fc.tuple(fiveNumbers, fc.boolean()),
  check: ([numbers, isYaml]) =>
    withTarget(echo, async ({ url, requests }) => {
      const [id, item, nested, size, own] = numbers;
      const text = configOf(numbers, url);
      const yaml = readYaml(text);
      const config = isYaml && 'value' in yaml ? yaml.value : parseJson(text);
      const report = await run(config as Config, { keep: false });
      const [result] = report.results;
      expect(result?.errors).toEqual([]);
      expect(result?.stages.map(({ state }) => state)).toEqual(['ok']);
      const bodyWith = (secret: string) =>
        `{"id":${id},"list":[${item},{"n":${nested}}],"size":${size},"text":"is ${size}","secret":${secret},"own":${own}}`;
      const sent = requests.map(({ method, url: path, body }) => [method, path, body.toString('utf8')]);
      const inPath = (value: string) => `/signals/${encodeURIComponent(value)}`;
      expect(sent).toEqual([
        ['POST', expect.any(String), bodyWith(SECRET)],
        ['GET', inPath(id), ''],
        ['DELETE', `${inPath(own)}?size=${encodeURIComponent(size)}`, `{"id":${id},"of":${nested}}`],
      ]);
      expect(result?.response?.body).toBe(bodyWith('"***"'));
      expect(String(result?.dimensions.size)).toBe(size);
      for (const format of Object.keys(FORMATTERS) as (keyof typeof FORMATTERS)[])
        expect(await renderReport(report, format), format).not.toContain(SECRET.slice(0, 15));
      expect(JSON.parse(await renderReport(report, 'json')).results[0].response.body).toBe(bodyWith('"***"'));
    }),
});

fuzz('a different number is reported with the digits of both', {
  surface: 'numbers',
  runs: 100,
  input: fc.tuple(number, fc.constantFrom('1', '7')),
  check: ([text, last]) => {
    // The same digits and one more are never the same number, unless all of them are zeros.
    const [mantissa = '', exponent] = text.split(/(?=[eE])/);
    const other = `${mantissa}${mantissa.includes('.') ? '' : '.'}${last}${exponent ?? ''}`;
    const [finding] = matchFindings(object(`{"a":${text}}`), object(`{"a":${other}}`));
    expect(finding?.message).toBe(`a is ${text}, expected ${other}`);
  },
});
