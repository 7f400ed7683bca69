import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProdE2eError } from '../../src/lib/errors.ts';
import type { Json } from '../../src/lib/model/json.ts';
import type { TemplateContext } from '../../src/lib/model/scenario.ts';
import { seededRandom } from '../../src/lib/plan/random.ts';
import { compileTemplate } from '../../src/lib/plan/templates.ts';

const CONTEXT: TemplateContext = {
  testId: 'run-7',
  runId: 'run',
  scenario: 'CHOP',
  index: 7,
  timestamp: '2026-08-01T12:00:00.000Z',
  timestampMs: 1_785_585_600_000,
  timestampSeconds: 1_785_585_600,
  today: '2026-08-01',
  uuid: '00000000-0000-4000-8000-000000000000',
  symbol: 'SPY',
  lots: 3,
  live: false,
};

function render(template: Json, seed = 'seed'): Json {
  const names = ['symbol', 'lots', 'live'];
  return compileTemplate({ template, names, where: 'scenario CHOP' })({
    context: CONTEXT,
    random: seededRandom(seed, 1),
    newUuid: () => '11111111-1111-4111-8111-111111111111',
  });
}

function problemOf(template: Json): ProdE2eError {
  try {
    render(template);
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return thrown;
  }
  throw new Error(`${JSON.stringify(template)} was accepted.`);
}

describe('a template', () => {
  it.each([
    ['{{testId}}', 'run-7'],
    ['{{runId}}', 'run'],
    ['{{scenario}}', 'CHOP'],
    ['{{index}}', 7],
    ['{{timestamp}}', '2026-08-01T12:00:00.000Z'],
    ['{{timestampMs}}', 1_785_585_600_000],
    ['{{uuid}}', '00000000-0000-4000-8000-000000000000'],
    ['{{symbol}}', 'SPY'],
    ['{{lots}}', 3],
    ['{{live}}', false],
    ['{{  lots\t}}', 3],
    [' {{lots}}', ' 3'],
    ['{{lots}}{{lots}}', '33'],
    ['{{symbol}}-{{index}}!', 'SPY-7!'],
    ['{{int 5 5}}', 5],
    ['{{int -3 -3}}', -3],
    ['{{float 1.5 1.5 2}}', 1.5],
    ['{{pick only}}', 'only'],
    ['x{{int 5 5}}', 'x5'],
    ['{{timestampSeconds}}', 1_785_585_600],
    ['{{today}}', '2026-08-01'],
    ['{{timestamp -5m}}', '2026-08-01T11:55:00.000Z'],
    ['{{timestamp +1h}}', '2026-08-01T13:00:00.000Z'],
    ['{{timestampMs -1500ms}}', 1_785_585_598_500],
    ['{{timestampSeconds +10s}}', 1_785_585_610],
    ['{{today -1d}}', '2026-07-31'],
    ['{{newUuid}}', '11111111-1111-4111-8111-111111111111'],
    ["{{pick 'New York'}}", 'New York'],
    ['{{pick "a, b"}}', 'a, b'],
    [42, 42],
    [null, null],
    [
      ['{{lots}}', { deep: ['{{index}}'] }],
      [3, { deep: [7] }],
    ],
    ['{{', '{{'],
    ['}} {', '}} {'],
    ['{{symbol}', '{{symbol}'],
    ['{ {symbol} }', '{ {symbol} }'],
  ] as const)('%j becomes %j', (template, expected) => {
    expect(render(template)).toEqual(expected);
  });

  it('does not change data without placeholders', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('{{'));
        // What JSON can say: -0 is 0, and keys are own properties, __proto__ among them.
        const json = JSON.stringify(value);
        expect(JSON.stringify(render(JSON.parse(json)))).toBe(json);
      }),
    );
  });

  it('keeps hostile keys as data', () => {
    const template = JSON.parse('{"__proto__":{"a":"{{lots}}"},"constructor":"{{index}}"}');
    expect(JSON.stringify(render(template))).toBe('{"__proto__":{"a":3},"constructor":7}');
  });
});

