/** A real webhook endpoint on a free port that always gives the same response, except for its id, and remembers what it received. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withOwnId } from './own-ids.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookTarget {
  readonly url: string;
  /** In order of arrival. */
  readonly received: readonly Received[];
}

export async function withWebhookTarget<Result>(
  behaviour: {
    readonly status?: number;
    readonly body: unknown;
    readonly delayMs?: number;
    /** Called for each request, with how many have come, before it gets a response. */
    readonly arrived?: (count: number) => void;
  },
  use: (target: WebhookTarget) => Promise<Result>,
): Promise<Result> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    behaviour.arrived?.(received.length);
    setTimeout(() => {
      response.writeHead(behaviour.status ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(withOwnId(behaviour.body)));
    }, behaviour.delayMs ?? 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await use({ url: `http://127.0.0.1:${port}/webhook`, received });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
