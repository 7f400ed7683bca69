/** `uniqueItems` in time that grows with the answer: ajv's own compares each pair, which a long list makes a matter of hours. */
import type { FuncKeywordDefinition } from 'ajv';

export const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  compile: (wanted: boolean) => (items: readonly unknown[]) =>
    !wanted || new Set(items.map(canonical)).size === items.length,
  error: { message: 'must NOT have duplicate items' },
};

/** The same text for the same JSON, whatever the order of its keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${entries.sort().join()}}`;
}
