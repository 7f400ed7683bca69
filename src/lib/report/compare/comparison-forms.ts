/** The one table of the forms that a comparison can be shown in; each is imported when it is needed. */
import { unknownName } from '../../errors.ts';
import type { Screen } from '../../terminal/capabilities.ts';
import type { Comparison } from './comparison.ts';

/** The text, without a line end. */
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

/** @throws ProdE2eError `UNKNOWN_REPORTER`, naming the nearest and all */
export async function loadComparisonForm(name: string): Promise<ComparisonForm> {
  const load = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
  if (load !== undefined) return load();
  const known = COMPARISON_FORMS;
  throw unknownName({ what: 'reporter for comparisons', typed: name, known, code: 'UNKNOWN_REPORTER' });
}
