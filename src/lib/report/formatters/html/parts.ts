/** Parts of the page: sections, and findings with their signs. */
import type { Finding } from '../../../model/finding.ts';
import { advice, type Html, html, webLink } from './text.ts';

export interface Section {
  /** A word of the page's own. */
  readonly id: string;
  readonly title: string;
  /** In the list, where the title is long. */
  readonly short?: string;
  readonly body: Html;
}

export function sectionPart({ id, title, body }: Section): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${body}</section>
`;
}

export function navPart(sections: readonly Pick<Section, 'id' | 'title' | 'short'>[]): Html {
  return html`<nav aria-label="Parts of the report"><ul>
${sections.map(
  ({ id, title, short }) => html`<li><a href="#${id}">${short ?? title}</a></li>
`,
)}</ul></nav>
`;
}

/** Text that a script makes a link to the tests it speaks of; without a script nothing could follow it. */
export function leading(to: Readonly<Record<string, string>>, text: Html | string): Html {
  return html`<span data-go="${new URLSearchParams(to).toString()}">${text}</span>`;
}

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
