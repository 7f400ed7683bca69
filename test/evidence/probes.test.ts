/** Stages that a probe decides, and probes that could not run. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { freePort } from '../support/postgres.ts';
import {
  type EvidenceRun,
  evidenceRun,
  findingsOf,
  only,
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

/** A required stage that only a probe of this table can confirm. */
function settled(table: string, more: JsonObject = {}): JsonObject {
  return {
    ...{ name: 'settled', required: true },
    sql: {
      ...{ url: system.database.url, query: `SELECT status FROM ${table} WHERE test_id = $1` },
      ...{ params: ['{{testId}}'], rows: 1, within: '2s', ...more },
    },
  };
}

describe.concurrent('the database of a probe is unreachable', () => {
  async function unreachable(args: readonly string[]): Promise<EvidenceRun> {
    const { received } = stagesOf(system);
    const url = `postgres://reader:secret@127.0.0.1:${await freePort()}/app`;
    return evidenceRun(system, { count: 2, stages: [received, settled('orders', { url })], args });
  }

  it.each([
    { args: [], exitCode: 0 },
    { args: ['--fail-on', 'warning'], exitCode: 1 },
    { args: ['--require-stages'], exitCode: 4 },
    { args: ['--require-stages', '--fail-on', 'warning'], exitCode: 1 },
  ])('with $args', async ({ args, exitCode }) => {
    const run = await unreachable(args);
    expect(outcomeOf(run), run.text).toEqual({
      status: 'degraded',
      exitCode,
      verdicts: ['working', 'working'],
    });
    for (const result of run.report.results) {
      expect(statesOf(result)).toEqual(['received ok', 'settled unverified']);
      expect(stageOf(result, 'settled').evidence.sql).toBe('unknown');
      expect(findingsOf(result)).toEqual(['warning stage-unverified']);
      expect(result.cause).toEqual({ stage: 'settled', source: 'sql', message: 'connection refused' });
      expect(result.stuckAt).toBeNull();
    }
    expect(runFindings(run)).toEqual(['warning probe-unverified']);
    expect(run.report.findings[0]?.message).toBe(
      'The SQL probe of settled could not run: connection refused (2 of 2 tests)',
    );
    expect(run.headline).toBe('DEGRADED All webhooks work, but some have warnings. Investigate warnings.');
    expect(run.text).not.toContain('credentials');
  });
});

