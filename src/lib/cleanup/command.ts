/** What `prod-e2e cleanup` does: finishes the clean-up of a saved run. */

import { describeError, errorText } from '../cli/error-output.ts';
import { stoppedExit, watchSignals } from '../cli/signals.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { EXIT, messageOf, ProdE2eError } from '../errors.ts';
import { createRedactor } from '../secrets/redact.ts';
import { secretVariables } from '../secrets/variables.ts';
import { countOf } from '../terminal/quantities.ts';
import { terminalJson, terminalText } from '../terminal/text.ts';
import { VERSION } from '../version.ts';
import { type CleanedUp, cleanUpLater } from './later.ts';
import { findSavedRun, prepareCleanup, type SavedRun } from './prepare.ts';
import { cleanupDocument, cleanupText, nothingText } from './report-text.ts';

export interface CleanupInput {
  readonly config: ResolvedConfig;
  readonly dataDir: string;
  readonly run: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly print: (pieces: AsyncIterable<string> | Iterable<string>) => Promise<void>;
  /** A line on stderr. */
  readonly say: (line: string) => void;
}

/** Between two lines of progress, in milliseconds. */
const PROGRESS_MS = 10_000;

const NOTHING_DONE: CleanedUp = {
  ...{ done: 0, notFound: 0, failed: 0, unknown: 0, changed: 0 },
  ...{ leftOvers: [], gaveUp: false },
};

/** @returns the exit code @throws ProdE2eError for what `findSavedRun` and `prepareCleanup` throw */
export async function cleanupCommand(input: CleanupInput): Promise<number> {
  const { config, dataDir, run, json, print } = input;
  const { settings, secrets, profile } = config;
  const basis = { settings, profile, dataDir, run };
  const saved = await findSavedRun(basis);
  if (saved.state.open.size === 0) {
    const about = aboutRun(saved, 0);
    await print([json ? `${terminalJson(cleanupDocument(about, NOTHING_DONE), 2)}\n` : nothingText(about)]);
    return EXIT.ok;
  }
  const prepared = await prepareCleanup(saved, {
    ...{ ...basis, version: VERSION, redact: createRedactor(secrets) },
    variables: secretVariables(secrets, process.env),
  });
  try {
    return await (input.dryRun ? showCalls : makeCalls)(input, { saved, prepared });
  } finally {
    prepared.close();
  }
}

interface Ready {
  readonly saved: SavedRun;
  readonly prepared: Awaited<ReturnType<typeof prepareCleanup>>;
}

async function showCalls({ json, print }: CleanupInput, { saved, prepared }: Ready): Promise<number> {
  const { cleanupDryRun } = await import('./dry-run.ts');
  let changed = 0;
  const pieces = cleanupDryRun({
    ...{ ...saved, ...prepared, json },
    onChanged: () => {
      changed += 1;
    },
  });
  await print(pieces);
  return changed === 0 ? EXIT.ok : EXIT.usage;
}

async function makeCalls(input: CleanupInput, { saved, prepared }: Ready): Promise<number> {
  const { json, print, say } = input;
  const { folder, head, state } = saved;
  const { sources, port, hosts } = prepared;
  const webhooks = state.open.size;
  say(
    `Cleaning up after ${countOf(webhooks, 'webhook')} of run ${head.runId}: calls to ${terminalText(hosts.join(' and '))}`,
  );
  let made = 0;
  const progress = setInterval(() => say(`${countOf(made, 'call')} made`), PROGRESS_MS);
  const signals = watchSignals();
  const onCall = (count: number) => {
    made = count;
  };
  const result = await cleanUpLater({ folder, state, sources, port, stop: signals.stop, onCall }).finally(
    () => {
      clearInterval(progress);
      signals.unwatch();
    },
  );
  port.log?.end();
  const about = aboutRun(saved, port.log?.open() ?? 0);
  const pieces = json ? [`${terminalJson(cleanupDocument(about, result), 2)}\n`] : cleanupText(about, result);
  await print(pieces);
  const problem = port.log?.problem() ?? null;
  if (problem !== null) say(errorText(describeError(unsaved(problem))).trimEnd());
  if (signals.stop.aborted) return stoppedExit(signals.stop.reason);
  if (result.changed > 0) return EXIT.usage;
  if (about.open > 0) return EXIT.failed;
  return problem === null ? EXIT.ok : EXIT.usage;
}

function aboutRun({ head, state }: SavedRun, open: number) {
  const { runId, target, profile } = head;
  return { runId, target, profile, webhooks: state.open.size, open };
}

function unsaved(problem: unknown): ProdE2eError {
  return new ProdE2eError(`What was removed could not be saved (${messageOf(problem)}).`, {
    code: 'STORE_UNAVAILABLE',
    hints: ['Running it again is safe: what no longer exists counts as removed.'],
  });
}
