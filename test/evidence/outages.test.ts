/** Servers that stop responding: the target, and Sentry. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/postgres.ts';
import {
  type EvidenceRun,
  evidenceRun,
  findingsOf,
  outcomeOf,
  runFindings,
  type System,
  stageOf,
  stagesOf,
  startSystem,
  statesOf,
  withoutSpan,
} from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

describe.concurrent('the target', () => {
  it('responded to 4 webhooks, and was then killed', async () => {
    const mortal = await system.startMortal(4);
    try {
      const { received } = stagesOf(system);
      const run = await evidenceRun(system, {
        ...{ url: `${mortal.url}/webhook`, count: 9, stages: [withoutSpan(received)] },
        args: ['--no-verify-traces', '--no-bail'],
      });
      expect(outcomeOf(run), run.text).toEqual({
        ...{ status: 'degraded', exitCode: 1 },
        verdicts: [...Array(4).fill('working'), ...Array(5).fill('broken')],
      });
      for (const result of run.report.results.slice(0, 4)) expect(statesOf(result)).toEqual(['received ok']);
      for (const result of run.report.results.slice(4)) {
        expect(findingsOf(result)).toEqual(['error refused']);
        expect(statesOf(result)).toEqual(['received not-reached']);
        expect(stageOf(result, 'received').evidence.sql).toBeNull();
        expect(result).toMatchObject({ stuckAt: null, cause: { stage: null, source: 'connection' } });
      }
      expect(runFindings(run)).toEqual(['error connection-lost']);
      expect(run.report.findings[0]?.message).toMatch(
        /^The target responded until \d\d:\d\d:\d\d UTC, connection refused since \(4 responses of 9 webhooks\)$/,
      );
      expect(run.text).toContain('connection refused since');
      expect(run.text).not.toMatch(/all (tests|webhooks) failing/i);
    } finally {
      await mortal.stop();
    }
  });
});

describe.concurrent('Sentry', () => {
  const run = (sentryUrl: string): Promise<EvidenceRun> =>
    evidenceRun(system, {
      ...{ count: 2, stages: Object.values(stagesOf(system)) },
      trace: { timeout: '3s' },
      env: { SENTRY_URL: sentryUrl },
    });

  function expectByResponsesOnly(read: EvidenceRun): void {
    expect(outcomeOf(read), read.text).toEqual({
      ...{ status: 'healthy', exitCode: 0, verdicts: ['working', 'working'] },
    });
    for (const result of read.report.results) {
      expect(statesOf(result)).toEqual(['received ok', 'enriched ok', 'decided ok', 'filled ok']);
      expect(stageOf(result, 'decided').evidence).toMatchObject({ trace: 'unknown', sql: 'confirms' });
      expect(findingsOf(result)).toEqual([]);
      expect(result).toMatchObject({ cause: null, trace: { state: 'unverified', reason: 'api-error' } });
    }
    expect(runFindings(read)).toEqual(['warning trace-api-error']);
    expect(read.text).not.toMatch(/\bSDK\b|initiali[sz]e|fewer traces|sample rate/);
  }

  it('hangs', async () => {
    const open = new Set<Socket>();
    const silent = createServer((socket) => {
      open.add(socket.on('error', () => {}));
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    try {
      const read = await run(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
      expectByResponsesOnly(read);
      expect(read.headline).toMatch(
        /^HEALTHY by responses only\b.* 0 of 2 traces could be read \(Sentry did not respond\)\.?$/,
      );
      expect(read.report.findings[0]?.message).toMatch(/did not respond/);
    } finally {
      for (const socket of open) socket.destroy();
      silent.close();
    }
  });

  it('refuses connections', async () => {
    const read = await run(`http://127.0.0.1:${await freePort()}`);
    expectByResponsesOnly(read);
    expect(read.headline).toMatch(
      /^HEALTHY by responses only\b.* 0 of 2 traces could be read \(Sentry refused the connection\)\.?$/,
    );
    expect(read.report.findings[0]?.message).toMatch(/refused/);
  });
});
