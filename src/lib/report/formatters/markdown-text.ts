/** Outside text in GitHub's Markdown: it stays plain text and mentions no user. */
import { terminalText } from '../../terminal/text.ts';
import { webAddress } from '../../terminal/web-address.ts';

/** One line of Markdown that displays the text literally. */
export function markdownText(text: string): string {
  return (
    terminalText(text)
      .replace(/[\\`*_{}[\]<>()#|~&!$]/g, '\\$&')
      // Characters that would begin a list, a heading or a rule at the start of a line.
      .replace(/^([-+=>])|^(\d+)([.)])/, (_, mark?: string, digits?: string, end?: string) =>
        mark === undefined ? `${digits}\\${end}` : `\\${mark}`,
      )
      // Prevents automatic links, so that only our own links can be followed.
      .replace(/:(?=\/\/)/g, '\\:')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
      // GitHub would notify a user named after an @, except in code.
      .replace(/@(?=\w)/g, '<code>@</code>')
  );
}

/** Inline code: names, ids, addresses. */
export function markdownCode(text: string): string {
  const escaped = terminalText(text).replace(
    /[&<>"'\\`*_{}[\]()#|~!$:@]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
  return `<code>${escaped}</code>`;
}

/** A link if the address is a web address; otherwise only the text. The text is Markdown. */
export function markdownLink(text: string, url: string | null): string {
  const address = url === null ? null : webAddress(url);
  if (address === null) return text;
  // Brackets would end the link's text, a bar would end a table cell, and `&copy;` would become a character.
  const written = address.replace(/[[\]<>\\|`&]/g, (character) =>
    character === '&' ? '&amp;' : `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `[${text}](<${written}>)`;
}

/** A table; empty without rows. Cells are Markdown. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
