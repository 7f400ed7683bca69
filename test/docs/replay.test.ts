/** The examples of docs/replay.md: each configuration runs, and gives what the text says of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { ROOT, withCli } from '../support/cli.ts';
import { type Handler, withTarget } from '../support/target.ts';

const text = readFileSync(path.join(ROOT, 'docs', 'replay.md'), 'utf8');
/** By the heading that stands last before them. */
const examples = new Map(
  [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(({ 1: yaml = '', index }) => [
    [...text.slice(0, index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '',
    yaml,
  ]),
);

const FILES: Readonly<Record<string, string>> = {
  'payloads.ndjson': [
    { event: { type: 'order.created' }, amount: 3 },
    { event: { type: 'order.cancelled' }, amount: 0 },
    { event: { type: 'refund' } },
    { note: 'none' },
  ]
    .map((one) => JSON.stringify(one))
    .join('\n'),
  'deliveries.har': JSON.stringify({
    log: {
      entries: [
        {
          request: {
            method: 'POST',
            headers: [{ name: 'X-GitHub-Event', value: 'issues' }],
            postData: { mimeType: 'application/json', text: '{"action":"opened"}' },
          },
        },
      ],
    },
  }),
};

const handler = (): Handler => {
  const seen = new Set<unknown>();
  return ({ headers, url, body }, response) => {
    const key = headers['idempotency-key'];
    const again = seen.has(key);
    seen.add(key);
    response.statusCode = body.toString().includes('"amount":0') ? 422 : 200;
    response.setHeader('content-type', 'application/json');
    const ids = { request_id: 'r', ...(url.endsWith('/orders') ? { order_id: 'o' } : {}) };
    response.end(JSON.stringify(again ? { status: 'DUPLICATE' } : { ...ids, signal_id: key }));
  };
};

function report(
  title: string,
  args: readonly string[] = [],
): Promise<{ readonly report: Report; readonly last: string }> {
  return withTarget(handler(), (target) =>
    withCli(async ({ home, run }) => {
      for (const [name, content] of Object.entries(FILES)) writeFileSync(path.join(home, name), content);
      writeFileSync(path.join(home, 'prod-e2e.config.yaml'), examples.get(title) ?? '');
      const { stdout } = await run(['run', '--json', '--url', target.url, ...args], {
        env: { WEBHOOK_SECRET: 'a-secret-of-the-docs' },
      });
      return { report: JSON.parse(stdout), last: JSON.stringify(target.requests.at(-1)?.headers) };
    }),
  );
}

describe('the examples', () => {
  it('are complete', () => {
    expect([...examples.keys()]).toEqual([
      'Which scenario it is',
      'Recipe: GitHub webhooks out of a HAR file',
      'The same webhook again',
      'A payload that drifts is not sent',
    ]);
  });

  it('rules and fields name scenarios', async () => {
    const { results } = (await report('Which scenario it is')).report;
    expect(results.map(({ name, verdict, missingData }) => [name, verdict, missingData.length])).toEqual([
      ['ORDER #1', 'working', 0],
      ['EMPTY_ORDER #1', 'working', 0],
      ['refund #1', 'working', 0],
      ['REPLAY #1', 'working', 0],
    ]);
  });

  it('a HAR file of GitHub webhooks keeps the event', async () => {
    const { report: made, last } = await report('Recipe: GitHub webhooks out of a HAR file');
    expect(made).toMatchObject({ exitCode: 0, results: [{ name: 'opened #1' }] });
    expect(last).toContain('"x-github-event":"issues"');
    expect(last).toContain('"x-hub-signature-256":"sha256=');
  });

  it('a resend is treated as a duplicate', async () => {
    const { results } = (await report('The same webhook again', ['--count', '2'])).report;
    expect(results.map(({ verdict, repeat }) => [verdict, repeat?.treatedAs])).toEqual([
      ['working', undefined],
      ['working', 'one-event'],
    ]);
  });

  it('payloads match their schema', async () => {
    const { results } = (await report('A payload that drifts is not sent')).report;
    expect(results).toHaveLength(5);
    for (const { request } of results) {
      expect(JSON.parse(request.body)).toEqual({
        symbol: expect.stringMatching(/^(SPY|QQQ|IWM)$/),
        price: expect.any(Number),
        order_id: expect.stringMatching(/^ord_[0-9a-f]{12}$/),
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      });
    }
  });
});
