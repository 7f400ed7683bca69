/** An error as the issue that Sentry would make of it. */
import type { JsonObject } from '../../lib/model/json.ts';
import { seenAt } from './event-response.ts';
import type { StoredError } from './span-store.ts';

/** `SANDBOX-TARGET-7` */
export const shortIdOf = ({ issueId }: StoredError, slug: string): string =>
  `${slug.toUpperCase()}-${issueId}`;

export interface IssueOptions {
  readonly slug: string;
  /** Of the organization's pages, without a slash at the end. */
  readonly organizationUrl: string;
}

/** In the shape of `GET /api/0/organizations/{org}/issues/{id}/`. */
export function issueResponse(error: StoredError, { slug, organizationUrl }: IssueOptions): JsonObject {
  const seen = seenAt(error);
  return {
    id: String(error.issueId),
    shortId: shortIdOf(error, slug),
    title: error.title,
    culprit: error.transaction ?? '',
    permalink: `${organizationUrl}/issues/${error.issueId}/`,
    level: error.level,
    status: 'unresolved',
    substatus: 'new',
    statusDetails: {},
    platform: error.platform,
    type: 'error',
    metadata: { title: error.title },
    project: { id: String(error.projectId), slug, name: slug, platform: error.platform },
    count: '1',
    userCount: 0,
    firstSeen: seen,
    lastSeen: seen,
  };
}
