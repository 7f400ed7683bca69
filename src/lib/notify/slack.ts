/** Messages for an incoming webhook of Slack. Pure. */
import type { AlertFacts, Change, Outage } from '../model/alert.ts';
import { countOf, numberText } from '../terminal/quantities.ts';
import { webAddress } from '../terminal/web-address.ts';
import { jsonRequest, type Posting } from './posting.ts';
import {
  affected,
  changedText,
  extent,
  hintOf,
  line,
  place,
  reason,
  sinceText,
  title,
  toOpen,
} from './words.ts';

/** Slack accepts about one message a second per incoming webhook (docs.slack.dev/apis/web-api/rate-limits). */
const SINGLE_MESSAGES = 5;
/** Slack's limit is 50 blocks per message (docs.slack.dev/reference/block-kit/blocks). */
const LINES = 40;
/** Length of a line among many. */
const LINE_LENGTH = 200;

/** Length of a part once it is escaped: a text object takes 3,000 characters, and has at most two parts. */
const PART_LENGTH = 1_200;

/**
 * Escapes the three characters that have a meaning in Slack (docs.slack.dev/messaging/formatting-message-text). Each
 * may become five times as long, so the text is cut afterwards, and never within an escape.
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

/** A link to a web address; the label alone where the text is not one. A bar would end the address. */
function slackLink(url: string, label: string): string {
  const address = webAddress(url);
  if (address === null) return slackText(label);
  return `<${escapedText(address.replaceAll('|', '%7C'))}|${slackText(label)}>`;
}

/** One message per outage, or one for all if there are many, so that they do not flood the channel. */
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

function markOf({ kind, brokenOtherwise }: Change): string {
  return brokenOtherwise.length > 0 ? ':white_circle:' : MARK[kind];
}

function messageOf(change: Change, facts: AlertFacts) {
  const { kind, outage } = change;
  const isOver = kind === 'working';
  const runId = isOver ? facts.runId : outage.last.runId;
  const hint = hintOf(outage, facts);
  const about = [
    ...(isOver ? [] : [...openText(outage, facts), extent(outage)]),
    slackText(`run ${runId}`),
    slackText(place(facts)),
  ];
  return message(`${title(change)}: ${reason(change)}`, [
    section(`${markOf(change)} *${slackText(title(change))}*\n${slackText(reason(change))}`),
    ...(isOver ? [] : [section(historyText(change, facts))]),
    ...(isOver || hint === null ? [] : [section(`Try: ${slackText(hint)}`)]),
    { type: 'context', elements: about.map(mrkdwn) },
  ]);
}

/** Since when, and what changed. With a single scenario, the title already names it. */
function historyText(change: Change, facts: AlertFacts): string {
  const names = affected(change);
  const changed = changedText(change.outage, facts);
  return [
    ...(names.length === 1 ? [] : [`Scenarios: ${slackText(line(names.join(', ')))}`]),
    `Since: ${slackText(sinceText(change))}`,
    ...(changed === null ? [] : [`Changed: ${slackText(changed)}`]),
  ].join('\n');
}

function openText(outage: Outage, facts: AlertFacts): readonly string[] {
  const open = toOpen(outage, facts);
  if (open === null) return [];
  return [
    'command' in open ? slackText(`Open: ${open.command}`) : `Open: ${slackLink(open.url, open.label)}`,
  ];
}

function digestOf(changes: readonly Change[], facts: AlertFacts) {
  const broken = changes.filter(({ kind }) => kind !== 'working').length;
  const working = changes.length - broken;
  const head = [
    ...(broken === 0 ? [] : [countOf(broken, 'outage')]),
    ...(working === 0 ? [] : [`${numberText(working)} over`]),
  ].join(', ');
  const more = changes.length - LINES;
  const command = facts.unsaved ? '' : `: prod-e2e report show ${facts.runId}`;
  return message(`${head}: ${place(facts)}`, [
    section(`*${slackText(head)}*\n${slackText(place(facts))}`),
    ...changes
      .slice(0, LINES)
      .map((change) =>
        section(
          `${markOf(change)} *${slackText(title(change))}*: ${slackText(line(reason(change), LINE_LENGTH))}`,
        ),
      ),
    ...(more > 0 ? [section(`… and ${numberText(more)} more${command}`)] : []),
  ]);
}

/** @param summary for notifications and screen readers, which show no blocks */
function message(summary: string, blocks: readonly object[]) {
  return { text: slackText(line(summary)), blocks, unfurl_links: false, unfurl_media: false };
}

function section(text: string) {
  return { type: 'section', text: mrkdwn(text) };
}

/** Verbatim: otherwise Slack turns text that looks like one into a mention or a link. */
function mrkdwn(text: string) {
  return { type: 'mrkdwn', text, verbatim: true };
}
