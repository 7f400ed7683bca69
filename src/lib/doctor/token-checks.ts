/** Can traces be read back: is there a token, whose organization does it show, and may it read traces? */
import { canParseUrl } from '../http/url.ts';
import type { Trace } from '../model/trace.ts';
import type { Dsn } from '../send/dsn.ts';
import { solutionsForFailure } from '../trace/advice.ts';
import type { Organization } from '../trace/sentry-api/calls.ts';
import type { ApiFailure } from '../trace/sentry-api/failures.ts';
import { type Check, fail, ok, warn } from './check.ts';

const SENTRY_BASE = 'https://sentry.io';

/** @param baseUrl of the Sentry in use; null for the hosted one */
export function noTokenCheck(baseUrl: string | null): Check {
  return warn('token', 'None is set: traces cannot be read back', [
    `Create a personal token with the scope org:read at ${baseUrl ?? SENTRY_BASE}/settings/account/api/auth-tokens/`,
    'Set SENTRY_AUTH_TOKEN and SENTRY_ORG; SENTRY_URL for a self-hosted Sentry',
  ]);
}

/** There is a token, but not all that is needed with it. */
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
  const { id, name, regionUrl } = reply.organization;
  const region = regionUrl !== null && canParseUrl(regionUrl) ? `, region ${new URL(regionUrl).host}` : '';
  const message = `Valid; can read organization "${org}"${name === null ? '' : ` (${name})`}${region}`;
  const elsewhere = dsn !== null && dsn.orgId !== null && id !== null && dsn.orgId !== id;
  if (!elsewhere) return ok('token', message);
  return warn('token', `${message}, but the DSN belongs to another one (${dsn.orgId}, not ${id})`, [
    'Use a DSN and a token of the organization that the services report to: SDKs do not continue a trace of another one',
  ]);
}

export type TraceReply = { readonly kind: 'trace'; readonly trace: Trace } | ApiFailure;

/** The reply for a trace that nobody has: empty when the token may read traces. */
export function accessCheck(reply: TraceReply): Check {
  return reply.kind === 'error' ? refusal('token-scope', reply) : ok('token-scope', 'Can read traces');
}

function refusal(name: string, failure: ApiFailure): Check {
  return fail(name, failure.message, solutionsForFailure(failure));
}
