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
    return { problem: `not usable YAML: ${messageOf(cause)}`, hint: 'Use fewer aliases.', cause };
  }
}
