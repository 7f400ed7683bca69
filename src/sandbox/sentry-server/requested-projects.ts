/** The `project` parameter of Sentry's API: ids or slugs; none, or -1, for every project. */
import type { SentryProject } from './sentry-auth.ts';

/** Ids; empty for every project. What is the id and slug of no project matches nothing. */
export function requestedProjects(
  search: URLSearchParams,
  projects: readonly SentryProject[],
): readonly number[] {
  const names = search.getAll('project').filter((name) => name !== '');
  if (names.includes('-1')) return [];
  return names.map((name) => projects.find(({ id, slug }) => String(id) === name || slug === name)?.id ?? -1);
}
