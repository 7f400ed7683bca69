/** What needs a confirmation before webhooks are sent to a host other than this machine, and which hosts are allowed. */

import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import { hostName, parseHostPattern } from '../http/host-pattern.ts';
import { countOf } from '../terminal/quantities.ts';
import { nextQuiet, type QuietSpell, quietAt, quietText } from './quiet-hours.ts';

/** More webhooks than this in one run are a load test, not a check. */
export const MAX_UNCONFIRMED_WEBHOOKS = 25;
/**
 * A higher rate is a load test. Without a rate only the responses limit how many webhooks are sent per second, so a concurrency
 * of N counts as at least N per second.
 */
export const MAX_UNCONFIRMED_PER_SECOND = 10;

export interface Destination {
  readonly url: string;
  /** `host:port` of the proxy that connects to it; null where it is reached directly. */
  readonly proxy: string | null;
}

export interface SafetyInput extends Destination {
  /** Webhooks of the plan, resends included. */
  readonly sends: number;
  /** How often each may be retried: a broken connection may have delivered the webhook. */
  readonly retries: number;
  /** Webhooks in flight at once. */
  readonly concurrency: number;
  /** Webhooks per second; null without one. */
  readonly rate: number | null;
  /** In words; null outside of quiet hours. */
  readonly quiet: string | null;
}

/** Something that needs `--yes` or a confirmation. */
export interface SafetyQuestion {
  readonly asks: string;
  /** The limit without a confirmation; null if it is always needed. */
  readonly limit: string | null;
  /** What to do instead. */
  readonly otherwise: string;
}

/** Empty when nothing needs a confirmation. */
export function safetyQuestions(input: SafetyInput): readonly SafetyQuestion[] {
  const { url, proxy, quiet } = input;
  if (staysHere(input)) return [];
  const to = `to ${new URL(url).host}${proxy === null ? '' : ` through the proxy ${proxy}`}`;
  const webhooks = `${countOf(input.sends, 'webhook')} ${to}`;
  return [
    ...countQuestion(input, webhooks),
    ...paceQuestion(input, to),
    ...(quiet === null
      ? []
      : [{ asks: `${webhooks} in ${quiet}`, limit: null, otherwise: 'wait until the quiet hours are over' }]),
  ];
}

/**
 * `26 webhooks to hooks.example.com (the limit without --yes is 25); …`
 * @param consent how a person or a program confirms
 */
export function questionsText(questions: readonly SafetyQuestion[], consent: '--yes' | 'confirm'): string {
  return questions
    .map(({ asks, limit }) => (limit === null ? asks : `${asks} (the limit without ${consent} is ${limit})`))
    .join('; ');
}

/** `lower --count and lower --rate` */
export function otherwiseText(questions: readonly SafetyQuestion[]): string {
  return questions.map(({ otherwise }) => otherwise).join(' and ');
}

function countQuestion({ sends, retries }: SafetyInput, webhooks: string): readonly SafetyQuestion[] {
  const requests = sends * (1 + retries);
  if (requests <= MAX_UNCONFIRMED_WEBHOOKS) return [];
  const tries = retries === 0 ? '' : `${triesText(retries)}: up to ${countOf(requests, 'request')}`;
  return [
    {
      asks: `${webhooks}${tries}`,
      limit: `${MAX_UNCONFIRMED_WEBHOOKS}`,
      otherwise: lower('--count', retries),
    },
  ];
}

function paceQuestion({ rate, concurrency, retries }: SafetyInput, to: string): readonly SafetyQuestion[] {
  const limit = `${MAX_UNCONFIRMED_PER_SECOND} per second`;
  if (rate === null) {
    if (concurrency <= MAX_UNCONFIRMED_PER_SECOND) return [];
    const asks = `up to ${countOf(concurrency, 'webhook')} at a time ${to}`;
    return [{ asks, limit, otherwise: 'lower --concurrency' }];
  }
  const requests = Number((rate * (1 + retries)).toFixed(3));
  if (requests <= MAX_UNCONFIRMED_PER_SECOND) return [];
  const tries = retries === 0 ? '' : `${triesText(retries)}: up to ${requests} requests per second`;
  return [{ asks: `${rate} webhooks per second ${to}${tries}`, limit, otherwise: lower('--rate', retries) }];
}

