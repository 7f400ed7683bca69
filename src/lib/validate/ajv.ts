/** ajv for each draft of JSON Schema, with the usual formats. Loaded lazily: only plans with a schema need it. */
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { EXACT_KEYWORDS } from './exact-keywords.ts';
import { compilePattern } from './linear-pattern.ts';

export type Dialect = 'draft-07' | '2019-09' | '2020-12';
export type AjvInstance = Pick<Ajv, 'compile' | 'removeSchema'>;

const CLASSES = { 'draft-07': Ajv, '2019-09': Ajv2019, '2020-12': Ajv2020 } as const;

/**
 * ajv distinguishes patterns by their text, and uses `code` only in code that it writes to a file, which does not happen here.
 */
const regExp = Object.assign(
  (source: string, flags: string) => {
    const { test } = compilePattern(source, flags);
    return { test, toString: () => `/${source}/${flags}` };
  },
  { code: '' },
);

export function createAjv(dialect: Dialect): AjvInstance {
  const instance = new CLASSES[dialect]({
    allErrors: true,
    strict: false,
    validateSchema: true,
    logger: false,
    // What every object inherits, such as `constructor`, is not a field of a response.
    ownProperties: true,
    code: { regExp },
  });
  formats.default(instance);
  for (const keyword of EXACT_KEYWORDS) instance.removeKeyword(String(keyword.keyword)).addKeyword(keyword);
  return instance;
}
