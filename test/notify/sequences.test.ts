/** One message per outage on each channel, and one when it is over: sequences of runs, and what recording servers get. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Channel, type Outcome, type Run, type Sent, sentOf } from './sequence.ts';

const FIVE = ['CHOP', 'ORB', 'GAMMA', 'FLOW', 'TREND'];

const all = (outcome: Outcome): Run => ({
  scenarios: Object.fromEntries(FIVE.map((name) => [name, outcome])),
});
const runOf = (...outcomes: readonly Outcome[]): Run => ({
  scenarios: Object.fromEntries(outcomes.map((outcome, at) => [FIVE[at] ?? '', outcome])),
});
const only = (scenario: string, outcome: Outcome): Run => ({ scenarios: { [scenario]: outcome } });

/** `run 1 broken`. */
const shown = (sent: readonly Sent[], channel: string) =>
  sent.filter((each) => each.channel === channel).map(({ run, kind }) => `run ${run} ${kind}`);

const slackOnly = (timing: Omit<Channel, 'type'> = {}): readonly Channel[] => [{ type: 'slack', ...timing }];

type Row = readonly [string, readonly Run[], readonly string[], Omit<Channel, 'type'>?];

const ROWS: readonly Row[] = [
  [
    'a dead target',
    [all('refused'), all('refused'), all('ok'), all('ok')],
    ['run 1 broken', 'run 3 working'],
  ],
  [
    'a dead target in all the ways there are',
    [runOf('refused', 'dns', 'tls', 'timeout', '503'), all('ok')],
    ['run 1 broken', 'run 2 working'],
  ],
  [
    'a dead target that changes how it is dead',
    [all('refused'), all('dns'), all('503'), all('timeout'), all('ok')],
    ['run 1 broken', 'run 5 working'],
  ],
  ['all 5xx', [runOf('500', '503', '500', '503', '500'), all('ok')], ['run 1 broken', 'run 2 working']],
  ['the same response in all', [all('422'), all('422'), all('ok')], ['run 1 broken', 'run 3 working']],
  [
    'the same stage with the same cause',
    [all('enrichment'), all('traced')],
    ['run 1 broken', 'run 2 working'],
  ],
  [
    'two different causes',
    [runOf('422', 'refused', 'ok'), runOf('422', 'refused', 'ok'), all('ok')],
    ['run 1 broken', 'run 1 broken', 'run 3 working', 'run 3 working'],
  ],
  [
    'two stages',
    [runOf('enrichment', 'save'), runOf('traced', 'traced')],
    ['run 1 broken', 'run 1 broken', 'run 2 working', 'run 2 working'],
  ],
  [
    'the same status for two reasons',
    [runOf('422', '422b'), runOf('422', '422b'), runOf('ok', 'ok')],
    ['run 1 broken', 'run 1 broken', 'run 3 working', 'run 3 working'],
  ],
  [
    'a second cause begins while one is open',
    [runOf('refused', 'ok'), runOf('refused', '422'), runOf('ok', '422'), runOf('ok', 'ok')],
    ['run 1 broken', 'run 2 broken', 'run 3 working', 'run 4 working'],
  ],
  [
    'the cause changes: the target responds again',
    [runOf('refused', 'ok'), runOf('422', 'ok'), runOf('422', 'ok'), runOf('ok', 'ok')],
    ['run 1 broken', 'run 2 broken', 'run 2 working', 'run 4 working'],
  ],
  [
    'the cause changes: another hides whether the first one is over',
    [runOf('422', 'ok'), runOf('refused', 'ok'), runOf('422', 'ok'), runOf('ok', 'ok')],
    ['run 1 broken', 'run 2 broken', 'run 3 working', 'run 4 working'],
  ],
  [
    'the cause changes: a later stage',
    [runOf('enrichment'), runOf('save'), runOf('save'), runOf('traced')],
    ['run 1 broken', 'run 2 broken', 'run 2 working', 'run 4 working'],
  ],
  [
    'the cause changes: an earlier stage hides whether the later one works',
    [runOf('save'), runOf('enrichment'), runOf('traced')],
    ['run 1 broken', 'run 2 broken', 'run 3 working', 'run 3 working'],
  ],
  [
    'a dead target is back, and one scenario is broken for another reason',
    [all('refused'), runOf('422', 'ok', 'ok', 'ok', 'ok'), runOf('422', 'ok', 'ok', 'ok', 'ok'), all('ok')],
    ['run 1 broken', 'run 2 broken', 'run 2 working', 'run 4 working'],
  ],
  [
    'it grows',
    [runOf('503', 'ok', 'ok'), runOf('503', '503', 'ok'), runOf('503', '503', '500'), all('ok')],
    ['run 1 broken', 'run 4 working'],
  ],
  [
    'it moves on',
    [runOf('503', 'ok'), runOf('ok', '503'), runOf('ok', 'ok')],
    ['run 1 broken', 'run 3 working'],
  ],
  [
    'a partial recovery',
    [all('503'), runOf('ok', 'ok', '503', '503', '503'), runOf('ok', 'ok', 'ok', 'ok', '503'), all('ok')],
    ['run 1 broken', 'run 4 working'],
  ],
  [
    'a partial recovery, scenario by scenario',
    [runOf('503', '503'), only('CHOP', 'ok'), only('ORB', 'ok')],
    ['run 1 broken', 'run 3 working'],
  ],
  [
    'flapping within after: 2 and recoverAfter: 2',
    [all('503'), all('ok'), all('503'), all('ok'), all('503'), all('ok')],
    [],
    { after: 2, recoverAfter: 2 },
  ],
  [
    'flapping once it is reported',
    [all('503'), all('503'), all('ok'), all('503'), all('ok'), all('503'), all('ok'), all('ok')],
    ['run 2 broken', 'run 8 working'],
    { after: 2, recoverAfter: 2 },
  ],
  [
    'flapping without patience',
    [all('503'), all('ok'), all('503'), all('ok')],
    ['run 1 broken', 'run 2 working', 'run 3 broken', 'run 4 working'],
  ],
  [
    'runs are counted, not tests',
    [{ scenarios: { CHOP: ['503', '503', '503', '503'] } }, all('ok')],
    [],
    { after: 2 },
  ],
  [
    'an interrupted run between',
    [
      all('503'),
      { ...all('ok'), interrupted: true },
      all('503'),
      { ...all('503'), interrupted: true },
      all('ok'),
    ],
    ['run 3 broken', 'run 5 working'],
    { after: 2 },
  ],
  [
    'a run between without the scenario',
    [runOf('503', 'ok'), only('ORB', 'ok'), runOf('503', 'ok'), only('ORB', 'ok'), runOf('ok', 'ok')],
    ['run 3 broken', 'run 5 working'],
    { after: 2 },
  ],
  [
    'duplicates between: nothing was tested',
    [all('503'), all('duplicate'), all('503'), all('duplicate'), all('ok')],
    ['run 3 broken', 'run 5 working'],
    { after: 2 },
  ],
  [
    'a stage whose trace cannot be read between',
    [all('enrichment'), all('unverified'), all('enrichment'), all('unverified'), all('ok'), all('traced')],
    ['run 3 broken', 'run 6 working'],
    { after: 2 },
  ],
  [
    'what the response showed is over with the response',
    [all('503'), all('unverified')],
    ['run 1 broken', 'run 2 working'],
  ],
  [
    'one failure, with its trace read and not',
    [all('enrichment500'), all('500'), all('enrichment500'), all('500'), all('traced')],
    ['run 1 broken', 'run 5 working'],
  ],
  [
    'one failure, with its trace read later',
    [all('500'), all('enrichment500'), all('500'), all('traced')],
    ['run 1 broken', 'run 4 working'],
  ],
  [
    'not delivered, then delivered',
    [
      { ...all('503'), undelivered: true },
      { ...all('503'), undelivered: true },
      all('503'),
      all('503'),
      all('ok'),
    ],
    ['run 3 broken', 'run 5 working'],
  ],
  [
    'not delivered while it lasted',
    [{ ...all('503'), undelivered: true }, all('ok'), all('ok')],
    ['run 2 working'],
  ],
  [
    'not delivered, then a run without the scenario',
    [{ ...runOf('503', 'ok'), undelivered: true }, only('ORB', 'ok'), runOf('503', 'ok')],
    ['run 2 broken'],
  ],
  [
    'its end is not delivered',
    [all('503'), { ...all('ok'), undelivered: true }, all('ok'), all('ok')],
    ['run 1 broken', 'run 3 working'],
  ],
  [
    'its end is not delivered, and it begins again',
    [all('503'), { ...all('ok'), undelivered: true }, all('503'), all('ok')],
    ['run 1 broken', 'run 4 working'],
  ],
  [
    'a reminder',
    [
      { ...all('503'), atMinute: 0 },
      { ...all('503'), atMinute: 30 },
      { ...all('503'), atMinute: 60 },
      { ...all('503'), atMinute: 90 },
      { ...all('ok'), atMinute: 120 },
    ],
    ['run 1 broken', 'run 3 still_broken', 'run 5 working'],
    { repeatAfter: '1h' },
  ],
  [
    'no reminder of what was not tested',
    [
      { ...runOf('503', 'ok'), atMinute: 0 },
      { ...only('ORB', 'ok'), atMinute: 90 },
    ],
    ['run 1 broken'],
    { repeatAfter: '1h' },
  ],
];

