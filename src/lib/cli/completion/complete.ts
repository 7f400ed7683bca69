/** Implements completion: candidates for the word being typed, from the commands, saved runs and the config file. */

import { isPlain, type Plain } from '../../config/paths.ts';
import { BUILT_IN_SCENARIOS } from '../../config/settings/defaults.ts';
import { absolutePath } from '../../config/sources/file-name.ts';
import { interpolate } from '../../config/sources/interpolate.ts';
import { type ConfigFile, findConfigFile } from '../../config/sources/sources.ts';
import { FORMATTERS } from '../../report/formatters/table.ts';
import { savedRuns } from '../../report/history/history.ts';
import { terminalText } from '../../terminal/text.ts';
import { type Candidate, type KnownCommand, requestedBy, type Typed, type ValueKind } from './requested.ts';

/** Number of run ids offered, newest first: a screenful. */
const RUNS_OFFERED = 20;

export interface CompleteInput {
  /** The words after the program's name; the last one is being typed. */
  readonly words: readonly string[];
  readonly commands: readonly KnownCommand[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userConfigDir: string;
  /** Where runs are saved unless the config says otherwise. */
  readonly dataDir: string;
}

/** One line per candidate: what replaces the word, a tab, and a description. */
export async function completionLines(input: CompleteInput): Promise<readonly string[]> {
  const typed = requestedBy(input.words, input.commands);
  const { asked, begun, lead } = typed;
  const candidates = asked.kind === 'these' ? asked.candidates : await valuesOf(asked.kind, typed, input);
  return candidates
    .filter(({ value }) => value.startsWith(begun) && value === terminalText(value))
    .map(({ value, about }) => `${lead}${value}\t${terminalText(about)}`);
}

async function valuesOf(kind: ValueKind, typed: Typed, input: CompleteInput): Promise<readonly Candidate[]> {
  if (kind === 'reporter') return Object.keys(FORMATTERS).map(named);
  const config = await configOf(typed, input);
  switch (kind) {
    case 'scenario':
      return scenariosOf(config);
    case 'tag':
      return [...new Set(scenariosOf(config).flatMap(({ tags }) => tags))].map(named);
    case 'profile':
      return Object.keys(asPlain(config.plain.profiles)).map(named);
    case 'run':
      return [named('latest'), ...(await runs(config, typed, input))];
    case 'baseline':
      return [named('last-green'), named('latest'), ...(await runs(config, typed, input))];
  }
}

function named(value: string): Candidate {
  return { value, about: '' };
}

interface ReadConfig {
  readonly plain: Plain;
  /** The profile, applied on top. */
  readonly overlay: Plain;
  readonly file: ConfigFile | null;
}

/** Reads the config without checking it: a file with an error elsewhere still has names. Code is not run for completion. */
async function configOf(typed: Typed, { cwd, env, userConfigDir }: CompleteInput): Promise<ReadConfig> {
  const configFile = typed.config ?? (env.PROD_E2E_CONFIG || null);
  const file = await findConfigFile({ cwd, userConfigDir, configFile, runCode: false }).catch(() => null);
  const plain = asPlain(file?.config);
  const profile = typed.profile ?? env.PROD_E2E_PROFILE ?? '';
  return { plain, overlay: asPlain(asPlain(plain.profiles)[profile]), file };
}

function scenariosOf({
  plain,
  overlay,
}: ReadConfig): readonly (Candidate & { readonly tags: readonly string[] })[] {
  const written = overlay.scenarios ?? plain.scenarios;
  const scenarios: readonly unknown[] = Array.isArray(written) ? written : BUILT_IN_SCENARIOS;
  return scenarios.filter(isPlain).flatMap(({ name, scenario, description, tags }) => {
    const value = name ?? scenario;
    if (typeof value !== 'string' || value === '') return [];
    const about = typeof description === 'string' ? description : '';
    return [{ value, about, tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [] }];
  });
}

async function runs(
  config: ReadConfig,
  { begun }: Typed,
  input: CompleteInput,
): Promise<readonly Candidate[]> {
  const ids = await savedRuns(dataDirOf(config, input)).catch(() => []);
  const matching = ids.filter((id) => id.startsWith(begun)).slice(0, RUNS_OFFERED);
  return matching.map((value) => ({ value, about: startOf(value) }));
}

/** `2026-08-01 12:00 UTC`, taken from the id: no run needs to be read. */
function startOf(id: string): string {
  return id.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d).*$/, '$1-$2-$3 $4:$5 UTC');
}

function dataDirOf({ plain, overlay, file }: ReadConfig, { env, cwd, dataDir }: CompleteInput): string {
  if (env.PROD_E2E_DATA_DIR) return absolutePath(cwd, env.PROD_E2E_DATA_DIR);
  const { value, problems } = interpolate(overlay.dataDir ?? plain.dataDir, { env, baseDir: cwd });
  if (typeof value !== 'string' || file === null || problems.length > 0) return dataDir;
  return absolutePath(file.baseDir, value);
}

function asPlain(value: unknown): Plain {
  return isPlain(value) ? value : {};
}
