import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProdE2eError } from '../../../src/lib/errors.ts';
import type { FaultEffect } from '../../../src/sandbox/faults/fault-kinds.ts';
import { type Fault, faultText, parseFault } from '../../../src/sandbox/faults/faults.ts';
import { isSampledOut, spanFaultsFor } from '../../../src/sandbox/faults/span-faults.ts';
import { servingFaultsFor } from '../../../src/sandbox/sentry-server/serving.ts';
import { responseFaultsFor } from '../../../src/sandbox/target/response.ts';
import { SPAN_NAMES } from '../../../src/sandbox/target/span-names.ts';

function refusal(text: string): ProdE2eError {
  try {
    parseFault(text);
  } catch (error) {
    if (error instanceof ProdE2eError) return error;
  }
  throw new Error(`${text} was not refused`);
}

describe('parseFault', () => {
  it.each<[string, string, FaultEffect]>([
    ['CHOP=status:500', 'CHOP', { kind: 'status', status: 500 }],
    ['CHOP=status:100', 'CHOP', { kind: 'status', status: 100 }],
    ['*=status:599', '*', { kind: 'status', status: 599 }],
    ['timeout', '*', { kind: 'timeout' }],
    ['CHOP=reset', 'CHOP', { kind: 'reset' }],
    ['CHOP=slow:2s', 'CHOP', { kind: 'slow', delayMs: 2_000 }],
    ['CHOP=slow:500ms', 'CHOP', { kind: 'slow', delayMs: 500 }],
    ['slow:1.5s', '*', { kind: 'slow', delayMs: 1_500 }],
    ['slow:10m', '*', { kind: 'slow', delayMs: 600_000 }],
    ['CHOP=malformed', 'CHOP', { kind: 'malformed' }],
    ['CHOP=empty', 'CHOP', { kind: 'empty' }],
    ['CHOP=missing:variant', 'CHOP', { kind: 'missing', paths: ['variant'] }],
    ['missing:enrichment.gex+signal_id', '*', { kind: 'missing', paths: ['enrichment.gex', 'signal_id'] }],
    ['CHOP=redirect', 'CHOP', { kind: 'redirect' }],
    [' CHOP = rate-limit ', 'CHOP', { kind: 'rate-limit' }],
    ['CHOP=detached', 'CHOP', { kind: 'detached', attempts: 1 }],
    ['detached:twice', '*', { kind: 'detached', attempts: 2 }],
    ['CHOP=span-missing:ab-routing', 'CHOP', { kind: 'span-missing', span: 'ab-routing' }],
    ['CHOP=span-error:fetch-gex-data', 'CHOP', { kind: 'span-error', span: 'fetch-gex-data' }],
    [
      'CHOP=span-slow:data-enrichment:2s',
      'CHOP',
      { kind: 'span-slow', span: 'data-enrichment', delayMs: 2_000 },
    ],
    ['no-sdk', '*', { kind: 'no-sdk' }],
    ['*=release:1.4.3', '*', { kind: 'release', version: '1.4.3' }],
    ['release:2026.11.29-1+abc', '*', { kind: 'release', version: '2026.11.29-1+abc' }],
    ['CHOP=sampled-out', 'CHOP', { kind: 'sampled-out' }],
    ['CHOP=trace-late:10s', 'CHOP', { kind: 'trace-late', delayMs: 10_000 }],
    ['CHOP=sentry-status:429', 'CHOP', { kind: 'sentry-status', status: 429 }],
  ])('reads %s', (text, scenario, effect) => {
    expect(parseFault(text)).toEqual({ scenario, effect });
  });

  it.each([
    ['CHOP=tiemout', 'timeout'],
    ['time-out', 'timeout'],
    ['ratelimit', 'rate-limit'],
    ['CHOP=mising:x', 'missing:variant'],
    ['CHOP=503', 'status:503'],
    ['span-mising:ab-routing', 'span-missing:ab-routing'],
    ['sampledout', 'sampled-out'],
    ['sentry-staus:429', 'sentry-status:429'],
    ['nosdk', 'no-sdk'],
  ])('names the nearest kind for %s', (text, nearest) => {
    const error = refusal(text);
    expect(error.code).toBe('UNKNOWN_FAULT');
    expect(error.suggestions[0]).toBe(`Did you mean ${nearest}?`);
    expect(error.suggestions[1]).toContain('status:500, timeout, reset, slow:2s, malformed, empty');
  });

  it.each(['', 'CHOP=', 'CHOP', 'xylophone', 'toString', 'constructor'])('lists the kinds for %j', (text) => {
    const error = refusal(text);
    expect(error.code).toBe('UNKNOWN_FAULT');
    expect(error.suggestions.at(-1)).toContain('Known faults: status:500');
  });

  it.each([
    'status',
    'status:',
    'status:99',
    'status:600',
    'status:5xx',
    'status:5e2',
    'status:0500',
    'status:-500',
    'timeout:2s',
    'empty:',
    'slow',
    'slow:',
    'slow:2',
    'slow:2h',
    'slow:-1s',
    'slow:11m',
    'missing',
    'missing:',
    'missing:a+',
    'missing:a..b',
    'missing:.a',
    '=timeout',
    ' =status:500',
    'detached:thrice',
    'span-missing',
    'span-missing:',
    'span-error:database-saev',
    'span-slow:data-enrichment',
    'span-slow:data-enrichment:2',
    'span-slow:nothing:2s',
    'span-slow::2s',
    'no-sdk:CHOP',
    'sampled-out:',
    'trace-late:soon',
    'trace-late:11m',
    'CHOP=release:1.4.3',
    'release',
    'release:',
    'release:signals@1',
    'sentry-status:200',
    'sentry-status:399',
    'sentry-status',
  ])('refuses %j with the allowed values', (text) => {
    const error = refusal(text);
    expect(error.code).toBe('INVALID_FAULT');
    expect(error.suggestions[0]).toMatch(/^Write it as (SCENARIO|\*)=/);
    expect(error.oclif.exit).toBe(2);
  });

  it('names the nearest span', () => {
    expect(refusal('span-error:database-saev').message).toContain('the nearest is database-save');
  });

  it('reads what faultText writes', () => {
    const key = fc.stringMatching(/^[a-z_]{1,8}$/);
    const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.join('.'));
    const effect = fc.oneof<fc.Arbitrary<FaultEffect>[]>(
      fc.integer({ min: 100, max: 599 }).map((status) => ({ kind: 'status', status })),
      fc.integer({ min: 0, max: 600_000 }).map((delayMs) => ({ kind: 'slow', delayMs })),
      fc.array(path, { minLength: 1, maxLength: 3 }).map((paths) => ({ kind: 'missing', paths })),
      fc.constantFrom<FaultEffect[]>(
        { kind: 'timeout' },
        { kind: 'reset' },
        { kind: 'redirect' },
        { kind: 'rate-limit' },
        { kind: 'no-sdk' },
        { kind: 'sampled-out' },
        { kind: 'detached', attempts: 1 },
        { kind: 'detached', attempts: 2 },
      ),
      fc.integer({ min: 0, max: 600_000 }).map((delayMs) => ({ kind: 'trace-late', delayMs })),
      fc.integer({ min: 400, max: 599 }).map((status) => ({ kind: 'sentry-status', status })),
      fc.record({
        kind: fc.constantFrom('span-missing', 'span-error'),
        span: fc.constantFrom(...SPAN_NAMES),
      }),
      fc.record({
        kind: fc.constant('span-slow' as const),
        span: fc.constantFrom(...SPAN_NAMES),
        delayMs: fc.integer({ min: 0, max: 600_000 }),
      }),
    );
    const scenario = fc.stringMatching(/^[A-Z][A-Z_0-9:]{0,12}$/);
    fc.assert(
      fc.property(fc.record({ scenario: fc.oneof(scenario, fc.constant('*')), effect }), (fault) => {
        expect(parseFault(faultText(fault))).toEqual(fault);
      }),
    );
  });

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseFault(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ProdE2eError);
        }
      }),
    );
  });
});

