// Ten webhooks one after another, each traced to a Sentry beside, from the command's start to its end; against Node
// starting and ending, and against newman doing the same ten.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { runAlone } from './support/main.mjs';
import { alternate, ms, row } from './support/measure.mjs';
import { runNode, SCRATCH, startServer } from './support/processes.mjs';
import { dsnOf, runReport, urlOf } from './support/run-report.mjs';

export async function bench() {
  const target = await startServer('target.mjs');
  const sentry = await startServer('sentry.mjs');
  try {
    const collection = path.join(SCRATCH, 'collection.json');
    writeFileSync(collection, JSON.stringify(collectionFor(urlOf(target))));
    const newman = path.join(
      path.dirname(createRequire(import.meta.url).resolve('newman')),
      'bin',
      'newman.js',
    );
    const measured = await alternate(
      {
        node: async () => (await runNode(['-e', '0'])).ms,
        ours: async () => {
          const { ms, head } = await runReport([
            '--url',
            urlOf(target),
            '--count',
            '10',
            '--sentry-dsn',
            dsnOf(sentry),
          ]);
          if (head.sentry.accepted !== 10)
            throw new Error(`Sentry accepted ${head.sentry.accepted} of 10 traces`);
          return ms;
        },
        newman: async () => (await runNode([newman, 'run', collection, '-n', '10'])).ms,
      },
      { rounds: 9 },
    );
    return [
      row({
        bench: 'ten webhooks, traced',
        figure: ms(measured.ours),
        reference: `node -e 0: ${ms(measured.node)}`,
        ratio: measured.ours / measured.node,
        goal: { atMost: 4 },
      }),
      row({
        bench: 'ten webhooks, how much faster',
        figure: ms(measured.ours),
        reference: `newman: ${ms(measured.newman)}`,
        ratio: measured.newman / measured.ours,
        goal: { atLeast: 5 },
      }),
    ];
  } finally {
    await Promise.all([target.stop(), sentry.stop()]);
  }
}

/** The same webhook and the same checks, in Postman's format. */
function collectionFor(url) {
  const payload = {
    symbol: 'SPY',
    direction: 'long',
    timeframe: '5m',
    timestamp: '{{$isoTimestamp}}',
    test_id: '{{$guid}}',
    scenario: 'ORB_BREAKOUT',
    metadata: { is_test: true },
  };
  const script = [
    "pm.test('status', () => pm.response.to.have.status(200));",
    "pm.test('fields', () => { const body = pm.response.json();",
    "  for (const field of ['signal_id', 'enrichment', 'variant']) pm.expect(body).to.have.property(field); });",
  ];
  return {
    info: { name: 'ten', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    item: [
      {
        name: 'webhook',
        event: [{ listen: 'test', script: { type: 'text/javascript', exec: script } }],
        request: {
          method: 'POST',
          header: [{ key: 'Content-Type', value: 'application/json' }],
          url,
          body: { mode: 'raw', raw: JSON.stringify(payload) },
        },
      },
    ],
  };
}

await runAlone(import.meta.url, bench);
