/** What a list of runs says of those that are not in it. */
import { codeOf } from '../errors.ts';

/** Ids named in a line. */
const IDS_SHOWN = 5;

interface Unreadable {
  readonly runId: string;
  readonly reason: unknown;
}

export function unreadableLines(runs: readonly Unreadable[]): readonly string[] {
  const isNewer = ({ reason }: Unreadable) => codeOf(reason) === 'RUN_TOO_NEW';
  return [
    line(runs.filter(isNewer), 'of a newer version; to see them: npm install -g prod-e2e'),
    line(
      runs.filter((run) => !isNewer(run)),
      'damaged and cannot be read',
    ),
  ].flat();
}

function line(runs: readonly Unreadable[], what: string): readonly string[] {
  if (runs.length === 0) return [];
  const ids = runs.slice(0, IDS_SHOWN).map(({ runId }) => runId);
  const more = runs.length > IDS_SHOWN ? ', …' : '';
  return [`Not shown: ${ids.join(', ')}${more} (${what}).`];
}
