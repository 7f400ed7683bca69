/** Can the probes of the stages run? Connects to their hosts and has PostgreSQL accept their queries, without running them. */
import type { ProdE2eError } from '../errors.ts';
import { hintFor } from '../report/advice/advice.ts';
import { durationText } from '../terminal/quantities.ts';
import { type Check, fail, ok, unusable, warn } from './check.ts';
import type { ConnectionFacts } from './connection.ts';
import { type ConnectionContext, connectionChecks } from './connection-checks.ts';

/** What was found out about an HTTP probe. */
export type HttpProbeFacts =
  /** The target itself, which has its own checks. */
  | { readonly kind: 'target'; readonly host: string }
  | { readonly kind: 'proxy'; readonly host: string; readonly proxy: string }
  | {
      readonly kind: 'connected';
      readonly facts: ConnectionFacts;
      readonly context: Omit<ConnectionContext, 'insecure'>;
    };

/** How PostgreSQL responded to a query that it was asked to prepare, not to run. */
export type SqlProbeFacts = {
  /** `db.example.com:5432`, or a description of a socket. */
  readonly at: string;
} & (
  | { readonly ok: true; readonly user: string }
  | {
      readonly ok: false;
      readonly reason: string;
      /** Of PostgreSQL, appendix A; absent where the server gave none. */
      readonly sqlState?: string;
    }
);

/** @param stages the stages whose probes use this host */
export function httpProbeCheck(stages: readonly string[], found: HttpProbeFacts): Check {
  const names = stages.join(', ');
  if (found.kind === 'target') return ok('probe', `${names}: on the target's host (not queried)`);
  if (found.kind === 'proxy') {
    const way = `the proxy ${found.proxy} connects to ${found.host}`;
    return ok('probe', `${names}: ${way} (not queried)`);
  }
  return connectedCheck(names, found);
}

function connectedCheck(
  names: string,
  { facts, context }: Extract<HttpProbeFacts, { kind: 'connected' }>,
): Check {
  // The warning about an unencrypted webhook does not apply to a probe.
  const checks = connectionChecks(facts, { ...context, loopback: true, insecure: false });
  const failed = checks.find(({ state }) => state === 'fail');
  if (failed !== undefined) {
    const advice = failed.name === 'tls' ? failed.advice : [];
    return fail('probe', `${names} cannot run: ${failed.message}`, [...advice, ...CHECK_URL]);
  }
  const { host, protocol } = new URL(context.url);
  const tls = checks.find(({ name }) => name === 'tls');
  const took = facts.tcp?.ok === true ? ` in ${durationText(facts.tcp.tookMs)}` : '';
  const encrypted = tls === undefined ? '' : ` (${tls.message})`;
  const message = `${names}: connected to ${host}${took}${encrypted} (not queried)`;
  if (tls?.state === 'warn') return warn('probe', message, tls.advice);
  if (protocol === 'https:' || context.loopback) return ok('probe', message);
  return warn('probe', `${message}; what the probe sends travels unencrypted (http)`, [
    'Use the https URL of the API, if it has one',
  ]);
}

export function sqlProbeCheck(stages: readonly string[], found: SqlProbeFacts): Check {
  const names = stages.join(', ');
  const server = `PostgreSQL at ${found.at}`;
  if (!found.ok)
    return fail('probe', `${names} cannot run: ${server}: ${found.reason}`, adviceFor(found.sqlState ?? ''));
  const planned =
    stages.length === 1 ? 'The query is valid (not executed)' : 'The queries are valid (not executed)';
  return ok('probe', `${names}: connected to ${server} as ${found.user}. ${planned}`);
}

/** A host that `allowHosts` does not allow is not contacted. */
export function refusedProbeCheck(stages: readonly string[], error: ProdE2eError): Check {
  const check = unusable('probe', error);
  return { ...check, message: `${stages.join(', ')}: ${check.message}` };
}

const CHECK_URL: readonly string[] = [hintFor('probe-unverified')].filter((hint) => hint !== null);

/** By SQLSTATE (PostgreSQL, appendix A). */
const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^28/, 'Check user and password in stages[].sql.url, and that pg_hba.conf lets this machine in'],
  [/^3D000$/, 'Check the name of the database in stages[].sql.url'],
  [
    /^42501$/,
    'Let the user of the probe read it: GRANT SELECT ON <table> TO <user> (and USAGE on its schema)',
  ],
  [
    /^(42P01|42703|42883|3F000)$/,
    'Check the name in stages[].sql.query, and its schema: the search_path of this user may differ from yours',
  ],
  [/^08P01$/, 'Give stages[].sql.params one value for each of $1, $2, … in stages[].sql.query'],
  [/^(42|0A|25|22)/, 'Correct stages[].sql.query: one SELECT that changes nothing'],
];

function adviceFor(sqlState: string): readonly string[] {
  const known = ADVICE.find(([pattern]) => pattern.test(sqlState));
  return known === undefined ? CHECK_URL : [known[1]];
}
