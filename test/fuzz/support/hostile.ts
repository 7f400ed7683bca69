/** Text, JSON and bytes as somebody would write them who wants to do harm, beside those that are merely odd. */
import fc from 'fast-check';
import type { Json } from '../../../src/lib/model/json.ts';

/** Words that the invariants look for where they must not be understood begin with `canary`. */
const ATTACKS: readonly string[] = [
  // Terminals: styles, titles, links, cursor and clipboard, 7-bit and 8-bit, with and without an end.
  ...['\u001b[31m', '\u001b[2J\u001b[H', '\u001b]0;canary\u0007', '\u001b]8;;https://canary.example\u001b\\'],
  ...[
    '\u001b]52;c;Y2FuYXJ5\u0007',
    '\u009b2J',
    '\u009d0;canary\u009c',
    '\u001bPcanary\u001b\\',
    '\u001b',
    '\u001bc',
  ],
  ...[
    '\u0000',
    '\u0007',
    '\u0008',
    '\r',
    '\r\n',
    '\n',
    '\t',
    '\u000b',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029',
  ],
  // Order and visibility.
  ...[
    '\u202ecanary\u202c',
    '\u2066',
    '\u2069',
    '\u200e',
    '\u200f',
    '\u061c',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u00ad',
  ],
  ...[
    '\ud800',
    '\udfff',
    '\udc00\ud800',
    '\ufffe',
    '\uffff',
    'e\u0301'.repeat(40),
    '👩‍👩‍👧‍👦',
    '漢字',
    'ﷺ',
    '𐐷',
  ],
  // Markup.
  ...['<canary>', '"><canary x="', "'><canary x='", '</testsuite><canary/>', ']]><canary/>', '<!--canary'],
  ...['<![CDATA[canary', '&canary;', '&#27;', '<?canary?>', '<script>canary</script>', '" onload="canary'],
  ...[
    '</script><script>canary()</script>',
    '<img src=x onerror=canary>',
    'javascript:canary()',
    '<a href="canary">',
  ],
  ...[
    '[x](javascript:canary)',
    '![canary](http://canary.example)',
    '|canary|',
    '```canary',
    '\n# canary',
    '\ncanary',
  ],
  // CI systems and report formats that are read by the line.
  ...[
    '\n::error::canary',
    '::error::canary',
    '::stop-commands::canary',
    '\n::warning file=x::canary',
    '%0A::error::canary',
  ],
  ...['##[error]canary', '##vso[task.setvariable variable=canary]x', "##teamcity[message text='canary']"],
  ...['\nnot ok 1 canary', '\nBail out! canary', '\ncanary_metric 1', '###[canary'],
  // Names that every object has, and paths.
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'constructor.prototype.canary'],
  ...[
    '__proto__.canary',
    '..',
    '../../../../etc/passwd',
    '/etc/passwd',
    '..\\..\\canary',
    'C:\\canary',
    'file:///etc/passwd',
  ],
  // Templates, shells and patterns of our own.
  ...[
    '{{',
    '}}',
    '{{symbol}}',
    '{{response.signal_id}}',
    '${env:HOME}',
    '${env:CANARY:-x}',
    '$(canary)',
    '`canary`',
  ],
  ...['$HOME', "'", '"', '\\', "'; canary; '", '$&', '$1', '$`', '%s%n', '*', '(a+)+$', '[', '…', '***'],
  // Numbers and addresses.
  ...[
    'NaN',
    '-0',
    '1e999',
    '-1',
    '9007199254740993',
    '0x10',
    '٣',
    'https://canary.example/?a=b#c',
    'http://[::1]:1',
  ],
  ...['https://user:canary@host.example/', 'https://h.example/\u001b\\canary', ' not in response', '-', '='],
];

const [FIRST_SURROGATE, SURROGATES, LAST_CODE_POINT] = [0xd800, 0x800, 0x10ffff];

