import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createRedactor,
  maskHeaders,
  maskResponseHeaders,
  maskUrl,
  ofSentences,
  redactDeep,
  withLocation,
} from '../../src/lib/secrets/redact.ts';
import { secretsInUrl } from '../../src/lib/secrets/urls.ts';

const SECRET = 'whsec_a/b+c=d%"e\\f ü';

/** Secrets as people have them: no mask among them, and long enough to count. */
const secrets = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'aA1_-+/=%"\\ .$*\n'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    minLength: 4,
    maxLength: 40,
  })
  .filter((text) => text.trim().length >= 4 && !text.includes('**'));
const surroundings = fc.string({ unit: 'grapheme', maxLength: 20 });

const encoders: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['URL-encoded', encodeURIComponent],
  [
    'URL-encoded in lower case',
    (text) => encodeURIComponent(text).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['URL-encoded with slashes kept', (text) => encodeURIComponent(text).replaceAll('%2F', '/')],
  ['URL-encoded as a whole URL', encodeURI],
  ['as a form', (text) => new URLSearchParams({ x: text }).toString().slice(2)],
  ['as JSON', (text) => JSON.stringify(text).slice(1, -1)],
  ['as JSON with slashes escaped', (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
  [
    'as JSON in ASCII',
    (text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
  ['in hex', (text) => Buffer.from(text).toString('hex')],
  ['in capital hex', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['in base64', (text) => Buffer.from(text).toString('base64').replace(/=+$/, '')],
  ['in base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
];

describe('a secret', () => {
  it.each(encoders)('%s is masked', (_, encode) => {
    const redact = createRedactor([SECRET]);
    expect(redact(encode(SECRET))).not.toContain(encode(SECRET).slice(1, -2));
    expect(redact(`before ${encode(SECRET)} after`)).toMatch(/^before \*{3}\S{0,2} after$/);
  });

  it.each(encoders)('%s never remains, whatever its value and the text around it', (_, encode) => {
    fc.assert(
      fc.property(secrets, surroundings, surroundings, (secret, before, after) => {
        fc.pre(!encode(before).includes('*') && !encode(after).includes('*'));
        const form = encode(secret);
        // What stands there anyway is not the secret: `pro` before the secret `pro-`.
        fc.pre(![before, after].some((text) => text.includes(form.slice(0, -1))));
        const redacted = createRedactor([secret])(`${before}${form}${after}`);
        // In base64 the last character may also belong to what follows.
        expect(redacted).not.toContain(form.slice(0, -1));
        expect(redacted).toContain('***');
      }),
    );
  });

  it('is found if it contains the replacement character of invalid UTF-8', () => {
    const redact = createRedactor(['\ufffda !']);
    expect(redact(`x=${encodeURIComponent('\ufffda !')}&y=%ff%EF%BF`)).toBe('x=***&y=%ff%EF%BF');
  });

  it('in base64 never survives inside a longer text, at any alignment', () => {
    fc.assert(
      fc.property(secrets, surroundings, surroundings, (secret, before, after) => {
        for (const encoding of ['base64', 'base64url'] as const) {
          const encoded = Buffer.from(`${before}${secret}${after}`).toString(encoding);
          const redacted = createRedactor([secret])(encoded);
          expect(redacted).toContain('***');
          // What is left on either side is decoded with a stand-in for what was masked.
          const [left = ''] = redacted.split('***');
          expect(Buffer.from(left, encoding).toString()).not.toContain(secret);
        }
      }),
    );
  });

  it('with spaces or a line break at its ends is also masked without them, as headers carry it', () => {
    expect(createRedactor(['  s3cret-token\n'])('Bearer s3cret-token')).toBe('Bearer ***');
  });

  it('is masked each time it occurs, even where it overlaps itself', () => {
    expect(createRedactor(['abab'])('x abab y ababab z')).toBe('x *** y *** z');
  });

  it('that overlaps another one is masked with it', () => {
    const redact = createRedactor(['abcdef', 'defghi', 'cdef-long']);
    expect(redact('1 abcdefghi 2')).toBe('1 *** 2');
    expect(redact('1 abcdef-long 2')).toBe('1 *** 2');
    expect(redact('abcdefabcdef')).toBe('***');
  });

  it('never survives among others, in any order and overlap', () => {
    const pieces = fc.constantFrom('abcd', 'bcde', 'cdab', 'dede', 'abcdabcd', 'x', ' ');
    const some = fc.uniqueArray(fc.constantFrom('abcd', 'bcde', 'cdab', 'dede', 'abcdabcd'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(some, fc.array(pieces), (list, parts) => {
        const redacted = createRedactor(list)(parts.join(''));
        for (const secret of list) expect(redacted).not.toContain(secret);
      }),
    );
  });

  it('that a message cut off is masked up to the cut', () => {
    const redact = createRedactor([SECRET]);
    expect(redact('HTTP 401: bad key whsec_a/b+…')).toBe('HTTP 401: bad key ***…');
    expect(redact('a is "whsec_a/b+c=d%\\"e…, expected 1')).toBe('a is "***…, expected 1');
    expect(redact('nothing of it whs…')).toBe('nothing of it whs…');
    expect(redact('wait… whsec_')).toBe('wait… whsec_');
  });

  it('of several kilobytes is masked', () => {
    const key = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 251)).toString('base64');
    expect(createRedactor([key])(`-${key}-`)).toBe('-***-');
  });
});

describe('text that is not secret', () => {
  it.each([[[]], [['']], [['abc']], [['   ', 'x']]])('is unchanged with the secrets %j', (list) => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(createRedactor(list)(text)).toBe(text);
      }),
    );
  });

  it('is unchanged around a secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('…'));
        expect(createRedactor(['Zq9#Zq9#Zq9#'])(text)).toBe(text);
      }),
    );
  });

  it('is not read as a regular expression', () => {
    expect(createRedactor(['a.c*'])('abcc a.c*')).toBe('abcc ***');
    expect(createRedactor(['$&$1'])('$&$1')).toBe('***');
  });
});

