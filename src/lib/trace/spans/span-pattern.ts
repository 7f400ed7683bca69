/** Which spans a pattern means. */
import type { TraceSpan } from '../../model/trace.ts';
import type { SpanPattern } from '../../model/trace-expectation.ts';

type SpanMatcher = (span: Pick<TraceSpan, 'name' | 'op' | 'service' | 'attributes'>) => boolean;

/**
 * Compiles a pattern: names and ops are compared in any case (SDKs differ), services and attribute values exactly.
 * A field with no alternatives asks for nothing, so an empty pattern fits every span; `*` asks that there is a value.
 */
export function compilePattern({ name, op, service, attributes }: SpanPattern): SpanMatcher {
  const anyName = anyOf(name.map((each) => wildcard(each.toLowerCase())));
  const anyOp = anyOf(op.map((each) => wildcard(each.toLowerCase())));
  const anyService = anyOf(service.map(wildcard));
  const values = Object.entries(attributes).map(([name, list]) => ({
    key: plainAttribute(name),
    fits: anyOf(list.map(wildcard)),
  }));
  return (span) =>
    (anyName === null || anyName(span.name.toLowerCase())) &&
    (anyOp === null || (span.op !== null && anyOp(span.op.toLowerCase()))) &&
    (anyService === null || anyService(span.service)) &&
    values.every(
      ({ key, fits }) =>
        fits === null || (Object.hasOwn(span.attributes, key) && fits(String(span.attributes[key]))),
    );
}

/** A pattern in words: `database-save`, `op db* or sql*, db.system=redis`. */
export function describePattern({ name, op, service, attributes }: SpanPattern): string {
  const fields = [
    words('', name),
    words('op ', op),
    words('service ', service),
    ...Object.entries(attributes).map(([key, values]) => words(`${key}=`, values)),
  ];
  return fields.filter((field) => field !== '').join(', ') || '*';
}

function words(prefix: string, alternatives: readonly string[]): string {
  return alternatives.length === 0 ? '' : `${prefix}${alternatives.join(' or ')}`;
}

type TextMatcher = (text: string) => boolean;

function anyOf(matchers: readonly TextMatcher[]): TextMatcher | null {
  return matchers.length === 0 ? null : (text) => matchers.some((fits) => fits(text));
}

/**
 * `*` stands for any text, the empty one included; nothing else is special. No regular expression: each piece is
 * looked for once, behind the one before it, so that no pattern can make matching slow.
 */
function wildcard(pattern: string): TextMatcher {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  const pieces = rest.filter((piece) => piece !== '');
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const piece of pieces) {
      const at = text.indexOf(piece, from);
      if (at === -1 || at + piece.length > end) return false;
      from = at + piece.length;
    }
    return true;
  };
}

// How Sentry spells the attributes of a span: an attribute it does not know is a text, unless it is asked for as `tags[name,number]`.

const TAG = /^tags\[(.+?)(?:,\s*(?:string|number|boolean))?\]$/;

/** `http.response.status_code` of `tags[http.response.status_code,number]`; any other name unchanged. */
export function plainAttribute(name: string): string {
  return TAG.exec(name)?.[1] ?? name;
}

/** The name, and the form under which Sentry gives a number that it was sent. */
export function textAndNumber(name: string): readonly string[] {
  return plainAttribute(name) === name ? [name, `tags[${name},number]`] : [name];
}
