/** The `project` parameter of Sentry's API: ids or slugs; none, or -1, for every project. */
import type { SentryProject } from './sentry-auth.ts';

/** Ids; empty for every project. What is the id and slug of no project matches nothing. */
export function requestedProjects(
  search: URLSearchParams,
  projects: readonly SentryProject[],
): readonly number[] {
  const asked = search.getAll('project').filter((name) => name !== '');
  if (asked.includes('-1')) return [];
  return asked.map((name) => projects.find(({ id, slug }) => String(id) === name || slug === name)?.id ?? -1);
}
