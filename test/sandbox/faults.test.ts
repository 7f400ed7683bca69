import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProdE2eError } from '../../src/lib/errors.ts';
import {
  answerFaultsFor,
  type Fault,
  type FaultEffect,
  faultText,
  parseFault,
} from '../../src/lib/sandbox/faults.ts';

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
  ])('reads %s', (text, scenario, effect) => {
    expect(parseFault(text)).toEqual({ scenario, effect });
  });

  it.each([
    ['CHOP=tiemout', 'timeout'],
    ['time-out', 'timeout'],
    ['ratelimit', 'rate-limit'],
    ['CHOP=mising:x', 'missing:variant'],
    ['CHOP=503', 'status:503'],
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
  ])('refuses %j with what is allowed', (text) => {
    const error = refusal(text);
    expect(error.code).toBe('INVALID_FAULT');
    expect(error.suggestions[0]).toMatch(/^Write it as SCENARIO=/);
    expect(error.oclif.exit).toBe(2);
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
      ),
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

describe('answerFaultsFor', () => {
  const of = (scenario: string, ...texts: string[]) =>
    answerFaultsFor(
      texts.map((text): Fault => parseFault(text)),
      scenario,
    );

  it('leaves other scenarios alone', () => {
    expect(of('CHOP', 'ORB=timeout', 'ORB=slow:2s', 'ORB=missing:a')).toEqual({
      replacement: null,
      delayMs: 0,
      missing: [],
    });
  });

  it('lets the later of one sort win and combines different sorts', () => {
    expect(of('CHOP', 'CHOP=timeout', 'CHOP=slow:2s', 'CHOP=status:500', 'CHOP=slow:1s')).toEqual({
      replacement: { kind: 'status', status: 500 },
      delayMs: 1_000,
      missing: [],
    });
  });

  it('puts a scenario’s own fault before the one for all, in either order', () => {
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
