/** `trace show` of the responses in `test/fixtures/trace-responses`, as a server gives them. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ShownTrace } from '../../src/lib/cli/trace/show.ts';
import { withCli } from '../support/cli.ts';
import { withApiServer } from '../trace/api-server.ts';

const TRACE_ID = '1234567890abcdef1234567890abcdef';
const FOLDER = new URL('../fixtures/trace-responses/', import.meta.url);

/** @param counted spans by the server's own count; null for a server that does not know the endpoint */
async function show(
  file: string,
  options: { readonly counted?: number | null; readonly args?: readonly string[] } = {},
) {
  const { counted = null, args = [] } = options;
  const body = await readFile(new URL(file, FOLDER), 'utf8');
  const response = ({ path }: { readonly path: string }) => {
    if (path.includes('/trace/')) return { body };
    return counted === null ? { status: 404, body: {} } : { body: { spansCount: counted } };
  };
  return withApiServer(response, ({ url }) =>
    withCli(({ run }) =>
      run(['trace', 'show', TRACE_ID, ...args], {
        env: { SENTRY_URL: url, SENTRY_ORG: 'acme', SENTRY_AUTH_TOKEN: 'token', COLUMNS: '120' },
      }),
    ),
  );
}

const shown = async (...asked: Parameters<typeof show>) => {
  const { stdout, exitCode, stderr } = await show(...asked);
  expect(exitCode, stderr).toBe(0);
  return stdout;
};

test('issues without event_type are counted, marked on their span, and found', async () => {
  const text = await shown('without-event-type.json');
  expect(text).toContain('120 ms, 2 spans, 1 failed, 4 issues\n');
  expect(text).toMatch(
    /├─ ✗ data-enrichment .*\n│ {2}│ API-7: GEX provider answered 503\n│ {2}│ cache is cold\n/,
  );
  expect(text).toContain('ISSUES WITHOUT A SPAN\n  WORKER-9: queue is full\n  error: orders.reconcile\n');
  expect(text).toContain('data-enrichment failed: GEX provider answered 503 (issue API-7)');
  expect(text).toMatch(/not tied to a span: orders\.reconcile, queue is full\s+\(WORKER-9\)/);
  expect(text).toContain('ALSO IN THE TRACE\n  1 unknown: no field says what it is\n');
});

test('an error without any span is a warning with its text and issue', async () => {
  const text = await shown('error-only.json');
  expect(text).toContain('0 spans, 2 issues\n');
  expect(text).toMatch(
    /⚠ duplicate key value violates unique constraint \(issue API-7\), not tied to a span; also: connection terminated\s+\(API-B\)\n/,
  );
});

test('uptime checks are named, and spans below them are drawn', async () => {
  const text = await shown('uptime-check.json');
  expect(text).toMatch(/\nGET \/health .*\n└─ SELECT 1 .*\n/);
  expect(text).toContain('  2 uptime_check: Uptime Check Request [failure] - ');
  expect(text).toContain('  1 profile_chunk\n');
  const { stdout } = await show('uptime-check.json', { args: ['--json'] });
  const { trace } = JSON.parse(stdout) as ShownTrace['document'];
  expect(trace.others?.map(({ kind }) => kind)).toEqual(['uptime_check', 'uptime_check', 'profile_chunk']);
});

test('the older endpoint has durations', async () => {
  const text = await shown('events-trace-object.json');
  expect(text).toMatch(
    /\nPOST \/webhook {2}http\.server · api .* 413 ms .*\n├─ \(gap .*\n└─ orchestrator\.processSignal .* 250 ms /,
  );
});

test('a trace that Sentry cut off is marked as incomplete, and has no missing spans', async () => {
  const cut = await shown('two-records.json', { counted: 12_345 });
  expect(cut).toContain(
    '⚠ Sentry counts 12,345 spans and gave 6: this trace is incomplete, so missing spans are not reported\n',
  );
  expect(cut).not.toContain('is missing');
  // Sentry counts records: two of them are second ones.
  for (const counted of [6, 4, null]) {
    const whole = await shown('two-records.json', { counted });
    expect(whole).not.toContain('Sentry counts');
    expect(whole).toContain('├─ ? ab-routing (missing)\n');
  }
});
