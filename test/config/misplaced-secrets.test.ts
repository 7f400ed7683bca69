/** A secret at the wrong place of the config is not printed by the error about it. */
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import { looksSecret } from '../../src/lib/secrets/collect.ts';
import { aProject } from './project.ts';

async function messageOf(config: unknown): Promise<string> {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) });
  const thrown: unknown = await resolveConfig(input).then(
    () => null,
    (error: unknown) => error,
  );
  return String(thrown);
}

/** A word, as a person may choose it. */
const WORD = 'swordfish';

describe('a secret in the wrong place', () => {
  it.each<[string, object]>([
    ['signing', { signing: WORD }],
    ['signing.secret misspelled', { signing: { scheme: 'hmac', secrt: WORD } }],
    ['signing.secret misspelled as a list', { signing: { scheme: 'hmac', secretss: [WORD] } }],
    ['signing as a list', { signing: [WORD] }],
    ['signing.secrets', { signing: { scheme: 'hmac', secrets: WORD } }],
    ['signing.secret as an object', { signing: { secret: { value: WORD } } }],
    ['sentry', { sentry: WORD }],
    ['sentry.tokn', { sentry: { tokn: WORD } }],
    ['sentry as a list', { sentry: [WORD] }],
    ['the top', { tokne: WORD }],
    ['notify', { notify: WORD }],
    ['notify[0]', { notify: [`https://hooks.slack.com/services/T0/B0/${WORD}`] }],
    ['notify[0].url misspelled', { notify: [{ type: 'slack', urll: `https://x.example/${WORD}` }] }],
    ['notify[0].type', { notify: [{ type: `https://hooks.slack.com/services/${WORD}` }] }],
    ['notify as an object', { notify: { url: `https://x.example/${WORD}` } }],
    ['headers', { headers: `Authorization: Bearer ${WORD}` }],
    ['headers as a list', { headers: [`Authorization: Bearer ${WORD}`] }],
    ['the name of a header', { headers: { [`Authorization: Bearer ${WORD}`]: 'x' } }],
    ['the name of a key', { [`Authorization: Bearer ${WORD}`]: 'x' }],
    ['expect', { expect: WORD }],
    ['cleanup', { cleanup: WORD }],
    ['cleanup.headers', { cleanup: { url: '{{origin}}/x', headers: `X-Key: ${WORD}` } }],
    ['stages', { stages: WORD }],
    ['stages[0].http', { stages: [{ name: 'a', http: { url: 'http://h/x', headers: WORD } }] }],
    ['stages[0].sql', { stages: [{ name: 'a', sql: WORD }] }],
    ['trace', { trace: WORD }],
    ['tls', { tls: WORD }],
    ['dimensions', { dimensions: WORD }],
    ['scenarios[0].signing', { scenarios: [{ name: 'A', signing: WORD }] }],
    ['scenarios[0].headers', { scenarios: [{ name: 'A', headers: WORD }] }],
    ['the config', [WORD]],
    ['a random key where a word belongs', { sender: 'a1B2c3D4e5F6a7B8c9D0swordfish' }],
    ['a known key where a word belongs', { signing: { scheme: `whsec_${WORD}` } }],
    ['a header where a number belongs', { count: `Authorization: Bearer ${WORD}` }],
  ])('%s is not printed, nor in a profile', async (_, config) => {
    const message = await messageOf(config);
    expect(message).toContain('prod-e2e.config.json');
    expect(message).not.toContain(WORD);
    if (Array.isArray(config)) return;
    expect(await messageOf({ profiles: { p: config } })).not.toContain(WORD);
  });

  it.each<[object, string]>([
    [{ count: 'five' }, 'got "five"'],
    [{ sender: 'githb' }, 'got "githb"'],
    [{ timeout: 'long' }, 'got "long"'],
    [{ failOn: ['faild'] }, 'got "faild"'],
  ])('a value that is not a secret is printed: %j', async (config, said) => {
    expect(await messageOf(config)).toContain(said);
  });

  it.each([
    ['whsec_abc', true],
    ['Bearer abc', true],
    ['authorization: abc', true],
    ['0123456789abcdef0123', true],
    ['https://hooks.slack.com/services/T0', true],
    ['production', false],
    ['content-type: json', false],
    ['a-long-name-of-words-alone', false],
    ['2026-08-01', false],
  ])('%s looks like a secret: %s', (text, expected) => {
    expect(looksSecret(text)).toBe(expected);
  });
});
