/** How long each provider waits for a response, and when it sends a webhook again: facts of their documentation. */
import type { SenderName } from '../model/signing.ts';

export interface ProviderTimeout {
  /** How the provider is called in findings. */
  readonly label: string;
  /** Time after which it gives up on a response; null if the provider publishes no limit. */
  readonly limitMs: number | null;
  /** What happens to a webhook it gave up on. */
  readonly givenUp: 'lost' | 'sent-again';
  /** Null where it never sends again by itself. */
  readonly resends: {
    /** Statuses, both included. */
    readonly from: number;
    readonly to: number;
    readonly except: readonly number[];
    /** `up to 3 times, 5 s apart` */
    readonly how: string;
    /** A header of the response, lower case, that stops it. */
    readonly unlessHeader: string | null;
  } | null;
}

/** Every status that is no success. */
const NOT_2XX = { from: 300, to: 599, except: [], unlessHeader: null };

export const PROVIDER_TIMEOUTS: Readonly<Record<SenderName, ProviderTimeout>> = {
  // https://www.tradingview.com/support/solutions/43000529348: canceled after three seconds, not sent again for it;
  // "Webhook resubmission": 5xx except 504, after 5 s each.
  tradingview: {
    label: 'TradingView',
    limitMs: 3_000,
    givenUp: 'lost',
    resends: { from: 500, to: 599, except: [504], how: 'up to 3 times, 5 s apart', unlessHeader: null },
  },
  // https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
  github: { label: 'GitHub', limitMs: 10_000, givenUp: 'lost', resends: null },
  // https://docs.stripe.com/webhooks#retries; it times out, but after how long is not published.
  stripe: {
    label: 'Stripe',
    limitMs: null,
    givenUp: 'sent-again',
    resends: { ...NOT_2XX, how: 'for up to 3 days' },
  },
  // https://docs.slack.dev/apis/events-api/#retries; redirects are followed.
  slack: {
    label: 'Slack',
    limitMs: 3_000,
    givenUp: 'sent-again',
    resends: {
      ...NOT_2XX,
      from: 400,
      how: 'up to 3 times: at once, after 1 and after 5 min',
      unlessHeader: 'x-slack-no-retry',
    },
  },
  // https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks and
  // https://shopify.dev/changelog/updates-to-webhook-retry-mechanism (September 2024)
  shopify: {
    label: 'Shopify',
    limitMs: 5_000,
    givenUp: 'sent-again',
    resends: { ...NOT_2XX, how: 'up to 8 times in 4 h' },
  },
  // The specification's "Operational considerations": 15 to 30 s are recommended; 410 ends the subscription.
  'standard-webhooks': {
    label: 'Standard Webhooks',
    limitMs: 15_000,
    givenUp: 'sent-again',
    resends: { ...NOT_2XX, except: [410], how: 'with growing delays, for days' },
  },
};
