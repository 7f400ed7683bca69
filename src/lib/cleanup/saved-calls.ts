/** The calls that clean up after a webhook of a saved run, built from its saved values and the current configuration. */
import type { Settings } from '../config/settings/settings.ts';
import { valueAt } from '../json/path.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { CleanupCall } from '../model/probe.ts';
import type { Leftover } from '../model/report.ts';
import { comesWithResponse, fromSaved, ownValues, pathsOf } from '../report/store/cleanup/saved-values.ts';
import { has, type SavedWebhook } from '../report/store/cleanup/state.ts';
import { fillCall } from '../stages/probes/call.ts';
import { aboutWebhook, type CleanupPort, type FailedCall, templateText, unknownLeftover } from './call.ts';

/** A call that can be made. */
export interface ReadyCall extends FailedCall {
  readonly kind: 'ready';
  /** Its place in the list of calls when the webhook was sent; null for a new one. */
  readonly at: number | null;
}

/** A call that cannot be made: a value is missing, or (`changed`) the configuration has changed since the run. */
export interface ImpossibleCall {
  readonly kind: 'unknown' | 'changed';
  readonly at: number | null;
  readonly leftOver: Leftover;
}

export type SavedCall = ReadyCall | ImpossibleCall;

export interface CallSources {
  readonly settings: Settings;
  /** The value of `{{origin}}` in the run. */
  readonly origin: string;
  readonly port: Pick<CleanupPort, 'redact' | 'redactPaths' | 'userAgent'>;
}

/** Null if the configuration has no such scenario. */
export function callsOf(
  { scenarios, replay }: Settings,
  { scenario, replayed }: { readonly scenario: string; readonly replayed: boolean },
): readonly CleanupCall[] | null {
  const known = replayed
    ? [...replay.rules.map((rule) => rule.scenario), ...scenarios, { ...replay.otherwise, name: scenario }]
    : scenarios;
  return known.find(({ name }) => name === scenario)?.cleanup ?? null;
}

/** The calls that are still to be made. */
export function savedCalls(saved: SavedWebhook, sources: CallSources): readonly SavedCall[] {
  const { sent, entry } = saved;
  const { redact } = sources.port;
  const calls = callsOf(sources.settings, sent) ?? [];
  if (calls.length === 0) return [noCall(saved, sources)];
  return calls.flatMap((call) => {
    const place = sent.calls.indexOf(templateText(call, redact));
    if (place >= 0 && has(entry.removed, place)) return [];
    return [savedCall(call, { saved, at: place < 0 ? null : place, sources })];
  });
}

function noCall({ sent }: SavedWebhook, { settings, port }: CallSources): ImpossibleCall {
  const isKnown = callsOf(settings, sent) !== null;
  return {
    kind: 'changed',
    at: null,
    leftOver: {
      ...{ testId: sent.testId, name: sent.name, ids: {} },
      call: sent.calls[0] ?? '',
      certain: false,
      reason: port.redact(
        isKnown
          ? `Scenario ${sent.scenario} has no clean-up in this config`
          : `Scenario ${sent.scenario} is not in this config`,
        'sentence',
      ),
      command: null,
    },
  };
}

function savedCall(
  call: CleanupCall,
  {
    saved,
    at,
    sources,
  }: { readonly saved: SavedWebhook; readonly at: number | null; readonly sources: CallSources },
): SavedCall {
  const { origin, port } = sources;
  const { sent, response } = saved;
  const saidByResponse = response?.values ?? {};
  const values: JsonObject = { ...fromSaved(sent.values, saidByResponse), ...ownValues(sent), origin };
  const about = aboutWebhook(sent, { call, values, mask: port.redact, port });
  const impossible = (kind: ImpossibleCall['kind'], reason: string): ImpossibleCall => ({
    ...{ kind, at },
    leftOver: unknownLeftover(about, { call, reason, mask: port.redact }),
  });
  for (const path of pathsOf([call])) {
    const missing = whyMissing(path, saved, valueAt(values, path));
    if (missing !== null) return impossible(missing.kind, missing.reason);
  }
  const filled = fillCall(call, { values, userAgent: port.userAgent });
  return filled.ok
    ? { ...{ kind: 'ready', at, call, about }, request: filled.value, mask: port.redact }
    : impossible('unknown', filled.problem);
}

/** Null if the value is known. */
function whyMissing(
  path: string,
  { sent, response }: SavedWebhook,
  value: Json | undefined,
): (Pick<ImpossibleCall, 'kind'> & { readonly reason: string }) | null {
  if (value !== undefined && value !== null) return null;
  if ([...sent.hidden, ...(response?.hidden ?? [])].includes(path))
    return { kind: 'unknown', reason: `${path} is secret or too long, so it was not saved` };
  if (response === null && comesWithResponse(path))
    return { kind: 'unknown', reason: `No response, so there is no ${path}` };
  if (Object.hasOwn({ ...sent.values, ...response?.values }, path))
    return { kind: 'unknown', reason: `there is no ${path}` };
  return {
    kind: 'changed',
    reason: `${path} was not saved with this run: the call was added or changed later`,
  };
}
