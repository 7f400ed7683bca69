/** Every output of a report, each held against what holds for its kind. */

import fc from 'fast-check';
import type { RunEvent } from '../../../src/lib/model/event.ts';
import type { Report } from '../../../src/lib/model/report.ts';
import type { ReportSource } from '../../../src/lib/model/report-source.ts';
import { FORMATTERS } from '../../../src/lib/report/formatters/table.ts';
import type { Terminal } from '../../../src/lib/terminal/capabilities.ts';
import { plainProgress } from '../../../src/lib/view/plain-progress.ts';
import {
  expectHarmless,
  expectJson,
  expectJsonLines,
  expectNoMarkup,
  expectNoOrders,
  expectSameElements,
} from './invariants.ts';

export const screens: fc.Arbitrary<Terminal> = fc.record({
  columns: fc.constantFrom(40, 60, 80, 200),
  color: fc.boolean(),
  unicode: fc.boolean(),
  hyperlinks: fc.boolean(),
  interactive: fc.constant(false),
});

/** @param harmless gives the same report with harmless text in it, for formats whose structure text must not change */
export async function expectSafeOutputs(
  source: ReportSource,
  { screen, harmless }: { readonly screen: Terminal; readonly harmless: ReportSource | null },
): Promise<void> {
  for (const [name, load] of Object.entries(FORMATTERS)) {
    const formatter = await load();
    const write = async (report: ReportSource) => {
      let text = '';
      for await (const part of formatter.render(report, screen)) text += part;
      return text;
    };
    const text = await write(source);
    try {
      const { extension } = formatter;
      expectHarmless(text, name === 'pretty' ? screen : {});
      if (name !== 'github') expectNoOrders(text);
      if (extension === 'json') expectJson(text);
      else if (extension === 'ndjson') expectJsonLines(text);
      else if (extension === 'xml')
        expectSameElements(text, harmless === null ? text : await write(harmless));
      else expectNoMarkup(extension, text);
    } catch (cause) {
      throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
}

/** The lines on stderr while a run goes on. */
export function expectSafeProgress({ results, ...head }: Report, terminal: Terminal): void {
  const lines: string[] = [];
  const progress = plainProgress({
    write: (line) => lines.push(line),
    terminal,
    every: () => () => {},
    monotonicMs: () => 1e9,
  });
  const events: readonly RunEvent[] = [
    {
      type: 'runStarted',
      facts: head,
      scenarios: [],
      sends: head.planned,
      proxy: null,
      tracesTo: head.sentry.host,
      contacts: { probes: [], cleanup: [] },
    },
    ...results.map((result): RunEvent => ({ type: 'testJudged', result })),
    ...head.findings.map((finding): RunEvent => ({ type: 'notice', finding })),
    { type: 'sendingEnded', sent: results.length, skippedBecause: head.skippedBecause },
  ];
  for (const event of events) progress.on(event);
  expectHarmless(lines.join('\n'), { ...terminal, hyperlinks: false });
  expectNoOrders(lines.join('\n'));
  if (lines.some((line) => line.includes('\n'))) throw new Error('a line that is two');
}

/** The same data with every text replaced by a harmless one; keys, numbers and the words in `kept` stay. */
export function harmlessTwin<Value>(value: Value, kept: ReadonlySet<string> = OUR_WORDS): Value {
  return twin(value, kept) as Value;
}

/** Words of ours that decide what a report is made of. */
const OUR_WORDS: ReadonlySet<string> = new Set([
  ...[
    'working',
    'broken',
    'error',
    'warning',
    'required',
    'recommended',
    'healthy',
    'degraded',
    'interrupted',
  ],
  ...['verified', 'failed', 'unverified', 'skipped', 'ok', 'slow', 'missing', 'prod-e2e', ''],
]);

function twin(value: unknown, kept: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return kept.has(value) ? value : 'harmless';
  if (Array.isArray(value)) return value.map((item) => twin(item, kept));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, twin(item, kept)]));
}