function triesText(retries: number): string {
  return `, each tried up to ${1 + retries} times`;
}

function lower(flag: string, retries: number): string {
  return `lower ${flag}${retries === 0 ? '' : ' or --retries'}`;
}

/** Without a rate and without `--yes`, sends to other hosts keep this minimum gap, in milliseconds. */
export function unconfirmedGapMs({
  confirmed,
  ...to
}: Destination & { readonly confirmed: boolean }): number {
  return confirmed || staysHere(to) ? 0 : 1000 / MAX_UNCONFIRMED_PER_SECOND;
}

/** For a proxy, 127.0.0.1 is the proxy's machine, not this one. */
export function staysHere({ url, proxy }: Destination): boolean {
  return proxy === null && isLoopback(url);
}

/**
 * Only by name or address, without DNS: 127.0.0.0/8 in all spellings that `URL` understands, ::1, ::ffff:127.0.0.0/104, and
 * `localhost` with all that is below it (RFC 6761, 6.3). Not 0.0.0.0 and ::, which mean different things to different systems.
 */
export function isLoopback(url: string): boolean {
  return /^(127(\.\d+){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]|localhost|.+\.localhost)$/.test(
    hostName(new URL(url)),
  );
}

/**
 * Checks every address that a configuration makes this program contact.
 * @throws ProdE2eError `HOST_NOT_ALLOWED`; an empty list allows every host. `*.example.com` covers subdomains.
 */
export function checkAllowedHost(url: string, allowHosts: readonly string[]): void {
  if (allowHosts.length === 0) return;
  const target = new URL(url);
  const name = hostName(target);
  const port = target.port === '' ? DEFAULT_PORTS[target.protocol] : Number(target.port);
  const allowed = allowHosts.some((entry) => {
    const pattern = parseHostPattern(entry);
    if (pattern === null || (pattern.port !== null && pattern.port !== port)) return false;
    return pattern.below ? name.endsWith(`.${pattern.name}`) : name === pattern.name;
  });
  if (allowed) return;
  throw new ProdE2eError(`${target.host} is not an allowed host.`, {
    code: 'HOST_NOT_ALLOWED',
    hints: [`Allowed: ${allowHosts.join(', ')}.`, 'Add it to allowHosts, or check --url and --profile.'],
  });
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Confirming the question does not confirm quiet hours that begin later. @returns the quiet hours before which everything must be
 * sent, or null
 * @throws ProdE2eError `NOT_AGREED`, `INTERRUPTED`
 */
export async function checkSafety(
  options: Destination & {
    readonly settings: Settings;
    /** Webhooks of the plan, resends included. */
    readonly sends: number;
    /** `--yes` */
    readonly confirmed: boolean;
    /** Resolves once all of them are confirmed, else throws. */
    readonly ask: (questions: readonly SafetyQuestion[]) => Promise<void>;
    /** Milliseconds since the epoch. */
    readonly nowMs: number;
  },
): Promise<QuietSpell | null> {
  const { settings, url, proxy, sends, confirmed, ask, nowMs } = options;
  if (confirmed || staysHere({ url, proxy })) return null;
  const now = quietAt(nowMs, settings.quietHours);
  const quiet = now === null ? null : quietText(now, nowMs);
  await ask(safetyQuestions({ ...settings, url, proxy, sends, quiet }));
  if (now === null) return nextQuiet(nowMs, settings.quietHours);
  return now.endsAtMs === null ? null : nextQuiet(now.endsAtMs, settings.quietHours);
}
