/** A target that keeps what webhooks create until it is deleted, by its id or by the test id, and remembers each call. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SignalStore {
  readonly url: string;
  /** What exists, oldest first: id of the signal → id of its test. */
  readonly signals: Map<string, string>;
  /** Every call that is no webhook, in order of arrival: `DELETE /signals/s1`. */
  readonly calls: string[];
  /** Headers of the calls. */
  readonly headers: IncomingMessage['headers'][];
}

export interface StoreBehavior {
  /** Called for each webhook once its signal exists; the response waits for it. */
  readonly created?: (count: number) => Promise<void> | void;
  /** The status of a call, in place of its effect; null for its effect. */
  readonly refuses?: (call: string, count: number) => number | null;
  /** Called for each call before it has an effect. */
  readonly called?: (count: number) => Promise<void> | void;
  /** Before the number of each id; `s` without it. */
  readonly prefix?: string;
  /** A response without its id. */
  readonly namesNoId?: boolean;
}

export async function withSignalStore<Result>(
  behavior: StoreBehavior,
  use: (store: SignalStore) => Promise<Result>,
): Promise<Result> {
  const signals = new Map<string, string>();
  const calls: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  let created = 0;
  const webhook = async (request: IncomingMessage, response: ServerResponse) => {
    const id = `${behavior.prefix ?? 's'}${++created}`;
    signals.set(id, String(request.headers['x-prod-e2e-test']));
    await behavior.created?.(created);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'ACCEPTED', ...(behavior.namesNoId ? {} : { signal_id: id }) }));
  };
  const call = async (request: IncomingMessage, response: ServerResponse) => {
    const text = `${request.method} ${request.url}`;
    calls.push(text);
    headers.push(request.headers);
    await behavior.called?.(calls.length);
    const refused = behavior.refuses?.(text, calls.length) ?? null;
    const [, kind, name = ''] = (request.url ?? '').split('/');
    const found = [...signals].filter(([id, test]) => (kind === 'signals' ? id : test) === name);
    if (refused === null) for (const [id] of found) signals.delete(id);
    response.writeHead(refused ?? (found.length > 0 ? 204 : 404)).end();
  };
  const server = createServer(async (request, response) => {
    request.resume();
    await new Promise((resolve) => request.once('end', resolve));
    await (request.method === 'POST' ? webhook : call)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await use({ url: `http://127.0.0.1:${port}/webhook`, signals, calls, headers });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
