/** The outcome of a run in words, as the last line of the terminal report and the title of the HTML page. */
import { canParseUrl } from '../../http/url.ts';
import { traitsOf } from '../../model/failure-kinds.ts';
import type { ReportHead } from '../../model/report.ts';
import { countOf, numberText } from '../../terminal/quantities.ts';
import type { Digest } from './pretty/digest.ts';
import type { Group } from './pretty/groups.ts';
import { stuckPlace } from './pretty/page.ts';
import { statusText } from './words.ts';

/** Names shown; the rest are counted. */
export const NAMES_IN_TEXT = 3;

export interface HeadlineSource {
  readonly head: ReportHead;
  readonly digest: Pick<Digest, 'groups'>;
}

export interface Headline {
  /** `CHOP is broken at data-enrichment` */
  readonly title: string;
  /** `4 of 5 webhooks work`; null if the title says it all. */
  readonly rest: string | null;
}

/** `CHOP is broken at data-enrichment; 4 of 5 webhooks work` */
export function headlineText(source: HeadlineSource): string {
  const { title, rest } = headline(source);
  return rest === null ? title : `${title}; ${rest}`;
}

export function headline(source: HeadlineSource): Headline {
  const { head } = source;
  const cutOff = head.status === 'interrupted' || head.endedAt === null;
  const { title, rest } = outcome(source);
  if (!cutOff) return { title, rest };
  const after = `after ${numberText(head.summary.total)} of ${countOf(head.planned, 'test')}`;
  return { title: after, rest: rest === null ? title : `${title}; ${rest}` };
}

function outcome(source: HeadlineSource): Headline {
  const { head } = source;
  const { total, successful, failed, unverified } = head.summary;
  const work = `${numberText(successful)} of ${numberText(total)} webhooks work`;
  if (failed > 0) {
    if (successful > 0 || total === 1)
      return { title: silentTarget(source) ?? brokenNames(source), rest: work };
    const all = `all ${numberText(total)} webhooks are broken`;
    const silent = silentTarget(source);
    return silent === null
      ? { title: `${all}${stuckAll(source)}`, rest: null }
      : { title: silent, rest: all };
  }
  if (total === 0) return { title: withoutFullStop(statusText(head)), rest: null };
  const missing = head.missingData.map(({ field }) => field);
  if (missing.length > 0) return { title: work, rest: `missing data: ${namesText(missing)}` };
  if (head.status !== 'healthy') return { title: work, rest: null };
  return unverified > 0
    ? { title: work, rest: withoutFullStop(statusText(head)) }
    : { title: `${work}, no data missing`, rest: null };
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, '');
}

/** `hooks.example.com cannot be reached`, or `… did not respond`; null if it responded to any webhook. */
function silentTarget(source: HeadlineSource): string | null {
  const { summary, target } = source.head;
  const broken = brokenGroups(source);
  if (summary.successful > 0 || broken.some(({ first }) => first.response !== null)) return null;
  const isReached = broken.some(({ first }) => traitsOf(first.errors[0]?.code ?? '')?.connected !== false);
  return `${hostOf(target)} ${isReached ? 'did not respond' : 'cannot be reached'}`;
}

/** Host and port; a target that is no URL unchanged. */
export function hostOf(target: string): string {
  return canParseUrl(target) ? new URL(target).host || target : target;
}

function brokenNames(source: HeadlineSource): string {
  const names = [...new Set(brokenGroups(source).flatMap(({ scenarios }) => [...scenarios.keys()]))];
  return `${namesText(names)} ${names.length === 1 ? 'is' : 'are'} broken${stuckAll(source)}`;
}

/** The stage, if everything broken got stuck at the same one. */
function stuckAll(source: HeadlineSource): string {
  const places = new Set(brokenGroups(source).map(({ first }) => stuckPlace(first)));
  const [place] = places;
  return places.size === 1 && place !== null && place !== undefined ? ` ${place}` : '';
}

/** `CHOP, ORB_FAKEOUT and 3 more` */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_IN_TEXT);
  const hidden = names.length - shown.length;
  if (hidden > 0) return `${shown.join(', ')} and ${numberText(hidden)} more`;
  const [last] = shown.slice(-1);
  return shown.length < 2 ? (last ?? '') : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

export function brokenGroups({ digest }: Pick<HeadlineSource, 'digest'>): readonly Group[] {
  return digest.groups.filter(({ urgency }) => urgency === 'broken');
}
