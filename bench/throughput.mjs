// 10,000 webhooks at concurrency 10, from the command's start to its end, without and with Sentry; against a bare got
// loop that builds the payload, posts, parses and checks three fields, its start included as well.
import { fileURLToPath } from 'node:url';
import { runAlone } from './support/main.mjs';
import { alternate, perSecond, row } from './support/measure.mjs';
import { runNode, startServer } from './support/processes.mjs';
import { countsOf, dsnOf, runReport, urlOf } from './support/run-report.mjs';

const COUNT = 10_000;
const CONCURRENCY = 10;
const LOOP = fileURLToPath(new URL('./support/got-loop.mjs', import.meta.url));

export async function bench() {
  const target = await startServer('target.mjs');
  const sentry = await startServer('sentry.mjs');
  const url = urlOf(target);
  const send = ['--url', url, '--count', String(COUNT), '--concurrency', String(CONCURRENCY)];
  let traced = 0;
  try {
    const measured = await alternate(
      {
        loop: async () =>
          COUNT / ((await runNode([LOOP, url, String(COUNT), String(CONCURRENCY)])).ms / 1000),
        plain: async () => rate(await runReport(send)),
        withSentry: async () => {
          const run = await runReport([...send, '--sentry-dsn', dsnOf(sentry)]);
          traced += COUNT;
          if (run.head.sentry.accepted !== COUNT)
            throw new Error(`Sentry accepted ${run.head.sentry.accepted} of ${COUNT} traces`);
          return rate(run);
        },
      },
      { rounds: 7 },
    );
    const { roots } = await countsOf(sentry);
    if (roots !== traced) throw new Error(`${roots} traces arrived at Sentry, ${traced} were sent`);
    const against = (bench, figure, goal) =>
      row({
        bench,
        figure: perSecond(figure),
        reference: `got loop: ${perSecond(measured.loop)}`,
        ratio: figure / measured.loop,
        goal,
      });
    return [
      against('10,000 webhooks, no DSN', measured.plain, { atLeast: 0.9 }),
      against('10,000 webhooks, every trace accepted', measured.withSentry, { atLeast: 0.5 }),
    ];
  } finally {
    await Promise.all([target.stop(), sentry.stop()]);
  }
}

function rate({ ms, head }) {
  if (head.summary.successful !== COUNT) throw new Error(`${head.summary.successful} of ${COUNT} succeeded`);
  return COUNT / (ms / 1000);
}

await runAlone(import.meta.url, bench);
