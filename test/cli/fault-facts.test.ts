/** After each fault alone, the end of the report on a small terminal says what happened: five facts, written by hand. */
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../src/sandbox/faults/fault-kinds.ts';
import { withCli } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { wrongCommands } from '../support/wrong-commands.ts';

/** A terminal of 80 columns and 24 lines. */
const LINES = 24;

interface Facts {
  readonly fault: string;
  readonly status: string;
  /** Null where no scenario is to blame. */
  readonly scenario: string | null;
  /** Null where no stage is known to have gone wrong. */
  readonly stage: string | null;
  readonly cause: string;
  readonly first: string;
}

const FACTS: readonly Facts[] = [
  {
    ...{ fault: 'status:500', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: 'at data-enrichment' },
    ...{ cause: 'the provider answered 503', first: 'Look at fetch-gex-data in the logs of sandbox-target' },
  },
  {
    ...{ fault: 'timeout', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: 'at data-enrichment' },
    ...{ cause: 'fetch-market-data', first: 'Look at fetch-market-data in the logs of sandbox-target' },
  },
  {
    ...{ fault: 'reset', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: null },
    ...{ cause: 'Connection reset', first: 'Review server logs for a crash' },
  },
  {
    ...{ fault: 'slow:3s', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: 'database-save is ok' },
    ...{ cause: 'No response in 2 s, but processed', first: 'POST /webhook took' },
  },
  {
    ...{ fault: 'malformed', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: null },
    ...{ cause: 'HTTP 200, but the body is not JSON', first: 'Check how the handler writes its JSON' },
  },
  {
    ...{ fault: 'empty', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: null },
    ...{ cause: 'HTTP 200, but the body is empty', first: 'Check response format in webhook handler' },
  },
  {
    ...{ fault: 'missing:variant', status: '⚠ DEGRADED', scenario: 'CHOP: variant', stage: null },
    ...{ cause: 'variant not in response', first: 'Check if A/B routing feature flag is enabled' },
  },
  {
    ...{ fault: 'redirect', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: null },
    ...{ cause: 'HTTP 302: Redirected to', first: 'Use the address in Location as PRODUCTION_URL' },
  },
  {
    ...{ fault: 'rate-limit', status: '✗ DEGRADED', scenario: 'CHOP is broken', stage: 'data-enrichment' },
    ...{ cause: 'HTTP 429: Too many requests (retry after 30 s)', first: 'Wait for the time in Retry-After' },
  },
  {
    // The work is done, in a trace that only trace.follow finds.
    ...{ fault: 'detached:twice', status: '⚠ DEGRADED', scenario: 'CHOP: span', stage: 'engine-execution' },
    ...{ cause: 'span engine-execution is missing', first: 'Look at what its trace holds instead; if this' },
  },
  {
    // The response confirms the stage.
    ...{ fault: 'span-missing:ab-routing', status: '✓ HEALTHY', scenario: null, stage: null },
    ...{ cause: '2 of 2 webhooks work, no data missing', first: '' },
  },
  {
    ...{
      fault: 'span-error:fetch-gex-data',
      status: '⚠ DEGRADED',
      scenario: 'CHOP: fetch-gex-data',
      stage: null,
    },
    ...{
      cause: 'fetch-gex-data (http.client) failed',
      first: 'Look at fetch-gex-data in the logs of sandbox-target',
    },
  },
  {
    ...{
      fault: 'span-slow:data-enrichment:1500ms',
      status: '⚠ DEGRADED',
      scenario: 'CHOP: data-',
      stage: 'data-enrichment',
    },
    ...{ cause: 'data-enrichment took 1.5', first: 'Look at data-enrichment in the logs of sandbox-target' },
  },
  {
    ...{ fault: 'unsaved', status: '⚠ DEGRADED', scenario: 'CHOP: database-save', stage: 'database-save' },
    ...{ cause: 'its probe got HTTP 404', first: 'Look up the test id' },
  },
  {
    // Nothing goes wrong: another release of the target responds.
    ...{ fault: 'release:1.4.3', status: '✓ HEALTHY', scenario: null, stage: null },
    ...{ cause: '2 of 2 webhooks work, no data missing, 2 of 2 traces verified', first: '' },
  },
  {
    ...{ fault: 'no-sdk', status: '✓ HEALTHY by responses only', scenario: null, stage: null },
    ...{
      cause: "1 of 2 traces could be read (none of the target's spans arrived)",
      first: 'Check that the target initializes a Sentry SDK',
    },
  },
  {
    ...{ fault: 'sampled-out', status: '✓ HEALTHY by responses only', scenario: null, stage: null },
    ...{
      cause: "1 of 2 traces could be read (none of the target's spans arrived)",
      first: 'Check that the target initializes a Sentry SDK',
    },
  },
  {
    ...{ fault: 'trace-late:60s', status: '✓ HEALTHY by responses only', scenario: null, stage: null },
    ...{
      cause: "1 of 2 traces could be read (none of the target's spans arrived)",
      first: 'Check that the target initializes',
    },
  },
  {
    ...{ fault: 'sentry-status:429', status: '✓ HEALTHY by responses only', scenario: null, stage: null },
    ...{
      cause: 'traces could be read (Sentry limits requests)',
      first: 'Read fewer traces (trace.limit)',
    },
  },
];

