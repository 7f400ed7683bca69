/** An endpoint as its owner writes it for one provider: it verifies by the provider's own library, and knows what it had. */
import type { SenderName } from '../../src/lib/model/signing.ts';
import { A_SECRET, ORACLES } from './signature-oracles.ts';
import type { Handler, ReceivedRequest } from './target.ts';

type Payload = Readonly<Record<string, unknown>>;

/** By which the provider's documentation tells one event from another. */
const EVENT_ID: Readonly<Record<SenderName, (request: ReceivedRequest, payload: Payload) => unknown>> = {
  tradingview: (_, { metadata, time }) => JSON.stringify([metadata, time]),
  github: ({ headers }) => headers['x-github-delivery'],
  stripe: (_, { id }) => id,
  slack: (_, { event_id: id, challenge }) => id ?? challenge,
  shopify: ({ headers }) => headers['x-shopify-event-id'],
  'standard-webhooks': ({ headers }) => headers['webhook-id'],
};

/**
 * @param options.secret the passphrase for TradingView, which signs nothing
 * @param options.verifies false for one that takes whatever comes
 */
export function providerEndpoint(
  sender: SenderName,
  { secret = A_SECRET, verifies = true }: { readonly secret?: string; readonly verifies?: boolean } = {},
): Handler {
  const had = new Set<unknown>();
  return async (request, response) => {
    const payload: Payload = JSON.parse(request.body.toString('utf8'));
    const holds =
      !verifies ||
      (sender === 'tradingview' ? payload.passphrase === secret : await ORACLES[sender](request, secret));
    const respond = (status: number, body: Payload) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (!holds) return void respond(401, { error: 'the signature does not hold' });
    if (typeof payload.challenge === 'string') return void respond(200, { challenge: payload.challenge });
    const id = EVENT_ID[sender](request, payload);
    const isKnown = had.has(id);
    had.add(id);
    respond(200, isKnown ? { id, status: 'DUPLICATE' } : { id });
  };
}
