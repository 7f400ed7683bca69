/** The request of one webhook: where it goes, and the headers that every webhook has. */

import { ProdE2eError } from '../errors.ts';
import { HEADER_VALUE } from '../http/header-syntax.ts';
import type { WebhookRequest } from '../model/result.ts';
import type { Scenario, TemplateContext } from '../model/scenario.ts';
import { SENDER_HEADERS } from '../senders/headers.ts';
import { compileTemplate, type Draws } from './templates.ts';

/** Header that names the test, so that a target can recognize synthetic traffic before it parses anything. */
export const TEST_HEADER = 'x-prod-e2e-test';

export function webhookRequest(parts: {
  readonly scenario: Pick<Scenario, 'method' | 'sender'>;
  readonly url: string;
  /** From the config and the scenario; lower-case names. They override all headers but the marker. */
  readonly headers: Readonly<Record<string, string>>;
  /** From the replayed payload: its method, and headers that replace the sender's. */
  readonly own?: { readonly method: string | null; readonly headers: Readonly<Record<string, string>> };
  readonly context: Pick<TemplateContext, 'testId' | 'uuid' | 'timestamp'>;
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

/** The headers of one webhook, with lower-case names. @throws ProdE2eError `HEADER_INVALID` */
export type HeaderRenderer = (context: TemplateContext, draws: Draws) => Readonly<Record<string, string>>;

/**
 * Prepares header templates once for all tests of a scenario, whose own headers override those of the config.
 * @param options.names names of the dimensions
 * @throws ProdE2eError `TEMPLATE_INVALID`
 */
export function compileHeaders(options: {
  readonly shared: Readonly<Record<string, string>>;
  readonly scenario: Pick<Scenario, 'name' | 'headers'>;
  readonly names: readonly string[];
}): HeaderRenderer {
  const { shared, scenario, names } = options;
  const compile = (headers: Readonly<Record<string, string>>, where: string) =>
    Object.entries(headers).map(([name, template]) => {
      const render = compileTemplate({ template, names, where, root: `headers.${name}` });
      return [name.toLowerCase(), { name, render }] as const;
    });
  const renderers = new Map([
    ...compile(shared, 'config'),
    ...compile(scenario.headers, `scenario ${scenario.name}`),
  ]);
  return (context, draws) =>
    Object.fromEntries(
      [...renderers].map(([key, { name, render }]) => {
        const value = String(render({ context, ...draws }));
        checkValue(name, value);
        return [key, value];
      }),
    );
}

function checkValue(name: string, value: string): void {
  if (!HEADER_VALUE.test(value))
    throw headerInvalid(`The header ${name} has a value that is not valid in HTTP.`);
}

export function headerInvalid(message: string): ProdE2eError {
  return new ProdE2eError(message, {
    code: 'HEADER_INVALID',
    hints: ['Use a single line of Latin-1 characters; encode other text, for example as base64.'],
  });
}
