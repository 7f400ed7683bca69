/** Judges the status line, in the guide's words: `HTTP 500: Internal server error`. */
import type { Answer } from '../model/delivery.ts';
import type { Finding } from '../model/finding.ts';
import type { Json } from '../model/json.ts';
import type { StatusPattern } from '../model/scenario.ts';
import { cut } from './cut.ts';
import { isObject, valueAt } from './json-path.ts';

/** Longer texts of an answer are cut: the whole body is in the report. */
const SAID_LIMIT = 300;

export function statusFinding(answer: Answer, expected: readonly StatusPattern[]): Finding | null {
  if (expected.length === 0 || expected.some((pattern) => matches(answer.status, pattern))) return null;
  const { code, said } = describe(answer, expected);
  return { severity: 'error', code, message: `HTTP ${answer.status}: ${said}`, hint: null };
}

function matches(status: number, pattern: StatusPattern): boolean {
  return typeof pattern === 'number' ? status === pattern : Math.floor(status / 100) === Number(pattern[0]);
}

function describe(answer: Answer, expected: readonly StatusPattern[]): { code: string; said: string } {
  const { status } = answer;
  const family = Math.floor(status / 100);
  if (family === 3) return { code: 'redirect', said: redirectedTo(answer) };
  if (status === 429) return { code: 'rate-limited', said: `${said(answer)}${retryAfter(answer)}` };
  if (status === 401 || status === 403) return { code: 'unauthorised', said: said(answer) };
  if (status === 404 || status === 405 || status === 410) return { code: 'not-found', said: said(answer) };
  if (family >= 4) return { code: `http-${family}xx`, said: `${said(answer)}${retryAfter(answer)}` };
  return { code: `http-${family}xx`, said: `expected ${expected.join(' or ')}` };
}

function redirectedTo(answer: Answer): string {
  const location = answer.headers.location;
  return location === undefined ? 'Redirected, without a Location' : `Redirected to ${oneLine(location)}`;
}

function retryAfter(answer: Answer): string {
  const value = answer.headers['retry-after'];
  if (value === undefined) return '';
  return ` (retry after ${oneLine(value)}${/^\d+$/.test(value) ? ' s' : ''})`;
}

function said(answer: Answer): string {
  return (
    (answer.json.ok ? saidInBody(answer.json.value) : null) ??
    (oneLine(answer.statusText) || 'no reason given')
  );
}

/** What the answer itself gives as the reason: `error`, `message`, `detail`, or RFC 9457's `title`. */
export function saidInBody(body: Json): string | null {
  for (const path of ['error', 'error.message', 'message', 'detail', 'title']) {
    const value = isObject(body) ? valueAt(body, path) : undefined;
    if (typeof value === 'string' && value.trim() !== '') return oneLine(value);
  }
  return null;
}

function oneLine(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim(), SAID_LIMIT);
}
