import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src/lib/config/settings/settings.ts';
import type { HttpProbe, SqlProbe } from '../../src/lib/model/probe.ts';
import type { Scenario } from '../../src/lib/model/scenario.ts';
import type { SenderName } from '../../src/lib/model/signing.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { preflightFindings, unsignedFindings } from '../../src/lib/preflight/preflight-findings.ts';
import { SCHEMES } from '../../src/lib/senders/schemes.ts';
import { aPlan, aScenario } from '../plan/support.ts';
import { aStage, aWarning } from '../support/builders.ts';

const SIGNED = {
  signing: { scheme: 'stripe', form: SCHEMES.stripe, secrets: ['k'], mode: 'valid' },
} as const;

describe('webhooks without a signature', () => {
  const found = (...scenarios: readonly Partial<Scenario>[]) =>
    unsignedFindings(scenarios.map(aScenario)).map(({ severity, code, message }) => [
      severity,
      code,
      message.split(' signs')[0],
    ]);

  it.each<[SenderName | null, readonly string[]]>([
    ['stripe', ['Stripe']],
    ['slack', ['Slack']],
    ['shopify', ['Shopify']],
    ['github', []],
    ['tradingview', []],
    [null, []],
  ])('as sent by %s are a finding for %j', (sender, labels) => {
    expect(found({ sender })).toEqual(labels.map((label) => ['warning', 'unsigned', label]));
    expect(found({ sender, ...SIGNED })).toEqual([]);
  });

  it('are one finding per sender, for the scenarios that are not signed', () => {
    expect(
      found(
        { sender: 'stripe' },
        { sender: 'stripe' },
        { sender: 'slack' },
        { sender: 'shopify', ...SIGNED },
      ).map(([, , label]) => label),
    ).toEqual(['Stripe', 'Slack']);
    expect(found()).toEqual([]);
  });
});

describe('before anything is sent', () => {
  const codes = (
    options: {
      readonly insecure?: boolean;
      readonly repeated?: number;
      readonly used?: readonly Scenario[];
      readonly flags?: readonly string[];
      readonly planFindings?: readonly ReturnType<typeof aWarning>[];
    } = {},
  ) =>
    preflightFindings({
      settings: { tls: { insecure: options.insecure ?? false } } as Settings,
      plan: {
        ...aPlan(),
        repeated: options.repeated ?? 0,
        used: options.used ?? [],
        findings: options.planFindings ?? [],
      },
      flagsWithSecrets: options.flags ?? [],
    });

  it.each<[string, Parameters<typeof codes>[0], readonly string[]]>([
    ['nothing', {}, []],
    ['certificates that are not checked', { insecure: true }, ['insecure']],
    ['combinations that come again', { repeated: 1 }, ['combinations-repeated']],
    ['a secret in a flag', { flags: ['--header'] }, ['secret-in-flag']],
    ['a sender that signs', { used: [aScenario({ sender: 'stripe' })] }, ['unsigned']],
    ['what the plan says', { planFindings: [aWarning('replay-names', 'x')] }, ['replay-names']],
    [
      'all of them',
      {
        insecure: true,
        repeated: 2,
        flags: ['--header'],
        used: [aScenario({ sender: 'slack' })],
        planFindings: [aWarning('a', 'x')],
      },
      ['a', 'combinations-repeated', 'insecure', 'unsigned', 'secret-in-flag'],
    ],
  ])('is reported: %s', (_, options, expected) => {
    const findings = codes(options);
    expect(findings.map(({ code }) => code)).toEqual(expected);
    expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
  });

  it('how many webhooks repeat a combination is counted', () => {
    const [finding] = codes({ repeated: 3 });
    expect(finding?.message).toMatch(/^3 of 5 webhooks/);
  });

  describe('probes that can match the row of another test', () => {
    const SQL: SqlProbe = {
      ...{ url: 'postgres://db/x', query: 'SELECT 1 WHERE symbol = $1', params: ['{{symbol}}'] },
      ...{ rows: { min: 1, max: null }, match: null, stop: null, withinMs: 1_000 },
    };
    const HTTP: HttpProbe = {
      ...{ method: 'GET', url: '{{origin}}/orders?symbol={{symbol}}', headers: {}, body: null },
      ...{ status: ['2xx'], required: [], match: null, stop: null, schema: null, withinMs: 1_000 },
    };
    const shared = (...probes: readonly Partial<StageExpectation>[]) =>
      preflightFindings({
        settings: {
          tls: { insecure: false },
          stages: probes.map((probe, at) => aStage(`s${at}`, probe)),
        } as unknown as Settings,
        plan: { ...aPlan(), findings: [] },
        flagsWithSecrets: [],
      });

    it('are one warning each, with the stage and advice', () => {
      expect(shared({ sql: SQL }, { http: HTTP }, { http: HTTP, sql: SQL })).toEqual(
        [
          ['SQL', 's0'],
          ['HTTP', 's1'],
          ['HTTP', 's2'],
          ['SQL', 's2'],
        ].map(([kind, stage]) => ({
          ...{ severity: 'warning', code: 'probe-shared', stage, hint: expect.any(String) },
          message: `The ${kind} probe of ${stage} uses no value that is unique to a webhook: it can match the row of another test`,
        })),
      );
    });

    it.each<[string, Partial<StageExpectation>]>([
      ['an id of the response', { sql: { ...SQL, params: ['{{response.signal_id}}'] } }],
      ['the id of the test', { sql: { ...SQL, params: ['{{symbol}}', '{{testId}}'] } }],
      ['the id of the run', { sql: { ...SQL, params: ['{{ runId }}'] } }],
      ['an id within a text', { http: { ...HTTP, url: '{{origin}}/orders/{{response.id}}' } }],
      ['an id in a header', { http: { ...HTTP, headers: { 'x-test': '{{testId}}' } } }],
      ['an id in the body', { http: { ...HTTP, body: { id: '{{response.id}}' } } }],
      ['an id in what has to match', { sql: { ...SQL, match: { id: '{{response.id}}' } } }],
    ])('do not include %s', (_, probe) => {
      expect(shared(probe)).toEqual([]);
    });

    it.each<[string, Partial<StageExpectation>]>([
      ['a dimension that is called alike', { sql: { ...SQL, params: ['{{responseCode}}'] } }],
      ['no placeholder', { sql: { ...SQL, params: [1] } }],
      ['no values', { sql: { ...SQL, params: [] } }],
    ])('include %s', (_, probe) => {
      expect(shared(probe)).toHaveLength(1);
    });

    it('are not reported without probes or stages', () => {
      expect(shared({})).toEqual([]);
      expect(shared()).toEqual([]);
    });
  });
});
