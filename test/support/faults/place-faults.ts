/** Places that cannot be reached, or only up to their proxy. */
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  afterRequest,
  type Fault as ConnectionFault,
  closedPort,
  withFaultyServer,
  withFullBacklog,
} from '../faulty-server.ts';
import { withProxy, withProxyVariables } from '../proxy.ts';
import { HEALTHY, says } from './bytes.ts';
import type { PlaceFault, Reported } from './fault.ts';
import { atServer, CONNECT_TIMEOUT, RESET, SHORT_CONNECT, URL_HINT, type Use } from './places.ts';

const REFUSED: Reported = {
  code: 'refused',
  message: 'Request failed: Connection refused',
  hint: 'Check if production server is running',
};

const onLinux = process.platform === 'linux';
const HAS_IPV6 = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .some(({ address }) => address === '::1');

const atUrl = (url: string) => (use: Use) => use({ url });
const atClosedPort = (host: string) => async (use: Use) =>
  use({ url: `http://${host}:${await closedPort()}/webhook` });

export const NO_CONNECTION: readonly PlaceFault[] = [
  {
    name: 'dns',
    what: 'The host name does not exist',
    reported: { code: 'dns', message: 'Request failed: Host name not found', hint: URL_HINT },
    // Longer than a part of a name may be (RFC 1035, 2.3.4): known not to exist without asking a name server.
    open: atUrl(`http://${'x'.repeat(64)}.invalid/webhook`),
  },
  { name: 'refused', what: 'Nothing listens', reported: REFUSED, open: atClosedPort('127.0.0.1') },
  {
    name: 'refused-everywhere',
    what: 'Nothing listens at any address of the name',
    reported: REFUSED,
    open: atClosedPort('localhost'),
  },
  {
    name: 'refused-ipv6',
    what: 'Nothing listens at an IPv6 address',
    reported: REFUSED,
    possible: HAS_IPV6,
    open: atClosedPort('[::1]'),
  },
  {
    name: 'unreachable',
    what: 'There is no way to the address',
    reported: {
      code: 'unreachable',
      message: 'Request failed: Host unreachable',
      hint: 'network connectivity',
    },
    open: atUrl('http://255.255.255.255:9/webhook'),
  },
  {
    name: 'blackhole',
    what: 'Connections are neither taken nor refused',
    reported: CONNECT_TIMEOUT,
    sender: SHORT_CONNECT,
    possible: onLinux,
    open: (use) => withFullBacklog((port) => use({ url: `http://127.0.0.1:${port}/webhook` })),
  },
  {
    name: 'blackhole-whole-timeout',
    what: 'The same, and the whole time-out is the shorter one',
    reported: CONNECT_TIMEOUT,
    sender: { timeoutMs: 400 },
    possible: onLinux,
    undocumented: true,
    open: (use) => withFullBacklog((port) => use({ url: `http://127.0.0.1:${port}/webhook` })),
  },
  {
    name: 'reset-on-connect',
    what: 'The connection is reset before the webhook is read',
    reported: RESET,
    open: atServer((socket) => socket.resetAndDestroy(), 'http'),
  },
  {
    name: 'closed-on-connect',
    what: 'The connection is closed before the webhook is read',
    reported: RESET,
    open: atServer((socket) => socket.end(), 'http'),
  },
  {
    name: 'ipv6',
    what: 'A healthy server at an IPv6 address',
    reported: 'working',
    possible: HAS_IPV6,
    open: (use) => withIpv6Server((port) => use({ url: `http://[::1]:${port}/webhook` })),
  },
];

async function withIpv6Server(use: (port: number) => Promise<void>): Promise<void> {
  const handler = afterRequest(says(HEALTHY));
  const server = net.createServer((socket) => handler(socket, 1));
  await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
  try {
    await use((server.address() as net.AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const BEHIND = 'https://hooks.example.com/webhook';
const proxied = (variables: Readonly<Record<string, string>>, use: Use, url = BEHIND) =>
  withProxyVariables(variables, () => use({ url }));

/** Proxies of the environment, for targets that are never reached. */
export const PROXIES: readonly PlaceFault[] = [
  ...(
    [
      [407, 'The proxy wants credentials', 'requires credentials (HTTP 407)', 'user:password@'],
      [
        403,
        'The proxy does not let the target through',
        'refused to connect to the target (HTTP 403)',
        'NO_PROXY',
      ],
      [502, 'The proxy cannot reach the target', 'could not reach the target (HTTP 502)', URL_HINT],
      [504, 'The target does not respond to the proxy', 'could not reach the target (HTTP 504)', URL_HINT],
    ] as const
  ).map(
    ([status, what, said, hint]): PlaceFault => ({
      name: `proxy-${status}`,
      what,
      reported: { code: 'proxy', message: `Request failed: Proxy 127.0.0.1:PORT ${said}`, hint },
      open: (use) => withProxy(({ url }) => proxied({ HTTPS_PROXY: url }, use), { status }),
    }),
  ),
  {
    name: 'proxy-502-http',
    what: 'The same for a target without TLS',
    reported: {
      code: 'proxy',
      message: 'Request failed: Proxy 127.0.0.1:PORT could not reach the target (HTTP 502)',
      hint: URL_HINT,
    },
    undocumented: true,
    open: (use) =>
      withProxy(({ url }) => proxied({ http_proxy: url }, use, BEHIND.replace('https', 'http')), {
        status: 502,
      }),
  },
  {
    name: 'proxy-refused',
    what: 'The proxy is down',
    reported: {
      code: 'proxy',
      message: 'Request failed: Proxy 127.0.0.1:PORT refused the connection',
      hint: 'HTTPS_PROXY',
    },
    open: async (use) => proxied({ HTTPS_PROXY: `http://127.0.0.1:${await closedPort()}` }, use),
  },
  {
    name: 'proxy-unknown',
    what: 'The host name of the proxy does not exist',
    reported: {
      code: 'proxy',
      message: 'Request failed: Proxy proxy.invalid:3128 was not found',
      hint: 'HTTPS_PROXY',
    },
    open: (use) => proxied({ HTTPS_PROXY: 'http://proxy.invalid:3128' }, use),
  },
  {
    name: 'proxy-silent',
    what: 'The proxy does not respond',
    reported: {
      code: 'proxy',
      message: 'Request failed: Proxy 127.0.0.1:PORT did not respond in time',
      hint: 'HTTPS_PROXY',
    },
    sender: SHORT_CONNECT,
    open: (use) => withProxy(({ url }) => proxied({ HTTPS_PROXY: url }, use), { status: 0 }),
  },
  {
    name: 'proxy-closes',
    what: 'The proxy closes the connection',
    reported: {
      code: 'proxy',
      message: 'Request failed: Proxy 127.0.0.1:PORT closed the connection',
      hint: 'HTTPS_PROXY',
    },
    open: (use) => atProxy((socket) => socket.once('data', () => socket.destroy()), use),
  },
  {
    name: 'proxy-garbage',
    what: 'What the environment names as a proxy is none',
    reported: {
      code: 'proxy',
      message: 'Request failed: Proxy 127.0.0.1:PORT does not respond as a proxy',
      hint: 'HTTPS_PROXY',
    },
    open: (use) =>
      atProxy((socket) => socket.once('data', () => socket.end('220 mail.example.com ESMTP\r\n')), use),
  },
];

function atProxy(fault: ConnectionFault, use: Use): Promise<void> {
  return withFaultyServer(fault, ({ port }) => proxied({ HTTPS_PROXY: `http://127.0.0.1:${port}` }, use));
}