describe('a generator', () => {
  it('int stays within its bounds, both included', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.string(), (a, b, seed) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const value = render(`{{int ${from} ${to}}}`, seed);
        expect(Number.isSafeInteger(value)).toBe(true);
        expect(Number(value)).toBeGreaterThanOrEqual(from);
        expect(Number(value)).toBeLessThanOrEqual(to);
      }),
    );
    const drawn = Array.from({ length: 200 }, (_, seed) => render('{{int 1 3}}', String(seed)));
    expect(new Set(drawn)).toEqual(new Set([1, 2, 3]));
  });

  it('float stays within its bounds and has the given number of digits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 0, max: 15 }),
        fc.string(),
        (from, digits, seed) => {
          const value = Number(render(`{{float ${from} ${from + 5} ${digits}}}`, seed));
          expect(value).toBeGreaterThanOrEqual(from);
          expect(value).toBeLessThanOrEqual(from + 5);
          expect(value).toBe(Number(value.toFixed(digits)));
        },
      ),
    );
  });

  it('float never returns a negative zero', () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => render('{{float -1 1 0}}', String(seed)));
    expect(drawn.filter((value) => Object.is(value, -0))).toEqual([]);
    expect(drawn).toContain(0);
  });

  it('pick uses each of its values', () => {
    const drawn = Array.from({ length: 200 }, (_, seed) => render('{{pick a b c}}', String(seed)));
    expect(new Set(drawn)).toEqual(new Set(['a', 'b', 'c']));
  });
});

describe('an invalid template', () => {
  it.each([
    ['{{symbl}}', 'Did you mean {{symbol}}?'],
    ['{{testid}}', 'Did you mean {{testId}}?'],
    ['x {{itn 1 2}}', 'Did you mean {{int}}?'],
    ['{{constructor}}', 'Known names: testId, runId'],
    ['{{}}', 'Known names: testId, runId'],
    ['{{symbol upper}}', 'symbol takes no arguments: {{symbol}}'],
    ['{{int}}', '{{int 1 100}}'],
    ['{{int 1}}', '{{int 1 100}}'],
    ['{{int 2 1}}', '{{int 1 100}}'],
    ['{{int 1 2 3}}', '{{int 1 100}}'],
    ['{{int 1.5 2}}', '{{int 1 100}}'],
    ['{{int a b}}', '{{int 1 100}}'],
    ['{{int 0 99999999999999999999}}', '{{int 1 100}}'],
    ['{{float 1 2}}', '{{float 1 2 2}}'],
    ['{{float 2 1 2}}', '{{float 1 2 2}}'],
    ['{{float 1 2 16}}', '{{float 1 2 2}}'],
    ['{{float 1 2 -1}}', '{{float 1 2 2}}'],
    ['{{float -1e308 1e308 2}}', '{{float 1 2 2}}'],
    ['{{pick}}', '{{pick a b}}'],
  ])('%s is reported with the correct form', (template, hint) => {
    const problem = problemOf({ deep: [template] });
    expect(problem.code).toBe('TEMPLATE_INVALID');
    expect(problem.message).toContain('(scenario CHOP, payload.deep[0])');
    expect(problem.suggestions.join('\n')).toContain(hint);
  });
});

it('takes no longer for endless white space', () => {
  // Were the time to grow with the cube of the length, this would take days.
  expect(render(`{{${' '.repeat(100_000)}`)).toHaveLength(100_002);
  expect(render(`{{${' '.repeat(100_000)}lots${' '.repeat(100_000)}}}`)).toBe(3);
});

describe('generators', () => {
  it.each([
    ['{{hex 16}}', /^[0-9a-f]{16}$/],
    ['{{digits 8}}', /^\d{8}$/],
    ['{{letters 5}}', /^[a-z]{5}$/],
    ['id_{{digits 4}}', /^id_\d{4}$/],
  ])('%s', (template, form) => {
    const drawn = Array.from({ length: 20 }, (_, at) => render(template, `seed ${at}`));
    for (const value of drawn) expect(value).toMatch(form);
    expect(new Set(drawn).size).toBeGreaterThan(15);
    expect(render(template, 'again')).toBe(render(template, 'again'));
  });

  it('{{bool}} is true as often as false', () => {
    const drawn = Array.from({ length: 200 }, (_, at) => render('{{bool}}', `seed ${at}`));
    const yes = drawn.filter((value) => value === true).length;
    expect(drawn.every((value) => typeof value === 'boolean')).toBe(true);
    expect(yes).toBeGreaterThan(60);
    expect(yes).toBeLessThan(140);
  });

  it.each([
    ['{{hex}}', 'hex takes a length (1 to 1000): {{hex 16}}'],
    ['{{digits 0}}', 'digits takes a length (1 to 1000): {{digits 16}}'],
    ['{{letters 1001}}', 'letters takes a length (1 to 1000): {{letters 16}}'],
    ['{{bool 1}}', 'bool takes no arguments: {{bool}}'],
    ['{{newUuid 4}}', 'newUuid takes no arguments: {{newUuid}}'],
    ['{{timestamp 5m}}', 'timestamp takes at most an offset: {{timestamp -5m}}'],
    ['{{timestamp -5m -5m}}', 'timestamp takes at most an offset: {{timestamp -5m}}'],
    ['{{today +999999999d}}', 'today takes at most an offset: {{today -5m}}'],
  ])('%s is refused', (template, hint) => {
    expect(problemOf(template).suggestions).toEqual([hint]);
  });
});