describe('messages to Slack', () => {
  it.each(ROWS.map(([name, runs, messages, timing = {}]) => ({ name, runs, messages, timing })))(
    '$name',
    async ({ runs, messages, timing }) => {
      const { sent } = await sentOf(runs, { notify: slackOnly(timing) });
      expect(shown(sent, 'slack')).toEqual(messages);
    },
  );
});

describe('five scenarios against a dead target', () => {
  it('cause one message per channel, and one when they work again', async () => {
    const { sent, findings } = await sentOf([
      all('refused'),
      all('refused'),
      all('refused'),
      all('ok'),
      all('ok'),
    ]);
    expect(findings).toEqual([]);
    expect(shown(sent, 'slack')).toEqual(['run 1 broken', 'run 4 working']);
    expect(shown(sent, 'webhook')).toEqual(['run 1 broken', 'run 4 working']);
    expect(shown(sent, 'pagerduty')).toEqual(['run 1 trigger', 'run 4 resolve']);
    // A DSN cannot resolve an issue.
    expect(shown(sent, 'sentry-issue')).toEqual(['run 1 event']);
    const texts = sent.filter(({ run, kind }) => run === 1 && kind !== 'event').map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set(['CHOP and 4 more scenarios are broken: Connection refused']));
  });

  it('have one key and one fingerprint, the same in every run, whatever the error', async () => {
    const runs = [all('refused'), all('ok'), runOf('503', 'ok'), all('ok')];
    const { sent } = await sentOf(runs);
    const keysOf = (channel: string, keyOf: (payload: Sent['payload']) => unknown) =>
      sent.filter((each) => each.channel === channel).map(({ payload }) => JSON.stringify(keyOf(payload)));
    const dedup = keysOf('pagerduty', ({ dedup_key }) => dedup_key);
    expect(dedup).toHaveLength(4);
    expect(new Set(dedup).size).toBe(1);
    expect(new Set(keysOf('webhook', ({ data }) => data.key)).size).toBe(1);
    const fingerprints = keysOf('sentry-issue', ({ fingerprint }) => fingerprint);
    expect(fingerprints).toHaveLength(2);
    expect(new Set(fingerprints).size).toBe(1);
  });
});

