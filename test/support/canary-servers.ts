/** A target and a Sentry that tell everything they should keep to themselves, in every form, and remember what they got. */
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { anIssueItem, aSpanItem } from '../trace/sentry-shapes.ts';
import { CANARIES, canary, QUOTED } from './canaries.ts';

/** Every canary that may be quoted, in every form. */
export const TOLD: readonly string[] = formsOf(CANARIES);
/** The same without what was given by a flag: only the run that was given it can know that it is secret. */
const TOLD_LATER = formsOf(CANARIES.filter(({ name }) => name !== 'headerOfFlag'));

function formsOf(canaries: typeof CANARIES): readonly string[] {
  return canaries
    .filter(({ echoed }) => echoed)
    .flatMap(({ value }) => Object.values(QUOTED).map((quote) => quote(value)));
}

/** Only what a header may hold. */
const TOLD_IN_HEADERS = TOLD.filter((text) => /^[\x21-\x7e]+$/.test(text));

/** `later`: to a command after the run; `quiet`: tells nothing that it should keep to itself. */
export type ApiMode = 'traces' | 'later' | 'quiet' | 'refuse' | 'broken';

export interface CanaryServers {
  /** `127.0.0.1:<port>` of the target, whose first step of the path says how it responds: ok, fail, redirect, hang, text, quiet. */
  readonly target: string;
  readonly sentry: string;
  /** Everything the target has got. */
  readonly atTarget: () => string;
  readonly atIngest: () => string;
  readonly atApi: () => string;
  /** How Sentry's API responds from now on. */
  readonly setApiMode: (mode: ApiMode) => void;
}

/** @param options.firstNumber of the target's first response: responses of other numbers quote other canaries in other places */
export async function withCanaryServers<Result>(
  use: (servers: CanaryServers) => Promise<Result>,
  { firstNumber = 0 }: { readonly firstNumber?: number } = {},
): Promise<Result> {
  const got = { target: '', ingest: '', api: '' };
  let api: ApiMode = 'traces';
  let number = firstNumber;
  const target = await listening((request, response) => {
    got.target += request.text;
    respondToWebhook(request, response, number++);
  });
  const sentry = await listening((request, response) => {
    if (request.url.includes('/envelope/')) {
      got.ingest += request.text;
      response.end('{}');
      return;
    }
    got.api += request.text;
    respondToRead(request, response, api);
  });
  try {
    return await use({
      target: target.host,
      sentry: sentry.host,
      atTarget: () => got.target,
      atIngest: () => got.ingest,
      atApi: () => got.api,
      setApiMode: (mode) => {
        api = mode;
      },
    });
  } finally {
    await Promise.all([target.close(), sentry.close()]);
  }
}

interface Told {
  readonly url: string;
  readonly body: string;
  /** The whole request. */
  readonly text: string;
}

