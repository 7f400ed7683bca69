/** The secrets that probe and cleanup calls contain as written in the config: in their headers and bodies. */
import type { Json } from '../model/json.ts';
import type { CallTemplate } from '../model/probe.ts';
import { isSecretHeaderName, looksSecret, secretHeaderValues } from './collect.ts';

/** Shorter text next to a placeholder is a word such as `Bearer`. */
const SHORTEST_PIECE = 8;
const PLACEHOLDER = /\{\{[^{}]*\}\}/;

export function secretsOfCalls(calls: readonly CallTemplate[]): readonly string[] {
  return calls.flatMap(({ headers, body }) => [...ofHeaders(headers), ...ofBody(body)]);
}

function ofHeaders(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (!isSecretHeaderName(name) && !looksSecret(value)) return [];
    return literals(value).flatMap((text) => secretHeaderValues({ authorization: text }));
  });
}

/** A text body is read as what it most likely is: JSON, or a form. */
function ofBody(body: Json): readonly string[] {
  if (typeof body !== 'string') return inJson(body, false);
  try {
    return inJson(JSON.parse(body), false);
  } catch {
    if (!/^[^\s=&]+=/.test(body)) return looksSecret(body) ? literals(body) : [];
    return inJson(Object.fromEntries(new URLSearchParams(body)), false);
  }
}

/** @param isSecret whether it is below a key with the name of a secret */
function inJson(value: unknown, isSecret: boolean): readonly string[] {
  if (typeof value === 'string') return isSecret || looksSecret(value) ? literals(value) : [];
  if (typeof value === 'number') return isSecret ? [String(value)] : [];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, inner]) =>
    inJson(inner, isSecret || (!isList && isSecretName(key))),
  );
}

/** `adminPassword` as `admin-password`. */
function isSecretName(key: string): boolean {
  return isSecretHeaderName(key.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '-').replaceAll('_', '-'));
}

/** The parts written in the config; what fills the placeholders is a secret depending on its source. */
function literals(text: string): readonly string[] {
  if (!text.includes('{{')) return [text];
  return text.split(PLACEHOLDER).filter((piece) => piece.trim().length >= SHORTEST_PIECE);
}
