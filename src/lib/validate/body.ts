/** Judges the body of a response: its status and the missing fields. */
import { isNumber } from '../json/decimal.ts';
import { valueAt, valuesAt } from '../json/path.ts';
import { sameAsWritten } from '../json/text.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { Finding, Judgment, MissingField } from '../model/finding.ts';
import { isScalar, type Json } from '../model/json.ts';
import type { Expectation } from '../model/scenario.ts';
import { cut } from './cut.ts';
import { isMissingAt } from './missing.ts';
import { saidInBody } from './status.ts';

/** How much of a body that is not JSON a finding quotes. */
const QUOTED_CHARACTERS = 60;

const CUT_JSON = 'Check how the handler writes its JSON, and that Content-Length is as long as the body';

/** Why a field that is only recommended may be absent, for the fields the built-in scenarios recommend. */
const ABSENT_BECAUSE: Readonly<Record<string, string>> = {
  variant: 'A/B routing may not be active',
  enrichment: 'the enrichment service may not be running',
};

/** One finding for a body that is not JSON although something is expected of its fields; null when it is, or need not be. */
export function unreadableFinding(response: HttpResponse, expect: Expectation): Finding | null {
  const { json } = response;
  const needed =
    expect.required.length > 0 ||
    expect.recommended.length > 0 ||
    expect.match !== null ||
    expect.schema !== null ||
    /[/+]json$/i.test(expect.contentType ?? '');
  if (json.ok || !needed) return null;
  const { status } = response;
  const error = (code: string, problem: string): Finding => ({
    ...{ severity: 'error', code, message: `HTTP ${status}, but ${problem}`, hint: null },
    status,
  });
  if (json.kind === 'empty') return error('empty-body', 'the body is empty');
  if (json.kind === 'too-deep') return error('too-deep', json.reason);
  if (json.kind === 'unknown-coding') return error('unknown-coding', json.reason);
  const text = response.body.trim();
  const what = /^<(!doctype|html)/i.test(text) ? 'HTML' : 'not JSON';
  // No error page begins like this.
  const hint = /^[{[]/.test(text) ? CUT_JSON : null;
  return { ...error('not-json', `the body is ${what}: ${quoted(text)}`), hint };
}

/** The beginning of a text on one line; the mark shows that it continues. */
function quoted(text: string): string {
  return JSON.stringify(cut(text, QUOTED_CHARACTERS));
}

/** A body that says "no" under a status that says "yes". */
export function refusal(body: Json, expect: Expectation, status: number): Finding | null {
  // Any other status says "no" by itself, and where it is the right one that was to be said.
  if (Math.floor(status / 100) !== 2) return null;
  const hit = foundValue(body, expect.refuse);
  if (hit === null || isExpected(hit, expect)) return null;
  const because = saidInBody(body);
  const message = `HTTP ${status}, but ${hit.path} ${hit.value}${because === null ? '' : `: ${because}`}`;
  return { severity: 'error', code: 'refused-by-body', message, hint: null, status };
}

/** Whether the response that is expected accepts the webhook; false where a refusal is the right one. */
export function expectsAcceptance(expect: Expectation): boolean {
  const { status, match } = expect;
  const accepted = status.length === 0 || status.some((pattern) => String(pattern).startsWith('2'));
  return accepted && (match === null || refusal(match, { ...expect, match: null }, 200) === null);
}

/** A body that is right in form and still deserves a look, first of all a duplicate. */
export function suspicion(body: Json, expect: Expectation): Finding | null {
  const hit = foundValue(body, expect.suspect);
  if (hit === null || isExpected(hit, expect)) return null;
  const duplicate = hit.value.toUpperCase() === 'DUPLICATE';
  const message = duplicate
    ? `${hit.path} ${hit.value}: the target treated the webhook as a duplicate, so its data was not checked`
    : `${hit.path} ${hit.value}`;
  return { severity: 'warning', code: duplicate ? 'duplicate' : 'suspect', message, hint: null };
}

/** `status DUPLICATE`, where the body says so; looked for in the fields that `suspect` names, and in `status`. */
export function saidDuplicate(body: Json, { suspect }: Pick<Expectation, 'suspect'>): string | null {
  const fields = [...new Set([...Object.keys(suspect), 'status'])];
  const hit = foundValue(body, Object.fromEntries(fields.map((field) => [field, ['DUPLICATE']])));
  return hit === null ? null : `${hit.path} ${hit.value}`;
}

interface FoundValue {
  readonly path: string;
  readonly value: string;
}

function foundValue(body: Json, listed: Readonly<Record<string, readonly string[]>>): FoundValue | null {
  for (const [path, values] of Object.entries(listed)) {
    for (const found of valuesAt(body, path)) {
      if (!isScalar(found)) continue;
      const value = String(found).trim();
      const isListed = (one: string) =>
        one.toUpperCase() === value.toUpperCase() || (isNumber(found) && sameAsWritten(found, one));
      if (values.some(isListed)) return { path, value };
    }
  }
  return null;
}

/** What `match` asks for cannot be wrong. */
function isExpected({ path, value }: FoundValue, { match }: Expectation): boolean {
  const asked = match === null ? undefined : valueAt(match, path);
  return (
    asked !== undefined &&
    (String(asked).toUpperCase() === value.toUpperCase() || (isNumber(asked) && sameAsWritten(asked, value)))
  );
}

/** Required and recommended fields. Missing required ones are errors only when `strict`. */
export function missingFields(body: Json, expect: Expectation, strict: boolean): Judgment {
  const absent = (paths: readonly string[]) => [...new Set(paths)].filter((path) => isMissingAt(body, path));
  const required = absent(expect.required);
  // A field in both lists is missing once.
  const recommended = absent(expect.recommended).filter((path) => !required.includes(path));
  const entry = (level: MissingField['level']) => (field: string) => ({ field, level });
  return {
    errors: strict ? required.map(requiredMissing) : [],
    warnings: recommended.map(recommendedMissing),
    missingData: [...required.map(entry('required')), ...recommended.map(entry('recommended'))],
  };
}

function requiredMissing(field: string): Finding {
  const message = `${field} not in response`;
  return { severity: 'error', code: 'required-missing', message, hint: null, field };
}

function recommendedMissing(field: string): Finding {
  const because = Object.hasOwn(ABSENT_BECAUSE, field) ? ` (${ABSENT_BECAUSE[field]})` : '';
  return {
    severity: 'warning',
    code: 'recommended-missing',
    message: `${field} not in response${because}`,
    hint: null,
    field,
  };
}
