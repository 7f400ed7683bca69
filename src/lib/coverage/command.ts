/** Implements `prod-e2e coverage`. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { configPlaceOf, rewriteConfig } from '../cli/trace/learned-config.ts';
import { isPlain, type Plain } from '../config/paths.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { EXIT, type ExitCode, ProdE2eError } from '../errors.ts';
import { usualDurations } from '../report/history/usual-durations.ts';
import { SANDBOX_STAGES } from '../stages/built-in.ts';
import type { Screen } from '../terminal/capabilities.ts';
import { expectsAcceptance } from '../validate/body.ts';
import { verificationSettings } from '../verify/prepare-traces.ts';
import { type Addition, additionsFor, additionsText, withAdditions } from './additions.ts';
import { type Coverage, measureCoverage } from './coverage.ts';
import { type GoodTests, readGoodTests } from './good-tests.ts';
import type { Edit } from './proposal.ts';
import { coverageText } from './text.ts';

export interface CoverageOptions {
  readonly config: ResolvedConfig;
  readonly dataDir: string;
  /** Run id, the beginning of one, a path, or `latest`. */
  readonly run: string;
  readonly write: boolean;
  /** In percent; null for none. */
  readonly failUnder: number | null;
  readonly cwd: string;
  readonly screen: Screen;
}

export interface CoverageResult {
  readonly text: string;
  readonly document: object;
  readonly exitCode: ExitCode;
}

/** @throws ProdE2eError `NO_GOOD_TESTS`, `NO_CONFIG_FILE`, `CONFIG_NOT_PATCHED`, `CONFIG_NOT_WRITTEN`, and the errors of finding a run */
export async function coverageCommand(options: CoverageOptions): Promise<CoverageResult> {
  const { config, dataDir, run, write, failUnder, cwd, screen } = options;
  const scenarios = new Set(
    config.settings.scenarios.filter(({ expect }) => expectsAcceptance(expect)).map(({ name }) => name),
  );
  const good = await readGoodTests({ dataDir, reference: run, scenarios });
  if (good.tests.length === 0) throw noGoodTests(good.head.runId);
  const settings = settingsFor(config.settings, good);
  const usual = await usualDurations({ dataDir, target: good.head.target });
  const coverage = await measureCoverage({
    ...good,
    settings,
    // Each run of the sandbox has a port of its own, so a run there knows no usual durations.
    verification: verificationSettings(settings, good.head.sandbox === true ? new Map() : usual),
  });
  const place = config.file === null ? null : configPlaceOf(config.file, cwd);
  const additions = additionsFor(editsOf(coverage), {
    config: await configOf(config.file, place),
    scenarios: settings.scenarios,
  });
  const isWritten = write && (await writeAdditions(config.file, { place, additions }));
  const text = coverageText(
    {
      ...{ coverage, additions: additionsText(additions), isWritten },
      ...{ runIds: good.runIds, unmeasured: good.unmeasured },
      file: place?.format == null ? null : place.name,
    },
    screen,
  );
  const isUnder = failUnder !== null && coverage.percent < failUnder;
  return {
    text,
    document: {
      ...coverage,
      runIds: good.runIds,
      unmeasured: good.unmeasured,
      file: config.file,
      written: isWritten,
    },
    exitCode: isUnder ? EXIT.failed : EXIT.ok,
  };
}

/** The stages that a run of the sandbox checks. */
function settingsFor(settings: Settings, { head }: GoodTests): Settings {
  return head.sandbox === true && settings.stages === null
    ? { ...settings, stages: SANDBOX_STAGES }
    : settings;
}

function editsOf({ entries }: Coverage): readonly Edit[] {
  return entries.flatMap(({ proposal, scenarios }): readonly Edit[] => {
    const edit = proposal?.edit ?? null;
    if (edit === null) return [];
    return 'scenario' in edit ? scenarios.map((scenario) => ({ ...edit, scenario })) : [edit];
  });
}

type ConfigPlace = ReturnType<typeof configPlaceOf>;

async function configOf(file: string | null, place: ConfigPlace | null): Promise<Plain> {
  if (file === null || place?.format == null) return {};
  const content: unknown = parse(await readFile(file, 'utf8'), { merge: true });
  const config: unknown = place.under === null || !isPlain(content) ? content : content[place.under];
  return isPlain(config) ? config : {};
}

/** False if there is nothing to write. */
async function writeAdditions(
  file: string | null,
  { place, additions }: { readonly place: ConfigPlace | null; readonly additions: readonly Addition[] },
): Promise<boolean> {
  if (additions.length === 0) return false;
  if (file === null || place === null) {
    throw new ProdE2eError('There is no config file to write to.', {
      code: 'NO_CONFIG_FILE',
      hints: ['Make one first: prod-e2e init', 'Or leave out --write, and copy the printed lines.'],
    });
  }
  const { format, name, under } = place;
  if (format === null) {
    throw new ProdE2eError(`${name} is code, which is not changed.`, {
      code: 'CONFIG_NOT_PATCHED',
      hints: ['Leave out --write, and copy the printed lines into the file.'],
    });
  }
  const text = withAdditions(await readFile(file, 'utf8'), additions, { format, under });
  await rewriteConfig(file, { name, text });
  return true;
}

function noGoodTests(runId: string): ProdE2eError {
  return new ProdE2eError(`Run ${runId} has no good test with its full evidence.`, {
    code: 'NO_GOOD_TESTS',
    hints: [
      'A good test works, has no warning and no missing data, and its trace was read.',
      'Send webhooks with --verify-traces, then try again.',
    ],
  });
}
