/** Text from elsewhere within GitHub's Markdown: it stays text and notifies no one. */
import { terminalText } from '../../terminal/text.ts';
import { webAddress } from '../../terminal/web-address.ts';

/** One line of Markdown that shows the very text. */
export function markdownText(text: string): string {
  return (
    terminalText(text)
      .replace(/[\\`*_{}[\]<>()#|~&!$]/g, '\\$&')
      // What begins a list, a heading or a rule where it comes to stand first on a line.
      .replace(/^([-+=>])|^(\d+)([.)])/, (_, mark?: string, digits?: string, end?: string) =>
        mark === undefined ? `${digits}\\${end}` : `\\${mark}`,
      )
      // No links out of bare addresses: only those of ours are to be followed.
      .replace(/:(?=\/\/)/g, '\\:')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
      // A name after an @ would be notified wherever the text is posted; not so in code.
      .replace(/@(?=\w)/g, '<code>@</code>')
  );
}

/** As code: names, ids, addresses. */
export function markdownCode(text: string): string {
  const escaped = terminalText(text).replace(
    /[&<>"'\\`*_{}[\]()#|~!$:@]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
  return `<code>${escaped}</code>`;
}

/** A link to a web address; the text alone where it is none. The text is Markdown. */
export function markdownLink(text: string, url: string | null): string {
  const address = url === null ? null : webAddress(url);
  if (address === null) return text;
  // Brackets could end the link's text, a bar a table's cell, and `&copy;` would be read as a character.
  const written = address.replace(/[[\]<>\\|`&]/g, (character) =>
    character === '&' ? '&amp;' : `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `[${text}](<${written}>)`;
}

/** A table, or nothing without rows. Cells are Markdown. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
