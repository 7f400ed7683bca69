/** Checks Sentry: the DSN and what it accepts, the token and what it can read, and the trace of the one webhook. */

import type { ProdE2eError } from '../errors.ts';
import type { SentryDelivery } from '../model/report.ts';
import type { UnverifiedReason } from '../model/result.ts';
import type { Trace } from '../model/trace.ts';
import { hintFor } from '../report/advice/advice.ts';
import { sentryFindings } from '../report/digest/sentry-findings.ts';
import { type Dsn, type DsnReading, dsnInvalid, readDsn } from '../send/dsn.ts';
import { durationText } from '../terminal/quantities.ts';
import { adviceFor, solutionsFor, solutionsForFailure, TRACES_SAMPLER_SNIPPET } from '../trace/advice.ts';
import type { Organization } from '../trace/sentry-api/calls.ts';
import type { ApiFailure } from '../trace/sentry-api/failures.ts';
import { type Check, fail, ok, unusable, warn } from './check.ts';

const SENTRY_BASE = 'https://sentry.io';

/** @param baseUrl of the Sentry in use; null for the hosted one */
export function noTokenCheck(baseUrl: string | null): Check {
  return warn('token', 'No token set: traces cannot be read back', [
    `Create a personal token with the scope org:read at ${baseUrl ?? SENTRY_BASE}/settings/account/api/auth-tokens/`,
    'Set SENTRY_AUTH_TOKEN and SENTRY_ORG, and SENTRY_URL for a self-hosted Sentry',
  ]);
}

/** A token is set, but something it needs is missing. */
export function incompleteCheck(problem: string): Check {
  return warn('token', problem.replace(/\.$/, ''), [
    'Set SENTRY_ORG to the slug of the organization, and SENTRY_URL where the token is set for a self-hosted Sentry',
  ]);
}

export type OrganizationReply =
  | { readonly kind: 'organization'; readonly organization: Organization }
  | ApiFailure;

export function organizationCheck(
  reply: OrganizationReply,
  { org, dsn }: { readonly org: string; readonly dsn: Dsn | null },
): Check {
  if (reply.kind === 'error') return refusal('token', reply);
  const { id } = reply.organization;
  const message = `Valid; can read organization "${org}"`;
  const elsewhere = dsn !== null && dsn.orgId !== null && id !== null && dsn.orgId !== id;
  if (!elsewhere) return ok('token', message);
  return warn('token', `${message}, but the DSN belongs to another organization (${dsn.orgId}, not ${id})`, [
    'Use a DSN and a token of the organization that the services report to: SDKs do not continue a trace of another one',
  ]);
}

export type TraceReply = { readonly kind: 'trace'; readonly trace: Trace } | ApiFailure;

/** The reply for a trace that does not exist: empty when the token may read traces. */
export function accessCheck(reply: TraceReply): Check {
  return reply.kind === 'error' ? refusal('token-scope', reply) : ok('token-scope', 'Can read traces');
}

function refusal(name: string, failure: ApiFailure): Check {
  return fail(name, failure.message, solutionsForFailure(failure));
}

/** Too much was sent: a temporary state, not a problem of the DSN. */
const RATE_LIMITED = 429;

/** @param placed what is wrong with the DSN, and where it is set */
export function dsnCheck(
  text: string | null,
  placed: ProdE2eError | null = null,
): {
  readonly check: Check;
  readonly reading: DsnReading | null;
} {
  if (text === null) {
    const message = "No DSN set: trace headers are sent, but prod-e2e's own spans will not reach Sentry";
    const check = warn('dsn', message, [
      'Set SENTRY_DSN to a client key of a project (Sentry: Project Settings > Client Keys)',
    ]);
    return { check, reading: null };
  }
  const reading = readDsn(text);
  const check = reading.ok
    ? ok('dsn', `Valid: project ${reading.dsn.projectId} at ${reading.dsn.host}`)
    : unusable('dsn', placed ?? dsnInvalid(reading.problem));
  return { check, reading };
}

/** Null where no spans were sent. */
export function deliveryCheck(delivery: SentryDelivery): Check | null {
  if (!delivery.enabled) return null;
  if (delivery.accepted > 0) {
    return ok('dsn-accepted', `${delivery.host} accepted the spans of prod-e2e`);
  }
  const findings = sentryFindings(delivery);
  const message = findings.map((finding) => finding.message).join('; ');
  const hints = [...findings.map(({ hint }) => hint), hintFor('sentry-refused')];
  const advice = [...new Set(hints.filter((hint) => hint !== null))];
  const passes = delivery.refused.every(({ status }) => status === RATE_LIMITED) && delivery.failed === 0;
  return (passes ? warn : fail)(
    'dsn-accepted',
    message === '' ? 'Nothing was sent to Sentry' : message,
    advice,
  );
}

export interface TraceFacts {
  /** Null when spans of the target arrived and then stopped. */
  readonly reason: UnverifiedReason | null;
  /** Of Sentry's API, if that is the reason; otherwise null. */
  readonly failure: ApiFailure | null;
  /** Spans that are not ours. */
  readonly foreignCount: number;
  /** Services they come from. */
  readonly services: readonly string[];
  /** From the response to the first query that returned a span of the target; null where none arrived. */
  readonly readableAfterMs: number | null;
  readonly waitedMs: number;
}

export function traceChecks(facts: TraceFacts): readonly Check[] {
  const { reason, failure } = facts;
  if (reason === null || reason === 'late' || reason === 'not-settled')
    return [...continued(facts), readable(facts)];
  const { meaning, solutions } = adviceFor(reason);
  const after = ` (waited ${durationText(facts.waitedMs)})`;
  switch (reason) {
    case 'not-found':
    case 'only-our-spans':
      return [fail('trace-continued', meaning + after, [...solutions, TRACES_SAMPLER_SNIPPET])];
    case 'sampled-out':
      return [
        ok('trace-continued', 'A service reported an error in the same trace'),
        fail('sampling', meaning, [...solutions, TRACES_SAMPLER_SNIPPET]),
      ];
    default:
      return [fail('trace-read', failure?.message ?? meaning + after, solutionsFor(reason, failure))];
  }
}

function continued({ foreignCount, services }: TraceFacts): readonly Check[] {
  const spans = foreignCount === 1 ? '1 span' : `${foreignCount} spans`;
  const from = services.length === 0 ? 'the target' : services.join(', ');
  return [
    ok('trace-continued', `${spans} of ${from} in the same trace`),
    ok('sampling', 'The target kept its spans'),
  ];
}

function readable({ reason, readableAfterMs, waitedMs }: TraceFacts): Check {
  const message = `The trace could be read ${durationText(readableAfterMs ?? waitedMs)} after the response`;
  if (reason === null) return ok('trace-readable', message);
  const why =
    reason === 'late' ? 'spans were still arriving' : 'it was not certain that no more spans arrive';
  return warn(
    'trace-readable',
    `${message}; ${why} after ${durationText(waitedMs)}`,
    adviceFor(reason).solutions,
  );
}
