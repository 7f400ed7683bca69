import { describe, expect, it } from 'vitest';
import { isSameTarget, kindKey } from '../../src/lib/http/same-target.ts';

const at = (target: string) => ({ target });
const sandbox = (target: string) => ({ target, sandbox: true as const });
const [ONE, OTHER] = ['http://127.0.0.1:4711/webhook', 'http://127.0.0.1:4712/webhook'] as const;

describe('the same target', () => {
  it.each([
    ['the same address', at('https://a.example/w'), at('https://a.example/w'), true],
    ['another port', at('https://a.example:8443/w'), at('https://a.example:9443/w'), false],
    ['another port of this machine', at(ONE), at(OTHER), false],
    ['the same port of this machine', at(ONE), at(ONE), true],
    ['the sandbox on another port', sandbox(ONE), sandbox(OTHER), true],
    ['the sandbox, and what listens there by itself', sandbox(ONE), at(ONE), false],
    ['another path of the sandbox', sandbox(ONE), sandbox('http://127.0.0.1:4711/other'), false],
  ])('is not the same: %s', (_, one, other, same) => {
    expect(isSameTarget(one, other)).toBe(same);
    expect(isSameTarget(other, one)).toBe(same);
  });
});

describe('the same kind of run', () => {
  const RUN = { ...at('https://a.example/w'), profile: null, environment: 'production', shard: null };
  const shard = (index: number, total: number) => ({ index, total, plan: 'p' });

  it.each([
    ['nothing', {}, true],
    ['the target', at('https://b.example/w'), false],
    ['the profile', { profile: 'staging' }, false],
    ['the environment', { environment: 'staging' }, false],
    ['the shard', { shard: shard(1, 2) }, false],
  ])('is not the same if %s differs', (_, change, same) => {
    expect(kindKey(RUN) === kindKey({ ...RUN, ...change })).toBe(same);
  });

  it('includes a shard of the same total, whatever was planned', () => {
    const of = (index: number, total: number, planned = 10) =>
      kindKey({ ...RUN, shard: { ...shard(index, total), planned } });
    expect(of(1, 2, 40)).toBe(of(1, 2));
    expect(of(2, 2)).not.toBe(of(1, 2));
    expect(of(1, 3)).not.toBe(of(1, 2));
  });
});