describe('channels', () => {
  it('each wait for their configured number of runs', async () => {
    const { sent } = await sentOf([all('503'), all('503'), all('503'), all('ok'), all('ok'), all('ok')], {
      notify: [
        { type: 'slack', name: 'team' },
        { type: 'slack', name: 'patient', after: 2, recoverAfter: 2 },
        { type: 'slack', name: 'boss', after: 4 },
        { type: 'pagerduty', after: 3, recoverAfter: 3 },
      ],
    });
    expect(shown(sent, 'team')).toEqual(['run 1 broken', 'run 4 working']);
    expect(shown(sent, 'patient')).toEqual(['run 2 broken', 'run 5 working']);
    expect(shown(sent, 'boss')).toEqual([]);
    expect(shown(sent, 'pagerduty')).toEqual(['run 3 trigger', 'run 6 resolve']);
  });

  it('with a shorter recovery report a new outage while it continues for the others', async () => {
    const { sent } = await sentOf([all('503'), all('ok'), all('503'), all('ok'), all('ok')], {
      notify: [
        { type: 'slack', name: 'team' },
        { type: 'slack', name: 'patient', recoverAfter: 2 },
      ],
    });
    expect(shown(sent, 'team')).toEqual(['run 1 broken', 'run 2 working', 'run 3 broken', 'run 4 working']);
    expect(shown(sent, 'patient')).toEqual(['run 1 broken', 'run 5 working']);
    const last = sent.filter(({ run }) => run > 3).map(({ channel, text }) => `${channel} ${text}`);
    expect(last).toEqual([
      expect.stringMatching(/^team .*since 2026-08-01 12:02:00 UTC/),
      expect.stringMatching(/^patient .*since 2026-08-01 12:00:00 UTC/),
    ]);
  });

  it('added during an outage get its message', async () => {
    const first = await sentOf([all('503')], { notify: slackOnly() });
    const second = await sentOf([all('503')], {
      dataDir: first.dataDir,
      notify: [...slackOnly(), { type: 'webhook' }],
    });
    expect(second.sent.map(({ channel, kind }) => `${channel} ${kind}`)).toEqual(['webhook broken']);
  });
});

