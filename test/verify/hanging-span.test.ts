import { expect, test } from 'vitest';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import { hangingHint } from '../../src/lib/verify/judge-test.ts';
import { aSpan, OUR_SPANS, SENT_SPAN_ID, spanId, TRACE_ID } from '../trace/spans.ts';

const handler = aSpan(3, { name: 'POST /webhook', parentSpanId: SENT_SPAN_ID, durationMs: 3_100 });
const slow = aSpan(4, { name: 'fetch-gex-data', parentSpanId: spanId(3), durationMs: 3_050 });
const quick = aSpan(5, { name: 'save', parentSpanId: spanId(3), durationMs: 40 });

test.each<[string, readonly TraceSpan[], string | null]>([
  [
    'the deepest span that took the time',
    [handler, slow, quick],
    'fetch-gex-data took 3.05 s: look there first',
  ],
  ['the handler, where nothing in it did', [handler, quick], 'POST /webhook took 3.1 s: look there first'],
  ['none that took less than most of it', [aSpan(3, { durationMs: 2_399 })], null],
  ['none of ours', [], null],
])('%s is named', (_, spans, hint) => {
  const ours = OUR_SPANS.map((span) => ({ ...span, durationMs: 3_000 }));
  const trace = { traceId: TRACE_ID, spans: [...ours, ...spans], issues: [] };
  const ourSpanIds = new Set([spanId(1), SENT_SPAN_ID]);
  expect(hangingHint({ trace, followed: [], ourSpanIds }, 3_000)).toBe(hint);
});
