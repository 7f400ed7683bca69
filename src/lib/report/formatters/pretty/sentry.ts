/** SENTRY TRACING in the terminal report: what happened to the traces, and how to find them. */
import type { Finding } from '../../../model/finding.ts';
import type { SentryDelivery } from '../../../model/report.ts';
import { layOut } from '../../../terminal/layout.ts';
import { countOf, numberText } from '../../../terminal/quantities.ts';
import { findingLines, heading, hintLines, LEVEL, type Page, PROSE } from './page.ts';

export function sentryLines(page: Page): readonly string[] {
  const { sentry, environment, findings } = page.head;
  if (!page.full && hasNothingToSay(page)) return [];
  const lines = (text: string) => layOut([{ text }], PROSE, page.screen);
  return [
    heading(page, 'sentry', 'SENTRY TRACING'),
    ...lines(sentry.enabled ? deliveryText(sentry) : WITHOUT_DSN),
    ...findings
      .filter(({ code }) => code.startsWith('sentry-'))
      .flatMap((finding) => sentryFindingLines(page, finding)),
    ...(sentry.enabled && page.full
      ? [`Environment: ${environment}`, ...howToFind(page)].flatMap(lines)
      : []),
  ];
}

/** Sentry accepted every trace, and there is no finding about it. */
function hasNothingToSay({ head }: Page): boolean {
  const { sentry, findings } = head;
  return (
    sentry.enabled &&
    sentry.refused.length === 0 &&
    sentry.dropped + sentry.failed + sentry.pending === 0 &&
    findings.every(({ code }) => !code.startsWith('sentry-'))
  );
}

/** Empty for a Sentry on this machine: a sandbox ends with its run. */
function howToFind({ head, digest }: Page): readonly string[] {
  if (/^(127\.|localhost|\[::1\])/.test(head.sentry.host ?? '') && !digest.linked) return [];
  return [
    'To look at one: Performance > Traces, filter by environment, search for the trace ID',
    ...(digest.linked ? [] : ['With SENTRY_ORG set, each trace ID gets its link']),
  ];
}

const WITHOUT_DSN =
  "No SENTRY_DSN set: the webhooks carried their trace IDs, but prod-e2e's own spans did not reach Sentry.";

/** Findings already covered by the line about deliveries show only their hint. */
const COVERED_BY_DELIVERY = new Set([
  'sentry-refused',
  'sentry-dropped',
  'sentry-unreachable',
  'sentry-pending',
]);

function sentryFindingLines(page: Page, finding: Finding): readonly string[] {
  return COVERED_BY_DELIVERY.has(finding.code)
    ? hintLines(page, finding, LEVEL[1])
    : findingLines(page, finding, 1);
}

/** `Sentry accepted 9 of 10 traces (1 refused: 429, retry after 60 s)` */
export function deliveryText(sentry: SentryDelivery): string {
  const refused = sentry.refused.reduce((sum, { count }) => sum + count, 0);
  const total = sentry.accepted + refused + sentry.dropped + sentry.failed + sentry.pending;
  const losses = [
    ...sentry.refused.map(({ status, count }) => `${numberText(count)} refused: ${status}`),
    ...(sentry.dropped > 0 ? [`${numberText(sentry.dropped)} dropped before sending`] : []),
    ...(sentry.failed > 0 ? [`${numberText(sentry.failed)} could not be delivered`] : []),
    ...(sentry.pending > 0 ? [`${numberText(sentry.pending)} without a response yet`] : []),
    ...(sentry.retryAfterSeconds === null ? [] : [`retry after ${sentry.retryAfterSeconds} s`]),
  ];
  const because = total === sentry.accepted || losses.length === 0 ? '' : ` (${losses.join(', ')})`;
  return `Sentry accepted ${numberText(sentry.accepted)} of ${countOf(total, 'trace')}${because}`;
}
