/** Against a receiver that is not ours: Debian's `webhook` (adnanh/webhook). CI installs it; elsewhere: apt-get install webhook. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';

const installed = spawnSync('webhook', ['-version']).status === 0;

/** Accepts only what is marked as ours, and echoes the test id it found in the payload. */
const HOOKS = [
  {
    id: 'signals',
    'execute-command': '/bin/echo',
    'include-command-output-in-response': true,
    'pass-arguments-to-command': [
      {
        source: 'string',
        name: '{"status":"ACCEPTED","enrichment":{"from":"webhook"},"variant":"A","signal_id":"',
      },
      { source: 'payload', name: 'test_id' },
      { source: 'string', name: '"}' },
    ],
    'response-headers': [{ name: 'Content-Type', value: 'application/json' }],
    'trigger-rule-mismatch-http-response-code': 400,
    'trigger-rule': {
      and: [
        {
          match: { type: 'value', value: 'true', parameter: { source: 'payload', name: 'metadata.is_test' } },
        },
        {
          match: {
            type: 'regex',
            regex: '^[0-9a-f]{32}-[0-9a-f]{16}-1$',
            parameter: { source: 'header', name: 'Sentry-Trace' },
          },
        },
        {
          match: {
            type: 'regex',
            regex: 'sentry-trace_id=',
            parameter: { source: 'header', name: 'Baggage' },
          },
        },
        {
          match: { type: 'regex', regex: '-\\d+$', parameter: { source: 'header', name: 'X-Prod-E2e-Test' } },
        },
      ],
    },
  },
];

it.runIf(installed)('ten webhooks into adnanh/webhook', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'prod-e2e-webhook-'));
  const hooks = path.join(folder, 'hooks.json');
  await writeFile(hooks, JSON.stringify(HOOKS));
  const port = await freePort();
  const receiver = spawn('webhook', ['-hooks', hooks, '-ip', '127.0.0.1', '-port', String(port)], {
    stdio: 'ignore',
  });
  try {
    await waitUntilUp(port);
    await withCli(async ({ run }) => {
      const url = `http://127.0.0.1:${port}/hooks/signals`;
      const { stdout, exitCode } = await run(['run', '--url', url, '--count', '10', '--json']);
      const report: Report = JSON.parse(stdout);
      expect(exitCode).toBe(0);
      expect(report.status).toBe('healthy');
      expect(report.summary).toMatchObject({ total: 10, successful: 10, failed: 0, warnings: 0, missing: 0 });
      // echo puts spaces between its arguments, also around the id.
      for (const { testId, response } of report.results) {
        expect(JSON.parse(response?.body ?? '').signal_id.trim()).toBe(testId);
      }
      const unmarked = await run([
        'run',
        '--url',
        `http://127.0.0.1:${port}/hooks/nothing`,
        '-n',
        '1',
        '--json',
      ]);
      expect(unmarked.exitCode).toBe(1);
      expect(JSON.parse(unmarked.stdout).results[0].errors).toMatchObject([{ code: 'not-found' }]);
    });
  } finally {
    receiver.kill();
    await rm(folder, { recursive: true, force: true });
  }
});

/** Until the receiver responds. */
async function waitUntilUp(port: number): Promise<void> {
  await eventually(() =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => null,
    ),
  );
}
