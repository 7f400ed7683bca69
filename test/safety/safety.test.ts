import { describe, expect, it } from 'vitest';
import {
  checkAllowedHost,
  isLoopback,
  questionsText,
  type SafetyInput,
  safetyQuestions,
  unconfirmedGapMs,
} from '../../src/lib/safety/safety.ts';

const ELSEWHERE = 'https://hooks.example.com:8443/webhook';
const HERE = 'http://127.0.0.1:9000/webhook';
const TO = 'to hooks.example.com:8443';
const QUIET = 'quiet hours 09:30–16:00 America/New_York, until 16:00 (20:00 UTC)';

function asked(input: Partial<SafetyInput>): readonly string[] {
  const plain = {
    url: ELSEWHERE,
    proxy: null,
    sends: 5,
    retries: 0,
    concurrency: 1,
    rate: null,
    quiet: null,
  };
  return safetyQuestions({ ...plain, ...input }).map((question) => questionsText([question], '--yes'));
}

describe('a run requires confirmation', () => {
  it.each([
    [{ sends: 25 }, []],
    [{ sends: 26 }, [`26 webhooks ${TO} (the limit without --yes is 25)`]],
    [{ sends: 1000 }, [`1,000 webhooks ${TO} (the limit without --yes is 25)`]],
    [{ sends: 5, retries: 4 }, []],
    [
      { sends: 13, retries: 1 },
      [`13 webhooks ${TO}, each tried up to 2 times: up to 26 requests (the limit without --yes is 25)`],
    ],
    [{ rate: 10 }, []],
    [{ rate: 10.5 }, [`10.5 webhooks per second ${TO} (the limit without --yes is 10 per second)`]],
    [{ rate: 5, retries: 1 }, []],
    [
      { rate: 3.4, retries: 2 },
      [
        `3.4 webhooks per second ${TO}, each tried up to 3 times: up to 10.2 requests per second (the limit without --yes is 10 per second)`,
      ],
    ],
    [{ concurrency: 10 }, []],
    [{ concurrency: 11 }, [`up to 11 webhooks at a time ${TO} (the limit without --yes is 10 per second)`]],
    [
      { concurrency: 1000 },
      [`up to 1,000 webhooks at a time ${TO} (the limit without --yes is 10 per second)`],
    ],
    // A rate is what limits them.
    [{ concurrency: 50, rate: 10 }, []],
    [{ sends: 1, quiet: QUIET }, [`1 webhook ${TO} in ${QUIET}`]],
    [
      { sends: 100, rate: 50, quiet: QUIET },
      [
        `100 webhooks ${TO} (the limit without --yes is 25)`,
        `50 webhooks per second ${TO} (the limit without --yes is 10 per second)`,
        `100 webhooks ${TO} in ${QUIET}`,
      ],
    ],
    [{ url: HERE, sends: 100_000, rate: 1_000, quiet: QUIET }, []],
    [{ url: HERE, concurrency: 1_000 }, []],
    // What a proxy calls 127.0.0.1 is somewhere else.
    [
      { url: HERE, proxy: 'proxy.example:3128', sends: 26 },
      ['26 webhooks to 127.0.0.1:9000 through the proxy proxy.example:3128 (the limit without --yes is 25)'],
    ],
  ])('%j: %j', (input, questions) => {
    expect(asked(input)).toEqual(questions);
  });

  it.each<[Partial<SafetyInput>, readonly string[]]>([
    [{ sends: 26 }, ['lower --count']],
    [{ sends: 26, retries: 1 }, ['lower --count or --retries']],
    [{ rate: 11 }, ['lower --rate']],
    [{ rate: 6, retries: 1 }, ['lower --rate or --retries']],
    [{ concurrency: 11 }, ['lower --concurrency']],
    [{ quiet: QUIET }, ['wait until the quiet hours are over']],
  ])('or the run sends otherwise: %j, %j', (input, otherwise) => {
    const plain = {
      url: ELSEWHERE,
      proxy: null,
      sends: 5,
      retries: 0,
      concurrency: 1,
      rate: null,
      quiet: null,
    };
    expect(safetyQuestions({ ...plain, ...input }).map((question) => question.otherwise)).toEqual(otherwise);
  });

  it.each([
    [ELSEWHERE, null, false, 100],
    [ELSEWHERE, null, true, 0],
    [HERE, null, false, 0],
    [HERE, 'proxy.example:3128', false, 100],
  ])('or keeps a minimum gap: %s through %s, confirmed %s, %i ms', (url, proxy, confirmed, gapMs) => {
    expect(unconfirmedGapMs({ url, proxy, confirmed })).toBe(gapMs);
  });
});

