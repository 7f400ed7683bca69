/** Messages for an incoming webhook of Slack. Pure. */
import type { AlertFacts, Change, Outage } from '../model/alert.ts';
import { countOf, numberText } from '../terminal/quantities.ts';
import { webAddress } from '../terminal/web-address.ts';
import { jsonRequest, type Posting } from './posting.ts';
import { affected, extent, hintOf, line, place, reason, sinceText, title, toOpen } from './words.ts';

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

/** One message an outage; when there are many, one for all: whoever reads them is to see anything else in the channel, too. */
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
    ...(isOver ? [] : [section(`${scenariosText(change)}Since ${slackText(sinceText(change))}`)]),
    ...(isOver || hint === null ? [] : [section(`Try: ${slackText(hint)}`)]),
    { type: 'context', elements: about.map(mrkdwn) },
  ]);
}

/** Of one scenario the title has the name already. */
function scenariosText(change: Change): string {
  const names = affected(change);
  if (names.length === 1) return '';
  return `Scenarios: ${slackText(line(names.join(', ')))}\n`;
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
