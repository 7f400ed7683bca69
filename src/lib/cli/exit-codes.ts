/** The meaning of the exit codes, for the help of the commands. */
import { EXIT } from '../errors.ts';

export type ExitCodes = Readonly<Record<number, string>>;

/** Codes that every command can end with. */
export const USUAL_EXIT_CODES: ExitCodes = {
  [EXIT.ok]: 'done',
  [EXIT.usage]: 'invalid usage or config',
  [EXIT.bug]: 'internal error; please report it',
};

/** Codes of a run, and of a run merged from its shards. */
export const RUN_EXIT_CODES: ExitCodes = {
  ...USUAL_EXIT_CODES,
  [EXIT.ok]: 'all checks passed',
  [EXIT.failed]: 'tests failed, another --fail-on matched, or a threshold was exceeded',
  [EXIT.usage]:
    'invalid usage or config, or no confirmation: nothing was sent; or a report could not be written',
  [EXIT.unreachable]: 'no response from the target',
  [EXIT.unverified]:
    'required traces or stages could not be verified, or every webhook was a duplicate, or nothing could be compared with the --baseline',
  [EXIT.regression]: 'regression against the --baseline',
  [EXIT.interrupted]: 'interrupted by Ctrl-C; the partial report is saved',
  [EXIT.terminated]: 'interrupted by SIGTERM or a closed terminal; the partial report is saved',
};
