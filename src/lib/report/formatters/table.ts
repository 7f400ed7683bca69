/** All report formats. A new format is one file and one line here. */
import { unknownName } from '../../errors.ts';
import type { Formatter } from './formatter.ts';

/** Imported on demand, so that only `pretty` loads the table package. */
export const FORMATTERS: Readonly<Record<string, () => Promise<Formatter>>> = {
  pretty: async () => (await import('./pretty.ts')).pretty,
  json: async () => (await import('./json.ts')).json,
  ndjson: async () => (await import('./ndjson.ts')).ndjson,
  junit: async () => (await import('./junit.ts')).junit,
  ctrf: async () => (await import('./ctrf.ts')).ctrf,
  markdown: async () => (await import('./markdown.ts')).markdown,
  html: async () => (await import('./html.ts')).htmlPage,
  github: async () => (await import('./github.ts')).github,
  tap: async () => (await import('./tap.ts')).tap,
  prometheus: async () => (await import('./prometheus.ts')).prometheus,
};

/** @throws ProdE2eError `UNKNOWN_REPORTER`, with the nearest name and the list of all */
export async function loadFormatter(name: string): Promise<Formatter> {
  const load = Object.hasOwn(FORMATTERS, name) ? FORMATTERS[name] : undefined;
  if (load === undefined) {
    throw unknownName({
      what: 'reporter',
      typed: name,
      known: Object.keys(FORMATTERS),
      code: 'UNKNOWN_REPORTER',
    });
  }
  return load();
}
