/** What the traces of broken scenarios show that those of their last working tests do not. */
import type { RunFacts } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { changedText, releaseChanges } from '../../trace/diff/diff-text.ts';
import { diffTraces } from '../../trace/diff/diff-traces.ts';
import type { TraceDiff } from '../../trace/diff/difference.ts';
import { diffTraceOf } from '../../trace/diff/saved-trace.ts';
import type { SentryApi } from '../../trace/sentry-api/endpoints.ts';
import { mainMessage } from '../cause-text.ts';
import { workingTests } from './working-traces.ts';

/** For the broken tests of a run whose traces were read: scenario → what changed, in one line. Never throws. */
export type ChangesPort = (run: {
  readonly broken: readonly TestResult[];
  readonly results: () => AsyncIterable<TestResult>;
  /** Null if Sentry is not read. */
  readonly deploys: DeployReader | null;
}) => Promise<ReadonlyMap<string, string>>;

type DeployReader = Pick<SentryApi, 'readDeploy'>;

/** Further scenarios are broken by what broke these. */
const MAX_SCENARIOS = 20;
/** Broken tests compared per scenario; more would not change the line. */
const MAX_TESTS = 5;
/** Releases whose deploys are read. */
const MAX_RELEASES = 4;
const DEPLOY_LIMIT_MS = 3_000;

export function changesOf(dataDir: string, facts: RunFacts): ChangesPort {
  return async ({ broken, results, deploys }) => {
    const scenarios = [...new Set(broken.map(({ scenario }) => scenario))].slice(0, MAX_SCENARIOS);
    if (scenarios.length === 0) return new Map();
    try {
      const working = await workingTests({
        dataDir,
        run: { head: facts, results },
        scenarios: new Set(scenarios),
      });
      const diffs = new Map(
        scenarios.map((scenario) => [
          scenario,
          diffOf(
            broken.filter((test) => test.scenario === scenario),
            working.get(scenario) ?? [],
          ),
        ]),
      );
      const deployedAt = deploys === null ? new Map() : await deployTimes([...diffs.values()], deploys);
      return new Map(
        [...diffs].flatMap(([scenario, diff]) => {
          const text = changedText(diff, deployedAt);
          return text === null ? [] : [[scenario, text] as const];
        }),
      );
    } catch {
      // The line is a help; a saved run that cannot be read must not end this one.
      return new Map();
    }
  };
}

/** Of the tests that are broken for the same reason as the first. */
function diffOf(broken: readonly TestResult[], working: readonly TestResult[]): TraceDiff {
  const [first] = broken;
  const alike = broken.filter((test) => first !== undefined && mainMessage(test) === mainMessage(first));
  return diffTraces(working.map(diffTraceOf), alike.slice(0, MAX_TESTS).map(diffTraceOf));
}

/** Release → when it was deployed; without releases that Sentry does not know or does not let be read. */
async function deployTimes(
  diffs: readonly TraceDiff[],
  { readDeploy }: DeployReader,
): Promise<ReadonlyMap<string, string>> {
  const releases = new Set(diffs.flatMap(releaseChanges).flatMap(({ head }) => head));
  const times = await Promise.all(
    [...releases].slice(0, MAX_RELEASES).map(async (release) => {
      const found = await readDeploy(release, { withinMs: DEPLOY_LIMIT_MS, retries: 0 });
      const isKnown = found.kind === 'deploy' && found.finishedAtMs !== null;
      return isKnown ? [[release, new Date(found.finishedAtMs).toISOString()] as const] : [];
    }),
  );
  return new Map(times.flat());
}
