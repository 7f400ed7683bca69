/** Responses of Sentry's API: any JSON is read into a trace, judged and drawn. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { entryLine } from '../../src/lib/cli/trace/expect-patch.ts';
import { entryOf } from '../../src/lib/cli/trace/learned-config.ts';
import { readYaml } from '../../src/lib/config/sources/yaml.ts';
import type { JsonObject } from '../../src/lib/model/json.ts';
import type { SpanExpectation } from '../../src/lib/model/trace-expectation.ts';
import { missingPlaces } from '../../src/lib/trace/judging/missing-places.ts';
import { verifyTrace } from '../../src/lib/trace/judging/trace-verifier.ts';
import { learnSpans } from '../../src/lib/trace/learning/learn.ts';
import { createFollower } from '../../src/lib/trace/reading/follow.ts';
import {
  nextCursor,
  parseFoundSpans,
  parseOrganization,
  parseTraceMeta,
} from '../../src/lib/trace/sentry-api/calls.ts';
import { issueUrlFor } from '../../src/lib/trace/sentry-api/issues.ts';
import { fillQuery } from '../../src/lib/trace/sentry-api/search-query.ts';
import { parseTrace } from '../../src/lib/trace/sentry-api/shapes.ts';
import { timeMs } from '../../src/lib/trace/sentry-api/time.ts';
import { buildForest, walkForest } from '../../src/lib/trace/spans/span-tree.ts';
import { drawTrace } from '../../src/lib/view/trace/tree.ts';
import { anIssueItem, aRow, aSpanItem } from '../trace/sentry-shapes.ts';
import { anExpectation, aPattern, checksAt, TRACE_ID } from '../trace/span-builders.ts';
import { fuzz, IS_LONG_RUN } from './support/fuzz.ts';
import { hostileData, hostileNumber, hostileObject, hostileText, longText } from './support/hostile.ts';
import { expectHarmless, expectNoOrders } from './support/invariants.ts';
import { mutated, mutations } from './support/mutate.ts';
import { screens } from './support/outputs.ts';

/** Few ids, so that spans repeat, refer to each other and form loops. */
const id = fc.oneof(
  { weight: 8, arbitrary: fc.nat(9).map((at) => String(at).padStart(16, 'a')) },
  { weight: 1, arbitrary: hostileData },
);
const moment = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 1_795_396_550, max: 1_795_396_560, noNaN: true }) },
  { weight: 1, arbitrary: hostileNumber },
  { weight: 1, arbitrary: fc.constantFrom('2026-04-15T18:22:31.000250Z', '2026-99-99T99:99:99Z', '1', null) },
  { weight: 1, arbitrary: hostileText },
);
const text = fc.oneof({ weight: 6, arbitrary: hostileText }, { weight: 1, arbitrary: hostileData });
const issue = fc
  .record(
    {
      issue_id: text,
      short_id: text,
      level: fc.oneof(fc.constantFrom('error', 'fatal'), text),
      description: text,
    },
    { requiredKeys: [] },
  )
  .map((fields) => anIssueItem(fields));
const item = fc
  .record(
    {
      event_type: fc.oneof({ weight: 8, arbitrary: fc.constant('span') }, { weight: 1, arbitrary: text }),
      event_id: id,
      parent_span_id: fc.option(id),
      op: text,
      name: text,
      description: text,
      project_slug: text,
      start_timestamp: moment,
      end_timestamp: moment,
      duration: hostileNumber,
      is_transaction: fc.boolean(),
      additional_attributes: fc.oneof(hostileObject, hostileData),
      errors: fc.oneof(fc.array(issue, { maxLength: 3 }), hostileData),
      occurrences: fc.oneof(fc.array(issue, { maxLength: 3 }), hostileData),
    },
    { requiredKeys: ['event_type', 'event_id'] },
  )
  .map((fields) => aSpanItem(fields as Record<string, unknown>));

