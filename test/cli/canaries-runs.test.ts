/** Runs of every kind, each report in every format: no canary comes out. */
import { describe, expect, it } from 'vitest';
import { FORMATTERS } from '../../src/lib/report/formatters/table.ts';
import {
  expectNothingStrange,
  HEADER_FLAG,
  intoFiles,
  ownOf,
  RECORDING,
  withCanaries,
} from '../support/canary-place.ts';
import { urlOf } from '../support/canary-project.ts';
import type { ApiMode } from '../support/canary-servers.ts';
import { closedPort } from '../support/faulty-server.ts';
import { sideBySide } from '../support/side-by-side.ts';

interface CanaryRun {
  readonly name: string;
  /** How the target responds, or what is in its place. */
  readonly target: 'ok' | 'fail' | 'text' | 'redirect' | 'hang' | 'closed' | 'https' | 'without secrets';
  readonly exits: number;
  readonly api: ApiMode;
  readonly more: readonly string[];
}

/** The runs of a lane share a home and servers; those of different lanes go side by side. */
interface Lane {
  readonly runs: readonly CanaryRun[];
  /** Of runs that print on stdout what the format makes of them. */
  readonly formats: readonly string[];
}

const ALL_FORMATS = [...Object.keys(FORMATTERS), '--json'];
const formatsOf = (lane: number) => ALL_FORMATS.filter((_, at) => at % 4 === lane);

const LANES: readonly Lane[] = [
  {
    runs: [
      { name: 'ok', target: 'ok', exits: 1, api: 'traces', more: ['-n', '6'] },
      { name: 'hang', target: 'hang', exits: 3, api: 'traces', more: ['-n', '1', '--timeout', '1s'] },
    ],
    formats: formatsOf(0),
  },
  {
    runs: [
      { name: 'fail', target: 'fail', exits: 1, api: 'traces', more: ['-n', '20'] },
      { name: 'linked', target: 'ok', exits: 1, api: 'traces', more: ['-n', '1', '--profile', 'linked'] },
    ],
    formats: formatsOf(1),
  },
  {
    runs: [
      { name: 'text', target: 'text', exits: 1, api: 'refuse', more: ['-n', '4'] },
      {
        name: 'redirect',
        target: 'redirect',
        exits: 1,
        api: 'broken',
        // A broken API is polled until the timeout.
        more: ['-n', '1', '--trace-timeout', '1s'],
      },
      { name: 'refused', target: 'closed', exits: 3, api: 'traces', more: ['-n', '1'] },
    ],
    formats: formatsOf(2),
  },
  {
    runs: [
      { name: 'tls', target: 'https', exits: 3, api: 'traces', more: ['-n', '1'] },
      {
        name: 'bare',
        target: 'without secrets',
        exits: 0,
        api: 'quiet',
        more: ['-n', '2', '-s', 'FINE'],
      },
    ],
    formats: formatsOf(3),
  },
];

/** More than the target of a lane gives, so that no two lanes quote the same canaries in the same places. */
const RESPONSES = 200;

async function urlFor(run: CanaryRun, host: string): Promise<string> {
  switch (run.target) {
    case 'closed':
      return urlOf(`127.0.0.1:${await closedPort()}`, 'ok');
    case 'https':
      return urlOf(host, 'ok', 'https');
    case 'without secrets':
      // Without user info in the URL, which would take the place of the Authorization header.
      return `http://${host}/quiet`;
    default:
      return urlOf(host, run.target);
  }
}

describe('no secret is exposed', () => {
  it('by runs that succeed, fail, are redirected, time out or cannot connect, in any report', async () => {
    const seen = { target: new Set<string>(), ingest: new Set<string>(), api: new Set<string>() };
    await sideBySide(LANES.entries(), ([lane, { runs, formats }]) =>
      withCanaries(
        async (place) => {
          const { home, silent, target, setApiMode } = place;
          for (const run of runs) {
            setApiMode(run.api);
            const env = {
              PRODUCTION_URL: await urlFor(run, target),
              NO_PROXY: run.target === 'https' ? '*' : '',
            };
            const { exitCode, stdout, stderr } = await silent(
              ['run', ...run.more, ...HEADER_FLAG, ...intoFiles(home, run.name)],
              { env },
            );
            expect(exitCode, stderr.slice(-2_000)).toBe(run.exits);
            if (run.api !== 'quiet') expect(stdout).toContain('***');
            expect(stderr).toContain('oclif:');
            expect(stderr).toContain('A secret was passed on the command line (--header x-flag-token)');
          }
          setApiMode('traces');
          for (const name of formats) {
            if (name === '--json')
              await silent(['run', '-n', '1', '--json', ...HEADER_FLAG], { env: { DEBUG: '' } });
            else await silent(['run', '-n', '1', '-r', name, ...HEADER_FLAG]);
          }
          const got = expectNothingStrange(place);
          for (const party of RECORDING) for (const name of got[party]) seen[party].add(name);
        },
        { firstNumber: lane * RESPONSES },
      ),
    );
    // What belongs there did get there: the canaries are in place.
    for (const party of RECORDING) expect([...seen[party]].sort(), party).toEqual([...ownOf(party)].sort());
  });
});