/** The same as the unit `binary` of fast-check, which takes half a second for a table of all code points. */
const codePoint = fc.nat(LAST_CODE_POINT - SURROGATES).map(
  (at) => String.fromCodePoint(at < FIRST_SURROGATE ? at : at + SURROGATES),
  (text) => {
    const [point = '', ...more] = typeof text === 'string' ? text : '';
    const code = point.codePointAt(0);
    const isSurrogate = code !== undefined && code >= FIRST_SURROGATE && code < FIRST_SURROGATE + SURROGATES;
    if (code === undefined || more.length > 0 || isSurrogate) throw new Error('not a code point');
    return code < FIRST_SURROGATE ? code : code - SURROGATES;
  },
);

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ATTACKS) },
  { weight: 2, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 2, arbitrary: fc.string({ unit: codePoint, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.nat(0xffff).map((code) => String.fromCharCode(code)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...ATTACKS), fc.nat(30)).map(([text, times]) => text.repeat(times)),
  },
);

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(' ')) },
  { weight: 1, arbitrary: fc.constantFrom(...ATTACKS) },
);

/** What stands at one place of hostile text and goes on for a long time. */
export const longText: fc.Arbitrary<string> = fc
  .tuple(piece, fc.integer({ min: 1, max: 20_000 }), piece)
  .map(
    ([text, length, end]) => text.repeat(Math.ceil(length / Math.max(1, text.length))).slice(0, length) + end,
  );

const key = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', '', 'a.b', '0'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('signal_id', 'status', 'error', 'message', 'detail', 'enrichment', 'variant'),
  },
  { weight: 2, arbitrary: hostileText },
);

export const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    0,
    -0,
    -1,
    1e21,
    1e300,
    -1e300,
    5e-324,
    Number.MAX_SAFE_INTEGER + 2,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ),
);

/** An object whose keys are data, whatever they are called. */
function record<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries(entries);
}

/** Plain data as a program may hold it; numbers that JSON cannot write included. */
export const hostileData: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileText,
    hostileNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map(record),
  ),
})).value;

/** Objects more often than anything else. */
export const hostileObject = fc.array(fc.tuple(key, hostileData), { maxLength: 8 }).map(record);

/** Nested far deeper than anybody can walk by recursion. */
export const deepText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('[', '{"a":', '{"__proto__":', '[[],', '{"a":1,"b":'),
    fc.integer({ min: 100, max: 20_000 }),
    fc.boolean(),
  )
  .map(([open, times, closed]) => {
    const close = open.startsWith('{') ? '}' : ']';
    return `${open.repeat(times)}1${closed ? close.repeat(times) : ''}`;
  });

/** JSON text as no serialiser writes it, and text that only looks like JSON. */
export const jsonText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: hostileData.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: hostileObject.map((value) => JSON.stringify(value, null, 2)) },
  { weight: 1, arbitrary: deepText },
  { weight: 1, arbitrary: hostileText },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...[
        '',
        ' ',
        'null',
        '1e999',
        '-1e999',
        '{"a":1e999}',
        '[1,]',
        '{"a":1,"a":2}',
        '{"__proto__":{"canary":1}}',
      ],
      ...[
        '{"constructor":{"prototype":{"canary":1}}}',
        '\ufeff{}',
        '{}{}',
        '"\\ud800"',
        '"\\u0000"',
        '{"a":"\\u001b[31m"}',
      ],
      ...['<!doctype html><canary>', 'NaN', "{'a':1}", '{"a":undefined}', '// x\n{}', '\u0000'],
    ),
  },
  // A byte of it lost, or one too many.
  {
    weight: 2,
    arbitrary: fc.tuple(hostileObject, fc.nat(), hostileText).map(([value, at, text]) => {
      const json = JSON.stringify(value);
      const place = at % (json.length + 1);
      return json.slice(0, place) + text + json.slice(place + 1);
    }),
  },
);

const CHARSETS = [
  'utf-8',
  'latin1',
  'utf-16le',
  'utf-16be',
  'shift_jis',
  'x-user-defined',
  'canary',
  '',
  '"utf-8"',
  'utf-7',
];

export const contentType: fc.Arbitrary<string | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom('application/json', 'text/html', 'application/problem+json', 'text/plain'),
  fc.constantFrom(...CHARSETS).map((charset) => `application/json; charset=${charset}`),
  hostileText,
);

/** Text in some encoding or none, or bytes that mean nothing. */
export const hostileBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: jsonText.map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: jsonText.map((text) => Buffer.from(text, 'utf16le')) },
  {
    weight: 1,
    arbitrary: jsonText.map((text) =>
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
    ),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
);
