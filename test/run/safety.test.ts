import { describe, expect, it } from 'vitest';
import { checkAllowedHost, isLoopback, safetyQuestions, unaskedGapMs } from '../../src/lib/run/safety.ts';

const ELSEWHERE = 'https://hooks.example.com:8443/webhook';
const HERE = 'http://127.0.0.1:9000/webhook';

describe('a run has to be agreed to', () => {
  it.each([
    [ELSEWHERE, 25, null, []],
    [ELSEWHERE, 26, null, ['26 webhooks to hooks.example.com:8443 (more than 25)']],
    [ELSEWHERE, 5, 10, []],
    [ELSEWHERE, 5, 10.5, ['10.5 webhooks per second to hooks.example.com:8443 (more than 10)']],
    [
      ELSEWHERE,
      100,
      50,
      [
        '100 webhooks to hooks.example.com:8443 (more than 25)',
        '50 webhooks per second to hooks.example.com:8443 (more than 10)',
      ],
    ],
    [HERE, 100_000, 1_000, []],
  ])('%s, %i webhooks, rate %j: %j', (url, count, rate, questions) => {
    expect(safetyQuestions({ url, count, rate })).toEqual(questions);
  });

  it.each([
    [ELSEWHERE, false, 100],
    [ELSEWHERE, true, 0],
    [HERE, false, 0],
  ])('or keeps its distance: %s, agreed %s, %i ms', (url, agreed, gapMs) => {
    expect(unaskedGapMs({ url, agreed })).toBe(gapMs);
  });
});

describe('this machine', () => {
  it.each([
    'http://127.0.0.1',
    'http://127.9.9.9:1',
    'http://127.1',
    'http://[::1]:8080',
    'http://LOCALHOST',
    'http://a.localhost',
  ])('is %s', (url) => {
    expect(isLoopback(url)).toBe(true);
  });

  it.each([
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://notlocalhost',
    'http://10.0.0.1',
    'http://user:127.0.0.1@example.com',
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
    ['https://other.example', ['first.example', 'other.example']],
  ])('lets %s pass with %j', (url, allowed) => {
    expect(() => checkAllowedHost(url, allowed)).not.toThrow();
  });

  it.each([
    ['https://hooks.example.com', ['example.com']],
    ['https://example.com', ['*.example.com']],
    ['https://evilexample.com', ['*.example.com']],
    ['https://hooks.example.com.evil.example', ['hooks.example.com']],
    ['https://hooks.example.com@evil.example', ['hooks.example.com']],
    ['https://hooks.example.com:8443', ['hooks.example.com:9000']],
  ])('stops %s with %j', (url, allowed) => {
    expect(() => checkAllowedHost(url, allowed)).toThrow(
      expect.objectContaining({ code: 'HOST_NOT_ALLOWED' }),
    );
  });
});
