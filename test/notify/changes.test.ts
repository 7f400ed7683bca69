import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Outage, SentAlert } from '../../src/lib/model/alert.ts';
import { type AlertThresholds, changesOf, sentAfter, stillOpen } from '../../src/lib/notify/changes.ts';
import { advance } from '../../src/lib/notify/outages.ts';
import { aCause, anOutage } from './alerts.ts';

const AT = '2026-08-01T12:00:00.000Z';
const HOUR_MS = 3_600_000;
const AT_ONCE: AlertThresholds = { after: 1, recoverAfter: 1, repeatAfterMs: null };
const sentAlert = (overrides: Partial<SentAlert> = {}): SentAlert => ({
  key: 'target',
  since: AT,
  reportedAt: AT,
  ...overrides,
});

describe('a reminder', () => {
  const again = (reportedAt: string, repeatAfterMs: number | null, runId = '20260801-120000-k3f9z') =>
    changesOf(
      {
        ...{
          outages: [anOutage({}, { failedRuns: 5 })],
          sent: [sentAlert({ reportedAt, since: '2026-07-01T00:00:00.000Z' })],
        },
        ...{ runId, startedAt: '2026-08-01T13:00:00.000Z' },
      },
      { ...AT_ONCE, repeatAfterMs },
    ).map(({ kind, since }) => [kind, since]);

  it.each([
    ['once repeatAfter has passed', '2026-08-01T12:00:00.000Z', HOUR_MS, 1],
    ['although the schedule started it a little early', '2026-08-01T12:00:29.000Z', HOUR_MS, 1],
    ['not before', '2026-08-01T12:01:00.000Z', HOUR_MS, 0],
    ['never without repeatAfter', '2020-08-01T12:01:00.000Z', null, 0],
  ])('is sent %s, with the start of the outage', (_, reportedAt, repeatAfterMs, count) => {
    expect(again(reportedAt, repeatAfterMs)).toEqual(
      Array.from({ length: count }, () => ['still-broken', '2026-07-01T00:00:00.000Z']),
    );
  });

  it('is not sent by a run in which the outage did not fail', () => {
    expect(again('2020-08-01T12:00:00.000Z', HOUR_MS, 'another')).toEqual([]);
  });
});

describe('what a notifier has reported', () => {
  const change = (kind: Change['kind']): Change => ({
    kind,
    outage: anOutage(),
    since: AT,
    brokenOtherwise: [],
  });
  const later = '2026-08-01T13:00:00.000Z';
  const after = (before: readonly SentAlert[], kind: Change['kind'], isDelivered: boolean) => {
    const one = change(kind);
    return sentAfter(before, { changes: [one], delivered: new Set(isDelivered ? [one] : []), at: later });
  };

  it.each([
    ['what was delivered', [], 'broken', true, [sentAlert({ reportedAt: later })]],
    ['what may have been delivered', [], 'broken', false, [sentAlert({ reportedAt: null })]],
    ['unchanged if the end was not delivered', [sentAlert()], 'working', false, [sentAlert()]],
    ['empty once the end was delivered', [sentAlert()], 'working', true, []],
    ['a reminder', [sentAlert()], 'still-broken', true, [sentAlert({ reportedAt: later })]],
    ['the last message if a reminder was not delivered', [sentAlert()], 'still-broken', false, [sentAlert()]],
  ] as const)('is %s', (_, before, kind, isDelivered, expected) => {
    expect(after(before, kind, isDelivered)).toEqual(expected);
  });
});

describe('any sequence of runs', () => {
  const scenario = fc.constantFrom('A', 'B', 'C');
  const key = fc.constantFrom('target', 'x', 'y');
  /** What is broken in a run, and which scenarios it did not send. */
  const run = fc.record({
    broken: fc.uniqueArray(fc.record({ scenario, key }), {
      maxLength: 5,
      selector: (each) => JSON.stringify(each),
    }),
    unsent: fc.uniqueArray(scenario, { maxLength: 2 }),
    delivers: fc.boolean(),
  });

  type RunGiven = typeof run extends fc.Arbitrary<infer Given> ? Given : never;

  interface Played {
    readonly open: ReadonlySet<string>;
    readonly outages: readonly Outage[];
    readonly left: readonly SentAlert[];
  }

  /** Plays runs to one notifier; `open` contains the outages reported as broken and not yet as working. */
  function play(runs: readonly RunGiven[], thresholds: AlertThresholds): Played {
    let outages: readonly Outage[] = [];
    let reported: readonly SentAlert[] = [];
    const open = new Set<string>();
    for (const [index, { broken, unsent, delivers }] of runs.entries()) {
      const sent = (['A', 'B', 'C'] as const).filter((name) => !unsent.includes(name));
      const causes = broken
        .filter((each) => unsent.every((name) => name !== each.scenario))
        .map((each) => aCause({ ...each, slot: each.key, code: each.key }));
      const scenarios = new Map(
        sent.map((name) => {
          const count = causes.filter((each) => each.scenario === name).length;
          const accepted = count === 0 ? 5 : 0;
          return [name, { judged: 5, responded: accepted, accepted, traced: 0, reached: new Map() }] as const;
        }),
      );
      const startedAt = new Date(Date.parse(AT) + index * HOUR_MS).toISOString();
      outages = advance(outages, { causes, scenarios, runId: `run ${index}`, startedAt });
      const changes = changesOf({ outages, sent: reported, runId: `run ${index}`, startedAt }, thresholds);
      expect(new Set(changes.map(({ outage }) => outage.key)).size, 'one message an outage').toBe(
        changes.length,
      );
      for (const { kind, outage } of delivers ? changes : []) {
        if (kind === 'broken') expect(open.has(outage.key), `${outage.key} begins twice`).toBe(false);
        if (kind === 'broken') open.add(outage.key);
        if (kind === 'working') open.delete(outage.key);
      }
      const delivered = new Set(delivers ? changes : []);
      reported = sentAfter(reported, { changes, delivered, at: startedAt });
      outages = stillOpen(outages, new Map([['n', reported]]));
    }
    return { open, outages, left: reported };
  }

  const thresholds = fc.record({
    after: fc.integer({ min: 1, max: 3 }),
    recoverAfter: fc.integer({ min: 1, max: 3 }),
    repeatAfterMs: fc.constantFrom(null, HOUR_MS),
  });
  const runs = fc.array(run, { maxLength: 12 });
  const quiet = { broken: [], unsent: [], delivers: true };

  it('leaves nothing open and no state once all scenarios have worked long enough', () => {
    fc.assert(
      fc.property(runs, thresholds, (all, each) => {
        const { open, outages, left } = play([...all, quiet, quiet, quiet], each);
        expect([[...open], outages, left]).toEqual([[], [], []]);
      }),
    );
  });

  it('has reported every outage that lasted long enough', () => {
    fc.assert(
      fc.property(runs, run, thresholds, (all, last, each) => {
        const steady = { ...last, unsent: [], delivers: true };
        const { open } = play([...all, steady, steady, steady], each);
        for (const { key: broken } of last.broken) expect(open).toContain(broken);
      }),
    );
  });
});
