/** Sending to a running sandbox and reading its traces back, for tests. */
import type { JsonObject } from '../../src/lib/model/json.ts';
import type { Sandbox } from '../../src/lib/sandbox/sandbox.ts';
import type { IssueNode, SpanNode } from '../../src/sandbox/sentry-server/trace-response.ts';
import { eventually } from '../support/eventually.ts';
import { containerHeader, envelopeText, SPAN_ID, traceHeaders, traceOfEnvelope } from './support.ts';

const ROOT_ID = '1111111111111111';

export const ATTRIBUTES = [
  'span.status',
  'span.status.message',
  'http.response.status_code',
  'signalId',
  'requestId',
  'traceId',
  'variant',
  'db.system',
  'service.name',
  'scenario',
  'attempt',
];

/** The two spans of the sender, as it streams them: the webhook's http.client span has {@link SPAN_ID}. */
export function senderEnvelope(traceId: string, scenario: string): string {
  const span = {
    trace_id: traceId,
    start_timestamp: Date.now() / 1_000,
    end_timestamp: Date.now() / 1_000 + 1,
  };
  const op = (value: string) => ({ 'sentry.op': { type: 'string', value } });
  const root = {
    ...span,
    span_id: ROOT_ID,
    name: 'production-e2e-webhook-test',
    is_segment: true,
    status: 'ok',
    attributes: { ...op('test.webhook'), 'prod_e2e.scenario': { type: 'string', value: scenario } },
  };
  const client = {
    ...span,
    span_id: SPAN_ID,
    parent_span_id: ROOT_ID,
    name: 'POST',
    is_segment: false,
    status: 'ok',
    attributes: op('http.client'),
  };
  return envelopeText({ trace: traceOfEnvelope(traceId) }, [
    containerHeader(2),
    { version: 2, items: [root, client] },
  ]);
}

export function sendEnvelope({ info }: Sandbox, body: string): Promise<Response> {
  const { username, host, pathname } = new URL(info.dsn);
  return fetch(`http://${host}/api${pathname}/envelope/?sentry_key=${username}`, { method: 'POST', body });
}

export async function postWebhook(
  { info }: Sandbox,
  payload: JsonObject,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: JsonObject }> {
  const response = await fetch(info.url, { method: 'POST', body: JSON.stringify(payload), headers });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

/** A webhook as the program sends it: in a trace, with the sender's own spans. */
export async function tracedWebhook(
  sandbox: Sandbox,
  traceId: string,
  payload: JsonObject,
): Promise<{ status: number; body: JsonObject }> {
  const response = await postWebhook(sandbox, payload, traceHeaders(traceId));
  await sendEnvelope(sandbox, senderEnvelope(traceId, String(payload.scenario)));
  return response;
}

export function get({ info }: Sandbox, path: string): Promise<Response> {
  return fetch(info.sentryUrl + path, { headers: { authorization: `Bearer ${info.token}` } });
}

export async function getJson<Shape>(sandbox: Sandbox, path: string): Promise<Shape> {
  const response = await get(sandbox, path);
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Shape;
}

export function tracePath(traceId: string): string {
  const query = ATTRIBUTES.map((name) => `additional_attributes=${name}`).join('&');
  return `/api/0/organizations/sandbox/trace/${traceId}/?${query}`;
}

export const readTrace = (sandbox: Sandbox, traceId: string): Promise<SpanNode[]> =>
  getJson(sandbox, tracePath(traceId));

/** The trace, once it has a span of that name. */
export function traceWith(sandbox: Sandbox, traceId: string, name: string): Promise<SpanNode[]> {
  return eventually(async () => {
    const roots = await readTrace(sandbox, traceId);
    return flat(roots).some((span) => span.name === name) ? roots : null;
  });
}

/** All nodes; those of issues have no children. */
export function flat(nodes: readonly SpanNode[]): SpanNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children ?? [])]);
}

/** `name(child, child(…))`, in the order of time. */
export function shape(node: SpanNode): string {
  const children = node.children.map(shape).join(', ');
  return children === '' ? String(node.name) : `${node.name}(${children})`;
}

export const attributes = (node: SpanNode | undefined): JsonObject =>
  (node?.additional_attributes ?? {}) as JsonObject;

/** Names of the spans that failed, each with its message. */
export const failures = (nodes: readonly SpanNode[]): string[] =>
  flat(nodes)
    .filter((node) => attributes(node)['span.status'] !== 'ok')
    .map((node) => `${node.name}: ${attributes(node)['span.status.message']}`);

/** `span → what the issue says`, and issues without a span. */
export const issues = (nodes: readonly (SpanNode | IssueNode)[]): string[] =>
  nodes.flatMap((node) =>
    'children' in node
      ? [...node.errors.map((error) => `${node.name} → ${error.description}`), ...issues(node.children)]
      : [`→ ${node.description}`],
  );

/** Rows of a search over all spans. */
export async function search(sandbox: Sandbox, query: string, ...fields: string[]): Promise<JsonObject[]> {
  const parameters = new URLSearchParams({ dataset: 'spans', query, per_page: '100', sort: 'timestamp' });
  for (const field of fields) parameters.append('field', field);
  const found = await getJson<{ data: JsonObject[] }>(
    sandbox,
    `/api/0/organizations/sandbox/events/?${parameters}`,
  );
  return found.data;
}
