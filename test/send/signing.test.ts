/** Signatures against the vectors that the providers and the specification publish. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signing, SigningScheme } from '../../src/lib/model/signing.ts';
import { SIGNING_SCHEMES } from '../../src/lib/model/signing.ts';
import { STALE_BY_SECONDS, signatureHeaders } from '../../src/lib/send/signing.ts';
import { GENERIC_HMAC, SCHEMES } from '../../src/lib/senders/schemes.ts';

type Given = Partial<Pick<Signing, 'form' | 'mode'>> & { readonly id?: string; readonly at?: number };

const utf8 = (text: string) => Buffer.from(text, 'utf8');

function sign(scheme: SigningScheme, secrets: readonly string[], body: Uint8Array, given: Given = {}) {
  const form = given.form ?? (scheme === 'hmac' ? { ...GENERIC_HMAC, header: 'x-sig' } : SCHEMES[scheme]);
  return signatureHeaders(
    { form, secrets, mode: given.mode ?? 'valid' },
    { body, id: given.id ?? 'msg_1', timestampSeconds: given.at ?? 1_700_000_000 },
  );
}

const WEBHOOK = utf8('{"event":"ORB_BREAKOUT","symbol":"ES"}');
/** base64 of `0123456789abcdef0123456789abcdef` */
const STANDARD_SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

describe('published vectors', () => {
  // The example of Svix's documentation and of the libraries of Standard Webhooks.
  const svix = {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    body: utf8('{"test": 2432232314}'),
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: 1_614_265_330,
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };

  it('standard-webhooks', () => {
    expect(sign('standard-webhooks', [svix.secret], svix.body, svix)).toEqual({
      'webhook-id': svix.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': svix.signature,
    });
  });

  it('svix', () => {
    expect(sign('svix', [svix.secret], svix.body, svix)).toEqual({
      'svix-id': svix.id,
      'svix-timestamp': '1614265330',
      'svix-signature': svix.signature,
    });
  });

  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries, "Testing the webhook payload validation"
  it('github', () => {
    expect(sign('github', ["It's a Secret to Everybody"], utf8('Hello, World!'))).toEqual({
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    });
  });

  // https://docs.slack.dev/authentication/verifying-requests-from-slack
  it('slack', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
      '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com' +
      '%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14' +
      'd10d2c447fce8b6703c';
    expect(sign('slack', ['8f742231b10e8888abcd99yyyzzz85a5'], utf8(body), { at: 1_531_420_618 })).toEqual({
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    });
  });

  it.each<[SigningScheme, string, string, string]>([
    [
      'standard-webhooks',
      STANDARD_SECRET,
      'webhook-signature',
      'v1,Zfmt9HIIMdqrs1zQL63P+09MOAnsoSw+NX0RearRmzs=',
    ],
    ['svix', STANDARD_SECRET, 'svix-signature', 'v1,Zfmt9HIIMdqrs1zQL63P+09MOAnsoSw+NX0RearRmzs='],
    [
      'stripe',
      'whsec_abc',
      'stripe-signature',
      't=1700000000,v1=fc2bafaef59caeb64c8e93092c5927e44344407b0caa81ce9a60b4e6074fde53',
    ],
    [
      'github',
      's3cret',
      'x-hub-signature-256',
      'sha256=2f5fd9ec6794ddbda1d7a158a474853fd17022a3d3dd8cc8626c34ff5fa07e95',
    ],
    [
      'slack',
      's3cret',
      'x-slack-signature',
      'v0=b3f929599b37ed30f118b259197d2224cc00a58c03e6aa3c2676099e4cde5d52',
    ],
    ['shopify', 's3cret', 'x-shopify-hmac-sha256', 'L1/Z7GeU3b2h16FYpHSFP9FwIqPT3YzIYmw0/1+gfpU='],
  ])("%s, of one webhook, matches the providers' libraries", (scheme, secret, header, signature) => {
    expect(sign(scheme, [secret], WEBHOOK)[header]).toBe(signature);
  });
});

