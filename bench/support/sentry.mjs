// Takes envelopes and counts the traces in them, in a process of its own. Prints its port; GET / answers the counts.
// With DELAY=MS every answer waits so long: a Sentry that is slow. Ends on SIGTERM or when its parent is gone.
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

const delayMs = Number(process.env.DELAY ?? 0);
let envelopes = 0;
let roots = 0;

const server = http.createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ envelopes, roots }));
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('latin1');
    envelopes++;
    roots += text.split('"is_segment":true').length - 1;
    const ready = () => response.end('{}');
    if (delayMs === 0) ready();
    else setTimeout(ready, delayMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.on('SIGTERM', () => process.exit(0));
process.stdin.on('end', () => process.exit(0)).resume();
