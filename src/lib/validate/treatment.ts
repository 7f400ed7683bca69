/** Whether a target treated a resent webhook as a duplicate, judged by its responses. Pure. */

import { valueAt } from '../json/path.ts';
import { sameJson } from '../json/text.ts';
import type { Delivery, HttpResponse } from '../model/delivery.ts';
import type { Json } from '../model/json.ts';
import type { Treatment } from '../model/result.ts';
import type { Expectation } from '../model/scenario.ts';
import { saidDuplicate } from './body.ts';
import { isMissing } from './missing.ts';

/** Statuses that mean that something already exists: Conflict, Already Reported. */
const THERE_ALREADY: readonly number[] = [409, 208];

/** @param first the response to the webhook when it was first sent */
export function treatmentOf(
  first: HttpResponse,
  again: Pick<Delivery, 'response' | 'failure'>,
  { idPath, expect }: { readonly idPath: string; readonly expect: Pick<Expectation, 'suspect'> },
): Treatment {
  const { response, failure } = again;
  if (response === null) return unknown(failure?.message ?? 'no response');
  const before = jsonOf(first);
  if (before !== undefined && saidDuplicate(before, expect) !== null)
    return unknown('the first one was already treated as a duplicate');
  if (THERE_ALREADY.includes(response.status)) return oneEvent(`HTTP ${response.status}`);
  const body = jsonOf(response);
  const reason = body === undefined ? null : saidDuplicate(body, expect);
  if (reason !== null) return oneEvent(reason);
  if (!isSuccess(first)) return unknown(`the first response was HTTP ${first.status}`);
  if (!isSuccess(response)) return unknown(`HTTP ${response.status}`);
  const idIn = (json: Json | undefined) => (json === undefined ? undefined : valueAt(json, idPath));
  const [firstId, nextId] = [idIn(before), idIn(body)];
  if (isMissing(firstId) && isMissing(nextId)) return unknown(`no ${idPath} in the responses`);
  if (isMissing(firstId)) return unknown(`no ${idPath} in the first response`);
  if (isMissing(nextId)) return unknown(`no ${idPath} in the response to the resend`);
  return sameJson(firstId, nextId)
    ? oneEvent(`the same ${idPath}`)
    : { treatedAs: 'second-event', because: `another ${idPath}` };
}

/** Of several resends, one that became a second event decides; only if all were duplicates is the webhook one event. */
export function treatmentOfAll(each: readonly Treatment[]): Treatment {
  const decisive =
    each.find(({ treatedAs }) => treatedAs === 'second-event') ??
    each.find(({ treatedAs }) => treatedAs === 'unknown') ??
    each[0];
  return decisive ?? unknown('it was not resent');
}

function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

function jsonOf({ json }: HttpResponse): Json | undefined {
  return json.ok ? json.value : undefined;
}

function oneEvent(because: string): Treatment {
  return { treatedAs: 'one-event', because };
}

function unknown(because: string): Treatment {
  return { treatedAs: 'unknown', because };
}
