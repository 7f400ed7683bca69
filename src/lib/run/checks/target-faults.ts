/** Where a run goes, and what it needs to get there: allowed hosts, certificates, the proxy, Sentry's API. */
import type { Fault } from '../../config/faults.ts';
import type { Path } from '../../config/paths.ts';
import type { Checked } from '../../config/resolve.ts';
import type { Settings } from '../../config/settings.ts';
import { ProdE2eError } from '../../errors.ts';
import { proxyHost } from '../../send/agents.ts';
import { readTlsFiles } from '../../send/tls-files.ts';
import { cleanupTooMany, databaseOf, originOf } from '../prepare-probes.ts';
import { traceReadingError } from '../prepare-traces.ts';
import { checkAllowedHost } from '../safety.ts';
import { faultsFrom, faultsFromAsync, plainFault, type RunChecks } from './found.ts';

export async function targetFaults(
  checked: Checked,
  { sandbox }: Pick<RunChecks, 'sandbox'>,
): Promise<readonly Fault[]> {
  const { settings, fault } = checked;
  const tooMany = settings.replay.from === null ? cleanupTooMany(settings.scenarios, settings.count) : null;
  return [
    ...(sandbox ? [] : hostFaults(checked)),
    ...(await certificateFaults(checked)),
    ...(sandbox ? [] : traceFaults(checked)),
    ...(tooMany === null ? [] : [fault(['cleanup'], tooMany)]),
  ];
}

function hostFaults(checked: Checked): readonly Fault[] {
  const { settings, fault } = checked;
  const { url, allowHosts } = settings;
  if (url === null) return [];
  const allowed = (path: Path, to: string | null) =>
    to === null
      ? []
      : faultsFrom(
          (error) => fault(path, error),
          () => checkAllowedHost(to, allowHosts),
        );
  const { origin } = new URL(url);
  return [
    ...allowed(['url'], url),
    ...faultsFrom(plainFault('proxy'), () => proxyHost(url)),
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
  const shared = settings.scenarios.find((_, at) => !own(at));
  return [
    ...(shared === undefined ? [] : [{ path: ['cleanup'], calls: shared.cleanup }]),
    ...settings.scenarios.flatMap(({ cleanup }, at) =>
      own(at) ? [{ path: ['scenarios', at, 'cleanup'], calls: cleanup }] : [],
    ),
  ];
}

async function certificateFaults({ settings, fault }: Checked): Promise<readonly Fault[]> {
  const { ca, cert, key } = settings.tls;
  const none = { ca: null, cert: null, key: null };
  const each = [
    ...(await faultsFromAsync(
      (error) => fault(['tls', 'ca'], error),
      () => readTlsFiles({ ...none, ca }),
    )),
    ...(await faultsFromAsync(
      (error) => fault(['tls', 'cert'], error),
      () => readTlsFiles({ ...none, cert }),
    )),
    ...(await faultsFromAsync(
      (error) => fault(['tls', 'key'], error),
      () => readTlsFiles({ ...none, key }),
    )),
  ];
  if (each.length > 0) return each;
  return faultsFromAsync(
    (error) => fault(['tls', 'key'], error),
    () => readTlsFiles({ ca, cert, key }),
  );
}

function traceFaults({ settings, fault, broken }: Checked): readonly Fault[] {
  if (broken.some(([key]) => key === 'sentry')) return [];
  const error = traceReadingError(settings);
  if (!(error instanceof ProdE2eError)) return [];
  return [fault(['trace', settings.trace.verify === true ? 'verify' : 'require'], error)];
}
