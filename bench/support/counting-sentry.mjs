// Takes Sentry envelopes, in a process of its own, and counts the traces in them by their root spans.
// Prints {"dsn"} once it listens; when stdin ends it prints its log as one line of JSON and ends.
import http from 'node:http';
import { gunzipSync } from 'node:zlib';

const log = { envelopes: 0, traces: 0 };

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const bytes = Buffer.concat(chunks);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString(
      'latin1',
    );
    log.envelopes++;
    log.traces += text.split('"is_segment":true').length - 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  console.log(JSON.stringify({ dsn: `http://abcdef0123456789abcdef0123456789@127.0.0.1:${port}/42` }));
});

process.stdin.resume();
process.stdin.on('end', () => {
  console.log(JSON.stringify(log));
  process.exit();
});
