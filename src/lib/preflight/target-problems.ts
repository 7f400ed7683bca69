/** Errors of the hosts that a run contacts: allowed hosts, certificates, the proxy, Sentry's API. */

import type { Path } from '../config/paths.ts';
import type { ConfigProblem } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import type { CallTemplate } from '../model/probe.ts';
import { noUrl } from '../run/prepare-plan.ts';
import { checkAllowedHost } from '../safety/safety.ts';
import { proxyHost } from '../send/agents.ts';
import { usableDsn } from '../send/dsn.ts';
import { readTlsFiles } from '../send/tls-files.ts';
import { cleanupTooMany, databaseOf, originOf } from '../verify/prepare-probes.ts';
import { traceReadingError } from '../verify/prepare-traces.ts';
import { isBroken, problemsFrom, problemsFromAsync, problemWithSubject, type RunChecks } from './found.ts';

export async function targetProblems(
  checked: Checked,
  { sandbox }: Pick<RunChecks, 'sandbox'>,
): Promise<readonly ConfigProblem[]> {
  const { settings, problemAt } = checked;
  const tooMany = settings.replay.from === null ? cleanupTooMany(settings.scenarios, settings.count) : null;
  return [
    ...(sandbox ? [] : urlProblems(checked)),
    ...(sandbox ? [] : hostProblems(checked)),
    ...proxyProblems(checked, sandbox),
    ...(await certificateProblems(checked)),
    ...(sandbox ? [] : dsnProblems(checked)),
    ...(sandbox ? [] : traceProblems(checked)),
    ...(tooMany === null ? [] : [problemAt(['cleanup'], tooMany)]),
  ];
}

/** An invalid DSN is reported by its own check. */
function urlProblems(checked: Checked): readonly ConfigProblem[] {
  const isGiven = checked.settings.url !== null || isBroken(checked, ['url']);
  return isGiven ? [] : [checked.problemAt(['url'], noUrl())];
}

function dsnProblems(checked: Checked): readonly ConfigProblem[] {
  const { settings, problemAt } = checked;
  if (isBroken(checked, ['sentry'])) return [];
  return problemsFrom(
    (error) => problemAt(['sentry', 'dsn'], error),
    () => usableDsn(settings.sentry.dsn),
  );
}

/** Null if it is unknown. */
function targetOrigin({ url }: Settings): string | null {
  return url === null ? null : new URL(url).origin;
}

/** The URLs that a run connects to, except the DSN: each scheme has its own proxy. */
function proxyProblems({ settings }: Checked, sandbox: boolean): readonly ConfigProblem[] {
  const origin = targetOrigin(settings);
  const { sentry, trace, notifiers } = settings;
  const reads = trace.verify !== false && sentry.token !== null && sentry.org !== null;
  const addresses = [
    ...(sandbox ? [] : [settings.url, ...callsOf(settings).map((call) => originOf(call, origin))]),
    ...(sandbox || !reads ? [] : [sentry.tokenUrl]),
    ...notifiers.map((notifier) => (notifier.type === 'sentry-issue' ? null : notifier.url)),
  ];
  return addresses.flatMap((address) =>
    address === null ? [] : problemsFrom(problemWithSubject('proxy'), () => proxyHost(address)),
  );
}

/** Probes and clean-up over HTTP. */
function callsOf({ stages, scenarios, replay }: Settings): readonly CallTemplate[] {
  const replayed =
    replay.from === null ? [] : [...replay.rules.map(({ scenario }) => scenario), replay.otherwise];
  return [
    ...(stages ?? []).flatMap(({ http }) => http ?? []),
    ...[...scenarios, ...replayed].flatMap(({ cleanup }) => cleanup),
  ];
}

function hostProblems(checked: Checked): readonly ConfigProblem[] {
  const { settings, problemAt } = checked;
  const { url, allowHosts } = settings;
  const allowed = (path: Path, to: string | null) =>
    to === null
      ? []
      : problemsFrom(
          (error) => problemAt(path, error),
          () => checkAllowedHost(to, allowHosts),
        );
  const origin = targetOrigin(settings);
  return [
    ...allowed(['url'], url),
    ...(settings.stages ?? []).flatMap(({ http, sql }, at) => [
      ...(http === null ? [] : allowed(['stages', at, 'http', 'url'], originOf(http, origin))),
      ...(sql === null ? [] : allowed(['stages', at, 'sql', 'url'], databaseOf(sql.url))),
    ]),
    ...cleanupPlaces(checked).flatMap(({ path, calls }) =>
      calls.flatMap((call) => allowed(path, originOf(call, origin))),
    ),
  ];
}

function cleanupPlaces({ config, settings }: Checked): readonly {
  readonly path: Path;
  readonly calls: Settings['scenarios'][number]['cleanup'];
}[] {
  const own = (at: number) => {
    const scenario = (config.scenarios ?? [])[at];
    return scenario !== undefined && 'cleanup' in scenario && scenario.cleanup !== undefined;
  };
  // Replayed payloads without a scenario have the shared one.
  const shared =
    settings.replay.from === null ? settings.scenarios.find((_, at) => !own(at)) : settings.replay.otherwise;
  return [
    ...(shared === undefined ? [] : [{ path: ['cleanup'], calls: shared.cleanup }]),
    ...settings.scenarios.flatMap(({ cleanup }, at) =>
      own(at) ? [{ path: ['scenarios', at, 'cleanup'], calls: cleanup }] : [],
    ),
  ];
}

async function certificateProblems({ settings, problemAt }: Checked): Promise<readonly ConfigProblem[]> {
  const { ca, cert, key } = settings.tls;
  const none = { ca: null, cert: null, key: null };
  const each = [
    ...(await problemsFromAsync(
      (error) => problemAt(['tls', 'ca'], error),
      () => readTlsFiles({ ...none, ca }),
    )),
    ...(await problemsFromAsync(
      (error) => problemAt(['tls', 'cert'], error),
      () => readTlsFiles({ ...none, cert }),
    )),
    ...(await problemsFromAsync(
      (error) => problemAt(['tls', 'key'], error),
      () => readTlsFiles({ ...none, key }),
    )),
  ];
  if (each.length > 0) return each;
  return problemsFromAsync(
    (error) => problemAt(['tls', 'key'], error),
    () => readTlsFiles({ ca, cert, key }),
  );
}

function traceProblems({ settings, problemAt, broken }: Checked): readonly ConfigProblem[] {
  if (broken.some(([key]) => key === 'sentry')) return [];
  const error = traceReadingError(settings);
  if (!(error instanceof ProdE2eError)) return [];
  return [problemAt(['trace', settings.trace.verify === true ? 'verify' : 'require'], error)];
}
