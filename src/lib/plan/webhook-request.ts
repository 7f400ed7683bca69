/** The request of one webhook: where it goes, and the headers that every webhook has. */
import type { WebhookRequest } from '../model/plan.ts';
import type { PayloadContext, Scenario } from '../model/scenario.ts';
import { SENDER_HEADERS } from '../senders/headers.ts';

/** Header that names the test, so that a target can tell synthetic traffic apart before it parses anything. */
export const TEST_HEADER = 'x-prod-e2e-test';

export function webhookRequest(parts: {
  readonly scenario: Pick<Scenario, 'method' | 'sender'>;
  readonly url: string;
  /** Of the config and the scenario; lower-case names. They win over all but the marker. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of what is replayed: method, and headers in place of the sender's. */
  readonly own?: { readonly method: string | null; readonly headers: Readonly<Record<string, string>> };
  readonly context: Pick<PayloadContext, 'testId' | 'uuid' | 'timestamp'>;
  readonly userAgent: string;
  readonly body: string;
}): WebhookRequest {
  const { scenario, url, own, context, body } = parts;
  const { testId } = context;
  return {
    method: own?.method ?? scenario.method,
    url,
    headers: {
      'content-type': 'application/json',
      'user-agent': parts.userAgent,
      'accept-encoding': 'gzip, deflate, br',
      'idempotency-key': testId,
      ...(scenario.sender === null ? {} : SENDER_HEADERS[scenario.sender](context)),
      ...own?.headers,
      ...parts.headers,
      [TEST_HEADER]: testId,
    },
    body,
  };
}

/** The target's own query stays; a query of the path is added to it. */
export function withPath(url: string, path: string): string {
  if (path === '') return url;
  const result = new URL(url);
  const [, added = '', query = ''] = /^\/?([^?#]*)\??([^#]*)/.exec(path) ?? [];
  if (added !== '') result.pathname = `${result.pathname.replace(/\/$/, '')}/${added}`;
  result.search = [result.search.slice(1), query].filter((part) => part !== '').join('&');
  return result.href;
}

export function lowerCaseNames(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
