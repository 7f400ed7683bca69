/** Findings on the page: a sign, what was noticed, and what to try. */
import type { Finding } from '../../../model/finding.ts';
import { advice, type Html, html, webLink } from './text.ts';

const SIGNS = {
  error: ['bad', '✗'],
  warning: ['warn', '⚠'],
} as const;

export function signOf(severity: Finding['severity'], said: string = severity): Html {
  const [tone, sign] = SIGNS[severity];
  return html`<span class="${tone}" role="img" aria-label="${said}">${sign}</span>`;
}

/** @param site of the Sentry that the traces are in: a hint's address that leads to it is a link */
export function findingList(findings: readonly Finding[], site: string | null = null): Html {
  if (findings.length === 0) return html``;
  return html`<ul class="findings">
${findings.map((finding) => findingItem(finding, site))}</ul>
`;
}

export function findingItem({ severity, message, hint }: Finding, site: string | null = null): Html {
  return html`<li>${signOf(severity)}<div>${message}${hint === null ? html`` : hintPart(hint, site)}</div></li>
`;
}

function hintPart(hint: string, site: string | null): Html {
  const [, before = '', url = ''] = /^([\s\S]*\s)(https?:\/\/[!-~]+)$/.exec(hint) ?? [];
  const text =
    site === null || !url.startsWith(`${site}/`)
      ? advice(hint)
      : html`${before}${webLink(html`${url}`, url)}`;
  return html`<span class="hint anywhere">→ ${text}</span>`;
}

/** Scheme, host and port. */
export function siteOf(url: string | null): string | null {
  return /^https?:\/\/[^/\s]+/.exec(url ?? '')?.[0] ?? null;
}
