import { expect, it } from 'vitest';
import type { TestResult } from '../../../src/lib/model/result.ts';
import type { SpecimenSpan } from '../../../src/lib/model/specimen.ts';
import { factsOf } from '../../../src/lib/report/digest/run-facts.ts';
import { changesOf } from '../../../src/lib/report/history/changes.ts';
import { aTest } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { aHead, keepRun } from '../saved-run.ts';

const span = (name: string, release: string, status: SpecimenSpan['status'] = 'ok'): SpecimenSpan => ({
  spanId: name,
  parentSpanId: name === 'POST /webhook' ? null : 'POST /webhook',
  name,
  op: null,
  service: 'signals',
  isSegment: name === 'POST /webhook',
  startMs: 0,
  durationMs: 10,
  status,
  statusMessage: null,
  attributes: { release },
  issues: [],
});

function aTraced(verdict: 'working' | 'broken', spans: readonly SpecimenSpan[]): TestResult {
  const test = aTest({ scenario: 'CHOP', verdict });
  const own = { traceId: test.trace.traceId, spans, issues: [] };
  return {
    ...test,
    trace: { ...test.trace, state: 'verified' },
    specimen: { own, followed: [], probes: [], complete: true, cut: [] },
  };
}

const EARLIER = '20260801-110000-aaaaa';
const head = aHead({ runId: '20260801-120000-k3f9z', scenarios: ['CHOP'] });

const working = aTraced('working', [span('POST /webhook', 'signals@1.4.2'), span('fetch', 'signals@1.4.2')]);
const broken = aTraced('broken', [
  span('POST /webhook', 'signals@1.4.3', 'error'),
  span('fetch', 'signals@1.4.3', 'error'),
]);

async function changed(
  deploys: Parameters<ReturnType<typeof changesOf>>[0]['deploys'],
  earlier: readonly TestResult[] = [working],
) {
  const dataDir = tempFolder();
  const started = { scenarios: ['CHOP'] };
  keepRun(dataDir, { runId: EARLIER, results: earlier, head: started, started });
  const results = async function* () {
    yield broken;
  };
  const find = changesOf(dataDir, factsOf(head));
  return Object.fromEntries(await find({ broken: [broken], deploys, results }));
}

it('says what fails since the last working run, in which release, and when that was deployed', async () => {
  const asked: string[] = [];
  const deploys = {
    readDeploy: async (release: string) => {
      asked.push(release);
      return { kind: 'deploy' as const, finishedAtMs: Date.parse('2026-08-01T11:58:00Z') };
    },
  };
  expect(await changed(deploys)).toEqual({
    CHOP: 'fetch now fails; release of signals 1.4.2 → 1.4.3 (deployed 2026-08-01 11:58:00 UTC)',
  });
  expect(asked).toEqual(['signals@1.4.3']);
});

it('goes without the deploy if Sentry does not know it', async () => {
  const text = 'fetch now fails; release of signals 1.4.2 → 1.4.3';
  expect(await changed(null)).toEqual({ CHOP: text });
  expect(await changed({ readDeploy: async () => ({ kind: 'deploy', finishedAtMs: null }) })).toEqual({
    CHOP: text,
  });
});

it('says nothing without a working test, or if nothing differs', async () => {
  expect(await changed(null, [])).toEqual({});
  expect(await changed(null, [{ ...broken, verdict: 'working' }])).toEqual({});
});
