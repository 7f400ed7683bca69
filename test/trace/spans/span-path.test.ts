import { expect, test } from 'vitest';
import { foundSpans } from '../../../src/lib/trace/spans/found-spans.ts';
import { pathOf, pathStep } from '../../../src/lib/trace/spans/span-path.ts';
import { aSpan, aTrace, idOf, OUR_SPAN_IDS, OUR_SPANS } from '../span-builders.ts';

const step = (name: string, op: string | null = null) => pathStep({ service: 'api', name, op });

test.each([
  ['GET /orders/0f8fad5b-d9cb-469f-a165-70867728950e/items', 'GET /orders/{id}/items'],
  ['order 0F8FAD5BD9CB469FA16570867728950E', 'order {id}'],
  ['session_9f86d081', 'session_{id}'],
  ['lock:order:48151623', 'lock:order:{id}'],
  ['GET http://127.0.0.1:41879/quotes', 'GET http://127.0.0.1:{id}/quotes'],
  ['handle 20260801-120000-k3f9z-17', 'handle {id}'],
  ['a 1234567890123456 b 12345', 'a {id} b {id}'],
  // Words, versions and small numbers stay.
  ['feedbacks of deadbeef', 'feedbacks of deadbeef'],
  ['GET /v2/orders/17?limit=1000', 'GET /v2/orders/17?limit=1000'],
  [`${'x'.repeat(199)}yz`, `${'x'.repeat(199)}y`],
])('%j is known as %j', (name, known) => {
  expect(step(name)).toBe(`api||${known}`);
});

test.each([
  [['db', 'db.query', 'db.redis', 'db.sql.query', 'DB'], 'db'],
  [['http.server', 'HTTP.Server'], 'http.server'],
  [['http.client', 'http.client.prefetch'], 'http.client'],
  [['queue.process'], 'queue.process'],
  [['queue.publish'], 'queue.publish'],
  [['cache.get', 'cache.get_item'], 'cache'],
  [[null, '', 'default', 'function', 'function.nextjs', 'custom'], ''],
])('%j are one family', (ops, family) => {
  for (const op of ops) expect(step('x', op)).toBe(`api|${family}|x`);
});

test('a path leads from the first span of the target to the span', () => {
  const [root = '', request = ''] = OUR_SPANS;
  const spans = [
    aSpan(root),
    aSpan(request, { parent: root, at: 1, op: 'http.client' }),
    aSpan('POST', { parent: request, at: 2, op: 'http.server' }),
    aSpan('save', { parent: 'POST', at: 3, service: 'worker' }),
    aSpan('loose', { parent: 'gone', at: 4 }),
  ];
  const seen = foundSpans({ trace: aTrace(spans), followed: [], ourSpanIds: OUR_SPAN_IDS });
  expect(seen.map(pathOf)).toEqual([
    null,
    null,
    'api|http.server|POST',
    'api|http.server|POST > worker||save',
    'api||loose',
  ]);
});

test('a span deeper than a saved trace can be has none', () => {
  const chain = Array.from({ length: 102 }, (_, at) =>
    aSpan(`s${at}`, { parent: at === 0 ? null : `s${at - 1}`, at }),
  );
  const seen = foundSpans({ trace: aTrace(chain), followed: [], ourSpanIds: new Set() });
  const pathTo = (name: string) => {
    const found = seen.find(({ span }) => span.spanId === idOf(name));
    return found === undefined ? undefined : pathOf(found);
  };
  expect(pathTo('s99')?.split(' > ')).toHaveLength(100);
  expect(pathTo('s100')).toBeNull();
});
