/** What a fault changes in traces: the built program against its sandbox. */
import { describe, expect, it } from 'vitest';
import type { TestResult } from '../../src/lib/model/result.ts';
import { differenceText } from '../../src/lib/trace/diff/diff-text.ts';
import { diffTraces } from '../../src/lib/trace/diff/diff-traces.ts';
import { diffTraceOf } from '../../src/lib/trace/diff/saved-trace.ts';
import { type Cli, withCli } from '../support/cli.ts';

const SCENARIOS = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'];

/** Fault → beginning of the first difference. One fault per scenario and run. */
const FAULTS: readonly (readonly [fault: string, first: string])[] = [
  ['span-error:webhook-ingestion', 'webhook-ingestion fails'],
  ['span-error:validate-payload', 'webhook-ingestion > validate-payload fails'],
  ['span-error:data-enrichment', 'data-enrichment fails'],
  ['span-error:fetch-market-data', 'data-enrichment > fetch-market-data fails'],
  ['span-error:fetch-gex-data', 'data-enrichment > fetch-gex-data fails'],
  ['span-error:build-snapshot', 'data-enrichment > build-snapshot fails'],
  ['span-error:ab-routing', 'ab-routing fails'],
  ['span-error:engine-execution', 'engine-execution fails'],
  ['span-error:database-save', 'database-save fails'],
  ['span-missing:validate-payload', 'webhook-ingestion > validate-payload is missing'],
  ['span-missing:fetch-market-data', 'data-enrichment > fetch-market-data is missing'],
  ['span-missing:ab-routing', 'ab-routing is missing'],
  ['span-missing:engine-execution', 'engine-execution is missing'],
  ['span-missing:database-save', 'database-save is missing'],
  ['span-slow:validate-payload:1s', 'webhook-ingestion > validate-payload takes 1'],
  ['span-slow:fetch-gex-data:1s', 'data-enrichment > fetch-gex-data takes 1'],
  ['span-slow:build-snapshot:1s', 'data-enrichment > build-snapshot takes 1'],
  ['span-slow:ab-routing:1s', 'ab-routing takes 1'],
  ['span-slow:database-save:1s', 'database-save takes 1'],
  ['status:500', 'data-enrichment > fetch-gex-data fails'],
];

async function results(cli: Cli, args: readonly string[]): Promise<readonly TestResult[]> {
  const { stdout, stderr } = await cli.run(['run', '--sandbox', '--json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).results;
}

/** The first difference; a span that a partial trace does not have is not called missing, but it is named. */
function firstOf(comparison: {
  readonly differences: readonly { readonly text: string }[];
  readonly cannotSay: readonly { readonly place: { readonly path: readonly string[] } }[];
}): string {
  const [doubt] = comparison.cannotSay;
  const named = doubt === undefined ? '' : `${doubt.place.path.slice(1).join(' > ')} is missing`;
  return comparison.differences[0]?.text ?? named;
}

describe('trace diff', () => {
  it('names the faulty span first, for each of 20 faults', async () => {
    await withCli(async (cli) => {
      for (let healthy = 0; healthy < 3; healthy++) await results(cli, []);
      for (let from = 0; from < FAULTS.length; from += SCENARIOS.length) {
        const faults = FAULTS.slice(from, from + SCENARIOS.length);
        const args = faults.flatMap(([fault], at) => ['--fault', `${SCENARIOS[at]}=${fault}`]);
        const tests = await results(cli, args);
        for (const [at, [fault, first]] of faults.entries()) {
          const test = tests.find(({ scenario }) => scenario === SCENARIOS[at]);
          const { stdout } = await cli.run(['trace', 'diff', test?.testId ?? '', '--json']);
          const [comparison] = JSON.parse(stdout).comparisons ?? [];
          expect.soft(firstOf(comparison), `${fault}: ${stdout}`).toMatch(new RegExp(`^${first}`));
        }
      }
    });
  });

  it('finds nothing between healthy traces', async () => {
    await withCli(async (cli) => {
      const tests = await results(cli, ['-n', '50', '--yes']);
      const clean = tests.filter(({ warnings }) => warnings.length === 0);
      const pairs = clean.flatMap((base, at) =>
        clean
          .slice(at + 1)
          .flatMap((head) => (head.scenario === base.scenario ? [[base, head] as const] : [])),
      );
      expect(pairs.length).toBeGreaterThanOrEqual(200);
      const found = pairs.map(([base, head]) => diffTraces([diffTraceOf(base)], [diffTraceOf(head)]));
      expect(found.flatMap(({ differences }) => differences.map(differenceText)).slice(1)).toEqual([]);
    });
  });

  it('works after the sandbox has ended, and names the compared tests', async () => {
    await withCli(async (cli) => {
      const healthy = await results(cli, ['-s', 'CHOP']);
      const broken = await results(cli, ['-s', 'CHOP', '--fault', 'CHOP=status:500']);
      const { stdout, exitCode } = await cli.run(['trace', 'diff']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(
        `CHOP: 5 working tests (${healthy[0]?.testId} to ${healthy[4]?.testId})\n  against 5 broken tests (${broken[0]?.testId} to ${broken[4]?.testId})`,
      );
      expect(stdout).toContain(
        'data-enrichment > fetch-gex-data fails (0 of 5 → 5 of 5)\n    missing after it: build-snapshot, ab-routing',
      );
    });
  });
});
