/** A small CONNECT proxy, and the environment variables that name one. */
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  readonly url: string;
  readonly host: string;
  /** `host:port` of every tunnel asked for, with what it was asked with. */
  readonly tunnels: readonly { readonly to: string; readonly authorization: string | null }[];
}

/** @param options.status the response to CONNECT, instead of 200; 0 for none */
export async function withProxy<Result>(
  use: (proxy: Proxy) => Promise<Result>,
  { status = 200 }: { readonly status?: number } = {},
): Promise<Result> {
  const tunnels: { to: string; authorization: string | null }[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  };
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', keep);
  server.on('connect', (request, client: Socket) => {
    tunnels.push({
      to: request.url ?? '',
      authorization: request.headers['proxy-authorization'] ?? null,
    });
    if (status === 0) return;
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = net.connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    keep(upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await use({ url: `http://${host}`, host, tunnels });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
  `npm_config_${name}`,
]);

/** Sets the proxy variables of this process to exactly these, and puts them back afterwards. */
export async function withProxyVariables<Result>(
  variables: Readonly<Record<string, string>>,
  use: () => Promise<Result>,
): Promise<Result> {
  const before = PROXY_VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const [name] of before) delete process.env[name];
  Object.assign(process.env, variables);
  try {
    return await use();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
