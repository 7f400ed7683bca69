// A webhook target that costs as little as possible, in a process of its own: the benches measure the sender.
// Prints its port. Answers what a healthy target answers. With DELAYS=0,5,50,500 the n-th webhook (by the `index` of its
// payload) waits so many milliseconds, and with STALL=FROM:MS the whole target stands still once, from webhook FROM on.
// On SIGTERM, or when its parent is gone, it ends; with LOG=FILE it then writes how long each answer took, by its own clock.
import { writeFileSync } from 'node:fs';
import http from 'node:http';

const delays = (process.env.DELAYS ?? '0').split(',').map(Number);
const [stallFrom = Number.POSITIVE_INFINITY, stallMs = 0] = (process.env.STALL ?? '')
  .split(':')
  .map(Number)
  .filter(Boolean);
/** Each with an id of its own and the same length: a webhook that gets another's id is a duplicate. */
const [before, after] = JSON.stringify({
  status: 'ACCEPTED',
  signal_id: 'sig_ID',
  request_id: 'req_1',
  enrichment: { vix: 14.2 },
  variant: 'A',
}).split('ID');
const responseTo = (number) => `${before}${String(number).padStart(8, '0')}${after}`;
const responseLength = responseTo(0).length;
const log = process.env.LOG === undefined ? null : [];
let received = 0;
let stalledUntil = 0;

const server = http.createServer((request, response) => {
  const began = performance.now();
  const number = ++received;
  if (number === stallFrom) stalledUntil = began + stallMs;
  const ready = () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': responseLength });
    response.end(responseTo(number));
    log?.push({ number, tookMs: performance.now() - began, began });
  };
  request.resume();
  request.on('end', () => {
    const wait = Math.max(delays[(number - 1) % delays.length], stalledUntil - performance.now());
    if (wait <= 0) ready();
    else setTimeout(ready, wait);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

const end = () => {
  if (log !== null) writeFileSync(process.env.LOG, JSON.stringify(log));
  process.exit(0);
};
process.on('SIGTERM', end);
process.stdin.on('end', end).resume();
