/** Issues as Sentry attaches them to spans (`errors`, `occurrences`) or lists them beside the spans → TraceIssue. */
import { distinctIssues, type TraceIssue } from '../../model/trace.ts';
import { type Fields, idOf, isFields, spanIdOf, textOf } from './json-fields.ts';

/** Issue id → its page; null if the page does not outlive the run. */
export type IssueUrl = (issueId: string) => string | null;

export function issueOf(item: Fields, issueUrl: IssueUrl): TraceIssue {
  const issueId = idOf(item.issue_id);
  return {
    shortId: textOf(item.short_id) ?? textOf(item.issue_short_id) ?? textOf(item.issue),
    issueId,
    message:
      textOf(item.description) ??
      textOf(item.message) ??
      textOf(item.title) ??
      textOf(item.culprit) ??
      'without a message',
    level: textOf(item.level) ?? 'error',
    url: issueId === null ? null : issueUrl(issueId),
  };
}

/** The lists of issues that a span may have: those of the older trace endpoint included. */
const LISTS = ['errors', 'occurrences', 'performance_issues'] as const;

/** Issues that Sentry attaches to a span, each once. */
export function attachedIssues(item: Fields, issueUrl: IssueUrl): readonly TraceIssue[] {
  const listed = LISTS.flatMap((name) => (Array.isArray(item[name]) ? item[name] : []));
  return distinctIssues(listed.filter(isFields).map((issue) => issueOf(issue, issueUrl)));
}

/** The span that an issue names as its own; null where it names none. */
export function spanOfIssue(item: Fields): string | null {
  return spanIdOf(item.span_id) ?? spanIdOf(item.span) ?? spanIdOf(item['trace.span']);
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
