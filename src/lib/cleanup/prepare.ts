/** Everything that the clean-up of a saved run needs: the run, where its calls go, and what makes them. */

import path from 'node:path';
import type { Settings } from '../config/settings/settings.ts';
import { ProdE2eError } from '../errors.ts';
import { canParseUrl } from '../http/url.ts';
import type { ReportHead } from '../model/report.ts';
import { findRun } from '../report/history/history.ts';
import { openCleanupLog } from '../report/store/cleanup/log.ts';
import { type CleanupState, readCleanupState, readSavedWebhooks } from '../report/store/cleanup/state.ts';
import { isAlive } from '../report/store/run-owner.ts';
import { readHead, savedHead } from '../report/store/saved-head.ts';
import { HEAD_FILE, runsFolder, type StartedRun } from '../report/store/store.ts';
import { checkAllowedHost } from '../safety/safety.ts';
import { MASK } from '../secrets/forms.ts';
import type { Redact } from '../secrets/redact.ts';
import { proxyFor } from '../send/proxy.ts';
import { originOf } from '../verify/prepare-probes.ts';
import { CALLS_AT_ONCE, type CleanupPort } from './call.ts';
import { type CallSources, callsOf } from './saved-calls.ts';

export interface SavedRun {
  readonly folder: string;
  readonly head: ReportHead | StartedRun;
  readonly state: CleanupState;
}

export interface CleanupPreparation {
  readonly settings: Settings;
  readonly profile: string | null;
  readonly dataDir: string;
  /** Run id, the beginning of one, a path, or `latest`. */
  readonly run: string;
}

const NOTHING_OPEN: CleanupState = { open: new Map(), done: 0, later: 0, process: null };

/** @throws ProdE2eError `NO_CLEANUP`, `CLEANUP_NOT_SAVED`, `RUN_IN_PROGRESS`, `CLEANUP_PROFILE`, and those of finding a run */
export async function findSavedRun(preparation: CleanupPreparation): Promise<SavedRun> {
  const { settings, profile, dataDir, run } = preparation;
  const folder = await findRun(dataDir, run);
  const head = (await savedHead(path.join(folder, HEAD_FILE))) ?? (await readHead(folder));
  const state = await readCleanupState(folder);
  const { cleanup = null } = head as Partial<ReportHead>;
  if (state === null && cleanup !== null && cleanup.failed + cleanup.unknown > 0) throw notSaved(head.runId);
  const open = state?.open.size ?? 0;
  if ((open > 0 || (state === null && cleanup === null)) && !hasCleanup(settings)) throw noCleanup();
  if (state === null || open === 0) return { folder, head, state: state ?? NOTHING_OPEN };
  if (head.endedAt === null && state.process !== null && isAlive(state.process))
    throw inProgress(head.runId, state.process.pid);
  if (head.profile !== null && profile === null) throw otherProfile(head.runId, head.profile);
  return { folder, head, state };
}

function hasCleanup({ scenarios, replay }: Settings): boolean {
  const all = [...scenarios, ...replay.rules.map(({ scenario }) => scenario), replay.otherwise];
  return all.some(({ cleanup }) => cleanup.length > 0);
}

export interface PreparedCleanup {
  readonly sources: CallSources;
  readonly port: CleanupPort;
  /** Hosts that are called. */
  readonly hosts: readonly string[];
  readonly close: () => void;
}