describe('redactDeep', () => {
  const redact = createRedactor(['s3cret']);

  it('masks strings at any depth and leaves the rest', () => {
    expect(redactDeep({ a: ['s3cret', 1, null, { b: 'x s3cret' }], c: true }, redact)).toEqual({
      a: ['***', 1, null, { b: 'x ***' }],
      c: true,
    });
  });

  it('does not change keys, which are the shape of the data', () => {
    const data = { testId: 'x', errors: [] };
    expect(redactDeep(data, createRedactor(['testId', 'errors']))).toEqual(data);
  });

  it('keeps hostile keys as data', () => {
    const data = JSON.parse('{"__proto__":{"a":"s3cret"}}');
    expect(JSON.stringify(redactDeep(data, redact))).toBe('{"__proto__":{"a":"***"}}');
  });
});

it('headers that hold secrets by their name are masked', () => {
  expect(maskHeaders({ authorization: 'Bearer x', 'x-api-key': 'y', accept: '*/*' })).toEqual({
    authorization: '***',
    'x-api-key': '***',
    accept: '*/*',
  });
});

describe('a URL', () => {
  it.each([
    ['https://h.example/webhook', 'https://h.example/webhook'],
    ['https://user:pass@h.example/', 'https://***:***@h.example/'],
    ['https://token@h.example/', 'https://***@h.example/'],
    ['https://h.example/?key=s3cret&mode=test', 'https://h.example/?key=***&mode=***'],
    ['https://h.example/?a=1&a=2&b', 'https://h.example/?a=***&b='],
  ])('%s is shown as %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });

  it.each([
    ['https://h.example/webhook', []],
    ['no URL', []],
    ['https://us%20er:p%40ss@h.example/', ['us er', 'p@ss']],
    ['https://u%zz:p@h.example/', ['u%zz', 'p']],
    ['https://h.example/?key=word&k=abc123&x=', ['word', 'abc123']],
    ['https://h.example/?mode=test&env=production&debug', []],
  ])('%s holds the secrets %j', (url, expected) => {
    expect(secretsInUrl(url)).toEqual(expected);
  });

  it('shows no credentials', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true }),
        fc.stringMatching(/^[a-zA-Z0-9]{12,20}$/),
        (base, secret) => {
          const url = new URL(base);
          url.username = `user${secret}`;
          url.password = secret;
          url.searchParams.set('token', secret);
          expect(maskUrl(url.href)).not.toContain(secret);
          expect(secretsInUrl(url.href)).toContain(secret);
        },
      ),
    );
  });
});

describe('a secret that is a common word', () => {
  const redact = createRedactor(['user', 'test', 'prod-e2e', 'webhook', 'swordfish', 'run-7']);

  it.each([
    ['other users may see it', 'other users may see it'],
    ['3 tests in a row (webhooks of a test).', '3 tests in a row (webhooks of a test).'],
    ['Run it again: prod-e2e doctor', 'Run it again: prod-e2e doctor'],
    ["The test's webhook", "The test's webhook"],
    // What a sentence quotes, or what is no word of its own, is masked.
    ['HTTP 401: "no user webhook"', 'HTTP 401: "no *** ***"'],
    ['Redirected to https://h/test/x', 'Redirected to https://h/***/x'],
    ['user=1 test:2 user@host test-user', '***=1 ***:2 ***@host test-user'],
    ['the password swordfish of a user', 'the password *** of a user'],
    ['testify, userland', '***ify, ***land'],
    ['run-7 of the user', '*** of the user'],
  ])('does not change the sentence %j, shown as %j', (sentence, shown) => {
    expect(redact(sentence, 'sentence')).toBe(shown);
    expect(ofSentences(redact)(sentence)).toBe(shown);
  });

  it('is masked in data', () => {
    expect(redact('other users may see it')).toBe('other ***s may see it');
    expect(redact('{"user":"test"}', 'data')).toBe('{"***":"***"}');
  });
});

describe('an address that a response redirects to', () => {
  const location =
    'https://bob:pw-9876@h.example/in/S3CRET?ticket=a1b2c3d4&mode=on#access_token=e5f6g7h8&state=ok';

  it('is shown without user info, query values and fragment', () => {
    expect(
      maskResponseHeaders({
        location,
        'content-location': '/in?k9876543',
        refresh: `0; url=${location}`,
        link: `<${location}>; rel="next", </last>; rel="last"`,
        'x-other': 'a?b=c',
      }),
    ).toEqual({
      location: 'https://***@h.example/in/S3CRET?ticket=***&mode=***',
      'content-location': '/in?***',
      refresh: '0; url=https://***@h.example/in/S3CRET?ticket=***&mode=***',
      link: '<https://***@h.example/in/S3CRET?ticket=***&mode=***>; rel="next", </last>; rel="last"',
      'x-other': 'a?b=c',
    });
  });

  it('is secret wherever the response repeats it', () => {
    const redact = withLocation(createRedactor(['S3CRET']), { location });
    expect(redact(`Found: ${location}`)).toBe(
      'Found: https://bob:***@h.example/in/***?ticket=***&mode=on#access_token=***&state=ok',
    );
    const known = createRedactor(['S3CRET']);
    expect(withLocation(known, { location: '/signals/42' })).toBe(known);
    expect(withLocation(known, {})).toBe(known);
  });
});
