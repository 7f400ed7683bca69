/** Releases, as far as spans, events and deploys name them, in the shape of `GET /api/0/organizations/{org}/releases/`. */
import type { JsonObject } from '../../lib/model/json.ts';
import { textAt } from '../json-fields.ts';
import { isoTime, type SlugOf } from './span-fields.ts';
import type { StoredError, StoredSpan } from './span-store.ts';

/** A release that was put into an environment. */
export interface Deploy {
  readonly version: string;
  readonly environment: string;
  readonly finishedAtMs: number;
}

interface Release {
  readonly version: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly errors: number;
  readonly projectIds: ReadonlySet<number>;
  readonly deploys: readonly Deploy[];
}

export interface ReleaseSource {
  readonly spans: Iterable<StoredSpan>;
  readonly errors: readonly StoredError[];
  readonly deploys: readonly Deploy[];
  /** Empty for every one. */
  readonly projectIds: readonly number[];
}

interface Sighting {
  readonly version: string | null;
  readonly projectId: number;
  readonly atMs: number;
  readonly isError: boolean;
}

function* sightings({ spans, errors }: ReleaseSource): Iterable<Sighting> {
  for (const { attributes, projectId, startTimestamp } of spans) {
    const version = textAt(attributes, 'sentry.release');
    yield { version, projectId, atMs: startTimestamp * 1_000, isError: false };
  }
  for (const { release, projectId, timestamp, receivedAtMs } of errors) {
    const atMs = timestamp === null ? receivedAtMs : timestamp * 1_000;
    yield { version: release, projectId, atMs, isError: true };
  }
}

/** The one that was seen first comes last. */
export function releasesOf(source: ReleaseSource): readonly Release[] {
  const releases = new Map<string, Release>();
  for (const { version, projectId, atMs, isError } of sightings(source)) {
    const isAsked = source.projectIds.length === 0 || source.projectIds.includes(projectId);
    if (version === null || !isAsked) continue;
    const before = releases.get(version);
    releases.set(version, {
      version,
      firstMs: Math.min(before?.firstMs ?? atMs, atMs),
      lastMs: Math.max(before?.lastMs ?? atMs, atMs),
      errors: (before?.errors ?? 0) + (isError ? 1 : 0),
      projectIds: before?.projectIds.has(projectId)
        ? before.projectIds
        : new Set([...(before?.projectIds ?? []), projectId]),
      deploys: source.deploys.filter((deploy) => deploy.version === version),
    });
  }
  return [...releases.values()].toSorted((a, b) => b.firstMs - a.firstMs);
}

export function releaseResponse(release: Release, slugOf: SlugOf): JsonObject {
  const { version, firstMs, lastMs, errors, projectIds, deploys } = release;
  return {
    version,
    shortVersion: version,
    status: 'open',
    dateCreated: isoTime(firstMs / 1_000),
    dateReleased: null,
    firstEvent: isoTime(firstMs / 1_000),
    lastEvent: isoTime(lastMs / 1_000),
    newGroups: errors,
    projects: [...projectIds].map((id) => ({
      id,
      slug: slugOf(id),
      name: slugOf(id),
      platform: 'node',
      platforms: [],
      newGroups: errors,
      hasHealthData: false,
    })),
    versionInfo: null,
    ref: null,
    url: null,
    owner: null,
    data: {},
    authors: [],
    commitCount: 0,
    deployCount: deploys.length,
    lastCommit: null,
    lastDeploy: deploysResponse(deploys)[0] ?? null,
  };
}

/** In the shape of `…/releases/{version}/deploys/`, the newest first. */
export function deploysResponse(deploys: readonly Deploy[]): readonly JsonObject[] {
  return deploys
    .map(({ environment, finishedAtMs }, at) => ({
      id: String(at + 1),
      environment,
      dateStarted: null,
      dateFinished: isoTime(finishedAtMs / 1_000),
      name: null,
      url: null,
    }))
    .reverse();
}
