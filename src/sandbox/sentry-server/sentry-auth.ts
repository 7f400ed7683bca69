/** Which project an envelope is for, and whether its key may send to it. */
import { canParseUrl } from '../../lib/http/url.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { textAt } from '../json-fields.ts';

export interface SentryProject {
  readonly id: number;
  readonly slug: string;
  /** 32 hex characters, the user part of the DSN. */
  readonly publicKey: string;
}

export interface EnvelopeAuth {
  /** From the path; null for `/api/store/`, which has none. */
  readonly pathProject: string | null;
  /** `sentry_key` of the query. */
  readonly queryKey: string | null;
  /** `X-Sentry-Auth`, or `Authorization` beginning with `Sentry`. */
  readonly authHeader: string | null;
  readonly envelopeHeader: JsonObject;
}

interface DsnParts {
  readonly key: string;
  readonly project: string;
}

function dsnParts(dsn: string | null): DsnParts | null {
  if (dsn === null || !canParseUrl(dsn)) return null;
  const { username, pathname } = new URL(dsn);
  return { key: username, project: pathname.slice(pathname.lastIndexOf('/') + 1) };
}

const keyOfHeader = (header: string | null): string | null =>
  /^sentry\s.*?\bsentry_key=([^,\s]+)/i.exec(header ?? '')?.[1] ?? null;

/** Why nothing is accepted from this sender, as Relay says it and in words. */
export interface AuthFault {
  readonly detail: string;
  readonly reason: string;
}

/** As Relay calls it, whether the project or the key is unknown to it. */
const REJECTED = 'event submission rejected with_reason: ProjectId';

/** The project, or why the envelope is refused. `null` as a project in the path: the one of the key. */
export function authenticate(
  auth: EnvelopeAuth,
  projects: readonly SentryProject[],
): SentryProject | AuthFault {
  const dsn = dsnParts(textAt(auth.envelopeHeader, 'dsn'));
  const keys = new Set(
    [auth.queryKey, keyOfHeader(auth.authHeader), dsn?.key ?? null].filter((key) => key !== null),
  );
  if (keys.size === 0) {
    return {
      detail: 'missing authorization information',
      reason: 'there is no sentry_key in X-Sentry-Auth or the query, and no dsn in the envelope header',
    };
  }
  const ids = new Set([auth.pathProject, dsn?.project ?? null].filter((id) => id !== null));
  if (keys.size > 1 || ids.size > 1) {
    const what = keys.size > 1 ? 'public keys' : 'project ids';
    return {
      detail: 'conflicting authorization information',
      reason: `the request and its envelope header name different ${what}`,
    };
  }
  const project = projects.find(({ publicKey }) => keys.has(publicKey));
  if (project === undefined) return { detail: REJECTED, reason: 'no project has this public key' };
  if (ids.size > 0 && !ids.has(String(project.id)))
    return { detail: REJECTED, reason: 'the public key belongs to another project' };
  return project;
}
