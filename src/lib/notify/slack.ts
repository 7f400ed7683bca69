/** Messages for an incoming webhook of Slack. Pure. */
import type { AlertFacts, Change } from '../model/alert.ts';
import { countOf, numberText } from '../terminal/quantities.ts';
import { webAddress } from '../terminal/web-address.ts';
import { jsonRequest, type Posting } from './posting.ts';
import { extent, line, place, reason, title } from './words.ts';

/** Slack takes about one message a second of an incoming webhook (docs.slack.dev/apis/web-api/rate-limits). */
const SINGLE_MESSAGES = 5;
/** Blocks of one message are at most 50 (docs.slack.dev/reference/block-kit/blocks). */
const LINES = 40;
/** Of a line among many. */
const LINE_LENGTH = 200;

/** Of a part of a text, once it is escaped: a text object takes 3,000 characters, and none has more than two parts. */
const PART_LENGTH = 1_200;

/**
 * The three characters that mean something in texts of Slack (docs.slack.dev/messaging/formatting-message-text) in other
 * words, of which each may be five times as long: so it is cut afterwards, and not within such a word.
 */
export function slackText(text: string): string {
  const escaped = escapedText(text);
  if (escaped.length <= PART_LENGTH) return escaped;
  const cut = escaped.slice(0, PART_LENGTH - 1).replace(/&[a-z]{0,3}$|[\ud800-\udbff]$/, '');
  return `${cut}…`;
}

function escapedText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A link to a web address; the label alone where it is none. A bar would end the address. */
function slackLink(url: string, label: string): string {
  const address = webAddress(url);
  if (address === null) return slackText(label);
  return `<${escapedText(address.replaceAll('|', '%7C'))}|${slackText(label)}>`;
}

/** One message a cause; when there are many, one for all: whoever reads them is to see anything else in the channel, too. */
export function slackPostings(
  changes: readonly Change[],
  { url, facts }: { readonly url: string; readonly facts: AlertFacts },
): readonly Posting[] {
  if (changes.length <= SINGLE_MESSAGES) {
    return changes.map((change) => ({
      request: jsonRequest(url, messageOf(change, facts)),
      covers: [change],
    }));
  }
  return [{ request: jsonRequest(url, digestOf(changes, facts)), covers: changes }];
}

const MARK: Readonly<Record<Change['kind'], string>> = {
  broken: ':red_circle:',
  'still-broken': ':red_circle:',
  working: ':large_green_circle:',
};

function messageOf(change: Change, facts: AlertFacts) {
  const about = [
    ...(change.kind === 'working' ? [] : [extent(change.cause), traceOf(change)]),
    slackText(`run ${facts.runId}`),
    slackText(place(facts)),
  ];
  const hint = change.kind === 'working' ? null : change.cause.hint;
  return message(`${title(change)}: ${reason(change)}`, [
    section(`${MARK[change.kind]} *${slackText(title(change))}*\n${slackText(reason(change))}`),
    ...(hint === null ? [] : [section(`Try: ${slackText(line(hint))}`)]),
    { type: 'context', elements: about.map(mrkdwn) },
  ]);
}

function traceOf({ cause }: Extract<Change, { readonly cause: unknown }>): string {
  const { traceUrl, traceId } = cause.failing;
  return traceUrl === null ? slackText(`trace ${traceId}`) : slackLink(traceUrl, 'trace');
}

function digestOf(changes: readonly Change[], facts: AlertFacts) {
  const broken = changes.filter(({ kind }) => kind !== 'working').length;
  const working = changes.length - broken;
  const head = [
    ...(broken === 0 ? [] : [countOf(broken, 'broken scenario or cause', 'broken scenarios or causes')]),
    ...(working === 0 ? [] : [`${numberText(working)} working again`]),
  ].join(', ');
  const more = changes.length - LINES;
  return message(`${head}: ${place(facts)}`, [
    section(`*${slackText(head)}*\n${slackText(place(facts))}`),
    ...changes
      .slice(0, LINES)
      .map((change) =>
        section(
          `${MARK[change.kind]} *${slackText(title(change))}*: ${slackText(line(reason(change), LINE_LENGTH))}`,
        ),
      ),
    ...(more > 0 ? [section(`… and ${numberText(more)} more: prod-e2e report show ${facts.runId}`)] : []),
  ]);
}

/** @param summary for notifications and screen readers, which have no blocks */
function message(summary: string, blocks: readonly object[]) {
  return { text: slackText(line(summary)), blocks, unfurl_links: false, unfurl_media: false };
}

function section(text: string) {
  return { type: 'section', text: mrkdwn(text) };
}

/** Verbatim: Slack makes no mentions and links of what only looks like one. */
function mrkdwn(text: string) {
  return { type: 'mrkdwn', text, verbatim: true };
}
