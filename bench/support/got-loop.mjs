// The reference of the throughput benches: what anybody would write with got. Builds the payload, posts it, parses the
// answer, checks three fields. Usage: node got-loop.mjs URL COUNT CONCURRENCY. Prints the webhooks per second.
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import got from 'got';

const [url, count, concurrency] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const SYMBOLS = ['SPY', 'QQQ', 'IWM'];
const client = got.extend({
  agent: { http: new Agent({ keepAlive: true, maxSockets: concurrency }) },
  retry: { limit: 0 },
  followRedirect: false,
  throwHttpErrors: false,
});
let next = 0;
let good = 0;
const worker = async () => {
  while (next < count) {
    const index = next++;
    const payload = {
      symbol: SYMBOLS[index % 3],
      direction: index % 2 === 0 ? 'long' : 'short',
      timeframe: '5m',
      timestamp: new Date().toISOString(),
      test_id: randomUUID(),
      scenario: 'ORB_BREAKOUT',
      metadata: { is_test: true, test_session_id: 'bench', test_scenario: 'ORB_BREAKOUT' },
    };
    const { statusCode, body } = await client.post(url, {
      body: JSON.stringify(payload),
      headers: { 'content-type': 'application/json' },
    });
    const response = JSON.parse(body);
    if (statusCode === 200 && response.signal_id && response.enrichment && response.variant) good++;
  }
};
const began = performance.now();
await Promise.all(Array.from({ length: concurrency }, worker));
const seconds = (performance.now() - began) / 1000;
if (good !== count) throw new Error(`${count - good} of ${count} answers were not good`);
process.stdout.write(`${count / seconds}\n`);
