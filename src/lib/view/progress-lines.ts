/** Shared by both kinds of progress. */
import type { FurtherContacts, RunEvent } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { TestResult } from '../model/result.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { countOf, numberText } from '../terminal/quantities.ts';
import { glyphsFor, type Style, styled } from '../terminal/signs.ts';
import { terminalText } from '../terminal/text.ts';

export interface Progress {
  readonly on: (event: RunEvent) => void;
  /** The run was asked to stop and is finishing the requests in flight. */
  readonly interrupt: () => void;
  /** Resolves once drawing has ended and the terminal is restored. */
  readonly end: () => Promise<void>;
}

export const STOPPING =
  'Stopping: what is in flight gets a moment for its answer. Ctrl-C again ends at once.';

export function startLines(
  { facts, sends, proxy, tracesTo, contacts }: Extract<RunEvent, { type: 'runStarted' }>,
  terminal: Terminal,
): readonly string[] {
  const again = sends - facts.planned;
  const webhooks = `${countOf(facts.planned, 'webhook')}${again === 0 ? '' : ` (and ${numberText(again)} again)`}`;
  const through = proxy === null ? '' : ` through the proxy ${terminalText(proxy, terminal)}`;
  const traces =
    tracesTo === null
      ? 'no Sentry DSN: traces travel in the headers only'
      : `traces reported to ${terminalText(tracesTo, terminal)}`;
  return [
    `Sending ${webhooks} to ${terminalText(facts.target, terminal)}${through}`,
    `Run ${facts.runId}, seed ${terminalText(facts.seed, terminal)}, ${traces}`,
    ...[contactLine(contacts)].filter((line) => line !== null),
  ];
}

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

/** The line shown until there are details. */
export function waitBegun({ type, count }: WaitEvent): Omit<Extract<RunEvent, { type: 'waiting' }>, 'type'> {
  switch (type) {
    case 'tracesAwaited':
      return { for: 'traces', progress: "waiting for Sentry's first response", resumesInMs: null };
    case 'probesAwaited':
      return { for: 'probes', progress: "waiting for the probes' first responses", resumesInMs: null };
    case 'cleaningUp':
      return { for: 'cleanup', progress: `0 of ${countOf(count, 'call')} made`, resumesInMs: null };
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
  const said = first === undefined ? `HTTP ${result.response?.status}` : first.message;
  const name = terminalText(result.name, terminal);
  const took = `${Math.round(result.timings.totalMs)} ms`;
  return `${count} ${verdictGlyph(result, terminal)} ${name}: ${terminalText(said, terminal)}, ${took}, trace ${result.trace.traceId}`;
}

export function verdictGlyph({ verdict, warnings, missingData }: TestResult, terminal: Terminal): string {
  const glyphs = glyphsFor(terminal);
  if (verdict === 'broken') return colored(glyphs.fail, { style: 'red', terminal });
  if (warnings.length + missingData.length > 0) return colored(glyphs.warn, { style: 'yellow', terminal });
  return colored(glyphs.ok, { style: 'green', terminal });
}

function colored(
  text: string,
  { style, terminal }: { readonly style: Style; readonly terminal: Terminal },
): string {
  return terminal.color ? styled(text, style) : text;
}

/** `Probes ask api.example.com and db.example.com:5432; clean-up calls api.example.com`; null without such hosts. */
export function contactLine({ probes, cleanup, alerts = [] }: FurtherContacts): string | null {
  const parts = [
    ...(probes.length === 0 ? [] : [`probes ask ${probes.join(' and ')}`]),
    ...(cleanup.length === 0 ? [] : [`clean-up calls ${cleanup.join(' and ')}`]),
    ...(alerts.length === 0 ? [] : [`alerts go to ${alerts.join(' and ')}`]),
  ];
  if (parts.length === 0) return null;
  const line = parts.join('; ');
  return terminalText(line.charAt(0).toUpperCase() + line.slice(1));
}
