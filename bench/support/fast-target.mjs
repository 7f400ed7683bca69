// A webhook target that costs next to nothing, in a process of its own, and counts what it did with each webhook.
// It reads HTTP by hand: node:http would take a third of a core that the program under measurement needs.
// Prints {"url"} once it listens; when stdin ends it prints its log as one line of JSON and ends.
//
//   node bench/support/fast-target.mjs [--faulty-every 20] [--slow-ms 1500]
//
// One of so many webhooks goes wrong, in five ways in turn. Which one is told by the number in its test id, so that a
// second attempt meets the same.
import net from 'node:net';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    'faulty-every': { type: 'string', default: '0' },
    'slow-ms': { type: 'string', default: '1500' },
  },
});
const faultyEvery = Number(values['faulty-every']);
const slowMs = Number(values['slow-ms']);

const FAULTS = ['status', 'reset', 'timeout', 'malformed', 'slow'];

/** Webhooks by what was done with them. A webhook that comes again after a reset is counted in `requests` alone. */
const log = { requests: 0, webhooks: 0, fine: 0, status: 0, reset: 0, timeout: 0, malformed: 0, slow: 0 };
/** A bit for each number of a test: constant memory but for these. */
const seen = new Uint8Array(16_777_216 / 8);

const response = (status, body) =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const FAILING = response('500 Internal Server Error', '{"error":"Internal server error"}');
const MALFORMED = response('200 OK', '<html>Bad gateway');

/** One webhook of every so many, at another place each time, so that every scenario meets every fault. */
function faultOf(index) {
  if (faultyEvery === 0) return null;
  const block = Math.floor((index - 1) / faultyEvery);
  const place = (block * 7) % faultyEvery;
  return (index - 1) % faultyEvery === place ? FAULTS[block % FAULTS.length] : null;
}

function serve(socket, head) {
  const index = Number(/x-prod-e2e-test: \S*-(\d+)/i.exec(head)?.[1] ?? 0);
  const fault = faultOf(index);
  log.requests++;
  const bit = 1 << (index & 7);
  if ((seen[index >> 3] & bit) === 0) {
    seen[index >> 3] |= bit;
    log.webhooks++;
    log[fault ?? 'fine']++;
  }
  const fine = () =>
    socket.write(
      response(
        '200 OK',
        `{"status":"ACCEPTED","signal_id":"sig_${index}","enrichment":{"gex":1},"variant":"A"}`,
      ),
    );
  if (fault === null) fine();
  else if (fault === 'status') socket.write(FAILING);
  else if (fault === 'malformed') socket.write(MALFORMED);
  else if (fault === 'reset') socket.resetAndDestroy();
  else if (fault === 'slow') setTimeout(fine, slowMs);
}

const server = net.createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    rest += chunk;
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = rest.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (rest.length < end + 4 + length) return;
      rest = rest.slice(end + 4 + length);
      serve(socket, head);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/webhook` }));
});

process.stdin.resume();
process.stdin.on('end', () => {
  console.log(JSON.stringify(log));
  process.exit();
});
