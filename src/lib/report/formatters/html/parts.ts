/** Building blocks of the page: sections, and findings with their signs. */
import type { Finding } from '../../../model/finding.ts';
import { advice, type Html, html, webLink } from './text.ts';

export interface Section {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** For the table of contents, if the title is long. */
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

/** Text that the page's script turns into a link to matching tests; without the script, nothing could follow the link. */
export function leading(to: Readonly<Record<string, string>>, text: Html | string): Html {
  return html`<span data-go="${new URLSearchParams(to).toString()}">${text}</span>`;
}

const SIGNS = {
  error: ['bad', '✗'],
  warning: ['warn', '⚠'],
} as const;

export function signOf(severity: Finding['severity'], label: string = severity): Html {
  const [tone, sign] = SIGNS[severity];
  return html`<span class="${tone}" role="img" aria-label="${label}">${sign}</span>`;
}

/** @param site the Sentry that has the traces: an address of it in a hint becomes a link */
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

/** @param name what is copied, for screen readers */
export function copyButton(name: string): Html {
  return html`<button type="button" data-copy hidden>Copy<span class="skip"> ${name}</span></button>`;
}

/** @param text with a `code` element, which is what is copied */
export function copyable(text: Html, name: string): Html {
  return html`<span class="copied">${text} ${copyButton(name)}</span>`;
}
