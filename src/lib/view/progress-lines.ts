/** Shared by both kinds of progress. */
import type { FurtherContacts, RunEvent } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { countOf, durationText, numberText } from '../terminal/quantities.ts';
import { type Glyphs, glyphsFor, type Style, styled } from '../terminal/signs.ts';
import { terminalText } from '../terminal/text.ts';
import { outcomeOf } from './run-state.ts';
import type { Waiting } from './wait-lines.ts';

export interface Progress {
  readonly on: (event: RunEvent) => void;
  /** The run was asked to stop and is finishing the requests in flight. */
  readonly interrupt: () => void;
  /** Resolves once drawing has ended and the terminal is restored. */
  readonly end: () => Promise<void>;
}

export const STOPPING = 'Stopping. Waiting briefly for requests in flight; press Ctrl-C again to quit now.';

export function startLines(
  { facts, sends, proxy, tracesTo, contacts }: Extract<RunEvent, { type: 'runStarted' }>,
  terminal: Terminal,
): readonly string[] {
  const resends = sends - facts.planned;
  const webhooks = `${countOf(facts.planned, 'webhook')}${resends <= 0 ? '' : ` (and ${countOf(resends, 'resend')})`}`;
  const through = proxy === null ? '' : ` through the proxy ${terminalText(proxy, terminal)}`;
  const traces =
    tracesTo === null
      ? 'no Sentry DSN: only trace headers are sent'
      : `traces reported to ${terminalText(tracesTo, terminal)}`;
  return [
    `Sending ${webhooks} to ${terminalText(facts.target, terminal)}${through}`,
    `Run ${facts.runId}, seed ${terminalText(facts.seed, terminal)}, ${traces}`,
    ...[contactLine(contacts)].filter((line) => line !== null),
  ];
}

const FIRST_RESPONSE = "waiting for Sentry's first response";

type WaitEvent = Extract<RunEvent, { type: 'tracesAwaited' | 'probesAwaited' | 'cleaningUp' }>;

export function isWait(event: RunEvent): event is WaitEvent {
  return event.type === 'tracesAwaited' || event.type === 'probesAwaited' || event.type === 'cleaningUp';
}

/** The line that announces a wait. */
export function waitLine({ type, count, deadlineMs }: WaitEvent): string {
  const upTo = `(up to ${Math.round(deadlineMs / 1_000)} s)`;
  switch (type) {
    case 'tracesAwaited':
      return `Reading ${countOf(count, 'trace')} from Sentry ${upTo}`;
    case 'probesAwaited':
      return `Running probes for ${countOf(count, 'test')} ${upTo}`;
    case 'cleaningUp':
      return `Cleaning up: ${countOf(count, 'call')} ${upTo}`;
  }
}

/** The wait until there are details. */
export function waitBegun({ type, count, deadlineMs }: WaitEvent): Waiting {
  switch (type) {
    case 'tracesAwaited':
      return {
        ...{ for: 'traces', deadlineMs, resumesInMs: null },
        progress:
          count === 1 ? FIRST_RESPONSE : `0 of ${countOf(count, 'trace')} complete; ${FIRST_RESPONSE}`,
      };
    case 'probesAwaited':
      return {
        ...{ for: 'probes', deadlineMs, resumesInMs: null },
        progress: `0 of ${countOf(count, 'test')} checked; waiting for the first responses`,
      };
    case 'cleaningUp':
      return {
        ...{ for: 'cleanup', deadlineMs, resumesInMs: null },
        progress: `0 of ${countOf(count, 'call')} made`,
      };
  }
}

export function noticeLine({ message }: Finding, terminal: Terminal): string {
  return `${colored(glyphsFor(terminal).warn, { style: 'yellow', terminal })} ${terminalText(message, terminal)}`;
}

export function resultLine(options: {
  readonly result: TestResult;
  readonly done: number;
  readonly planned: number;
  readonly terminal: Terminal;
}): string {
  const { result, done, planned, terminal } = options;
  const count = `${String(done).padStart(String(planned).length)}/${planned}`;
  const first = result.errors[0] ?? result.warnings[0];
  const outcome = first === undefined ? `HTTP ${result.response?.status}` : first.message;
  const name = terminalText(result.name, terminal);
  const took = durationText(result.timings.totalMs);
  const mark = outcomeGlyph(outcomeOf(result), terminal);
  return `${count} ${mark} ${name}: ${terminalText(outcome, terminal)}, ${took}, trace ${result.trace.traceId}`;
}

type OutcomeName = ReturnType<typeof outcomeOf>;

const OUTCOMES: Readonly<Record<OutcomeName, { readonly glyph: keyof Glyphs; readonly style: Style }>> = {
  passed: { glyph: 'ok', style: 'green' },
  warned: { glyph: 'warn', style: 'yellow' },
  broken: { glyph: 'fail', style: 'red' },
};

export function outcomeGlyph(outcome: OutcomeName, terminal: Pick<Terminal, 'color' | 'unicode'>): string {
  const { glyph, style } = OUTCOMES[outcome];
  return colored(glyphsFor(terminal)[glyph], { style, terminal });
}

function colored(
  text: string,
  { style, terminal }: { readonly style: Style; readonly terminal: Pick<Terminal, 'color'> },
): string {
  return terminal.color ? styled(text, style) : text;
}

/** `240 of 1,000 tests done: 228 passed, 3 with warnings, 9 broken` */
export function countsText({
  tests,
  passed,
  warned,
  broken,
}: {
  readonly tests: number;
  readonly passed: number;
  readonly warned: number;
  readonly broken: number;
}): string {
  const results = [
    `${numberText(passed)} passed`,
    ...(warned === 0 ? [] : [`${numberText(warned)} with warnings`]),
    ...(broken === 0 ? [] : [`${numberText(broken)} broken`]),
  ];
  return `${numberText(passed + warned + broken)} of ${countOf(tests, 'test')} done: ${results.join(', ')}`;
}

/** `Probes will query api.example.com and db.example.com:5432; clean-up will call api.example.com`; null without such hosts. */
export function contactLine({ probes, cleanup, alerts = [] }: FurtherContacts): string | null {
  const parts = [
    ...(probes.length === 0 ? [] : [`probes will query ${probes.join(' and ')}`]),
    ...(cleanup.length === 0 ? [] : [`clean-up will call ${cleanup.join(' and ')}`]),
    ...(alerts.length === 0 ? [] : [`alerts will go to ${alerts.join(' and ')}`]),
  ];
  if (parts.length === 0) return null;
  const line = parts.join('; ');
  return terminalText(line.charAt(0).toUpperCase() + line.slice(1));
}
