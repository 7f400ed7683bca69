/** Which project an envelope is for, and whether its key may send to it. */
import type { JsonObject } from '../model/json.ts';
import { textAt } from './json-fields.ts';

export interface SentryProject {
  readonly id: number;
  readonly slug: string;
  /** 32 hex characters, the user part of the DSN. */
  readonly publicKey: string;
}

export interface EnvelopeAuth {
  /** From the path; null for `/stream`, which has none. */
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
  if (dsn === null || !URL.canParse(dsn)) return null;
  const { username, pathname } = new URL(dsn);
  return { key: username, project: pathname.slice(pathname.lastIndexOf('/') + 1) };
}

const keyOfHeader = (header: string | null): string | null =>
  /^sentry\s.*?\bsentry_key=([^,\s]+)/i.exec(header ?? '')?.[1] ?? null;

/** The project, or in words why the envelope is refused. */
export function authenticate(auth: EnvelopeAuth, projects: readonly SentryProject[]): SentryProject | string {
  const dsn = dsnParts(textAt(auth.envelopeHeader, 'dsn'));
  const keys = new Set(
    [auth.queryKey, keyOfHeader(auth.authHeader), dsn?.key ?? null].filter((key) => key !== null),
  );
  if (keys.size === 0) return 'missing authorization information';
  if (keys.size > 1) return 'conflicting authorization information';
  const id = auth.pathProject ?? dsn?.project;
  const project = projects.find((candidate) => String(candidate.id) === id);
  if (project === undefined) return 'event submission rejected with_reason: ProjectId';
  return keys.has(project.publicKey) ? project : 'event submission rejected with_reason: ApiKey';
}
