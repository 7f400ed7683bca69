/** The message of an event: a text, or a template with its parameters, in the spellings of several SDKs. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/model/json.ts';
import { textAt } from '../json-fields.ts';

/** Where SDKs write it, the present name first. */
const KEYS = ['logentry', 'message', 'sentry.interfaces.Message'] as const;

const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Gives the parameter that a placeholder names, or the next one; undefined when it is missing. */
function parameters(params: Json | undefined): (name: string | undefined) => Json | undefined {
  let next = 0;
  return (name) => {
    if (isJsonObject(params)) {
      return name !== undefined && Object.hasOwn(params, name) ? params[name] : undefined;
    }
    if (!Array.isArray(params)) return undefined;
    const index = name === undefined ? next : Number(name);
    next += 1;
    return params[index];
  };
}

/** `%s` and `%(name)s` as in Python's logging and in C. */
const PERCENT = /%(?:%|(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?[sdiufFeEgGrxXoc])/g;

/** `{}`, `{0}` and `{name}`. */
const BRACES = /\{(\w+)?\}/g;

/** The template with its parameters; as it stands where one of them is missing. */
export function formatMessage(template: string, params: Json | undefined): string {
  if (!Array.isArray(params) && !isJsonObject(params)) return template;
  const take = parameters(params);
  let isComplete = true;
  const formatted = template.replace(template.includes('%') ? PERCENT : BRACES, (found, name?: string) => {
    if (found === '%%') return '%';
    const value = take(name);
    if (value === undefined) isComplete = false;
    return value === undefined ? found : asText(value);
  });
  return isComplete ? formatted : template;
}

function messageIn(entry: Json | undefined): string | null {
  if (typeof entry === 'string') return entry === '' ? null : entry;
  if (!isJsonObject(entry)) return null;
  const template = textAt(entry, 'message');
  return textAt(entry, 'formatted') ?? (template === null ? null : formatMessage(template, entry.params));
}

/** What an event says in words; null when it says nothing. */
export function eventMessage(event: JsonObject): string | null {
  for (const key of KEYS) {
    const message = messageIn(event[key]);
    if (message !== null) return message;
  }
  return null;
}
