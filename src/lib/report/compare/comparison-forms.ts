/** The formats of a comparison; each is imported only when it is used. */
import { unknownName } from '../../errors.ts';
import type { Screen } from '../../terminal/capabilities.ts';
import type { Comparison } from './comparison.ts';

/** The text, without a final newline. */
export type ComparisonForm = (comparison: Comparison, screen: Screen) => string;

const FORMS: Readonly<Record<string, () => Promise<ComparisonForm>>> = {
  pretty: async () => (await import('./comparison-text.ts')).comparisonText,
  json: async () => {
    const { terminalJson } = await import('../../terminal/text.ts');
    return (comparison) => terminalJson(comparison, 2);
  },
  markdown: async () => (await import('./comparison-markdown.ts')).comparisonMarkdown,
};

export const COMPARISON_FORMS = Object.keys(FORMS);

/** @throws ProdE2eError `UNKNOWN_REPORTER`, with the nearest name and the list of all */
export async function loadComparisonForm(name: string): Promise<ComparisonForm> {
  const load = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (load !== undefined) return load();
  const known = COMPARISON_FORMS;
  throw unknownName({ what: 'reporter for comparisons', typed: name, known, code: 'UNKNOWN_REPORTER' });
}
