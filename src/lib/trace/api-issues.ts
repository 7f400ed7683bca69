/** Issues as Sentry attaches them to spans (`errors`, `occurrences`) or lists them beside the spans → TraceIssue. */
import type { TraceIssue } from '../model/trace.ts';
import { type Fields, idOf, textOf } from './json-fields.ts';

/** Issue id → where a person can look at it. */
export type IssueUrl = (issueId: string) => string;

export function isIssue({ event_type: kind }: Fields): boolean {
  return kind === 'error' || kind === 'occurrence';
}

export function issueOf(item: Fields, issueUrl: IssueUrl): TraceIssue {
  const issueId = idOf(item.issue_id);
  return {
    shortId: textOf(item.short_id),
    issueId,
    message: textOf(item.description) ?? textOf(item.message) ?? textOf(item.title) ?? 'without a message',
    level: textOf(item.level) ?? 'error',
    url: issueId === null ? null : issueUrl(issueId),
  };
}

/** Regions serve the API only; people go to the main host. */
export function issueUrlFor({ baseUrl, org }: { readonly baseUrl: string; readonly org: string }): IssueUrl {
  const base = /^https:\/\/[a-z0-9-]+\.sentry\.io$/i.test(baseUrl) ? 'https://sentry.io' : baseUrl;
  return (issueId) =>
    `${base}/organizations/${encodeURIComponent(org)}/issues/${encodeURIComponent(wellFormed(issueId))}/`;
}

/** Half a character, which JSON can hold and no URL can. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
