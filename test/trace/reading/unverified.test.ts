import { expect, test } from 'vitest';
import type { TraceIssue } from '../../../src/lib/model/trace.ts';
import { type Observation, unverifiedReason } from '../../../src/lib/trace/reading/wait.ts';
import { aFailure } from '../scripted-api.ts';
import { anIssue, aTrace } from '../span-builders.ts';

const OPTIONAL = { label: 'ab-routing', required: false };
const REQUIRED = { label: 'database-save', required: true };
const SETTLE_MS = 10_000;

interface Case {
  /** Spans at each poll, 2 s apart; two of them are ours. */
  readonly counts: readonly number[];
  readonly missing?: Observation['missing'];
  readonly failure?: Parameters<typeof aFailure>[0];
  readonly issues?: readonly TraceIssue[];
  readonly unread?: boolean;
}

function reasonOf({ counts, missing = [], failure, issues = [], unread = false }: Case) {
  return unverifiedReason({
    observations: counts.map((spanCount, at) => ({
      ...{ atMs: at * 2_000, spanCount, missing },
      foreignCount: Math.max(0, spanCount - 2),
    })),
    trace: unread ? null : aTrace([], issues),
    failure: failure === undefined ? null : aFailure(failure),
    settleMs: SETTLE_MS,
  });
}

test.each<[string | null, string, Case]>([
  [null, 'spans of the target that stopped coming', { counts: [5, 5, 5] }],
  [null, 'the same although the last poll failed', { counts: [5, 5, 5], failure: {} }],
  [null, 'an optional span that never came', { counts: [5, 5, 5], missing: [OPTIONAL] }],
  [
    null,
    'a required span that never came for the settle time',
    { counts: [5, 5, 5, 5, 5, 5], missing: [OPTIONAL, REQUIRED] },
  ],
  [
    'not-settled',
    'a required span, nothing for 8 s',
    { counts: [5, 5, 5, 5, 5], missing: [OPTIONAL, REQUIRED] },
  ],
  ['not-settled', 'the same after spans came before', { counts: [2, 4, 5, 5, 5, 5], missing: [REQUIRED] }],
  ['late', 'spans that came with the last poll', { counts: [5, 5, 6] }],
  ['late', 'spans that came with the last poll but one', { counts: [5, 6, 6] }],
  ['late', 'the first spans of the target, with the last poll', { counts: [0, 2, 5] }],
  [
    'late',
    'spans that came with the last poll, of which a required one is missing',
    { counts: [5, 6], missing: [REQUIRED] },
  ],
  ['not-settled', 'one poll only', { counts: [5] }],
  ['not-settled', 'two polls that saw the same', { counts: [5, 5] }],
  ['api-error', 'spans that still come, and a failed poll', { counts: [5, 5, 6], failure: {} }],
  ['api-error', 'no poll that succeeded', { counts: [], unread: true, failure: {} }],
  ['api-error', 'no poll', { counts: [], unread: true }],
  ['api-error', 'a trace that was never read', { counts: [5, 5, 5], unread: true }],
  ['unauthorized', 'a token that was refused', { counts: [5, 5, 5], failure: { reason: 'unauthorized' } }],
  ['org-mismatch', 'another organization', { counts: [], failure: { reason: 'org-mismatch' } }],
  ['unavailable', 'a server without traces', { counts: [], failure: { reason: 'unavailable' } }],
  ['not-found', 'no span', { counts: [0, 0, 0] }],
  ['only-our-spans', 'our spans alone', { counts: [2, 2, 2] }],
  ['only-our-spans', 'one span of ours alone', { counts: [1] }],
  ['sampled-out', 'our spans and an issue', { counts: [2, 2, 2], issues: [anIssue()] }],
  ['sampled-out', 'no span and an issue', { counts: [0], issues: [anIssue()] }],
])('%s: %s', (expected, _, given) => {
  expect(reasonOf(given)).toBe(expected);
});