/** @throws ProdE2eError `CLEANUP_TARGET`, `HOST_NOT_ALLOWED`, `TLS_FILE` */
export async function prepareCleanup(
  saved: SavedRun,
  options: CleanupPreparation & {
    readonly version: string;
    readonly redact: Redact;
    readonly variables: ReadonlyMap<string, string>;
  },
): Promise<PreparedCleanup> {
  const { folder, state } = saved;
  const { settings, version, redact, variables } = options;
  const origin = originFor(saved, options);
  const origins = await calledOrigins(saved, { settings, origin });
  for (const each of origins) checkAllowedHost(each, settings.allowHosts);
  for (const each of origins) proxyFor(each);
  const [{ createCaller }, { pastedLine }] = await Promise.all([
    import('../send/caller.ts'),
    import('../view/pasted-line.ts'),
  ]);
  const caller = await createCaller({ ...settings, targetUrl: origin, maxSockets: CALLS_AT_ONCE });
  const userAgent = `prod-e2e/${version} (synthetic test traffic)`;
  const port: CleanupPort = {
    ...{ call: caller.call, userAgent, redact, redactPaths: settings.redact },
    commandFor: (request, mask) => pastedLine(request, { redact: mask, variables }),
    log: openCleanupLog(folder, { open: state.open.size, removeEmpty: false }),
  };
  const hosts = origins.map((each) => new URL(each).host);
  return { sources: { settings, origin, port }, port, hosts, close: caller.close };
}

/** The hosts of the calls that are still to be made. */
async function calledOrigins(
  { folder, state }: SavedRun,
  { settings, origin }: { readonly settings: Settings; readonly origin: string },
): Promise<readonly string[]> {
  const origins = new Set<string>();
  const seen = new Set<string>();
  for await (const { sent } of readSavedWebhooks(folder, state)) {
    const { scenario, replayed } = sent;
    if (seen.has(`${replayed} ${scenario}`)) continue;
    seen.add(`${replayed} ${scenario}`);
    for (const call of callsOf(settings, sent) ?? []) origins.add(originOf(call, origin));
  }
  return [...origins];
}

/**
 * The origin that the run was sent to. A run folder from another machine only names it: calls, which may carry tokens, go there
 * only if the current configuration has the same target.
 */
function originFor(
  { folder, head }: SavedRun,
  { settings, dataDir }: Pick<CleanupPreparation, 'settings' | 'dataDir'>,
): string {
  const configured = settings.url === null ? null : new URL(settings.url);
  const target = canParseUrl(head.target) ? new URL(head.target) : null;
  const known = target === null || target.host.includes(MASK) ? null : target;
  // A masked host can only be that of the configuration.
  if (known === null && configured !== null) return configured.origin;
  const isOwn = path.dirname(folder) === path.resolve(runsFolder(dataDir));
  if (known !== null && (isOwn || known.origin === configured?.origin)) return known.origin;
  const now = configured === null ? 'this config has no target' : `this config has ${configured.host}`;
  throw new ProdE2eError(`Run ${head.runId} was sent to ${known?.host ?? head.target}; ${now}.`, {
    code: 'CLEANUP_TARGET',
    hints: [`Confirm its target: prod-e2e cleanup ${folder} --url ${known?.origin ?? 'URL'}`],
  });
}

function noCleanup(): ProdE2eError {
  return new ProdE2eError('This config has no clean-up calls.', {
    code: 'NO_CLEANUP',
    hints: ['Add cleanup to the config (docs/probes.md), or pass the config of the run: --config FILE'],
  });
}

function notSaved(runId: string): ProdE2eError {
  return new ProdE2eError(`Run ${runId} saved nothing to finish its clean-up with.`, {
    code: 'CLEANUP_NOT_SAVED',
    hints: [
      `Its report lists what is left, with commands to run: prod-e2e report show ${runId}`,
      'Runs in the sandbox and runs of earlier versions save no such data.',
    ],
  });
}

function inProgress(runId: string, pid: number): ProdE2eError {
  return new ProdE2eError(`Run ${runId} is still in progress (process ${pid}).`, {
    code: 'RUN_IN_PROGRESS',
    hints: ['It cleans up at its end. Wait for it, or stop it first.'],
  });
}

function otherProfile(runId: string, profile: string): ProdE2eError {
  return new ProdE2eError(`Run ${runId} used profile ${profile}.`, {
    code: 'CLEANUP_PROFILE',
    hints: [`Use it for the clean-up, too: prod-e2e cleanup ${runId} --profile ${profile}`],
  });
}