/** Items in items: `above` says which earlier one each hangs below. */
const nested = fc.array(fc.tuple(item, fc.nat(), fc.boolean()), { maxLength: 30 }).map((parts) => {
  const all = parts.map(([each]) => ({ ...each, children: [...each.children] as unknown[] }));
  const roots: unknown[] = [];
  for (const [at, each] of all.entries()) {
    const [, above = 0, isRoot = true] = parts[at] ?? [];
    const parent = isRoot || at === 0 ? undefined : all[above % at];
    (parent?.children ?? roots).push(each);
  }
  return roots;
});

const response = fc.oneof(
  { weight: 6, arbitrary: nested as fc.Arbitrary<unknown> },
  { weight: 2, arbitrary: fc.tuple(nested, mutations).map(([json, changes]) => mutated(json, changes)) },
  { weight: 1, arbitrary: hostileData },
  {
    weight: 1,
    arbitrary: fc
      .tuple(nested, fc.array(issue, { maxLength: 4 }))
      .map(([spans, issues]) => [...spans, ...issues]),
  },
);

const expectations: fc.Arbitrary<readonly SpanExpectation[]> = fc.array(
  fc
    .tuple(
      hostileText,
      fc.array(hostileText, { maxLength: 2 }),
      fc.boolean(),
      fc.option(fc.nat(1_000)),
      fc.option(hostileText),
      fc.nat(2),
    )
    .map(([label, names, required, maxDurationMs, place, minCount]) =>
      anExpectation(label, {
        pattern: aPattern({ name: names, attributes: { [label]: names } }),
        required,
        maxDurationMs,
        inside: place,
        after: place,
        minCount,
      }),
    ),
  { maxLength: 4 },
);

fuzz('any response is a trace, judged and drawn', {
  surface: 'trace API responses',
  share: 0.6,
  runs: 150,
  input: fc.tuple(
    response,
    response,
    expectations,
    fc.dictionary(hostileText, hostileNumber, { maxKeys: 3 }),
    screens,
    fc.option(hostileText),
  ),
  check: ([json, other, spans, usual, screen, url]) => {
    const issueUrl = issueUrlFor({ baseUrl: 'https://sentry.io', org: 'acme' });
    const trace = parseTrace(json, { traceId: TRACE_ID, issueUrl });
    const followed = parseTrace(other, { traceId: 'f'.repeat(32), issueUrl });
    const forest = buildForest(trace.spans);
    expect([...walkForest(forest)]).toHaveLength(trace.spans.length);
    const ourSpanIds = new Set(trace.spans.slice(0, 1).map(({ spanId }) => spanId));
    const findings = verifyTrace({
      trace,
      followed: [followed],
      ourSpanIds,
      expectation: { spans, checks: checksAt('error') },
      usualDurations: new Map(Object.entries(usual)),
    }).findings;
    const lines = [
      ...drawTrace({
        traceId: trace.traceId,
        url,
        forest,
        followed: [{ label: spans[0]?.label ?? '', forest: buildForest(followed.spans) }],
        missing: missingPlaces({ trace, followed: [followed], ourSpanIds, spans }),
        ...(trace.others === undefined ? {} : { others: trace.others }),
        issues: trace.issues,
        findings,
        screen,
        ourSpanIds,
      }),
    ];
    expectHarmless(lines.join(''), screen);
    expectNoOrders(lines.join(''));
  },
});

fuzz('any smaller response is read', {
  surface: 'trace API responses',
  runs: 200,
  share: 0.3,
  input: fc.tuple(
    fc.oneof(
      hostileData,
      fc
        .tuple(fc.array(hostileObject.map(aRow), { maxLength: 4 }), mutations)
        .map(([data, changes]) => mutated({ data }, changes)),
    ),
    fc.oneof(
      hostileText,
      longText,
      hostileText.map((cursor) => `<https://x>; rel="next"; results="true"; cursor="${cursor}"`),
    ),
    moment,
  ),
  check: ([json, link, time]) => {
    parseTraceMeta(json);
    parseOrganization(json);
    for (const { traceId } of parseFoundSpans(json)) expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    nextCursor(link);
    const ms = timeMs(time);
    if (ms !== null) expect(() => new Date(ms).toISOString()).not.toThrow();
  },
});

