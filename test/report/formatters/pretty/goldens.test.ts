/** The terminal report of typical runs at all widths, and what holds for each of them. */
import stringWidth from 'string-width';
import { describe, expect, it, test } from 'vitest';
import type { ReportSource } from '../../../../src/lib/model/report-source.ts';
import type { RenderOptions } from '../../../../src/lib/report/formatters/formatter.ts';
import { sourceOf } from '../../../support/builders.ts';
import { expectGolden } from '../../../support/golden.ts';
import { degraded } from '../../../support/reports.ts';
import { printedCommands, wrongCommands } from '../../../support/wrong-commands.ts';
import { rendered } from '../rendered.ts';
import { recorded, thousand, twoOfThreeShards } from './recorded.ts';

interface Situation {
  readonly source: ReportSource;
  /** Lines at 80 columns. */
  readonly most: number;
  /** What the last 12 lines hold: of a broken test its status, scenario, stage, cause and what to do first. */
  readonly end: readonly string[];
}

const GEX = [
  'data-enrichment',
  'fetch-gex-data',
  'the provider answered 503',
  'Try first Look at fetch-gex-data',
];

const SITUATIONS: Readonly<Record<string, Situation>> = {
  healthy: {
    source: sourceOf(recorded('healthy')),
    most: 32,
    end: ['HEALTHY 5 of 5 webhooks work, no data missing, 5 of 5 traces verified'],
  },
  'one-broken': {
    source: sourceOf(recorded('degraded')),
    most: 45,
    end: ['DEGRADED', 'CHOP is broken at data-enrichment; 4 of 5 webhooks work', ...GEX],
  },
  warnings: {
    source: sourceOf(recorded('warnings')),
    most: 45,
    end: ['DEGRADED 5 of 5 webhooks work', 'variant not in response', 'Try first Check if A/B routing'],
  },
  'one-cause': {
    source: sourceOf(recorded('broken')),
    most: 45,
    end: ['BROKEN all 5 webhooks are broken at data-enrichment', ...GEX],
  },
  unreachable: {
    source: sourceOf(recorded('unreachable')),
    most: 40,
    end: [
      ...[
        'BROKEN hooks.example.com cannot be reached; all 3 webhooks are broken; 2 not sent',
        'Connection refused',
      ],
      ...['Try first Verify PRODUCTION_URL', 'https://hooks.example.com/webhook', 'exit 3'],
    ],
  },
  interrupted: {
    source: sourceOf(recorded('interrupted')),
    most: 36,
    end: ['INTERRUPTED after 2 of 5 tests; 2 of 2 webhooks work', 'exit 130'],
  },
  duplicates: {
    source: sourceOf(recorded('duplicates')),
    most: 40,
    end: ['DEGRADED 5 of 5 webhooks work; 4 treated as duplicates', 'CHOP: status DUPLICATE'],
  },
  unverified: {
    source: sourceOf(recorded('unverified')),
    most: 45,
    end: [
      'HEALTHY by responses only 5 of 5 webhooks work; 0 of 5 traces could be read',
      'Try first Check that the target initializes a Sentry SDK',
    ],
  },
  thousand: {
    source: thousand(),
    most: 60,
    end: ['DEGRADED', 'CHOP is broken at data-enrichment; 950 of 1,000 webhooks work', ...GEX],
  },
  replay: {
    source: sourceOf(recorded('replay')),
    most: 45,
    end: ['DEGRADED 3 of 3 webhooks work; missing data: signal_id', 'Try first Check webhook ingestion'],
  },
  // Thresholds, a retry, and a trace that Sentry refused.
  mixed: {
    source: sourceOf(degraded()),
    most: 64,
    end: [
      ...['DEGRADED VOL_EXPANSION is broken; 4 of 5 webhooks work', 'HTTP 500: Internal server error'],
      ...['Threshold p95<800ms: measured 1.24 s', 'Try first Check Sentry for exception details'],
    ],
  },
  shards: {
    source: twoOfThreeShards(),
    most: 45,
    end: [
      'DEGRADED',
      '3 of 3 webhooks work; missing data: variant; 2 not sent',
      'Problem Shard 2 of 3 is missing',
      'Try first Merge all shards again',
    ],
  },
};

const SCREENS: Readonly<Record<string, Partial<RenderOptions>>> = {
  '60': { columns: 60 },
  '80': { columns: 80 },
  '120': { columns: 120 },
  '200': { columns: 200 },
  ascii: { unicode: false },
  color: { color: true, hyperlinks: true },
};

const CASES = Object.entries(SITUATIONS).flatMap(([situation, expected]) =>
  Object.entries(SCREENS).map(([screen, options]) => ({ situation, screen, options, ...expected })),
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken away
const ESCAPES = /\u001b\[\d+m|\u001b\]8;;[^\u001b]*\u001b\\/g;

describe.each(CASES)('pretty-$situation-$screen', ({ situation, source, screen, options, most, end }) => {
  const plain = async () => (await rendered(source, 'pretty', options)).replace(ESCAPES, '').trimEnd();

  it('is the golden', async () => {
    expectGolden(`pretty-${situation}-${screen}.txt`, await rendered(source, 'pretty', options));
  });

  it('fits the screen; its size is limited from 80 columns on', async () => {
    const lines = (await plain()).split('\n');
    const { columns = 80 } = options;
    // Addresses and commands are never wrapped, so that they can be copied.
    const wide = lines.filter(
      (line) => stringWidth(line) > columns && !/^ *(\S+ +)?(https?:|prod-e2e )\S/.test(line),
    );
    expect(wide).toEqual([]);
    // The marks of ASCII need a line that explains them.
    const limit = most + (options.unicode === false ? 1 : 0);
    if (columns >= 80) expect(lines.length).toBeLessThanOrEqual(limit);
  });

  it('has the answer in its last 12 lines', async () => {
    const last = (await plain()).split('\n').slice(-12).join(' ').replaceAll(/\s+/g, ' ');
    for (const text of end) expect(last).toContain(text);
  });

  it('names only commands that exist', async () => {
    expect(wrongCommands(await plain())).toEqual([]);
  });
});

test('the check of commands finds what does not exist', () => {
  const wrong = ['prod-e2e report show --fulll', 'prod-e2e report show a 1 2', 'prod-e2e run x'];
  expect(wrong.flatMap(wrongCommands)).toHaveLength(3);
  expect(printedCommands('  More   prod-e2e report show r --full · exit 1\n')).toEqual([
    'prod-e2e report show r --full',
  ]);
});