describe('several secrets', () => {
  const two = [STANDARD_SECRET, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
  const each = (scheme: SigningScheme, header: string) =>
    two.map((one) => sign(scheme, [one], WEBHOOK)[header]);

  it('are all used if the scheme supports them', () => {
    expect(sign('standard-webhooks', two, WEBHOOK)['webhook-signature']).toBe(
      each('standard-webhooks', 'webhook-signature').join(' '),
    );
    expect(sign('svix', two, WEBHOOK)['svix-signature']).toBe(each('svix', 'svix-signature').join(' '));
    const [first, second] = each('stripe', 'stripe-signature');
    expect(sign('stripe', two, WEBHOOK)['stripe-signature']).toBe(
      `${first},${second?.replace('t=1700000000,', '')}`,
    );
  });

  it.each(['github', 'slack', 'shopify', 'hmac'] as const)('of %s sign with the first', (scheme) => {
    expect(sign(scheme, two, WEBHOOK)).toEqual(sign(scheme, two.slice(0, 1), WEBHOOK));
  });
});

describe('hmac', () => {
  // RFC 4231, test case 2 (SHA-2), and RFC 2202, test case 2 (SHA-1).
  const what = utf8('what do ya want for nothing?');
  it.each([
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'sha384',
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    ],
    [
      'sha512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('with %s', (algorithm, hex) => {
    const form = { ...GENERIC_HMAC, header: 'x-sig', algorithm };
    expect(sign('hmac', ['Jefe'], what, { form })['x-sig']).toBe(hex);
    for (const encoding of ['base64', 'base64url'] as const) {
      expect(sign('hmac', ['Jefe'], what, { form: { ...form, encoding } })['x-sig']).toBe(
        Buffer.from(hex, 'hex').toString(encoding),
      );
    }
  });

  it('can imitate others: what it signs, and where each part goes', () => {
    const stripe = { ...SCHEMES.stripe, prefix: '', lead: 't={timestamp},v1=', separator: null };
    expect(sign('hmac', ['whsec_abc'], WEBHOOK, { form: stripe })).toEqual(
      sign('stripe', ['whsec_abc'], WEBHOOK),
    );
    const form = {
      ...GENERIC_HMAC,
      header: 'x-sig',
      content: '{id}/{body}/{timestamp}/{body}',
      lead: 'id={id};',
      idHeader: 'x-id',
      timestampHeader: 'x-time',
    };
    const same = sign('hmac', ['k'], utf8('m/b/7/b'))['x-sig'];
    expect(sign('hmac', ['k'], utf8('b'), { form, id: 'm', at: 7 })).toEqual({
      'x-id': 'm',
      'x-time': '7',
      'x-sig': `id=m;${same}`,
    });
  });
});

describe('incorrect on purpose', () => {
  it.each(SIGNING_SCHEMES)(
    '%s with a wrong secret differs only in the signature, and is no other secret by chance',
    (scheme) => {
      const secret = STANDARD_SECRET;
      const right = sign(scheme, [secret], WEBHOOK);
      const wrong = sign(scheme, [secret], WEBHOOK, { mode: 'wrong-secret' });
      expect(Object.keys(wrong)).toEqual(Object.keys(right));
      const different = Object.keys(right).filter((name) => right[name] !== wrong[name]);
      expect(different).toHaveLength(1);
      const [header = ''] = different;
      expect(wrong[header]).toHaveLength(right[header]?.length ?? 0);
    },
  );

  it('with several secrets, none is valid', () => {
    const right = sign('stripe', ['a-secret', 'b-secret'], WEBHOOK)['stripe-signature']?.split(',') ?? [];
    const wrong =
      sign('stripe', ['a-secret', 'b-secret'], WEBHOOK, { mode: 'wrong-secret' })['stripe-signature']?.split(
        ',',
      ) ?? [];
    expect(wrong).toHaveLength(3);
    expect(wrong.filter((part) => right.includes(part))).toEqual(['t=1700000000']);
  });

  it('stale is a valid signature of an hour ago', () => {
    expect(sign('slack', ['s'], WEBHOOK, { mode: 'stale' })).toEqual(
      sign('slack', ['s'], WEBHOOK, { at: 1_700_000_000 - STALE_BY_SECONDS }),
    );
  });

  it('none omits only the signature', () => {
    expect(sign('standard-webhooks', [STANDARD_SECRET], WEBHOOK, { mode: 'none' })).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1700000000',
    });
    expect(sign('github', ['s'], WEBHOOK, { mode: 'none' })).toEqual({});
  });
});

it('bytes that are not UTF-8 are signed as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const other = Buffer.from(bytes);
      other[0] = (other[0] ?? 0) ^ 0xff;
      expect(sign('github', ['s'], bytes)).not.toEqual(sign('github', ['s'], other));
    }),
  );
});
