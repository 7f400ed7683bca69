/** Reads YAML, or says where and why it cannot be read. Loaded lazily: most starts read none. */
import { parseDocument } from 'yaml';
import { messageOf } from '../errors.ts';

export type YamlReading =
  | { readonly value: unknown }
  | { readonly problem: string; readonly hint: string; readonly cause: unknown };

export function readYaml(text: string): YamlReading {
  // The core schema keeps dates and 2xx texts; `merge` is what people know as `<<: *anchor`.
  const document = parseDocument(text, { merge: true, prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const [start] = error.linePos ?? [];
    const where = start === undefined ? '' : `line ${start.line}, column ${start.col}: `;
    const problem = `${where}not valid YAML: ${error.message.split(' at line ')[0]}`;
    return { problem, hint: 'Check the indentation and the quotes around that place.', cause: error };
  }
  try {
    return { value: document.toJS() };
  } catch (cause) {
    // Its message quotes what follows the asterisk, which may well be a password without its quotes.
    if (messageOf(cause).startsWith('Unresolved alias')) {
      const problem =
        'not usable YAML: a text that begins with * is taken for an alias, and there is no such anchor';
      return { problem, hint: 'Put the text in quotes.', cause };
    }
    return { problem: `not usable YAML: ${messageOf(cause)}`, hint: 'Use fewer aliases.', cause };
  }
}