fuzz('a search contains only its value', {
  surface: 'trace API responses',
  runs: 200,
  share: 0.3,
  input: fc.tuple(
    fc.oneof(
      fc.constantFrom('signalId:{{response.signal_id}}', 'a:"{{ response.a }}" b', '[{{response.a}}]'),
      hostileText,
      longText,
    ),
    fc.record({
      response: fc.oneof(
        hostileObject.map((value) => ({ signal_id: 'x y"*', ...value })),
        hostileData,
      ),
    }),
  ),
  check: ([query, values]) => {
    const { problem } = fillQuery(query, values as JsonObject);
    const search = { query, withinMs: 0, always: false };
    const follower = createFollower({
      search,
      values: values as JsonObject,
      traceId: TRACE_ID,
      sentAtMs: 0,
      attributes: [],
      api: {
        readTrace: () => Promise.reject(new Error('not asked')),
        searchSpans: () => Promise.reject(new Error('not asked')),
      },
    });
    expect(follower.state().problem).toBe(problem);
  },
});

fuzz('what is learned from any traces can be printed and read again', {
  surface: 'trace API responses',
  share: 0.05,
  runs: 60,
  input: fc.array(nested, { minLength: 2, maxLength: 4 }),
  check: (responses) => {
    const issueUrl = issueUrlFor({ baseUrl: 'https://sentry.io', org: 'acme' });
    const traces = responses.map((json) => ({
      trace: parseTrace(
        [...json, aSpanItem({ event_id: 'b'.repeat(16), name: 'x\u009b2J\u202e \u001b[1m"' })],
        { traceId: TRACE_ID, issueUrl },
      ),
      followed: [],
      ourSpanIds: new Set<string>(),
    }));
    for (const span of learnSpans({ traces, known: [] }).spans) {
      const entry = entryOf(span);
      const [json, yaml] = [entryLine(entry, 'json'), entryLine(entry, 'yaml')];
      expectHarmless(json);
      expectHarmless(yaml);
      expect(JSON.parse(json)).toEqual(entry);
      expect(readYaml(yaml)).toEqual({ value: [entry] });
    }
  },
});

fuzz('a trace deeper than any stack is read, judged and drawn', {
  surface: 'trace API responses',
  runs: 1,
  share: 0.0005,
  // A hundred thousand levels are more than the usual limit is for.
  ...(IS_LONG_RUN ? { limitMs: 110_000 } : {}),
  input: fc.tuple(fc.integer({ min: 10_000, max: IS_LONG_RUN ? 100_000 : 10_000 }), fc.boolean(), screens),
  check: ([depth, loops, screen]) => {
    let json: unknown = [];
    for (let at = depth; at > 0; at--) {
      const parent = loops && at === 1 ? depth : null;
      const hexId = (number: number) => number.toString(16).padStart(16, '0');
      json = [
        aSpanItem({
          event_id: hexId(at),
          parent_span_id: parent === null ? null : hexId(parent),
          children: json as unknown[],
        }),
      ];
    }
    const trace = parseTrace(json, { traceId: TRACE_ID, issueUrl: () => '' });
    const findings = verifyTrace({
      trace,
      followed: [],
      ourSpanIds: new Set(),
      expectation: { spans: [anExpectation('data-enrichment')], checks: checksAt('error') },
    }).findings;
    let lines = 0;
    const forest = buildForest(trace.spans);
    const drawing = {
      traceId: TRACE_ID,
      url: null,
      followed: [],
      missing: [],
      findings,
      screen,
      ourSpanIds: new Set<string>(),
    };
    for (const line of drawTrace({ ...drawing, forest })) {
      if (lines++ < 100) expectHarmless(line, screen);
    }
    expect(lines).toBeGreaterThan(2);
  },
});