describe.concurrent('the table of a required probe', () => {
  it('was renamed', async () => {
    await system.database.query('CREATE TABLE fills (test_id text, status text)');
    await system.database.query('ALTER TABLE fills RENAME TO fills_v2');
    const { received } = stagesOf(system);
    const run = await evidenceRun(system, { stages: [received, settled('fills')] });
    expect(outcomeOf(run), run.text).toEqual({ status: 'degraded', exitCode: 0, verdicts: ['working'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'settled unverified']);
    expect(findingsOf(result)).toEqual(['warning stage-unverified']);
    expect(result.cause).toEqual({
      ...{ stage: 'settled', source: 'sql' },
      message: 'table missing: relation "fills" does not exist (42P01)',
    });
    expect(run.text).toContain('whether a migration renamed it');
  });

  it('is locked by another session', async () => {
    await system.database.query('CREATE TABLE settlements (test_id text, status text)');
    const { received, enriched, decided, filled } = stagesOf(system);
    const session = new pg.Client({ connectionString: system.database.url });
    await session.connect();
    try {
      await session.query('BEGIN; LOCK TABLE settlements IN ACCESS EXCLUSIVE MODE');
      const run = await evidenceRun(system, {
        count: 5,
        stages: [received, enriched, settled('settlements', { within: '4s' }), decided, filled],
      });
      expect(outcomeOf(run), run.text).toEqual({
        ...{ status: 'degraded', exitCode: 0, verdicts: Array(5).fill('working') },
      });
      for (const result of run.report.results) {
        expect(statesOf(result)).toEqual([
          ...['received ok', 'enriched ok', 'settled unverified', 'decided ok', 'filled ok'],
        ]);
        for (const name of ['enriched', 'decided', 'filled'])
          expect(stageOf(result, name).evidence.sql).toBe('confirms');
        expect(findingsOf(result)).toEqual(['warning stage-unverified']);
        expect(result.cause).toMatchObject({ stage: 'settled', source: 'sql' });
        expect(result.cause?.message).toContain('blocked by a lock');
      }
      expect(runFindings(run)).toEqual(['warning probe-unverified']);
      expect(run.report.findings[0]?.hint).toContain('pg_stat_activity');
      expect(run.text).toContain('The SQL probe of settled could not run: blocked by a lock');
      expect(run.text).not.toContain('credentials');
    } finally {
      await session.end();
    }
  });
});

describe.concurrent('what a probe reads', () => {
  it('is a rejection by a rule in the background', async () => {
    const { received, decided, filled } = stagesOf(system);
    const stop = { status: ['rejected', 'failed'] };
    const run = await evidenceRun(system, {
      stages: [
        ...[received, { ...decided, sql: { ...decided.sql, stop, within: '10m' } }],
        { ...withoutSpan(filled), sql: { ...filled.sql, within: '3s' } },
      ],
      does: { steps: { decide: { rejects: 'mtf_bias_missing' } } },
    });
    // It ends long before `within`: the program is killed after 4 min otherwise.
    expect(outcomeOf(run), run.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'decided failed', 'filled not-reached']);
    expect(stageOf(result, 'decided').evidence).toMatchObject({ trace: 'confirms', sql: 'contradicts' });
    expect(findingsOf(result)).toEqual(['error stage-failed']);
    expect(result.stuckAt).toEqual({ stage: 'decided', after: null });
    const row = /^status "rejected" \(expected "approved"\), .*rejection_reason "mtf_bias_missing"/;
    expect(result.cause).toMatchObject({
      ...{ stage: 'decided', source: 'sql', message: expect.stringMatching(row) },
      row: expect.stringMatching(row),
    });
    // A column of JSON is left out.
    expect(result.cause?.message).not.toContain('spread');
    expect(run.text).toContain('rejection_reason "mtf_bias_missing"');
  });

  it('is a row of a dead-letter table that appears after 3 s, where none may be', async () => {
    const { received } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [received, { ...settled('x'), name: 'not-dead-lettered', sql: noDeadLetter('60s') }],
      does: { deadLetterAfterMs: 3_000 },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'not-dead-lettered failed']);
    expect(findingsOf(result)).toEqual(['error stage-failed']);
    expect(result.cause).toEqual({
      ...{ stage: 'not-dead-lettered', source: 'sql', row: 'error "gave up"' },
      message: 'found a row (expected 0): error "gave up"',
    });
  });

  it('is no row of a dead-letter table, until its time has passed', async () => {
    const { received } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [received, { ...settled('x'), name: 'not-dead-lettered', sql: noDeadLetter('2s') }],
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'healthy', exitCode: 0, verdicts: ['working'] });
    expect(statesOf(only(run))).toEqual(['received ok', 'not-dead-lettered ok']);
    expect(run.report.durationMs).toBeGreaterThanOrEqual(2_000);
  });

  const noDeadLetter = (within: string) => ({
    ...{ url: system.database.url, query: 'SELECT error FROM dead_letters WHERE test_id = $1' },
    ...{ params: ['{{testId}}'], rows: 0, within },
  });

  it('appears after its time, while the run still waits for another stage', async () => {
    const { received, filled } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [
        ...[received, { ...withoutSpan(filled), sql: { ...filled.sql, within: '1s' } }],
        {
          ...{ name: 'reported', required: true },
          http: { url: '{{origin}}/progress/{{testId}}', within: '120s' },
        },
      ],
      // Asked after 0, 0.25, 0.75, 1.75, 3.75 and 5.75 s at the earliest, by the clock that `within` goes by.
      does: { steps: { fill: { skipped: true } }, orderAfterAsking: 6 },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'degraded', exitCode: 0, verdicts: ['working'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'filled slow', 'reported ok']);
    expect(stageOf(result, 'filled')).toMatchObject({
      ...{ evidence: { sql: 'confirms' }, detail: 'after more than 1 s (limit 1 s)' },
    });
    expect(findingsOf(result)).toEqual(['warning stage-slow']);
    expect(result.stuckAt).toBeNull();
    expect(result.cause?.message).toContain('after more than 1 s (limit 1 s)');
  });
});
