/** A run that is not saved: no report names a command that would look for it. */
import { expect, it, test } from 'vitest';
import type { TestResult } from '../../../src/lib/model/result.ts';
import { FORMATTERS, loadFormatter } from '../../../src/lib/report/formatters/table.ts';
import { isUsable, needsSavedRun, unsaved } from '../../../src/lib/report/store/unsaved.ts';
import { FILE_SCREEN } from '../../../src/lib/terminal/capabilities.ts';
import { anError, aReport, aTest, aTraceResult, aWarning, sourceOf } from '../../support/builders.ts';
import { resultsOf } from '../saved-run.ts';

const COMMANDS = /prod-e2e (report|trace)[^`<]*/g;
const HINT = 'See what is there instead: prod-e2e trace show <test id>';

/** With everything that has a command in it: many broken and slow tests, traces with links, a regression. */
function telling() {
  const trace = aTraceResult({ state: 'failed', url: 'https://acme.sentry.io/t', spanCount: 900 });
  const [missing, slow] = [anError('trace-missing', 'x', HINT), aWarning('trace-slow', 'x', HINT)];
  const results: TestResult[] = Array.from({ length: 120 }, (_, at) =>
    aTest({
      index: at + 1,
      scenario: `S${at}`,
      errors: [missing, anError('trace-error', `error ${at}`), anError('stage-failed', 'x')],
      warnings: [slow],
      trace: { ...trace, findings: [missing, slow] },
      repeat: {
        ...{ treatedAs: 'unknown', because: 'x' },
        sends: [
          {
            ...{
              startedAt: '2026-08-01T12:00:00.000Z',
              errors: [missing],
              warnings: [slow],
              missingData: [],
            },
            ...{ response: null, attempts: [], traceId: 'a'.repeat(32), timings: aTest().timings },
          },
        ],
      },
    }),
  );
  const hint = 'See everything that changed: prod-e2e report compare a b';
  return aReport({ results, findings: [anError('regression', 'x', hint), aWarning('too-slow', 'x')] });
}

it.each(Object.keys(FORMATTERS))('names it in no line of %s', async (name) => {
  const { render } = await loadFormatter(name);
  const told = async (source: ReturnType<typeof sourceOf>) => {
    let text = '';
    for await (const piece of render(source, FILE_SCREEN)) text += piece;
    return text.match(COMMANDS) ?? [];
  };
  expect(await told(unsaved(sourceOf(telling())))).toEqual([]);
  const IN_ANY = ['pretty', 'json', 'ndjson', 'junit', 'tap', 'markdown', 'html', 'github', 'ctrf'];
  expect((await told(sourceOf(telling()))).length > 0, 'of a saved run it may').toBe(IN_ANY.includes(name));
});

it('keeps what else is known', async () => {
  const report = telling();
  const source = unsaved(sourceOf(report));
  const [first] = await resultsOf(source);
  const noHint = (finding: object) => ({ ...finding, hint: null });
  const [before] = report.results;
  expect(first).toEqual({
    ...before,
    errors: before?.errors.map(noHint),
    warnings: before?.warnings.map(noHint),
    trace: { ...before?.trace, findings: before?.trace.findings.map(noHint) },
    repeat: {
      ...before?.repeat,
      sends: before?.repeat?.sends.map((send) => ({
        ...send,
        errors: send.errors.map(noHint),
        warnings: send.warnings.map(noHint),
      })),
    },
  });
  expect(source.head.findings.map(({ code, hint }) => [code, hint])).toEqual([
    ['regression', null],
    ['too-slow', null],
  ]);
});

it.each([
  ['prod-e2e report show 20260801-120000-k3f9z', true],
  ['prod-e2e report compare a b', true],
  ['prod-e2e trace show --failed', true],
  ['prod-e2e trace open --slowest', true],
  ['prod-e2e trace show <test id>', true],
  ['prod-e2e trace show 20260801-120000-k3f9z-2', true],
  [`prod-e2e trace show ${'a'.repeat(32)}`, false],
  ['prod-e2e report list', false],
  ['prod-e2e doctor', false],
  ['prod-e2e run --dry-run', false],
])('%s', (command, expected) => {
  expect(needsSavedRun(`Try it: ${command}`)).toBe(expected);
});

test.each([
  ['Open it: prod-e2e trace show --failed', { savedAs: 'run', head: {} }, true],
  ['Open it: prod-e2e trace show --failed', { savedAs: null, head: {} }, false],
  ['Open it: prod-e2e trace show --failed', { savedAs: 'run', head: { sandbox: true } }, true],
  ['Review: prod-e2e trace open --slowest', { savedAs: 'run', head: { sandbox: true } }, false],
  ['Show it: prod-e2e report show run', { savedAs: 'run', head: { sandbox: true } }, true],
] as const)('%j in a run %j is usable: %j', (advice, run, usable) =>
  expect(isUsable(advice, run)).toBe(usable),
);
