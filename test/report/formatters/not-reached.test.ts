/** Stages that were not reached are said to be so in every format that shows stages. */
import { expect, test } from 'vitest';
import { anError, aReport, aStageResult, aStageSummary, aTest, sourceOf } from '../../support/builders.ts';
import { rendered } from './rendered.ts';

const REPORT = aReport({
  results: [
    aTest({
      errors: [anError('stage-failed', 'decided failed')],
      stages: [
        aStageResult('received'),
        aStageResult('decided', { state: 'failed', required: true }),
        aStageResult('filled', { state: 'not-reached', required: true }),
      ],
      stuckAt: { stage: 'decided', after: null },
    }),
  ],
  stages: [
    aStageSummary('received', { ok: 1 }),
    aStageSummary('decided', { failed: 1, stuck: 1 }),
    aStageSummary('filled', { notReached: 1 }),
  ],
});

const shown = (format: string) => rendered(sourceOf(REPORT), format);

test('markdown has a column for them', async () => {
  const text = await shown('markdown');
  expect(text).toContain('| Stage | ok | slow | failed | missing | unverified | not reached | stuck here |');
  expect(text).toMatch(/\| decided \|\s*\|\s*\| 1 \|\s*\|\s*\|\s*\| 1 \|/);
  expect(text).toMatch(/\| filled \|\s*\|\s*\|\s*\|\s*\|\s*\| 1 \|\s*\|/);
});

test('HTML marks them among all tests, and in one test', async () => {
  const text = await shown('html');
  expect(text).toContain(
    '<td class="s-none"><span data-go="scenario=ORB_BREAKOUT&amp;stage=filled%3Anot-reached"><span class="sign" aria-hidden="true">·</span><span class="skip"> not reached</span></span></td>',
  );
  expect(text).toContain('<span><b aria-hidden="true">·</b> not reached</span>');
  expect(text).toContain('<td class="s-none"><span aria-hidden="true">·</span> not reached</td>');
  expect(text).toContain('data-stages="decided:failed\nfilled:not-reached"');
  expect(text).not.toMatch(/<td class="s-[\w-]*"><\/td>/);
});

test('Prometheus has a series for them', async () => {
  const text = await shown('prometheus');
  expect(text).toMatch(/^prod_e2e_stage_tests\{[^}]*stage="filled",state="not_reached"\} 1$/m);
  expect(text).toMatch(/^prod_e2e_stage_tests\{[^}]*stage="received",state="not_reached"\} 0$/m);
  expect(text).not.toContain('not-reached');
});

test('CTRF has them as steps that were skipped', async () => {
  const { results } = JSON.parse(await shown('ctrf'));
  expect(
    results.tests[0].steps.map(({ name, status }: { name: string; status: string }) => [name, status]),
  ).toEqual([
    ['received', 'passed'],
    ['decided', 'failed'],
    ['filled', 'skipped'],
  ]);
});

test('the terminal has a column for them', async () => {
  expect(await shown('pretty')).toMatch(/BROKEN +received {2}decided {2}filled\n.* ✓ +✗ +·\n/);
});