/** Traces that never come are not waited for long; others take what they need to be complete. */
const NEVER_COME = /^(no-sdk|sampled-out|trace-late|sentry-status)/;

/** The last lines on one line. */
async function endOf(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return withCli(async ({ run }) => {
    const { stdout, exitCode } = await run(['run', ...args], { env: { COLUMNS: '80', ...env } });
    const end = stdout.trimEnd().split('\n').slice(-LINES);
    expect(wrongCommands(end.join('\n'))).toEqual([]);
    return { text: end.join(' ').replaceAll(/\s+/g, ' '), exitCode };
  });
}

describe('the last 24 lines after a fault', () => {
  it('are checked for every kind', () => {
    const kinds = new Set(FACTS.map(({ fault }) => fault.split(':')[0]));
    expect([...kinds].sort()).toEqual(Object.keys(FAULT_KINDS).sort());
  });

  it.concurrent.each(FACTS)('$fault', async ({ fault, status, scenario, stage, cause, first }) => {
    // A release is that of the whole target.
    const who = fault.startsWith('release:') ? '*' : 'CHOP';
    const limits = ['--timeout', '2s', ...(NEVER_COME.test(fault) ? ['--trace-timeout', '6s'] : [])];
    const two = ['--sandbox', '--scenario', 'ORB_BREAKOUT', '--scenario', 'CHOP', '--count', '2'];
    const { text } = await endOf([...two, ...limits, '--fault', `${who}=${fault}`]);
    for (const fact of [status, scenario, stage, cause]) if (fact !== null) expect(text).toContain(fact);
    if (first === '') expect(text).not.toContain('Try first');
    else expect(text).toContain(`Try first ${first}`);
  });

  it.concurrent('of a dead port', async () => {
    const url = `http://127.0.0.1:${await freePort()}/webhook`;
    const { text, exitCode } = await endOf(['--url', url]);
    expect(exitCode).toBe(3);
    const facts = [
      '✗ BROKEN',
      'all 3 webhooks are broken; 2 not sent',
      'Cause Request failed: Connection refused',
    ];
    for (const fact of [...facts, `Target ${url}`, 'Try first Verify PRODUCTION_URL'])
      expect(text).toContain(fact);
  });

  it.concurrent('of a Sentry that refuses to be read', async () => {
    const { text, exitCode } = await endOf([
      ...['--sandbox', '--scenario', 'CHOP', '--count', '1', '--trace-timeout', '6s'],
      ...['--fault', '*=sentry-status:403', '--require-traces'],
    ]);
    expect(exitCode).toBe(4);
    const facts = ['HEALTHY by responses only', '0 of 1 trace could be read', 'exit 4'];
    for (const fact of facts) expect(text).toContain(fact);
  });
});
