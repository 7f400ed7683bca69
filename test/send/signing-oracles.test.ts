/** What really arrived at a server, headers and raw bytes, judged by the providers' own libraries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signing, SigningScheme, SignMode } from '../../src/lib/model/signing.ts';
import { SCHEMES, signsTime } from '../../src/lib/senders/schemes.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
import { A_SECRET, ANOTHER_SECRET, ORACLE_SCHEMES, ORACLES } from '../support/signature-oracles.ts';
import { accept, type ReceivedRequest, withTarget } from '../support/target.ts';

function aSigning(scheme: Exclude<SigningScheme, 'hmac'>, overrides: Partial<Signing> = {}): Signing {
  return { scheme, form: SCHEMES[scheme], secrets: [A_SECRET], mode: 'valid', ...overrides };
}

function firstOf(requests: readonly ReceivedRequest[]): ReceivedRequest {
  const [first] = requests;
  if (first === undefined) throw new Error('nothing arrived');
  return first;
}

/** JSON in any characters, and, unlike what JSON.stringify gives, with halves of surrogate pairs as they are. */
const anyBody = fc.oneof(
  fc.json({ stringUnit: 'binary' }),
  fc
    .array(fc.integer({ min: 0x80, max: 0xffff }), { minLength: 1 })
    .map((units) => `{"text":"${String.fromCharCode(...units)}"}`),
);

describe.each(ORACLE_SCHEMES)('%s', (scheme) => {
  const holds = ORACLES[scheme];

  it('is valid for any body, and not with another secret', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        let index = 0;
        await fc.assert(
          fc.asyncProperty(anyBody, async (body) => {
            const test = aPlannedTest(url, { index: ++index, request: { body }, signing: aSigning(scheme) });
            await sendOne(sender, test);
            const arrived = requests[index - 1];
            if (arrived === undefined) throw new Error('nothing arrived');
            expect(arrived.body).toEqual(Buffer.from(body, 'utf8'));
            expect(await holds(arrived, A_SECRET)).toBe(true);
            expect(await holds(arrived, ANOTHER_SECRET)).toBe(false);
            const tampered = Buffer.concat([arrived.body, Buffer.from(' ')]);
            expect(await holds({ ...arrived, body: tampered }, A_SECRET)).toBe(false);
          }),
          { numRuns: 60 },
        );
      }),
    ));

  const modes: readonly SignMode[] = [
    'wrong-secret',
    'none',
    ...(signsTime(SCHEMES[scheme]) ? (['stale'] as const) : []),
  ];
  it.each(modes)('is invalid with sign: %s', (mode) =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url, { signing: aSigning(scheme, { mode }) }));
        expect(await holds(firstOf(requests), A_SECRET)).toBe(false);
      }),
    ),
  );

  it('is valid for each of several secrets if the scheme supports them, otherwise for the first', () =>
    withTarget(accept, ({ url, requests }) =>
      withSender({ url }, async (sender) => {
        const signing = aSigning(scheme, { secrets: [ANOTHER_SECRET, A_SECRET] });
        await sendOne(sender, aPlannedTest(url, { signing }));
        const arrived = firstOf(requests);
        expect(await holds(arrived, ANOTHER_SECRET)).toBe(true);
        expect(await holds(arrived, A_SECRET)).toBe(SCHEMES[scheme].separator !== null);
      }),
    ));
});

it('a retry has the same id, and a signature with its own time', async () => {
  let asked = 0;
  await withTarget(
    (request, response) => {
      // With the next full second the second attempt has another time than the first.
      if (++asked === 1) setTimeout(() => response.socket?.destroy(), 1_000 - (Date.now() % 1_000));
      else accept(request, response);
    },
    ({ url, requests }) =>
      withSender({ url, retries: 1 }, async (sender) => {
        const test = aPlannedTest(url, { signing: aSigning('standard-webhooks') });
        const delivery = await sendOne(sender, test);
        expect(delivery.attempts.map(({ status }) => status)).toEqual([null, 200]);
        const [first, second] = requests;
        if (first === undefined || second === undefined) throw new Error('there was no second attempt');
        expect(first.headers['webhook-id']).toBe(test.testId);
        expect(second.headers['webhook-id']).toBe(test.testId);
        expect(Number(second.headers['webhook-timestamp'])).toBeGreaterThan(
          Number(first.headers['webhook-timestamp']),
        );
        for (const arrived of [first, second]) {
          expect(await ORACLES['standard-webhooks'](arrived, A_SECRET)).toBe(true);
        }
        expect(delivery.request.headers['webhook-signature']).toBe(second.headers['webhook-signature']);
      }),
  );
});

it('an id in the headers is the one that is signed', () =>
  withTarget(accept, ({ url, requests }) =>
    withSender({ url }, async (sender) => {
      const request = { headers: { 'webhook-id': 'msg_mine' } };
      await sendOne(sender, aPlannedTest(url, { request, signing: aSigning('standard-webhooks') }));
      const arrived = firstOf(requests);
      expect(arrived.headers['webhook-id']).toBe('msg_mine');
      expect(await ORACLES['standard-webhooks'](arrived, A_SECRET)).toBe(true);
    }),
  ));

it('a GET signs the empty body it is sent with', () =>
  withTarget(accept, ({ url, requests }) =>
    withSender({ url }, async (sender) => {
      await sendOne(sender, aPlannedTest(url, { request: { method: 'GET' }, signing: aSigning('github') }));
      const arrived = firstOf(requests);
      expect(arrived.body).toHaveLength(0);
      const { createHmac } = await import('node:crypto');
      const empty = createHmac('sha256', A_SECRET).update('').digest('hex');
      expect(arrived.headers['x-hub-signature-256']).toBe(`sha256=${empty}`);
    }),
  ));
