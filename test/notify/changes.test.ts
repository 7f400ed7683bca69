import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cause, Told } from '../../src/lib/model/alert.ts';
import { changesOf, MAX_OPEN, openAfter, type State } from '../../src/lib/notify/changes.ts';
import { keyOf } from '../../src/lib/notify/grouping.ts';
import { aCause } from './alerts.ts';

const AT = '2026-08-01T12:00:00.000Z';
const HOUR_MS = 3_600_000;

function told(overrides: Partial<Told> = {}): Told {
  const base = { scenario: 'CHOP', code: 'http-5xx', since: AT, toldAt: AT };
  const merged = { ...base, ...overrides };
  return { key: keyOf(merged, 'cause'), ...merged };
}

function state(overrides: Partial<State> = {}): State {
  return {
    open: [],
    causes: [],
    judged: new Set(['CHOP', 'ORB']),
    at: '2026-08-01T13:00:00.000Z',
    repeatAfterMs: null,
    grouping: 'cause',
    ...overrides,
  };
}

const kinds = (overrides: Partial<State>) =>
  changesOf(state(overrides)).map(({ kind, key }) => `${kind} ${key}`);

describe('what changed', () => {
  it('is nothing where all works and worked', () => {
    expect(kinds({})).toEqual([]);
  });

  it('is a scenario that broke, once', () => {
    expect(kinds({ causes: [aCause()] })).toEqual(['broken CHOP/http-5xx']);
    expect(kinds({ causes: [aCause()], open: [told()] })).toEqual([]);
  });

  it('is another cause of a broken scenario, and that the first is over', () => {
    expect(kinds({ causes: [aCause({ code: 'timeout' })], open: [told()] })).toEqual([
      'broken CHOP/timeout',
      'working CHOP/http-5xx',
    ]);
  });

  it('is a scenario that works again, where it was judged', () => {
    expect(kinds({ open: [told(), told({ scenario: 'ORB' })] })).toEqual([
      'working CHOP/http-5xx',
      'working ORB/http-5xx',
    ]);
    expect(kinds({ open: [told()], judged: new Set(['ORB']) })).toEqual([]);
    expect(kinds({ open: [told()], judged: new Set() })).toEqual([]);
  });

  it('is a reminder once repeatAfter has passed, give or take what a schedule is late', () => {
    const again = (toldAt: string, repeatAfterMs: number | null) =>
      kinds({ causes: [aCause()], open: [told({ toldAt })], repeatAfterMs });
    expect(again('2026-08-01T12:00:00.000Z', HOUR_MS)).toEqual(['still-broken CHOP/http-5xx']);
    expect(again('2026-08-01T12:00:29.000Z', HOUR_MS)).toEqual(['still-broken CHOP/http-5xx']);
    expect(again('2026-08-01T12:01:00.000Z', HOUR_MS)).toEqual([]);
    expect(again('2020-08-01T12:01:00.000Z', null)).toEqual([]);
  });

  it('keeps since when it is broken', () => {
    const [change] = changesOf(
      state({
        causes: [aCause()],
        open: [told({ since: '2026-07-01T00:00:00.000Z' })],
        repeatAfterMs: 60_000,
      }),
    );
    expect(change).toMatchObject({ kind: 'still-broken', since: '2026-07-01T00:00:00.000Z' });
  });
});

describe('what is open afterwards', () => {
  it('is what could be told, and what could not be told the end of', () => {
    const open = [told(), told({ scenario: 'ORB' })];
    const changes = changesOf(state({ open, causes: [aCause({ code: 'timeout' })] }));
    const at = '2026-08-01T13:00:00.000Z';
    expect(openAfter(open, { told: [], at })).toEqual(open);
    expect(openAfter(open, { told: changes, at })).toEqual([
      told({ code: 'timeout', since: at, toldAt: at }),
    ]);
  });

  it('is bounded', () => {
    const many = Array.from({ length: MAX_OPEN + 5 }, (_, at) => told({ scenario: `S${at}` }));
    expect(openAfter(many, { told: [], at: AT })).toHaveLength(MAX_OPEN);
  });

  const scenario = fc.constantFrom('A', 'B', 'C');
  const code = fc.constantFrom('x', 'y');
  const causes = fc
    .array(fc.record({ scenario, code }), { maxLength: 6 })
    .map((all) => [...new Map(all.map((each) => [keyOf(each, 'cause'), aCause(each)])).values()]);

  it('is exactly what is broken, whatever came before, when all is judged and told', () => {
    fc.assert(
      fc.property(fc.array(causes, { minLength: 1, maxLength: 8 }), (runs) => {
        let open: readonly Told[] = [];
        let last: readonly Cause[] = [];
        for (const each of runs) {
          const changes = changesOf(state({ open, causes: each, judged: new Set(['A', 'B', 'C']) }));
          open = openAfter(open, { told: changes, at: AT });
          last = each;
        }
        expect(open.map(({ key }) => key).sort()).toEqual(last.map((each) => keyOf(each, 'cause')).sort());
        // The same again is told to nobody.
        expect(changesOf(state({ open, causes: last, judged: new Set(['A', 'B', 'C']) }))).toEqual([]);
      }),
    );
  });
});