describe('this machine', () => {
  it.each([
    'http://127.0.0.1',
    'http://127.9.9.9:1',
    'http://127.1',
    'http://0x7f.1',
    'http://2130706433',
    'http://0177.0.0.1',
    'http://１２７.0.0.1',
    'http://127.0.0.1.',
    'http://[::1]:8080',
    'http://[0:0:0:0:0:0:0:1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f12:1]',
    'http://LOCALHOST',
    'http://localhost.:8080',
    'http://a.localhost',
    'http://user:pass@localhost/x',
  ])('is %s', (url) => {
    expect(isLoopback(url)).toBe(true);
  });

  it.each([
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://localhost.evil.com',
    'http://notlocalhost',
    'http://localhost..',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://0',
    'http://[::]',
    'http://[::ffff:10.0.0.1]',
    'http://[::127.0.0.1]',
    'http://[fe80::1]',
    'http://user:127.0.0.1@example.com',
    'http://127.0.0.1@example.com',
    'http://example.com/127.0.0.1',
    'http://example.com\\@localhost',
    'http://128.0.0.1',
  ])('is not %s', (url) => {
    expect(isLoopback(url)).toBe(false);
  });
});

describe('allowHosts', () => {
  it.each([
    ['https://any.example', []],
    ['https://hooks.example.com/x', ['hooks.example.com']],
    ['https://hooks.example.com:8443/x', ['hooks.example.com']],
    ['https://hooks.example.com:8443/x', ['hooks.example.com:8443']],
    ['https://HOOKS.example.com', ['Hooks.Example.COM']],
    ['https://a.b.example.com', ['*.example.com']],
    ['https://a.example.com:8443', ['*.example.com:8443']],
    ['https://other.example', ['first.example', 'other.example']],
    // A port that goes without saying.
    ['https://hooks.example.com', ['hooks.example.com:443']],
    ['http://hooks.example.com', ['hooks.example.com:80']],
    ['https://hooks.example.com:443', ['hooks.example.com']],
    // A dot at the end.
    ['https://hooks.example.com.', ['hooks.example.com']],
    ['https://hooks.example.com', ['hooks.example.com.']],
    ['https://a.example.com.', ['*.example.com']],
    // Addresses, however they are written.
    ['http://[::1]:8080', ['[::1]:8080']],
    ['http://[::1]', ['::1']],
    ['http://[0:0:0:0:0:0:0:1]', ['[::1]']],
    ['http://[2001:db8::1]', ['2001:DB8:0::1']],
    ['http://127.1', ['127.0.0.1']],
    ['http://127.0.0.1', ['0x7f.1']],
    // Names in other scripts.
    ['https://münchen.example', ['münchen.example']],
    ['https://xn--mnchen-3ya.example', ['MÜNCHEN.example']],
    ['https://münchen.example', ['xn--mnchen-3ya.example']],
    ['https://hooks.münchen.example', ['*.münchen.example']],
    // User info and backslashes change nothing.
    ['https://evil.example@hooks.example.com', ['hooks.example.com']],
    ['https://hooks.example.com\\@evil.example', ['hooks.example.com']],
  ])('accepts %s with %j', (url, allowed) => {
    expect(() => checkAllowedHost(url, allowed)).not.toThrow();
  });

  it.each([
    ['https://hooks.example.com', ['example.com']],
    ['https://example.com', ['*.example.com']],
    ['https://evilexample.com', ['*.example.com']],
    ['https://hooks.example.com.evil.example', ['hooks.example.com']],
    ['https://hooks.example.com.evil.example', ['*.example.com']],
    ['https://hooks.example.com@evil.example', ['hooks.example.com']],
    ['https://hooks.example.com:pass@evil.example', ['hooks.example.com']],
    ['https://evil.example/hooks.example.com', ['hooks.example.com']],
    ['https://evil.example#hooks.example.com', ['hooks.example.com']],
    ['https://evil.example?hooks.example.com', ['*.example.com']],
    ['https://evil.example\\.hooks.example.com', ['*.example.com']],
    ['https://hooks.example.com..', ['hooks.example.com']],
    ['https://hooks.example.com:8443', ['hooks.example.com:9000']],
    ['http://hooks.example.com', ['hooks.example.com:443']],
    ['https://a.example.com', ['*.example.com:8443']],
    ['http://127.0.0.2', ['127.0.0.1']],
    ['http://[::2]', ['::1']],
    // Cyrillic а.
    ['https://hooks.exаmple.com', ['hooks.example.com']],
  ])('refuses %s with %j', (url, allowed) => {
    expect(() => checkAllowedHost(url, allowed)).toThrow(
      expect.objectContaining({ code: 'HOST_NOT_ALLOWED' }),
    );
  });
});