describe('a message', () => {
  it('starts with the cause, then names the scenarios, the start, the run and the link to open', async () => {
    const { sent } = await sentOf([runOf('enrichment', 'traced'), runOf('enrichment', 'enrichment')], {
      notify: slackOnly({ after: 2 }),
    });
    const [{ text, payload } = { text: '', payload: null }] = sent;
    expect(text).toBe(
      'CHOP and ORB are broken at data-enrichment: fetch-gex-data: the provider answered 503',
    );
    const blocks = payload.blocks.map((block: Sent['payload']) =>
      block.text === undefined ? block.elements.map((each: Sent['payload']) => each.text) : block.text.text,
    );
    expect(blocks).toEqual([
      ':red_circle: *CHOP and ORB are broken at data-enrichment*\nfetch-gex-data: the provider answered 503',
      'Scenarios: CHOP, ORB\nSince: 2026-08-01 12:00:00 UTC (2 failing runs in a row)',
      [
        'Open: <https://acme.sentry.io/trace/1/|trace>',
        '2 of 2 tests failed',
        'run 20260801-120001-k3f9z',
        expect.stringContaining('(production-e2e-test'),
      ],
    ]);
  });

  it('about a target without a response links to the report, because the trace shows nothing', async () => {
    const { sent } = await sentOf([all('refused')], { notify: slackOnly() });
    expect(JSON.stringify(sent[0]?.payload)).toContain('"Open: prod-e2e report show 20260801-120000-k3f9z"');
  });

  it('about the end does not call its only scenario working if another cause breaks it', async () => {
    const { sent } = await sentOf([runOf('refused'), runOf('422')], { notify: slackOnly() });
    expect(sent.map(({ text }) => text)).toEqual([
      'CHOP is broken: Connection refused',
      'CHOP is broken: HTTP 422: unknown symbol',
      'An earlier outage of CHOP is over: Broken since 2026-08-01 12:00:00 UTC: Connection refused (CHOP: now broken by another cause)',
    ]);
    expect(JSON.stringify(sent[2]?.payload.blocks)).not.toContain('green');
  });

  it('about the end does not call a scenario working if another cause breaks it', async () => {
    const runs = [runOf('503', '503'), runOf('ok', '503'), { ...runOf('422', 'ok') }];
    const { sent } = await sentOf(runs, { notify: slackOnly() });
    expect(sent.map(({ text }) => text)).toEqual([
      'CHOP and ORB are broken: HTTP 503: Service Unavailable',
      'CHOP is broken: HTTP 422: unknown symbol',
      'ORB works again: Broken since 2026-08-01 12:00:00 UTC: HTTP 503: Service Unavailable (CHOP: now broken by another cause)',
    ]);
  });
});

