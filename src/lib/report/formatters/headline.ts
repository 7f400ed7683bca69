/** The outcome of a run in words, as the last line of the terminal report and the title of the HTML page. */
import { canParseUrl } from '../../http/url.ts';
import { traitsOf } from '../../model/failure-kinds.ts';
import type { ReportHead } from '../../model/report.ts';
import { countOf, numberText } from '../../terminal/quantities.ts';
import { allDuplicates } from '../digest/outcome.ts';
import type { Digest } from './pretty/digest.ts';
import type { Group } from './pretty/groups.ts';
import { stuckPlace } from './pretty/page.ts';
import { statusText } from './words.ts';

/** Names shown; the rest are counted. */
export const NAMES_IN_TEXT = 3;

export interface HeadlineSource {
  readonly head: ReportHead;
  readonly digest: Pick<Digest, 'groups'> & Partial<Pick<Digest, 'traces'>>;
}

export interface Headline {
  /** `CHOP is broken at data-enrichment` */
  readonly title: string;
  /** `4 of 5 webhooks work`; null if the title is complete without it. */
  readonly rest: string | null;
}

/** `CHOP is broken at data-enrichment; 4 of 5 webhooks work` */
export function headlineText(source: HeadlineSource): string {
  const { title, rest } = headline(source);
  return rest === null ? title : `${title}; ${rest}`;
}

export function headline(source: HeadlineSource): Headline {
  const { head } = source;
  const { total, skipped, duplicates } = head.summary;
  const { title, rest } = outcome(source);
  if (head.status === 'interrupted' || head.endedAt === null) {
    const after = `after ${numberText(total)} of ${countOf(head.planned, 'test')}`;
    return { title: after, rest: rest === null ? title : `${title}; ${rest}` };
  }
  const others = [
    ...(rest === null ? [] : [rest]),
    ...(duplicates > 0 && !allDuplicates(head.summary)
      ? [`${numberText(duplicates)} treated as duplicates`]
      : []),
    ...(skipped > 0 && total > 0 ? [`${numberText(skipped)} not sent`] : []),
  ];
  return { title, rest: others.length === 0 ? null : others.join('; ') };
}

/** `All 5 webhooks are broken`, `Interrupted after 2 of 5 tests`, where no status precedes it; a title that begins with a name keeps its case. */
export function standaloneTitle({ endedAt }: ReportHead, { title }: Headline): string {
  if (title.startsWith('after ')) return `${endedAt === null ? 'Cut off' : 'Interrupted'} ${title}`;
  return title.startsWith('all ') ? sentenceCase(title) : title;
}

/** What follows such a title: the rest of the headline, else the status in the guide's words; empty if the title says it all. */
export function leadText(head: ReportHead, { title, rest }: Headline): string {
  if (rest !== null) return rest.startsWith('all ') ? sentenceCase(rest) : rest;
  const text = statusText(head);
  return text.startsWith(title) ? (head.skippedBecause === null ? 'No webhook was planned.' : '') : text;
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
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
  if (total === 0 || allDuplicates(head.summary))
    return { title: withoutFullStop(statusText(head)), rest: null };
  if (head.status === 'healthy' && unverified > 0)
    return { title: work, rest: withoutFullStop(statusText(head)) };
  if (head.status === 'healthy')
    return { title: `${work}, no data missing${tracesText(source)}`, rest: null };
  const missing = head.missingData.map(({ field }) => field);
  return { title: work, rest: missing.length > 0 ? `missing data: ${namesText(missing)}` : null };
}

/** `, 5 of 5 traces verified`; empty if none was to be read. */
function tracesText({ digest }: HeadlineSource): string {
  const { requested, judged } = digest.traces ?? { requested: 0, judged: 0 };
  return requested === 0 ? '' : `, ${numberText(judged)} of ${countOf(requested, 'trace')} verified`;
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

/** The stage, if every broken scenario got stuck at the same one. */
function stuckAll(source: HeadlineSource): string {
  const broken = brokenGroups(source);
  const stuck = broken.filter(({ first }) => stuckPlace(first) !== null);
  const scenarios = new Set(stuck.flatMap((group) => [...group.scenarios.keys()]));
  if (broken.some((group) => [...group.scenarios.keys()].some((name) => !scenarios.has(name)))) return '';
  const [place, ...others] = new Set(stuck.map(({ first }) => stuckPlace(first)));
  return typeof place === 'string' && others.length === 0 ? ` ${place}` : '';
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