describe('responseFaultsFor', () => {
  const of = (scenario: string, ...texts: string[]) =>
    responseFaultsFor(
      texts.map((text): Fault => parseFault(text)),
      scenario,
    );

  it('does not affect other scenarios', () => {
    expect(of('CHOP', 'ORB=timeout', 'ORB=slow:2s', 'ORB=missing:a')).toEqual({
      replacement: null,
      delayMs: 0,
      missing: [],
    });
  });

  it('uses the later of the same kind and combines different kinds', () => {
    expect(of('CHOP', 'CHOP=timeout', 'CHOP=slow:2s', 'CHOP=status:500', 'CHOP=slow:1s')).toEqual({
      replacement: { kind: 'status', status: 500 },
      delayMs: 1_000,
      missing: [],
    });
  });

  it("prefers a scenario's own fault over the one for all, in either order", () => {
    for (const texts of [
      ['*=timeout', 'CHOP=empty'],
      ['CHOP=empty', '*=timeout'],
    ]) {
      expect(of('CHOP', ...texts).replacement).toEqual({ kind: 'empty' });
      expect(of('ORB', ...texts).replacement).toEqual({ kind: 'timeout' });
    }
  });

  it('applies faults for all to a payload without scenario', () => {
    expect(of('', 'reset').replacement).toEqual({ kind: 'reset' });
  });
});

describe('faults of spans and of the Sentry server', () => {
  const faults = [
    '*=span-missing:ab-routing',
    'CHOP=span-missing:build-snapshot',
    'CHOP=span-slow:database-save:1s',
    'CHOP=span-slow:database-save:2s',
    'CHOP=detached:twice',
    '*=detached',
    'ORB=sampled-out',
    '*=sentry-status:500',
    'CHOP=sentry-status:429',
    'CHOP=trace-late:3s',
    'CHOP=status:500',
  ].map(parseFault);

  it('adds up spans, and uses the later and the own one', () => {
    expect(spanFaultsFor(faults, 'CHOP')).toEqual({
      missing: new Set(['ab-routing', 'build-snapshot']),
      failing: new Set(),
      delaysMs: new Map([['database-save', 2_000]]),
      isUnsaved: false,
      isUntraced: false,
      detachedAttempts: 2,
    });
    expect(spanFaultsFor(faults, 'ORB').detachedAttempts).toBe(1);
    expect([isSampledOut(faults, 'ORB'), isSampledOut(faults, 'CHOP')]).toEqual([true, false]);
  });

  it('does not change the response', () => {
    expect(responseFaultsFor(faults, 'ORB')).toEqual({ replacement: null, delayMs: 0, missing: [] });
    expect(responseFaultsFor(faults, 'CHOP').replacement).toEqual({ kind: 'status', status: 500 });
  });

  it('applies the general faults to a trace of an unknown scenario', () => {
    expect(servingFaultsFor(faults, 'CHOP')).toEqual({ lateMs: 3_000, status: 429 });
    expect(servingFaultsFor(faults, null)).toEqual({ lateMs: 0, status: 500 });
  });
});
