/** Decides where traces are read and where the token may be sent, from all layers. */
import { type Entry, entryAt, type Layer, mergeLayers } from '../layers/merge.ts';
import { decodeSentryToken, tokenUrlOf } from './sentry-sources.ts';

export function sentryPlaces(entries: ReadonlyMap<string, Entry>, layers: readonly Layer[]) {
  const token = sourced(entryAt(entries, 'sentry', 'token'));
  const urls = [...layers].reverse().flatMap((layer) => {
    const url = sourced(entryAt(mergeLayers([layer]), 'sentry', 'url'));
    return url === null ? [] : [url];
  });
  const own = token === null ? { org: null, url: null } : decodeSentryToken(token.value);
  const tokenUrl = tokenUrlOf(token, urls);
  return {
    org: sourced(entryAt(entries, 'sentry', 'org'))?.value ?? own.org,
    url: withoutSlash(urls[0]?.value ?? own.url),
    tokenUrl: withoutSlash(tokenUrl),
  };
}

/** An organization token belongs to one organization: with the name of another one, nothing can be read. */
export function sentryWarnings(entries: ReadonlyMap<string, Entry>): readonly string[] {
  const token = entryAt(entries, 'sentry', 'token');
  const org = entryAt(entries, 'sentry', 'org');
  if (typeof token?.value !== 'string' || typeof org?.value !== 'string') return [];
  const own = decodeSentryToken(token.value).org;
  if (own === null || own === org.value) return [];
  const [tokenFrom, orgFrom] = [token.layer.origin(token.path), org.layer.origin(org.path)];
  return [
    `the Sentry token (${tokenFrom}) belongs to the organization ${own}, but ${org.value} is set (${orgFrom})`,
  ];
}

function sourced(entry: Entry | undefined) {
  if (typeof entry?.value !== 'string') return null;
  return { value: entry.value, trust: entry.layer.trust(entry.path) };
}

function withoutSlash(url: string | null): string | null {
  return url === null ? null : url.replace(/(?<!\/)\/+$/, '');
}
