/** What has to be agreed to before webhooks leave for a host that is not this machine. */
import { ProdE2eError } from '../errors.ts';

/** More webhooks than this in one run are no probe any more. */
export const UNASKED_WEBHOOKS = 25;
/** Faster than this is load. */
export const UNASKED_PER_SECOND = 10;

export interface SafetyInput {
  readonly url: string;
  readonly count: number;
  readonly rate: number | null;
}

/** One line for each thing that needs `--yes` or a confirmation; empty when nothing does. */
export function safetyQuestions({ url, count, rate }: SafetyInput): readonly string[] {
  if (isLoopback(url)) return [];
  const { host } = new URL(url);
  return [
    ...(count > UNASKED_WEBHOOKS ? [`${count} webhooks to ${host} (more than ${UNASKED_WEBHOOKS})`] : []),
    ...(rate !== null && rate > UNASKED_PER_SECOND
      ? [`${rate} webhooks per second to ${host} (more than ${UNASKED_PER_SECOND})`]
      : []),
  ];
}

/** Without a rate and without a yes, sends to other hosts keep this distance, in milliseconds. */
export function unaskedGapMs({ url, agreed }: { readonly url: string; readonly agreed: boolean }): number {
  return agreed || isLoopback(url) ? 0 : 1000 / UNASKED_PER_SECOND;
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return /^(127(\.\d+){3}|\[::1\]|localhost|.+\.localhost)$/.test(hostname);
}

/** @throws ProdE2eError `HOST_NOT_ALLOWED`; an empty list allows every host. `*.example.com` covers subdomains. */
export function checkAllowedHost(url: string, allowHosts: readonly string[]): void {
  const { hostname, host } = new URL(url);
  const allowed = allowHosts.some((entry) => {
    const name = entry.toLowerCase();
    return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : name === hostname || name === host;
  });
  if (allowHosts.length === 0 || allowed) return;
  throw new ProdE2eError(`${host} is not among the hosts this configuration allows.`, {
    code: 'HOST_NOT_ALLOWED',
    hints: [`Allowed: ${allowHosts.join(', ')}.`, 'Add it to allowHosts, or check --url and --profile.'],
  });
}
