// How long a command takes that sends nothing, against Node itself starting and ending.
import { runAlone } from './support/main.mjs';
import { alternate, ms, row } from './support/measure.mjs';
import { BIN, runNode } from './support/processes.mjs';

const COMMANDS = [['--version'], ['--help'], ['scenarios', 'list'], ['report', 'list']];
const GOAL = { atMost: 1.8 };

export async function bench() {
  const time = (args) => async () => (await runNode(args)).ms;
  const measured = await alternate(
    Object.fromEntries([
      ['node', time(['-e', '0'])],
      ...COMMANDS.map((args) => [args.join(' '), time([BIN, ...args])]),
    ]),
    { rounds: 15 },
  );
  return COMMANDS.map((args) => {
    const took = measured[args.join(' ')];
    return row({
      bench: `startup: ${args.join(' ')}`,
      figure: ms(took),
      reference: `node -e 0: ${ms(measured.node)}`,
      ratio: took / measured.node,
      goal: GOAL,
    });
  });
}

await runAlone(import.meta.url, bench);
