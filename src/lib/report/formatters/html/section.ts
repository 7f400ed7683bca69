/** A part of the page with a heading, and the list of them all at its beginning. */
import { type Html, html } from './text.ts';

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