async function listening(respond: (request: Told, response: ServerResponse) => void) {
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // Given up by the client.
      return;
    }
    const bytes = Buffer.concat(chunks);
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    const url = request.url ?? '';
    // Basic authentication is base64 of what is in the URL.
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const text = [url, decodeURIComponent(url.replaceAll('+', ' ')), ...request.rawHeaders, body].join('\n');
    respond({ url, body, text: `${text}\n${Buffer.from(basic, 'base64')}\n` }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function respondToWebhook({ url, text, body }: Told, response: ServerResponse, number: number): void {
  const mode = /^\/(\w+)/.exec(url)?.[1];
  if (mode === 'hang') return;
  if (mode === 'quiet') {
    response.end(
      JSON.stringify({ status: 'ACCEPTED', signal_id: `s${number}`, variant: 'A', enrichment: { a: 1 } }),
    );
    return;
  }
  const [some = '', ...others] = TOLD_IN_HEADERS;
  response.setHeader('set-cookie', [
    `sid=${some}`,
    ...others.slice(0, 30).map((each, at) => `c${at}=${each}`),
  ]);
  response.setHeader('www-authenticate', `Bearer realm="${others.slice(30, 60).join(' ')}"`);
  response.setHeader('x-echo', others.slice(60, 100).join(' '));
  response.setHeader('x-request-headers', others.slice(100, 140).join(' '));
  const statusMessage = others.slice(number % 20, (number % 20) + 8).join(' ');
  if (mode === 'redirect') {
    const [query, fragment] = [canary('locationQuery'), canary('locationFragment')].map(encodeURIComponent);
    const user = `${canary('locationUser')}@`;
    const known = others.slice(140, 170).join('&t=');
    const to = `https://${user}elsewhere.example/login/${some}?ticket=${query}&token=${known}#access_token=${fragment}`;
    response.setHeader('location', to);
    response.setHeader('refresh', `0; url=${to}`);
    response.setHeader('link', `<${to}>; rel="next", <https://elsewhere.example/>; rel="last"`);
    response.writeHead(302, statusMessage).end(`Found. Redirecting to ${to}`);
    return;
  }
  if (mode === 'text') {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<p>${TOLD.slice(number % TOLD.length).join(' ')}</p>`);
    return;
  }
  // Excerpts are cut at 80, 200, 300 and 400 characters: each response has other secrets there.
  const told = Array.from({ length: 6 }, (_, at) => TOLD[(number * 6 + at) % TOLD.length]);
  const error = `${'x'.repeat(250 + ((number * 7) % 60))} ${told.join(' ')} ${text}`;
  response.setHeader('content-type', 'application/json');
  response.writeHead(mode === 'ok' ? 200 : 500, statusMessage);
  response.end(
    JSON.stringify({
      ...(mode === 'ok' ? { status: 'ACCEPTED' } : { error }),
      // Some canaries have the same form; the number makes each id one of its own.
      signal_id: `${TOLD[number % TOLD.length]} ${number}`,
      note: `${'y'.repeat(50 + (number % 30))}${TOLD[(number * 5) % TOLD.length]}`,
      variant: 'A',
      enrichment: {},
      message: error,
      all: TOLD,
      request: text,
      received: body,
    }),
  );
}

function respondToRead({ url, text }: Told, response: ServerResponse, mode: ApiMode): void {
  response.setHeader('content-type', 'application/json');
  const told = mode === 'quiet' ? [] : mode === 'traces' ? TOLD : TOLD_LATER;
  if (mode === 'refuse' || mode === 'broken') {
    // Whichever token it was, whole and with its last or first characters cut off.
    const token = /^bearer (.*)$/im.exec(text)?.[1] ?? '';
    const detail = `Invalid token ${'z'.repeat(150 + (text.length % 30))} ${token} ${QUOTED.base64?.(token)} ${told.join(' ')}`;
    response.writeHead(mode === 'refuse' ? 401 : 500).end(JSON.stringify({ detail }));
    return;
  }
  const { pathname } = new URL(url, 'http://sentry');
  if (/\/trace\/[0-9a-f]+\/$/.test(pathname)) response.end(JSON.stringify(leakyTrace(told)));
  else if (pathname.endsWith('/events/')) response.end(JSON.stringify({ data: [], meta: { fields: {} } }));
  else response.end(JSON.stringify({ id: '1', slug: 'acme', name: told.join(' ') }));
}

/** A service that puts everything it gets into its spans. */
function leakyTrace(told: readonly string[]) {
  const start = Date.now() / 1_000;
  const span = (id: number, more: Readonly<Record<string, unknown>>) =>
    aSpanItem({
      event_id: id.toString(16).padStart(16, 'c'),
      start_timestamp: start + id / 100,
      end_timestamp: start + id / 100 + 0.005,
      duration: 5,
      ...more,
    });
  const failing = {
    additional_attributes: { 'span.status': 'internal_error', 'span.status.message': told.join(' ') },
    errors: [anIssueItem({ description: `Error: ${told.join(' ')}`, culprit: told[5] })],
  };
  const calls = told
    .slice(0, 120)
    .map((text, at) => span(at + 10, { name: text, description: `GET ${text}`, op: 'http.client' }));
  return [
    span(1, {
      name: 'ingest',
      description: told.join(' '),
      is_transaction: true,
      children: [
        span(2, { name: 'ingest', description: `INSERT ${told.slice(-50).join(' ')}`, ...failing }),
        ...calls,
      ],
    }),
  ];
}