describe('the saved state', () => {
  const stateFiles = (dataDir: string) => readdirSync(path.join(dataDir, 'alerts'));

  it('is one file, independent of the saved runs', async () => {
    const { sent, dataDir } = await sentOf([all('503'), all('503'), all('ok')], {
      notify: slackOnly(),
      before: (_, folder) => rmSync(path.join(folder, 'runs'), { recursive: true, force: true }),
    });
    expect(shown(sent, 'slack')).toEqual(['run 1 broken', 'run 3 working']);
    expect(stateFiles(dataDir)).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.json$/)]);
  });

  it.each([
    ['lost', (file: string) => rmSync(file)],
    ['cut off', (file: string) => writeFileSync(file, '{"schemaVersion":2,"outages":[{"ke')],
    ['of another version', (file: string) => writeFileSync(file, '{"schemaVersion":3}')],
  ])('that %s makes the outage be reported again, but not in every run', async (_, damage) => {
    const { sent } = await sentOf([all('503'), all('503'), all('503'), all('503'), all('ok')], {
      notify: [...slackOnly(), { type: 'pagerduty' }],
      before: (run, folder) => {
        const [name = ''] = run === 3 ? stateFiles(folder) : [];
        if (name !== '') damage(path.join(folder, 'alerts', name));
      },
    });
    expect(shown(sent, 'slack')).toEqual(['run 1 broken', 'run 3 broken', 'run 5 working']);
    const keys = sent.flatMap(({ payload }) => payload.dedup_key ?? []);
    // PagerDuty takes it for the alert that is open.
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('that is lost before each run causes a warning that after: 2 never takes effect', async () => {
    const { sent, findings } = await sentOf([all('503'), all('503')], {
      notify: slackOnly({ after: 2 }),
      before: (_, folder) => rmSync(path.join(folder, 'alerts'), { recursive: true, force: true }),
    });
    expect(sent).toEqual([]);
    expect(findings.map(({ run, code, message }) => [run, code, message.replace(/:\d+/, '')])).toEqual(
      [1, 2].map((run) => [
        run,
        'notify-not-kept',
        'slack (127.0.0.1) reports an outage after 2 failing runs, but the data folder contains no earlier run',
      ]),
    );
  });

  it('that cannot be written makes every outage be reported at once, whatever after is', async () => {
    const { sent, findings } = await sentOf([all('503')], {
      notify: slackOnly({ after: 2 }),
      before: (_, folder) => writeFileSync(path.join(folder, 'alerts'), 'a file'),
    });
    expect(shown(sent, 'slack')).toEqual(['run 1 broken']);
    expect(findings.map(({ code }) => code)).toEqual(['notify-not-kept']);
  });

  it('is separate for each shard', async () => {
    const first = await sentOf([all('503')], { notify: slackOnly(), shard: { index: 1, total: 2 } });
    const { dataDir } = first;
    const second = await sentOf([all('503')], {
      notify: slackOnly(),
      shard: { index: 2, total: 2 },
      dataDir,
    });
    const again = await sentOf([all('503')], { notify: slackOnly(), shard: { index: 1, total: 2 }, dataDir });
    expect([first, second, again].map(({ sent }) => sent.length)).toEqual([1, 1, 0]);
  });
});

describe('runs that end together', () => {
  it('report an outage once, and its end once', async () => {
    const { dataDir, sent } = await sentOf([all('ok')], { notify: slackOnly() });
    expect(sent).toEqual([]);
    const together = async (outcome: Outcome) => {
      const runs = Array.from({ length: 5 }, () => sentOf([all(outcome)], { notify: slackOnly(), dataDir }));
      return (await Promise.all(runs)).flatMap((each) => shown(each.sent, 'slack'));
    };
    expect(await together('503')).toEqual(['run 1 broken']);
    expect(await together('503')).toEqual([]);
    expect(await together('ok')).toEqual(['run 1 working']);
  });
});
