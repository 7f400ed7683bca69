/** Why a query could not run, and what to do about it. */
import { codeOf, messageOf } from '../../errors.ts';
import { cut } from '../../validate/cut.ts';
import type { SqlProblem } from './probe-result.ts';

const REASON_LENGTH = 300;

/** PostgreSQL, appendix A. Node's own codes, such as `EPIPE`, have no digit. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** Classes that a later query may not meet: connections, resources, conflicts, and interventions such as a restart. */
const PASSING = /^(08|40|53|55|57|58)/;

export function sqlProblem(thrown: unknown, { isBusy }: { readonly isBusy: boolean }): SqlProblem {
  const code = codeOf(thrown) ?? '';
  const text = cut(messageOf(thrown).replaceAll(/\s+/g, ' '), REASON_LENGTH);
  // pg-pool's words for a wait in its queue and for a server that does not respond.
  if (isBusy && text.startsWith('timeout exceeded')) return { ok: false, final: false, ...BUSY };
  const known = KNOWN[code];
  if (!SQLSTATE.test(code))
    return { ok: false, reason: known?.reason ?? text, final: false, ...hintOf(known) };
  const reason = known === undefined ? `${text} (${code})` : `${known.reason}: ${text} (${code})`;
  return { ok: false, reason, final: !PASSING.test(code), sqlState: code, ...hintOf(known) };
}

interface Known {
  readonly reason: string;
  readonly hint: string;
}

function hintOf(known: Known | undefined): { readonly hint?: string } {
  return known === undefined ? {} : { hint: known.hint };
}

const BUSY: Known = {
  reason: "prod-e2e's own connections are busy with other queries",
  hint: 'Make the other SQL probes faster, or give them a shorter within',
};
const REACHABLE = 'Check the host and port of the probe, and that this machine may connect to it';

/** What a failure is called, and what to do about it, by SQLSTATE or Node's code. */
const KNOWN: Readonly<Record<string, Known>> = {
  '55P03': {
    reason: 'blocked by a lock',
    hint: "Find the session that holds it: SELECT pid, state, query FROM pg_stat_activity WHERE state <> 'idle'",
  },
  '57014': {
    reason: 'the query took too long',
    hint: 'Check that the columns in its WHERE have an index, or give the probe a longer within',
  },
  '42P01': {
    reason: 'table missing',
    hint: 'Check the name of the table, and whether a migration renamed it',
  },
  '42703': {
    reason: 'column missing',
    hint: 'Check the name of the column, and whether a migration renamed it',
  },
  '42501': { reason: 'no permission', hint: "Grant SELECT on the table to the probe's user" },
  '28P01': { reason: 'wrong password', hint: "Check the password in the probe's url" },
  '28000': { reason: 'the user may not connect', hint: "Check the user in the probe's url, and pg_hba.conf" },
  '3D000': { reason: 'no such database', hint: "Check the name of the database in the probe's url" },
  '22P02': {
    reason: 'a value has the wrong type',
    hint: 'Compare the type of the column with the value in params, or cast it: $1::uuid',
  },
  '42883': {
    reason: 'types that cannot be compared',
    hint: 'Compare the type of the column with the value in params, or cast it: $1::text',
  },
  '53300': {
    reason: 'too many connections',
    hint: 'Raise max_connections, or use a pooler such as PgBouncer',
  },
  '57P03': { reason: 'the database is starting', hint: 'Wait until the database has started' },
  '40001': {
    reason: 'canceled by recovery on the replica',
    hint: 'Query the primary, or raise max_standby_streaming_delay on the replica',
  },
  '25006': { reason: 'the query would change data', hint: 'A probe is one SELECT that changes nothing' },
  ECONNREFUSED: {
    reason: 'connection refused',
    hint: 'Check that the database is running, and its host and port',
  },
  ENOTFOUND: { reason: 'host name not found', hint: "Check the host name in the probe's url" },
  EAI_AGAIN: {
    reason: 'host name could not be resolved',
    hint: "Check this machine's name servers and its network",
  },
  EHOSTUNREACH: { reason: 'host unreachable', hint: REACHABLE },
  ENETUNREACH: { reason: 'host unreachable', hint: REACHABLE },
  ETIMEDOUT: { reason: 'connection timeout', hint: REACHABLE },
  ECONNRESET: {
    reason: 'connection reset',
    hint: 'Check what stands between here and the database: a pooler or firewall',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    reason: 'its certificate is self-signed',
    hint: 'Name the authority: ?sslrootcert=FILE in the url',
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    reason: 'its certificate is of a private authority',
    hint: 'Name the authority: ?sslrootcert=FILE in the url',
  },
  CERT_HAS_EXPIRED: { reason: 'its certificate has expired', hint: "Renew the database's certificate" },
};
