/** The outcome of a run in words, shared by the terminal report and the HTML page. */
import { expect, it } from 'vitest';
import type { Report } from '../../../src/lib/model/report.ts';
import type { TestResult } from '../../../src/lib/model/result.ts';
import { headline } from '../../../src/lib/report/formatters/headline.ts';
import { digest } from '../../../src/lib/report/formatters/pretty/digest.ts';
import { anError, aReport, aTest, aTraceResult, sourceOf } from '../../support/builders.ts';
import { broken, degraded, healthy, interrupted, unreachable } from '../../support/reports.ts';

async function headlineOf(report: Report) {
  const source = sourceOf(report);
  return headline({ head: source.head, digest: await digest(source) });
}

const HTTP_500 = { errors: [anError('http-5xx', 'HTTP 500: x')] };
const RESET = { errors: [anError('reset', 'Request failed: Connection reset')], response: null };
const STUCK = { stuckAt: { stage: 'data-enrichment', after: null } };

function tests(...changes: readonly Partial<TestResult>[]): Report {
  return aReport({ results: changes.map((change, at) => aTest({ index: at + 1, ...change })) });
}

it.each([
  ['healthy', healthy(), '5 of 5 webhooks work, no data missing', null],
  [
    'healthy by responses only',
    tests({ trace: aTraceResult({ state: 'unverified', reason: 'late' }) }, {}),
    ...(['2 of 2 webhooks work', '1 of 2 traces could be read'] as const),
  ],
  ['degraded', degraded(), 'VOL_EXPANSION is broken', '4 of 5 webhooks work'],
  [
    'stuck at one stage',
    tests({ scenario: 'CHOP', ...HTTP_500, ...STUCK }, { scenario: 'CALM' }),
    ...(['CHOP is broken at data-enrichment', '1 of 2 webhooks work'] as const),
  ],
  [
    'stuck at several stages',
    tests(
      { scenario: 'CHOP', ...HTTP_500, ...STUCK },
      { scenario: 'CALM', errors: [anError('match', 'no')] },
      {},
    ),
    ...(['CHOP and CALM are broken', '1 of 3 webhooks work'] as const),
  ],
  [
    'with missing data',
    tests({ missingData: [{ field: 'variant', level: 'recommended' }] }, {}),
    ...(['2 of 2 webhooks work', 'missing data: variant'] as const),
  ],
  ['broken', broken(), 'all 5 webhooks are broken', null],
  [
    'unreachable',
    unreachable(),
    'hooks.example.com cannot be reached',
    'all 3 webhooks are broken; 7 not sent',
  ],
  ['silent', tests(RESET, RESET), 'hooks.example.com did not respond', 'all 2 webhooks are broken'],
  ['partly silent', tests(RESET, HTTP_500), 'all 2 webhooks are broken', null],
  ['interrupted', interrupted(), 'after 2 of 5 tests', '2 of 2 webhooks work'],
  ['empty', aReport({ results: [], planned: 3 }), 'Nothing was sent', null],
])('of a run that is %s', async (_, report, title, rest) => {
  expect(await headlineOf(report)).toEqual({ title, rest });
});
